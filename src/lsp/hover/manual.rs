//! The syntax of an instruction or a flag, and what it does.

use super::state::format_inline_code;
use crate::facts::manual::{InstructionPage, directive_page, instruction_page};
use crate::source::Span;
use crate::syntax::{DirectiveKind, Instruction};

/// The forms of an instruction.
pub(crate) fn syntax_block(page: &InstructionPage) -> String {
    format!("```dockerfile\n{}\n```", page.forms.join("\n"))
}

/// Describes the flag at a position, and returns the span of the flag.
pub(crate) fn describe_flag(instruction: &Instruction<'_>, here: Span) -> Option<(String, Span)> {
    let flag = instruction.flags.iter().find(|flag| flag.span.contains(here))?;
    let text = text_of_flag(instruction_page(instruction.kind)?, &flag.name.text)?;
    Some((text, Span::new(flag.span.start, flag.name.span.end)))
}

fn text_of_flag(page: &InstructionPage, name: &str) -> Option<String> {
    let flag = page.find_flag(name)?;
    let value = if flag.value.is_empty() { String::new() } else { format!("={}", flag.value) };
    Some(format!("{}\n\n{}", format_inline_code(&format!("--{name}{value}")), flag.summary))
}

/// What a parser directive does, and its form.
pub(crate) fn describe_directive(kind: DirectiveKind) -> String {
    let page = directive_page(kind);
    format!("{}\n\n{}", format_inline_code(page.form), page.summary)
}
