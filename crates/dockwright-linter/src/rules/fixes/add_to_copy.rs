//! Replaces `ADD` with `COPY`.

use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::optimize::context::{AddedFileKind, ContextFiles};
use crate::semantic::archive;
use crate::semantic::build::{is_git, is_http};
use crate::semantic::paths::base_name;
use crate::syntax::{Arguments, Instruction, Source, quote_excerpt};

use super::instruction_edit;

/// The flags that `COPY` lacks.
const ADD_ONLY: [&str; 3] = ["checksum", "keep-git-dir", "unpack"];

/// An edit from `ADD` to `COPY`, if `COPY` is known to accept every source and flag unchanged.
///
/// `context`: the files of the build context, if they are known; their content shows which ones are archives.
pub(crate) fn replace_add_with_copy(
    add: &Instruction<'_>,
    source: &[u8],
    context: Option<&ContextFiles>,
) -> FixOrReason {
    let Arguments::Paths(paths) = &add.arguments else { return Err("the `ADD` has no source files".into()) };
    if !add.keyword.is_verbatim(source) {
        return Err(instruction_edit::BROKEN_KEYWORD.into());
    }
    if let Some(flag) = ADD_ONLY.iter().find(|flag| add.flag(flag).is_some()) {
        return Err(format!("`COPY` has no `--{flag}`").into());
    }
    let mut unknown = None;
    for source in &paths.sources {
        let Source::Path(word) = source else { continue };
        let path = word.text.trim_matches(['"', '\'']);
        let fetched = is_http(path) || is_git(path) || path.starts_with("git@");
        if fetched || path.contains(':') {
            return Err(format!("`ADD` fetches {}", quote_excerpt(path)).into());
        }
        if path.contains(['$', '*', '?', '[', '\\']) {
            return Err(format!("{} may match an archive", quote_excerpt(path)).into());
        }
        if archive::may_be_unpacked(path) {
            return Err(format!("`ADD` may unpack {}", quote_excerpt(path)).into());
        }
        match context.and_then(|files| files.kind(path)) {
            Some(AddedFileKind::Archive) => {
                return Err(format!("{} is an archive, which `ADD` unpacks", quote_excerpt(path)).into());
            }
            Some(AddedFileKind::Directory | AddedFileKind::File) => {}
            None if is_directory(path) || is_text_file_path(path) => {}
            None => unknown = Some(format!("{} may be an archive", quote_excerpt(path))),
        }
    }
    let copy = if add.keyword.text == "add" { "copy" } else { "COPY" };
    let edits = [Edit::replace(add.keyword.span, copy)];
    let title = format!("write `{copy}`");
    Ok(match unknown {
        None => Fix::safe(title, edits),
        Some(fact) => Fix::new(Applicability::UnsafeLow, title, edits).with_risk(fact),
    })
}

fn is_directory(path: &str) -> bool {
    path.ends_with('/') || matches!(path.rsplit('/').next(), Some("." | ".."))
}

/// Whether the path is that of a text file, which is never treated as an archive.
fn is_text_file_path(path: &str) -> bool {
    const TEXTS: &str = " awk asc bat c cc cfg cjs cnf cmake cmd conf config cpp crt cs css csv env erb ex exs go \
        gradle groovy h hpp htm html ini j2 java js json jsx key kt less lock lua md mjs mk patch pem php pl pm \
        properties ps1 pub py r rb repo rs rst scala scss sed service sh socket sql svg tf toml tpl ts tsv tsx txt \
        vue xml yaml yml zsh ";
    let name = base_name(path);
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    !stem.is_empty() && TEXTS.contains(&format!(" {} ", extension.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;

    #[test]
    fn replaces_add_only_if_copy_suffices() {
        use Applicability::{Safe, UnsafeLow};
        for (text, class) in [
            ("ADD app.py /x", Some(Safe)),
            ("ADD . /x", Some(Safe)),
            ("ADD --chown=1:1 src/ a.json /x/", Some(Safe)),
            ("ADD [\"a b.txt\", \"/x\"]", Some(Safe)),
            ("ADD entrypoint /x", Some(UnsafeLow)),
            ("ADD .env /x", Some(UnsafeLow)),
            ("ADD app.jar /x", Some(UnsafeLow)),
            ("ADD a.tgz /x", None),
            ("ADD a.TAR.GZ /x", None),
            ("ADD a.tar.zst /x", None),
            ("ADD ${F} /c/", None),
            ("ADD src/$U /x", None),
            ("ADD a.py https://example.com/a /x", None),
            ("ADD git@example.com:a/b.git /x", None),
            ("ADD *.txt /x", None),
            ("ADD --checksum=sha256:0 a.txt /x", None),
        ] {
            let text = format!("FROM a\n{text}\n");
            let file = syntax::parse(text.as_bytes());
            let add = file.instructions().nth(1).expect("an ADD");
            let found = replace_add_with_copy(add, text.as_bytes(), None).ok().map(|fix| fix.applicability);
            assert_eq!(found, class, "{text}");
        }
    }
}
