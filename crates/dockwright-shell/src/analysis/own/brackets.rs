//! SC2050, SC2070, SC2072, SC2077, SC2158 to SC2161, SC2170, SC2331, SC3015 to SC3017, SC3062: terms of `[ … ]`.

use super::{AnalyzedText, RelativeDiagnostic};
use crate::ShellWord;
use dockerfile_syntax::Span;

const NUMERIC: [&str; 6] = ["-eq", "-ge", "-gt", "-le", "-lt", "-ne"];

/// What is always true or always false.
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
        let separates = |word: &ShellWord| matches!(subject.slice(word.span), "-a" | "-o" | "!");
        for term in inner.split(separates) {
            match term {
                [only] => check_single_operand(only, subject, found),
                [operator, word] if operator.text == "-n" && is_unquoted(subject.slice(word.span)) => {
                    subject.report(2070, word.span, found);
                }
                [left, operator, right] => check_binary_operator([left, right], operator, subject, found),
                _ => {}
            }
        }
    }
}

/// Whether something else is reported of the same word, or what the analyzer reports is about `test` or a file.
pub(super) fn is_mistaken(one: &RelativeDiagnostic, subject: &AnalyzedText<'_>) -> bool {
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

/// Operators that not every shell has.
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

/// One expansion or substitution without quotes.
fn is_unquoted(raw: &str) -> bool {
    raw.starts_with(['$', '`']) && !raw.starts_with("$((") && !raw.starts_with("$#") && !raw.starts_with("$?")
}

fn constant_test_code(word: &ShellWord) -> Option<u32> {
    FIXED.iter().find(|(text, _)| word.literal && word.text == *text).map(|(_, code)| *code)
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
    fn equals_signs() {
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
