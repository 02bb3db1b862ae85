//! Files that ADD downloads: `--checksum=`.

use super::{PinCandidate, PinPosition, PinTarget};
use crate::pin::kind::PinKind;
use crate::pin::lookup::LookupRequest;
use crate::semantic::Semantics;
use crate::semantic::build::{is_git, is_http};
use crate::semantic::expand::{ExpansionMode, expand};
use crate::source::Span;
use crate::syntax::{Arguments, Instruction, Kind as Keyword, Paths, Source};

pub(super) fn find_checksums(semantics: &Semantics<'_>, found: &mut Vec<PinCandidate>) {
    for instruction in semantics.file.instructions().filter(|one| one.kind == Keyword::Add) {
        if let Arguments::Paths(paths) = &instruction.arguments {
            found.extend(checksum_of_add(semantics, instruction, paths));
        }
    }
}

fn checksum_of_add(
    semantics: &Semantics<'_>,
    add: &Instruction<'_>,
    paths: &Paths<'_>,
) -> Option<PinCandidate> {
    let file = semantics.file;
    let scope = semantics.build.scopes.scope_before(add.span.start);
    let environment = semantics.build.scopes.environment(scope);
    let urls = paths.sources.iter().filter_map(|source| match source {
        Source::Path(word) => {
            Some((word, expand(&word.text, file.escape, ExpansionMode::Word, &environment)))
        }
        Source::Heredoc(..) => None,
    });
    let mut urls = urls.filter(|(_, value)| is_http(value.value()) && !is_git(value.value()));
    let (word, expansion) = urls.next()?;
    let url = expansion.value().to_string();
    let place = |target| {
        let name = redact_url(&url);
        Some(PinCandidate { kind: PinKind::Checksums, span: word.span, anchor: add.span, name, target })
    };
    if paths.sources.len() > 1 {
        return place(Err("`--checksum` supports only one source".to_string()));
    }
    if !expansion.known {
        return place(Err("the address is not known before the build".to_string()));
    }
    // With another value of the build argument, the file may be a different one.
    if !expansion.certain {
        let names: Vec<String> = expansion.uses.iter().map(|found| format!("`{}`", found.name)).collect();
        return place(Err(format!("the address depends on the build argument {}", names.join(", "))));
    }
    let checksum = add.flag_value("checksum");
    let slot = match checksum {
        Some(checksum) if checksum.text.contains('$') || !checksum.is_verbatim(file.source) => {
            return place(Err("the checksum contains quotes, escapes or variables".to_string()));
        }
        Some(checksum) => PinPosition::new(checksum.span, ""),
        None => {
            let after = add.flags.last().map_or(add.keyword.span.end, |flag| flag.span.end);
            PinPosition::new(Span::empty(after), " --checksum=")
        }
    };
    let pinned = checksum.map(|checksum| checksum.text.to_string());
    place(Ok(PinTarget {
        question: LookupRequest::File { url: url.clone(), pinned },
        slot,
        annotation: None,
    }))
}

/// A URL without parts that may be secret.
fn redact_url(url: &str) -> String {
    match url::Url::parse(url) {
        Ok(mut url) => {
            let _ = url.set_username("");
            let _ = url.set_password(None);
            url.set_query(None);
            url.set_fragment(None);
            url.to_string()
        }
        Err(_) => "the address".to_string(),
    }
}
