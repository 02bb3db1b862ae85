//! SC2154 behind `time`, and SC2015 in `a || b && c || d`: the embedded analyzer finds them in a text of the same length
//! without `time`, and with `&&` for that `||`, which is how ShellCheck reads both.

use shuck_ast::{BinaryOp, Command as Tree, Stmt};

use super::{AnalyzedText, visit};
use dockerfile_syntax::Span;

/// A text to be analyzed in place of the subject's for one code.
pub(in crate::analysis) struct RewrittenText {
    pub text: String,
    pub code: u32,
}

/// The texts that show more than the subject's own.
pub(in crate::analysis) fn rewritten_texts(subject: &AnalyzedText<'_>) -> Vec<RewrittenText> {
    let mut found = Vec::new();
    let timed: Vec<Span> = subject
        .script
        .commands
        .iter()
        .flat_map(|command| {
            let is_time = command.words.len() > 1
                && command.words.first().is_some_and(|word| subject.slice(word.span) == "time");
            let words = command
                .words
                .iter()
                .take(2)
                .filter(move |word| is_time && matches!(word.text.as_str(), "time" | "-p"));
            words.map(|word| word.span)
        })
        .collect();
    if !timed.is_empty() {
        found.extend(replace_spans(subject, &timed, b' ').map(|text| RewrittenText { text, code: 2154 }));
    }
    let mut ors = Vec::new();
    visit::visit_lists(&subject.file.body, &mut |list| {
        for stmt in list.iter() {
            find_ors_before_and(stmt, subject, &mut ors);
        }
    });
    if !ors.is_empty() {
        found.extend(replace_spans(subject, &ors, b'&').map(|text| RewrittenText { text, code: 2015 }));
    }
    found
}

fn replace_spans(subject: &AnalyzedText<'_>, spans: &[Span], with: u8) -> Option<String> {
    let mut bytes = subject.text.as_bytes().to_vec();
    for span in spans {
        bytes.get_mut(span.range())?.fill(with);
    }
    String::from_utf8(bytes).ok()
}

/// Each `||` on the left of the `&&` in `… && c || d`.
fn find_ors_before_and(stmt: &Stmt, subject: &AnalyzedText<'_>, ors: &mut Vec<Span>) {
    let mut current = stmt;
    let mut below = false;
    while let Tree::Binary(binary) = &current.command {
        let is_or = binary.op == BinaryOp::Or;
        if is_or && below && binary.op_span.start.offset() >= subject.before {
            ors.push(subject.span(binary.op_span));
        }
        let left_is_and = matches!(&binary.left.command, Tree::Binary(left) if left.op == BinaryOp::And);
        below = (is_or && left_is_and) || (below && matches!(binary.op, BinaryOp::And | BinaryOp::Or));
        current = &binary.left;
    }
}
