//! DW3307: content that `ADD` downloads and nothing verifies.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::build::{is_git, is_http};
use crate::semantic::url::{Url, is_localhost, shorten_address};
use crate::semantic::verification::{VerificationStrength, verification_of};
use crate::syntax::{Arguments, Instruction, Kind, Source, Word};

pub(crate) static RULE: Rule = Rule {
    code: "DW3307",
    name: "add-without-checksum",
    severity: Severity::Info,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3307.md"),
    ..Rule::SECURITY
};

fn check(cx: &mut RuleChecker<'_>) {
    for outer in cx.file.instructions() {
        let add = match &outer.arguments {
            Arguments::Onbuild(inner) => inner,
            _ => outer,
        };
        let Arguments::Paths(paths) = &add.arguments else { continue };
        if add.kind != Kind::Add || add.flag("checksum").is_some() {
            continue;
        }
        for source in &paths.sources {
            if let Source::Path(word) = source {
                check_source(cx, outer, word, paths.destination.as_ref());
            }
        }
    }
}

fn check_source(
    cx: &mut RuleChecker<'_>,
    add: &Instruction<'_>,
    word: &Word<'_>,
    destination: Option<&Word<'_>>,
) {
    let written = word.text.trim_matches(['"', '\'']);
    let value = cx.semantics.value_of(written, add.span.start);
    let (address, reference) = value.split_once('#').map_or((value.as_str(), None), |(a, r)| (a, Some(r)));
    let shown = shorten_address(address);
    if is_git(&value) {
        let (address, query) = address.split_once('?').unwrap_or((address, ""));
        let shown = shorten_address(address);
        let of_query = || {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(key, _)| matches!(*key, "ref" | "tag" | "branch" | "commit")).map(|(_, value)| value)
        };
        let reference =
            reference.map(|reference| reference.split(':').next().unwrap_or_default()).or_else(of_query);
        let is_commit = |text: &str| {
            (text.len() == 40 || text.len() == 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        let what = match reference.filter(|reference| !reference.is_empty()) {
            Some(reference) if is_commit(reference) || reference.contains('$') => return,
            Some(reference) => format!("`{}`", reference.replace('`', "'")),
            None => "the default branch".to_string(),
        };
        cx.report_at(
            add.span,
            word.span,
            format!("`ADD` uses {what} of `{shown}`, which can change between builds"),
        )
        .help("pin a commit");
        return;
    }
    let Some(url) = Url::parse(address).filter(|_| is_http(address)) else { return };
    if is_localhost(url.host)
        || names_branch_commit(&url)
        || url.has_digest_in_path()
        || is_file_verified_later(cx, add, &url, destination)
    {
        return;
    }
    let help = if cx.options.builder.has_secret_mounts() {
        "add `--checksum=sha256:…`, or run `dockwright pin`"
    } else {
        "verify it with `sha256sum -c`"
    };
    cx.report_at(
        add.span,
        word.span,
        format!("`ADD` downloads `{shown}` without a checksum, so its content can change"),
    )
    .help(help)
    .add_reason_not_fixed("the checksum of the file is unknown");
}

/// Whether the file only contains the current commit of a branch: it is added to rebuild the following steps when the
/// branch changes.
fn names_branch_commit(url: &Url<'_>) -> bool {
    let is_api = url.host.starts_with("api.") || url.path.starts_with("/api/");
    is_api && ["/refs/", "/commits", "/branches/"].iter().any(|part| url.path.contains(part))
}

/// Whether a later RUN of the stage verifies the file.
fn is_file_verified_later(
    cx: &RuleChecker<'_>,
    add: &Instruction<'_>,
    url: &Url<'_>,
    destination: Option<&Word<'_>>,
) -> bool {
    let destination = destination.map_or("", |word| word.text.trim_matches(['"', '\'']));
    let file = if destination.ends_with('/') || destination == "." { url.file_name() } else { destination };
    let stage = cx.semantics.stage_at(add.span.start).map(|stage| stage.index);
    let later =
        cx.semantics.runs.iter().filter(|run| run.stage == stage && run.outer.span.start > add.span.start);
    !file.is_empty()
        && later
            .into_iter()
            .any(|run| verification_of(run, None, file, cx.file.source) == Some(VerificationStrength::Strong))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::check_problem_counts;

    #[test]
    fn reports_unverified_add_downloads() {
        check_problem_counts(
            &RULE,
            &[
                (1, "ADD https://x.net/jq /usr/local/bin/jq"),
                (0, "ADD https://api.github.com/repos/o/r/git/refs/heads/main /ref"),
                (0, "ADD https://git.x.net/api/v4/projects/1/repository/commits/main /ref"),
                (1, "ARG V=v1\nADD https://github.com/o/r.git?ref=${V}&keep-git-dir=1 /r"),
                (0, "ADD https://github.com/o/r.git?commit=0123456789abcdef0123456789abcdef01234567 /r"),
                (2, "ADD https://x.net/a https://x.net/b /d/"),
                (1, "ADD https://github.com/moby/buildkit.git#v0.14.1 /src"),
                (1, "ADD git@github.com:moby/buildkit.git /src"),
                (1, "ADD [\"https://x.net/a\", \"/a\"]"),
                (1, "ARG V=1\nADD https://x.net/a-$V.tgz /a.tgz"),
                (1, "ONBUILD ADD https://x.net/a /a"),
                (0, "ADD --checksum=sha256:${SUM} https://x.net/a /a"),
                (0, "ADD https://github.com/a/b.git#0123456789abcdef0123456789abcdef01234567 /src"),
                (0, "ADD https://github.com/a/b.git#0123456789abcdef0123456789abcdef01234567:sub /src"),
                (0, "ARG R\nADD https://github.com/a/b.git#$R /src"),
                (0, "ADD a.tgz /a"),
                (0, "ADD http://localhost/a /a"),
                (0, "ADD https://x.net/a /a\nRUN echo \"$SUM  /a\" | sha256sum -c"),
                (0, "COPY a /a"),
            ],
        );
    }
}
