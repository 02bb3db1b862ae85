//! SC2003, SC2304, SC2306, SC2307, SC2308: `expr`.

use super::{AnalyzedText, RelativeDiagnostic, may_become_several_words};
use crate::{ShellCommand, ShellWord};

/// Operators that shell arithmetic cannot replace.
const WITHOUT_SUBSTITUTE: [&str; 5] = [":", "<", ">", "<=", ">="];

/// Operators instead of the first operand, which are not portable.
const PREFIX: [&str; 4] = ["index", "length", "match", "substr"];

/// Whether all reports with this code come from here.
pub(super) const fn is_reported_by_own_check(code: u32) -> bool {
    matches!(code, 2003 | 2308)
}

pub(super) fn check_expr(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    let operands = command.arguments();
    if let Some(operator) = operands.first().filter(|word| PREFIX.contains(&word.text.as_str())) {
        subject.report(2308, operator.span, found);
        return;
    }
    if operands.iter().any(|word| WITHOUT_SUBSTITUTE.contains(&word.text.as_str())) {
        return;
    }
    let Some(name) = command.words.first() else { return };
    subject.report(2003, name.span, found);
    let is_star = |word: &ShellWord| subject.slice(word.span) == "*";
    match operands {
        [_, star, _] if is_star(star) => subject.report(2304, star.span, found),
        _ => operands.iter().filter(|word| is_star(word)).for_each(|star| {
            subject.report(2306, star.span, found);
        }),
    }
    let is_certain = |word: &ShellWord| {
        let raw = subject.slice(word.span);
        word.literal || raw.starts_with('"') && raw.ends_with('"') && !may_become_several_words(word, raw)
    };
    match operands {
        [only] if is_certain(only) => subject.report(2307, only.span, found),
        [first, second] if is_certain(first) && is_certain(second) => {
            subject.report(2307, name.span, found);
        }
        _ => {}
    }
}
