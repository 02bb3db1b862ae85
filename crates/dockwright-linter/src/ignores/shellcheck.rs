//! `# shellcheck disable=…` in the continuation lines or the heredocs of a RUN: it applies to that RUN.

use super::comment::{Ignore, IgnoreProgram, IgnoreScope, IgnoredCode, is_ignore_reason};
use crate::shell::ShellCheckDirective;
use crate::source::Span;
use crate::syntax::{Arguments, Dockerfile, Instruction, Kind};

/// Every such comment.
pub(super) fn find_shellcheck_disables(file: &Dockerfile<'_>) -> Vec<Ignore> {
    let mut found = Vec::new();
    for outer in file.instructions() {
        let instruction = match &outer.arguments {
            Arguments::Onbuild(inner) => inner,
            _ => outer,
        };
        if instruction.kind == Kind::Run {
            let lines = outer.continuations.iter().flat_map(|continuation| &continuation.skipped);
            for line in lines.filter(|line| line.comment) {
                found.extend(read_directive(file.source, line.span, outer));
            }
            for heredoc in &instruction.heredocs {
                let mut start = heredoc.body.start;
                for line in heredoc.body.bytes(file.source).split_inclusive(|byte| *byte == b'\n') {
                    let end = start.saturating_add(u32::try_from(line.len()).unwrap_or(u32::MAX));
                    if line.trim_ascii_start().starts_with(b"#") {
                        found.extend(read_directive(file.source, Span::new(start, end), outer));
                    }
                    start = end;
                }
            }
        }
    }
    found
}

/// The comment on this line.
fn read_directive(source: &[u8], line: Span, outer: &Instruction<'_>) -> Option<Ignore> {
    let text = std::str::from_utf8(line.bytes(source)).ok()?;
    let body = text.trim();
    let directive = ShellCheckDirective::parse(body)?;
    let at = |part: &str| {
        let bytes = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        line.start.saturating_add(u32::try_from(bytes).unwrap_or(u32::MAX))
    };
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    Some(Ignore {
        program: IgnoreProgram::ShellCheck,
        scope: IgnoreScope::Instruction(outer.span),
        codes: directive.disabled.iter().map(|code| IgnoredCode::new(code, text, line.start)).collect(),
        comment: Span::new(at(body), at(body).saturating_add(length)),
        has_reason: is_ignore_reason(directive.reason),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_in_a_run_are_read() {
        let text = "# shellcheck disable=SC1\nFROM a\nRUN b \\\n  # shellcheck disable=SC2086,SC2046 # why\n  \
                    c\nRUN <<E\n# shellcheck shell=sh disable=SC2164\ncd x\n#shellcheck disabled=SC1\nE\nENV a \
                    \\\n # shellcheck disable=SC9\n b\n";
        let file = crate::syntax::parse(text.as_bytes());
        let found: Vec<_> = find_shellcheck_disables(&file)
            .iter()
            .map(|ignore| {
                let codes: Vec<_> = ignore.codes.iter().map(|code| &text[code.span.range()]).collect();
                (codes, ignore.has_reason, &text[ignore.comment.range()])
            })
            .collect();
        assert_eq!(
            found,
            [
                (vec!["SC2086", "SC2046"], true, "# shellcheck disable=SC2086,SC2046 # why"),
                (vec!["SC2164"], false, "# shellcheck shell=sh disable=SC2164"),
            ]
        );
    }
}
