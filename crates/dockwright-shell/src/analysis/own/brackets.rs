//! SC2050, SC2055, SC2070, SC2072, SC2077, SC2158 to SC2161, SC2170, SC2331, SC2333, SC3015 to SC3017, SC3062: terms of
//! `[ … ]`.

use super::conditionals::Comparison;
use super::{AnalyzedText, RelativeDiagnostic};
use crate::ShellWord;
use dockerfile_syntax::Span;

const NUMERIC: [&str; 6] = ["-eq", "-ge", "-gt", "-le", "-lt", "-ne"];

/// Terms that are always true or always false.
const FIXED: [(&str, u32); 4] = [("0", 2159), ("1", 2161), ("false", 2158), ("true", 2160)];

pub(super) fn check_brackets(subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    for words in &subject.script.tests {
        let [_, inner @ .., last] = words.as_slice() else { continue };
        if last.text != "]" {
            continue;
        }
        if let [operator, _] = inner {
            check_unary_operator(operator, subject, found);
        }
        find_joined_negations(inner, subject, found);
        let separates = |word: &ShellWord| matches!(subject.slice(word.span), "-a" | "-o" | "!");
        for term in inner.split(separates) {
            match term {
                // `[ 1 > 2 ]` is a comparison whose operator is not among the words.
                [only] if !is_followed_by_comparison(only, subject) => {
                    check_single_operand(only, subject, found);
                }
                [operator, word] if operator.text == "-n" && is_unquoted(subject.slice(word.span)) => {
                    subject.report(2070, word.span, found);
                }
                [left, operator, right] => check_binary_operator([left, right], operator, subject, found),
                _ => {}
            }
        }
    }
}

/// Whether `<` or `>` follows the word.
fn is_followed_by_comparison(word: &ShellWord, subject: &AnalyzedText<'_>) -> bool {
    let all = &subject.script.comparisons;
    let next = all.get(all.partition_point(|operator| operator.start < word.span.end));
    next.is_some_and(|next| subject.slice(Span::new(word.span.end, next.start)).trim().is_empty())
}

/// Whether the report is wrong: another code covers the same word, or the report is about `test` or a file.
pub(super) fn is_false_report(one: &RelativeDiagnostic, subject: &AnalyzedText<'_>) -> bool {
    let at = Span::new(one.start, one.end);
    let mut words = subject.script.tests.iter().flatten();
    match one.code {
        // `[ -f *.x ]` is SC2144.
        2035 => words.any(|word| word.span.contains(at)),
        2078 => words.any(|word| word.span == at && constant_test_code(word).is_some()),
        2050 | 2157 => {
            subject.script.commands.iter().any(|command| command.is("test") && command.span.contains(at))
        }
        _ => false,
    }
}

/// SC2055, SC2333: `[ "$a" != 1 -o "$a" != 2 ]`, and the same with `=` and `-a`.
fn find_joined_negations(
    words: &[ShellWord],
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    let Some((first, [joint, second @ ..])) = words.split_first_chunk::<3>() else { return };
    let Some(second) = second.first_chunk::<3>() else { return };
    let all = match subject.slice(joint.span) {
        "-a" => true,
        "-o" => false,
        _ => return,
    };
    let of = |[left, operator, right]: &[ShellWord; 3]| {
        Comparison::new(subject.slice(left.span), subject.slice(operator.span), subject.slice(right.span))
    };
    if of(first).is_constant_with(&of(second), all) {
        subject.report(if all { 2333 } else { 2055 }, joint.span, found);
    }
}

/// Reports operators that not every shell has.
fn check_unary_operator(
    operator: &ShellWord,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    if subject.slice(operator.span) == "-a" {
        subject.report(2331, operator.span, found);
    }
    let code = match subject.slice(operator.span) {
        "-a" => 3017,
        "-o" => 3062,
        "-v" => 3016,
        _ => return,
    };
    if subject.dialect.is_sh() {
        subject.report(code, operator.span, found);
    }
}

/// Whether the text is an expansion or substitution without quotes.
fn is_unquoted(raw: &str) -> bool {
    raw.starts_with(['$', '`']) && !raw.starts_with("$((") && !raw.starts_with("$#") && !raw.starts_with("$?")
}

/// The code for a term that is always true or always false.
pub(super) fn code_of_constant(term: &str) -> Option<u32> {
    FIXED.iter().find(|(text, _)| term == *text).map(|(_, code)| *code)
}

fn constant_test_code(word: &ShellWord) -> Option<u32> {
    code_of_constant(&word.text).filter(|_| word.literal)
}

fn check_single_operand(word: &ShellWord, subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    if let Some(code) = constant_test_code(word) {
        subject.report(code, word.span, found);
        return;
    }
    let raw = subject.slice(word.span);
    if let Some(at) =
        unquoted_equals(raw).filter(|at| raw.get(..*at).is_some_and(|before| before.contains('$')))
    {
        let at = word.span.start + u32::try_from(at).unwrap_or(0);
        subject.report(2077, Span::new(at, at + 1), found);
    }
}

/// The first `=` outside quotes and expansions.
fn unquoted_equals(raw: &str) -> Option<usize> {
    let mut open: Vec<char> = Vec::new();
    let mut before = ' ';
    for (at, c) in raw.char_indices() {
        match (c, open.last()) {
            (_, Some(&close)) if c == close => drop(open.pop()),
            (_, Some('\'')) => {}
            ('\'' | '"' | '`', None) | ('`', Some(_)) => open.push(c),
            ('{', _) if before == '$' => open.push('}'),
            ('(', _) if before == '$' => open.push(')'),
            ('=', None) => return Some(at),
            _ => {}
        }
        before = c;
    }
    None
}

fn check_binary_operator(
    operands: [&ShellWord; 2],
    operator: &ShellWord,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    if operator.text == "=~" && subject.dialect.is_sh() {
        subject.report(3015, operator.span, found);
    }
    let compares_texts = matches!(operator.text.as_str(), "=" | "==" | "!=");
    if !NUMERIC.contains(&operator.text.as_str()) && !compares_texts {
        return;
    }
    if operands.iter().all(|word| word.literal) {
        subject.report(2050, operator.span, found);
    }
    if compares_texts {
        return;
    }
    for word in operands.into_iter().filter(|word| word.literal) {
        let is_decimal = word.text.split_once('.').is_some_and(|(whole, part)| {
            [whole, part]
                .iter()
                .all(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
        });
        if is_decimal {
            subject.report(2072, word.span, found);
        } else if word.text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            subject.report(2170, word.span, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::unquoted_equals;

    #[test]
    fn finds_unquoted_equals_signs() {
        for (raw, expected) in [
            ("\"$a\"=b", Some(4)),
            ("$a==b", Some(2)),
            ("${a:=b}c", None),
            ("\"a=$b\"", None),
            ("$(a=b c)", None),
            ("'='$a", None),
        ] {
            assert_eq!(unquoted_equals(raw), expected, "{raw}");
        }
    }
}
