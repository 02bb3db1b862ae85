//! DW0005: a comment that was probably meant as a parser directive.

use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::semantic::{DirectiveComment, DirectiveEnd, DirectiveFault, directive_comments};
use crate::syntax::{DirectiveKind, Dockerfile, Node, quote_excerpt};

pub(crate) static RULE: Rule = Rule {
    code: "DW0005",
    name: "ineffective-parser-directive",
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    is_notation: true,
    docs: include_str!("../../../../rules/DW0005.md"),
    ..Rule::DOCKWRIGHT
};

fn check(cx: &mut RuleChecker<'_>) {
    let file = cx.file;
    for found in directive_comments(file) {
        let name = found.name();
        let line = String::from_utf8_lossy(found.span.bytes(file.source));
        let message = match found.fault {
            DirectiveFault::Key => {
                let key = String::from_utf8_lossy(found.key.bytes(file.source));
                format!(
                    "{} is not a parser directive, so BuildKit reads this line as a comment",
                    quote_excerpt(&key)
                )
            }
            DirectiveFault::Separator => {
                format!(
                    "{} has no `=` after the key, so BuildKit reads it as a comment",
                    quote_excerpt(line.trim())
                )
            }
            DirectiveFault::Indented(_) => format!("`{name}` is indented, so BuildKit reads it as a comment"),
            DirectiveFault::Below(above) => {
                let above = match above {
                    DirectiveEnd::EmptyLine => "an empty line",
                    DirectiveEnd::Comment => "another comment",
                    DirectiveEnd::Instruction => "an instruction",
                };
                format!("`{name}` is set below {above}, so BuildKit reads it as a comment")
            }
        };
        let help = match found.fault {
            DirectiveFault::Key => format!("did you mean `{name}`?"),
            DirectiveFault::Separator => format!("write `# {name}=VALUE`"),
            DirectiveFault::Indented(_) => "start the line with the `#`".to_string(),
            DirectiveFault::Below(_) => {
                "move it to the top of the file, above all comments, empty lines and instructions".to_string()
            }
        };
        let offer = offer_fix(file, &found);
        cx.report_at(found.span, found.span, message).help(help).fix_or_reason(offer);
    }
}

/// The directive as it was probably meant. It changes how the file is parsed, so the author has to decide.
fn offer_fix(file: &Dockerfile<'_>, found: &DirectiveComment) -> FixOrReason {
    let name = found.name();
    let set = |title: String, edits: Vec<Edit>| {
        let fix = Fix::new(Applicability::Suggestion, title, edits);
        Ok(fix.with_risk("this changes how the file is parsed"))
    };
    let is_set = file.directives().any(|directive| directive.is_effective && directive.kind == found.kind);
    let is_comment_of_instruction = found.kind == DirectiveKind::Check;
    match found.fault {
        _ if is_set && !is_comment_of_instruction => Err(format!("`{name}` is already set").into()),
        DirectiveFault::Key | DirectiveFault::Separator => {
            if !is_comment_of_instruction && !is_at_top(file, found.span.start) {
                return Err("the comment is not at the top of the file".into());
            }
            let key = String::from_utf8_lossy(found.key.bytes(file.source));
            let key = if found.fault == DirectiveFault::Key { name } else { key.as_ref() };
            let separator = found.separator.bytes(file.source);
            let separator =
                if separator.contains(&b'=') { String::from_utf8_lossy(separator) } else { "=".into() };
            let span = found.key.enclosing_span(found.separator);
            let text = format!("{key}{separator}");
            set(format!("write `{}`", text.trim()), vec![Edit::replace(span, text)])
        }
        DirectiveFault::Indented(spaces) => {
            let start = found.span.start - spaces;
            set(
                "remove the indentation".to_string(),
                vec![Edit::delete(crate::source::Span::new(start, found.span.start))],
            )
        }
        DirectiveFault::Below(_) => Err("moving it changes how the lines above it are parsed".into()),
    }
}

/// Whether only parser directives are above the byte at `offset`.
fn is_at_top(file: &Dockerfile<'_>, offset: u32) -> bool {
    let mut above = file.items.iter().take_while(|item| item.span.end <= offset);
    above.all(|item| matches!(item.node, Node::ByteOrderMark | Node::Directive(_)))
}
