//! `# check=skip=…` at the top of a file and above instructions: where the names stand. What they silence is
//! known by [`CheckConfig`](crate::semantic::CheckConfig).

use super::comment::{Ignore, IgnoredCode, Program, Scope};
use super::place::is_check;
use crate::source::Span;
use crate::syntax::{CheckOptions, Checks, DirectiveKind, Dockerfile, Node};

/// Every such comment that names checks.
pub fn find(file: &Dockerfile<'_>) -> Vec<Ignore> {
    let mut found = Vec::new();
    for item in &file.items {
        match &item.node {
            Node::Directive(directive) if directive.kind == DirectiveKind::Check && directive.honoured => {
                found.extend(read(file, directive.span, Scope::File));
            }
            Node::Instruction(instruction) => {
                let comments = file.attached_comments(instruction);
                // Only the first one counts.
                let mut scope = Scope::Instruction(instruction.span);
                for comment in comments.iter().filter(|comment| is_check(&comment.text)) {
                    found.extend(read(file, comment.span, scope));
                    scope = Scope::Nothing;
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether BuildKit reads the comment with this text above an instruction, or would at the top of the file.
pub fn is_read(text: &str) -> bool {
    let value = text.split_once('=').map_or("", |(_, value)| value.trim());
    is_check(text) && !value.is_empty() && CheckOptions::parse(value).is_ok()
}

/// The comment at this span; `# check = skip=A,B;error=true // why`.
fn read(file: &Dockerfile<'_>, comment: Span, scope: Scope) -> Option<Ignore> {
    let text = std::str::from_utf8(comment.bytes(file.source)).ok()?;
    let (_, value) = text.split_once('=')?;
    let value = value.trim();
    let options = CheckOptions::parse(value).ok()?;
    let Checks::Named(names) = options.skip else { return None };
    let reason = value.split_once(' ').map_or("", |(_, reason)| reason);
    let codes: Vec<_> = names
        .iter()
        .filter(|name| !name.is_empty())
        .map(|name| IgnoredCode::new(name, text, comment.start))
        .collect();
    let has_reason = reason.chars().any(char::is_alphanumeric);
    (!codes.is_empty()).then_some(Ignore { program: Program::Buildkit, scope, codes, comment, has_reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_where_they_stand() {
        let text = "# check=skip=A,B;error=true\nFROM a\n# Check = skip=C // why\n# note\n# check=skip=D\nRUN b\n# \
                    check=skip=all\nRUN c\n# check=error=true\nRUN d\n";
        let file = crate::syntax::parse(text.as_bytes());
        let found: Vec<_> = find(&file)
            .iter()
            .map(|ignore| {
                let codes: Vec<_> = ignore.codes.iter().map(|code| &text[code.span.range()]).collect();
                (codes, ignore.has_reason, ignore.scope)
            })
            .collect();
        let second = Scope::Instruction(Span::new(81, 86));
        assert_eq!(
            found,
            [
                (vec!["A", "B"], false, Scope::File),
                (vec!["C"], true, second),
                (vec!["D"], false, Scope::Nothing)
            ]
        );
    }
}
