//! SC2154 after `time` and around the `<` of a comparison, and SC2015 in `a || b && c || d`: the embedded analyzer
//! only finds them in a text of the same length without `time`, with `=` instead of `<`, and with `&&` instead of
//! that `||`. It misses pipelines that end with `;` or `&`, and finds them in a text with a line end there.

use shuck_ast::{BinaryOp, Command as Tree, Stmt};

use super::{AnalyzedText, visit};
use crate::Connector;
use dockerfile_syntax::Span;

/// The codes about pipelines, in the analyzer's numbering.
pub(in crate::analysis) const PIPELINE_CODES: [u32; 11] =
    [2009, 2010, 2011, 2012, 2013, 2038, 2069, 2117, 2126, 2260, 3029];

/// A text that is analyzed instead of the original for some codes.
pub(in crate::analysis) struct RewrittenText {
    pub text: String,
    pub codes: &'static [u32],
}

/// The rewritten texts in which the analyzer finds more than in the original.
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
    let compared = subject.script.comparisons.iter().map(|span| Span::new(span.end - 1, span.end));
    let compared: Vec<Span> = compared.collect();
    if !timed.is_empty() || !compared.is_empty() {
        let escapes = subject.script.comparisons.iter().map(|span| Span::new(span.start, span.end - 1));
        let blank: Vec<Span> = timed.into_iter().chain(escapes).collect();
        let text =
            replace_spans(subject.text, &blank, b' ').and_then(|text| replace_spans(&text, &compared, b'='));
        found.extend(text.map(|text| RewrittenText { text, codes: &[2154] }));
    }
    let mut ors = Vec::new();
    visit::visit_lists(&subject.file.body, &mut |list| {
        for stmt in list.iter() {
            find_ors_before_and(stmt, subject, &mut ors);
        }
    });
    if !ors.is_empty() {
        found.extend(
            replace_spans(subject.text, &ors, b'&').map(|text| RewrittenText { text, codes: &[2015] }),
        );
    }
    let ends = find_pipeline_ends(subject);
    if !ends.is_empty() {
        found.extend(
            replace_spans(subject.text, &ends, b'\n')
                .map(|text| RewrittenText { text, codes: &PIPELINE_CODES }),
        );
    }
    found
}

/// Each `;` or `&` after a pipeline; not on the line of a heredoc, whose body would begin there.
fn find_pipeline_ends(subject: &AnalyzedText<'_>) -> Vec<Span> {
    if !subject.script.pipes {
        return Vec::new();
    }
    let mut ends: Vec<u32> = Vec::new();
    visit::visit_lists(&subject.file.body, &mut |list| {
        for stmt in list.iter() {
            if let (Some(end), true) = (stmt.terminator_span, has_pipe(stmt)) {
                ends.push(subject.span(end).start);
            }
        }
    });
    // Pipelines in substitutions.
    let piped = subject.script.commands.iter().filter(|command| command.connector == Some(Connector::Pipe));
    for command in piped {
        let rest = subject.text.get(command.span.end as usize..).unwrap_or_default();
        let spaces = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        ends.push(command.span.end + u32::try_from(spaces).unwrap_or(0));
    }
    ends.sort_unstable();
    ends.dedup();
    ends.retain(|&at| {
        let at = at as usize;
        let rest = subject.text.get(at..).unwrap_or_default();
        let is_end = rest.starts_with(';') && !rest.starts_with(";;") && !rest.starts_with(";&")
            || rest.starts_with('&') && !rest.starts_with("&&") && !rest.starts_with("&>");
        let before = subject.text.get(..at).unwrap_or_default();
        let line =
            before.rsplit('\n').next().unwrap_or_default().len() + rest.lines().next().map_or(0, str::len);
        let start = at - before.rsplit('\n').next().unwrap_or_default().len();
        is_end && !subject.text.get(start..start + line).unwrap_or_default().contains("<<")
    });
    ends.into_iter().map(|at| Span::new(at, at + 1)).collect()
}

/// Whether a statement is a pipeline, or a list that contains one.
fn has_pipe(stmt: &Stmt) -> bool {
    let mut current = stmt;
    while let Tree::Binary(binary) = &current.command {
        if matches!(binary.op, BinaryOp::Pipe | BinaryOp::PipeAll) || has_pipe(&binary.right) {
            return true;
        }
        current = &binary.left;
    }
    false
}

fn replace_spans(text: &str, spans: &[Span], with: u8) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
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
