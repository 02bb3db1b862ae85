//! `# check=skip=…` at the top of a file and above instructions: the positions of the names.
//! [`CheckConfig`](crate::semantic::CheckConfig) determines what they ignore.

use super::comment::{Ignore, IgnoreProgram, IgnoreScope, IgnoredCode, is_ignore_reason};
use super::place::is_buildkit_check_comment;
use crate::source::Span;
use crate::syntax::{CheckOptions, CheckSet, DirectiveKind, Dockerfile, Node};

/// Every such comment that names checks.
pub(super) fn find_check_ignores(file: &Dockerfile<'_>) -> Vec<Ignore> {
    let mut found = Vec::new();
    for item in &file.items {
        match &item.node {
            Node::Directive(directive)
                if directive.kind == DirectiveKind::Check && directive.is_effective =>
            {
                found.extend(read_check_comment(file, directive.span, IgnoreScope::File));
            }
            Node::Instruction(instruction) => {
                let comments = file.attached_comments(instruction);
                // Only the first one has an effect.
                let mut scope = IgnoreScope::Instruction(instruction.span);
                for comment in comments.iter().filter(|comment| is_buildkit_check_comment(&comment.text)) {
                    found.extend(read_check_comment(file, comment.span, scope));
                    scope = IgnoreScope::Nothing;
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether BuildKit reads the comment with this text above an instruction, or would at the top of the file.
pub(super) fn is_buildkit_comment(text: &str) -> bool {
    let value = text.split_once('=').map_or("", |(_, value)| value.trim());
    is_buildkit_check_comment(text) && !value.is_empty() && CheckOptions::parse(value).is_ok()
}

/// The comment at this span; `# check = skip=A,B;error=true // why`.
fn read_check_comment(file: &Dockerfile<'_>, comment: Span, scope: IgnoreScope) -> Option<Ignore> {
    let text = std::str::from_utf8(comment.bytes(file.source)).ok()?;
    let (_, value) = text.split_once('=')?;
    let value = value.trim();
    let options = CheckOptions::parse(value).ok()?;
    let CheckSet::Named(names) = options.skip else { return None };
    let reason = value.split_once(' ').map_or("", |(_, reason)| reason);
    let codes: Vec<_> = names
        .iter()
        .filter(|name| !name.is_empty())
        .map(|name| IgnoredCode::new(name, text, comment.start))
        .collect();
    let has_reason = is_ignore_reason(reason);
    (!codes.is_empty()).then_some(Ignore {
        program: IgnoreProgram::Buildkit,
        scope,
        codes,
        comment,
        has_reason,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_offsets_of_names() {
        let text = "# check=skip=A,B;error=true\nFROM a\n# Check = skip=C // why\n# note\n# check=skip=D\nRUN b\n# \
                    check=skip=all\nRUN c\n# check=error=true\nRUN d\n";
        let file = crate::syntax::parse(text.as_bytes());
        let found: Vec<_> = find_check_ignores(&file)
            .iter()
            .map(|ignore| {
                let codes: Vec<_> = ignore.codes.iter().map(|code| &text[code.span.range()]).collect();
                (codes, ignore.has_reason, ignore.scope)
            })
            .collect();
        let second = IgnoreScope::Instruction(Span::new(81, 86));
        assert_eq!(
            found,
            [
                (vec!["A", "B"], false, IgnoreScope::File),
                (vec!["C"], true, second),
                (vec!["D"], false, IgnoreScope::Nothing)
            ]
        );
    }
}
