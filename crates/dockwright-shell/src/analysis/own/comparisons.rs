//! SC2050, SC2071, SC2072, SC2073, SC3012: `<` and `>` in `[ … ]`, which the embedded analyzer treats as
//! redirections.

use super::{AnalyzedText, RelativeDiagnostic};
use crate::analysis::{Dialect, is_variable_name};
use dockerfile_syntax::Span;

pub(super) fn check_comparisons(subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    for &operator in &subject.script.comparisons {
        let [left, right] = operands_around(operator, subject.text);
        let plain = [left, right].map(|span| subject.slice(span).trim_matches(['"', '\'']));
        if plain.iter().all(|word| !word.contains(['$', '`'])) {
            subject.report(2050, operator, found);
        }
        for (word, span) in plain.iter().zip([left, right]) {
            if is_number(word) && word.contains('.') {
                subject.report(2072, span, found);
            }
        }
        let numbers = plain.iter().any(|word| {
            is_number(word) && !word.contains('.') || holds_integer(word, operator.start, subject)
        });
        let escaped = subject.slice(operator).starts_with('\\');
        let posix = subject.dialect == Dialect::Sh;
        let or_equal = subject.text.get(operator.end as usize..).is_some_and(|rest| rest.starts_with('='));
        if numbers && !(posix && or_equal) {
            subject.report(2071, operator, found);
        }
        if posix {
            subject.report(3012, operator, found);
        } else if !numbers && !escaped && !or_equal {
            subject.report(2073, operator, found);
        }
    }
}

/// Whether a word is a variable that was last set to an integer.
fn holds_integer(word: &str, before: u32, subject: &AnalyzedText<'_>) -> bool {
    let name = word.strip_prefix('$').map(|name| name.trim_start_matches('{').trim_end_matches('}'));
    let Some(name) = name.filter(|name| is_variable_name(name)) else { return false };
    let commands = subject.script.commands.iter().flat_map(|command| &command.assignments);
    let values = subject.script.bare_assignments.iter().chain(commands).filter_map(|span| {
        let value = subject.slice(*span).strip_prefix(name)?.strip_prefix('=')?;
        (span.end <= before).then_some((span.start, value.trim_matches(['"', '\''])))
    });
    values.max().is_some_and(|(_, value)| {
        value.starts_with("$((") || !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The words on both sides of an operator.
fn operands_around(operator: Span, text: &str) -> [Span; 2] {
    let (start, end) = (operator.start as usize, operator.end as usize);
    let before = text.get(..start).unwrap_or_default().trim_end();
    let left = before.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let rest = text.get(end..).unwrap_or_default();
    let word = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '=' || c == '\\');
    let right = text.len() - word.len();
    let length = word.find(char::is_whitespace).unwrap_or(word.len());
    let span =
        |from: usize, to: usize| Span::new(u32::try_from(from).unwrap_or(0), u32::try_from(to).unwrap_or(0));
    [span(left, before.len().max(left)), span(right, right + length)]
}

/// `1`, `1.5`
pub(super) fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        && word.ends_with(|c: char| c.is_ascii_digit())
        && word.chars().all(|c| c.is_ascii_digit() || c == '.')
        && word.matches('.').count() < 2
}

/// Whether the report is wrong: the redirection is a comparison, or the word is its operand.
pub(super) fn is_false_report(one: &RelativeDiagnostic, subject: &AnalyzedText<'_>) -> bool {
    let all = &subject.script.comparisons;
    if one.code == 2078 {
        let next = all.get(all.partition_point(|operator| operator.start < one.end));
        return next.is_some_and(|next| subject.slice(Span::new(one.end, next.start)).trim().is_empty());
    }
    all.binary_search_by_key(&one.start, |operator| operator.start).is_ok()
}
