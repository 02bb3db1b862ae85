//! ConsistentInstructionCasing: keywords of instructions in different cases.

use super::fixes::instruction_edit;
use crate::diagnostic::{Edit, Fix, Severity};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::semantic::build::BuildCheckTiming;
use crate::source::Span;
use crate::syntax::{Arguments, Instruction, Kind, quote_excerpt};

pub(crate) static RULE: Rule = Rule {
    code: "ConsistentInstructionCasing",
    name: "instruction-casing",
    severity: Severity::Style,
    fixable: Fixable::Sometimes,
    is_notation: true,
    moment: BuildCheckTiming::Stages,
    check: Check::File(check),
    docs: include_str!("../../../../rules/ConsistentInstructionCasing.md"),
    ..Rule::BUILDKIT
};

fn check(cx: &mut RuleChecker<'_>) {
    let file = cx.file;
    // A word that is not an instruction is a typo, or the rest of a line without its backslash, so changing its case
    // is no fix.
    let counted = || {
        let from = file.instructions().skip_while(|instruction| instruction.kind != Kind::From);
        from.filter(|instruction| instruction.kind != Kind::Unknown)
    };
    let (mut lower, mut upper) = (0usize, 0usize);
    for keyword in counted().map(|instruction| &instruction.keyword.text) {
        if !keyword.chars().any(char::is_uppercase) {
            lower += 1;
        } else if !keyword.chars().any(char::is_lowercase) {
            upper += 1;
        }
    }
    let to_lower = lower > upper;
    let (case, same) = if to_lower { ("lowercase", lower) } else { ("uppercase", upper) };
    let others = counted().count().saturating_sub(1);
    let contrast = match same {
        1 if others == 1 => ", but the other instruction is",
        same if same > 0 && same == others => ", but the other instructions are",
        same if same * 2 > others => ", but most other instructions are",
        _ => "",
    };
    for instruction in counted() {
        let keyword = &instruction.keyword;
        let wanted = if to_lower { keyword.text.to_lowercase() } else { keyword.text.to_uppercase() };
        if keyword.text == wanted {
            continue;
        }
        let message = format!("{} is not {case}{contrast}", quote_excerpt(&keyword.text));
        let edits = keyword_case_edits(instruction, to_lower, cx.file.source);
        let found =
            cx.report(instruction, keyword.span, message).help(format!("write {}", quote_excerpt(&wanted)));
        found.fix_or_reason(match edits {
            Some(edits) => Ok(Fix::safe(format!("write {}", quote_excerpt(&wanted)), edits)),
            None => Err(instruction_edit::BROKEN_KEYWORD.into()),
        });
    }
}

/// Edits of the keyword, and of the `AS` of a FROM.
fn keyword_case_edits(instruction: &Instruction<'_>, to_lower: bool, source: &[u8]) -> Option<Vec<Edit>> {
    let recased = |text: &str| if to_lower { text.to_lowercase() } else { text.to_uppercase() };
    let edit = |span: Span, text: &str| Edit::replace(span, recased(text));
    if !instruction.keyword.is_verbatim(source) {
        return None;
    }
    let mut edits = vec![edit(instruction.keyword.span, &instruction.keyword.text)];
    if let Arguments::From(from) = &instruction.arguments
        && let Some(alias) = &from.alias
        && recased(&alias.keyword.text) != alias.keyword.text
    {
        if !alias.keyword.is_verbatim(source) {
            return None;
        }
        edits.push(edit(alias.keyword.span, &alias.keyword.text));
    }
    Some(edits)
}
