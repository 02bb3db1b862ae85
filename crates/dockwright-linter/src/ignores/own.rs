//! `# dockwright ignore=…` above an instruction or inside it, and `# dockwright ignore-file=…`.

use super::comment::{Ignore, IgnoreProgram, IgnoreScope, IgnoredCode, is_ignore_reason};
use crate::source::Span;
use crate::syntax::{Dockerfile, Node};

/// The content of a dockwright comment.
#[derive(Debug, PartialEq, Eq)]
struct ParsedIgnore<'c> {
    whole_file: bool,
    codes: Vec<&'c str>,
    reason: &'c str,
}

/// All dockwright comments, in the order of the file.
pub(crate) fn find_own_ignores(file: &Dockerfile<'_>) -> Vec<Ignore> {
    let mut found: Vec<Ignore> = Vec::new();
    // The first of the comments directly above an instruction: they apply to that instruction.
    let mut block = 0;
    for item in &file.items {
        match &item.node {
            Node::Comment(comment) => {
                if let Some(ignore) = read_comment(&comment.text, comment.span) {
                    found.push(ignore);
                }
            }
            Node::Instruction(instruction) => {
                for ignore in found.get_mut(block..).unwrap_or_default() {
                    if ignore.scope != IgnoreScope::File {
                        ignore.scope = IgnoreScope::Instruction(instruction.span);
                    }
                }
                let lines = instruction.continuations.iter().flat_map(|line| &line.skipped);
                for line in lines.filter(|line| line.comment) {
                    let bytes = line.span.bytes(file.source);
                    let spaces = bytes.len() - bytes.trim_ascii_start().len();
                    let start = line.span.start.saturating_add(u32::try_from(spaces).unwrap_or(u32::MAX));
                    let text = String::from_utf8_lossy(bytes.trim_ascii()).into_owned();
                    let length = u32::try_from(bytes.trim_ascii().len()).unwrap_or(u32::MAX);
                    let comment = Span::new(start, start.saturating_add(length));
                    let Some(text) = text.strip_prefix('#') else { continue };
                    if let Some(mut ignore) = read_comment(text, comment)
                        && ignore.scope != IgnoreScope::File
                    {
                        ignore.scope = IgnoreScope::Instruction(instruction.span);
                        found.push(ignore);
                    }
                }
                block = found.len();
            }
            // Comments above no instruction have no effect.
            _ => block = found.len(),
        }
    }
    found
}

/// The comment with this text, which follows the `#`.
fn read_comment(text: &str, comment: Span) -> Option<Ignore> {
    let parsed = parse_comment(text)?;
    let codes = parsed.codes.iter().map(|code| IgnoredCode::new(code, text, comment.start + 1)).collect();
    let scope = if parsed.whole_file { IgnoreScope::File } else { IgnoreScope::Nothing };
    let has_reason = is_ignore_reason(parsed.reason);
    Some(Ignore { program: IgnoreProgram::Dockwright, scope, codes, comment, has_reason })
}

/// The codes that a dockwright comment with this text ignores.
pub(super) fn ignored_codes(comment: &str) -> Option<Vec<&str>> {
    parse_comment(comment).map(|parsed| parsed.codes)
}

/// Spaces are allowed around `=` and `,`; the first word that does not follow a comma begins the reason.
fn parse_comment(comment: &str) -> Option<ParsedIgnore<'_>> {
    let rest = comment.trim_start().strip_prefix("dockwright")?;
    let rest = rest.strip_prefix([' ', '\t'])?.trim_start();
    let (whole_file, rest) = match rest.strip_prefix("ignore-file") {
        Some(rest) => (true, rest),
        None => (false, rest.strip_prefix("ignore")?),
    };
    let mut rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let mut codes = Vec::new();
    loop {
        let end = rest.find(|c: char| c == ',' || c.is_whitespace()).unwrap_or(rest.len());
        let (code, after) = rest.split_at(end);
        if !code.is_empty() {
            codes.push(code);
        }
        match after.trim_start().strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None if codes.is_empty() => return None,
            None => return Some(ParsedIgnore { whole_file, codes, reason: after.trim() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separates_codes_from_reason() {
        for (text, expected) in [
            (
                " dockwright ignore=DL3006 pinned elsewhere",
                Some((false, &["DL3006"][..], "pinned elsewhere")),
            ),
            (
                " dockwright ignore = DL3006 , StageNameCasing why",
                Some((false, &["DL3006", "StageNameCasing"], "why")),
            ),
            (" dockwright ignore-file=SC2086", Some((true, &["SC2086"], ""))),
            (" dockwright ignore=DL3006,", Some((false, &["DL3006"], ""))),
            (" dockwright ignore=", None),
            (" dockwrights ignore=DL3006", None),
            (" use dockwright ignore=DL3006", None),
        ] {
            let expected = expected.map(|(whole_file, codes, reason)| ParsedIgnore {
                whole_file,
                codes: codes.to_vec(),
                reason,
            });
            assert_eq!(parse_comment(text), expected, "{text}");
        }
    }

    #[test]
    fn comments_apply_to_next_instruction() {
        let text = "# dockwright ignore=A\n\n# dockwright ignore=B\n# note\nFROM a\nRUN b \\\n  # dockwright \
                    ignore=C,D\n  c\n# dockwright ignore-file=E\n\n# dockwright ignore=F\n";
        let file = crate::syntax::parse(text.as_bytes());
        let found: Vec<_> = find_own_ignores(&file)
            .iter()
            .map(|ignore| {
                let scope = match ignore.scope {
                    IgnoreScope::Instruction(span) => text.get(span.range()).and_then(|words| words.get(..4)),
                    _ => None,
                };
                let codes: Vec<_> = ignore.codes.iter().map(|code| &text[code.span.range()]).collect();
                (scope, codes)
            })
            .collect();
        assert_eq!(
            found,
            [
                (None, vec!["A"]),
                (Some("FROM"), vec!["B"]),
                (Some("RUN "), vec!["C", "D"]),
                (None, vec!["E"]),
                (None, vec!["F"])
            ]
        );
    }
}
