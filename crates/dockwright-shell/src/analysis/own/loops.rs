//! SC2041, SC2042, SC2051, SC2066, SC2258: the list of a `for` loop.

use shuck_ast::{Command as Tree, CompoundCommand, Word};

use super::{AnalyzedText, RelativeDiagnostic, escapes, visit};
use dockerfile_syntax::Span;

pub(super) fn check_loops(subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    for words in for_loop_words(subject) {
        if let [only] = words.as_slice()
            && let Some(code) = code_of_single_item(subject.slice(*only))
        {
            subject.report(code, *only, found);
            continue;
        }
        for word in words {
            escapes::check_variable_in_brace_range(word, subject, found);
            if is_plain_word(subject.slice(word)) && subject.slice(word).ends_with(',') {
                subject.report(2258, word, found);
            }
        }
    }
}

/// Whether the report is wrong: the analyzer has only one code for lists of one word.
pub(super) fn is_false_report(one: &RelativeDiagnostic, subject: &AnalyzedText<'_>) -> bool {
    one.code == 2043
        && for_loop_words(subject).iter().any(|words| {
            matches!(words.as_slice(), [only] if only.start == one.start && code_of_single_item(subject.slice(*only)).is_some())
        })
}

fn code_of_single_item(raw: &str) -> Option<u32> {
    let inner = raw.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    if inner.is_some_and(|inner| !inner.contains('\'')) {
        return Some(2041);
    }
    // A `"` in between may belong to a substitution, or end the string.
    let inner = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    if inner.is_some_and(|inner| inner.contains(['*', '$', '`']) && !inner.contains(['"', '@'])) {
        return Some(2066);
    }
    (is_plain_word(raw) && raw.contains(',') && !raw.ends_with(',')).then_some(2042)
}

fn is_plain_word(raw: &str) -> bool {
    !raw.contains(['\'', '"', '$', '`', '{', '*', '?', '['])
}

/// The words of every `for … in`.
fn for_loop_words(subject: &AnalyzedText<'_>) -> Vec<Vec<Span>> {
    let mut found = Vec::new();
    visit::visit_lists(&subject.file.body, &mut |list| {
        for stmt in list.iter() {
            visit::visit_operands(stmt, &mut |stmt| {
                if let Tree::Compound(CompoundCommand::For(one)) = &stmt.command
                    && let Some(words) = &one.words
                {
                    found.push(words.iter().map(|word: &Word| subject.span(word.span)).collect());
                }
            });
        }
    });
    found
}
