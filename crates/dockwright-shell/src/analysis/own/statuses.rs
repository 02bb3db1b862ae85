//! SC2320: `echo a; exit $?`, where `$?` is the status of `echo`. SC2319: `{ [ a ]; } || exit $?`; the embedded
//! analyzer finds other tests.

use shuck_ast::{BinaryOp, Command as Tree, CompoundCommand, Stmt, StmtSeq, StmtTerminator};

use super::{AnalyzedText, RelativeDiagnostic, visit};
use crate::quotes::QuoteTracker;
use dockerfile_syntax::Span;

pub(super) fn check_statuses(subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    let statuses = expanded_statuses(subject.text);
    if statuses.is_empty() {
        return;
    }
    let mut after_echo: Vec<Span> = Vec::new();
    let mut after_test: Vec<Span> = Vec::new();
    visit::visit_lists(&subject.file.body, &mut |list| {
        for pair in list.stmts.windows(2) {
            if let [before, next] = pair
                && !is_background(before)
                && ends_with_echo(before, subject)
            {
                after_echo.push(first_run_span(next, subject));
            }
        }
        for stmt in list.iter() {
            find_statuses_after_echo(stmt, subject, &mut after_echo);
            find_statuses_after_groups(stmt, subject, &mut after_test);
        }
    });
    for status in statuses {
        if after_echo.iter().any(|span| span.contains(status)) {
            subject.report(2320, status, found);
        }
        if after_test.iter().any(|span| span.contains(status)) {
            subject.report(2319, status, found);
        }
    }
}

/// `echo a && b $?`, `echo a || exit $?`, `if echo a; then b $?`.
fn find_statuses_after_echo(stmt: &Stmt, subject: &AnalyzedText<'_>, after_echo: &mut Vec<Span>) {
    let mut current = stmt;
    while let Tree::Binary(binary) = &current.command {
        let is_list = matches!(binary.op, BinaryOp::And | BinaryOp::Or);
        if is_list && ends_with_echo(&binary.left, subject) {
            after_echo.push(first_run_span(&binary.right, subject));
        }
        current = &binary.left;
    }
    if let Tree::Compound(CompoundCommand::If(one)) = &current.command
        && let (Some(condition), Some(first)) = (one.condition.stmts.last(), one.then_branch.stmts.first())
        && ends_with_echo(condition, subject)
    {
        after_echo.push(first_run_span(first, subject));
    }
}

/// `{ a; [ b ]; } || exit $?`
fn find_statuses_after_groups(stmt: &Stmt, subject: &AnalyzedText<'_>, after_test: &mut Vec<Span>) {
    let mut current = stmt;
    while let Tree::Binary(binary) = &current.command {
        if matches!(binary.op, BinaryOp::And | BinaryOp::Or)
            && let Tree::Compound(CompoundCommand::BraceGroup(body)) = &binary.left.command
            && body.stmts.last().is_some_and(|last| is_test(last, subject))
        {
            after_test.push(first_run_span(&binary.right, subject));
        }
        current = &binary.left;
    }
}

fn is_test(stmt: &Stmt, subject: &AnalyzedText<'_>) -> bool {
    match &stmt.command {
        _ if stmt.negated => false,
        Tree::Simple(simple) => subject.text_at_shuck_span(simple.name.span) == "[",
        Tree::Compound(CompoundCommand::Conditional(_)) => true,
        _ => false,
    }
}

/// Whether `echo` runs last in the statement, whatever happens.
fn ends_with_echo(stmt: &Stmt, subject: &AnalyzedText<'_>) -> bool {
    let ends = |list: &StmtSeq| list.stmts.last().is_some_and(|last| ends_with_echo(last, subject));
    if stmt.negated {
        return false;
    }
    match &stmt.command {
        Tree::Simple(simple) => {
            subject.text_at_shuck_span(simple.name.span).rsplit('/').next() == Some("echo")
        }
        Tree::Compound(CompoundCommand::BraceGroup(body)) => ends(body),
        Tree::Compound(CompoundCommand::If(one)) => {
            ends(&one.then_branch)
                && one.elif_branches.iter().all(|(_, branch)| ends(branch))
                && one.else_branch.as_ref().is_some_and(ends)
        }
        Tree::Compound(CompoundCommand::Case(one)) => {
            let is_any = |pattern: &shuck_ast::Pattern| subject.text_at_shuck_span(pattern.span) == "*";
            one.cases.iter().all(|case| ends(&case.body))
                && one.cases.iter().any(|case| case.patterns.iter().any(is_any))
        }
        _ => false,
    }
}

/// The part of a statement that runs first, before another of its commands sets `$?`.
fn first_run_span(stmt: &Stmt, subject: &AnalyzedText<'_>) -> Span {
    let first = |list: &StmtSeq| list.stmts.first().map(|first| first_run_span(first, subject));
    let inside = match &stmt.command {
        Tree::Binary(binary) => Some(first_run_span(&binary.left, subject)),
        Tree::Compound(CompoundCommand::BraceGroup(body) | CompoundCommand::Subshell(body)) => first(body),
        Tree::Compound(CompoundCommand::If(one)) => first(&one.condition),
        Tree::Compound(CompoundCommand::While(one)) => first(&one.condition),
        Tree::Compound(CompoundCommand::Until(one)) => first(&one.condition),
        Tree::Compound(CompoundCommand::For(one)) => {
            let words = one.words.iter().flatten().map(|word| subject.span(word.span));
            words.reduce(|all, word| Span::new(all.start, word.end))
        }
        Tree::Compound(CompoundCommand::Case(one)) => Some(subject.span(one.word.span)),
        Tree::Compound(CompoundCommand::Time(_)) | Tree::Function(_) | Tree::AnonymousFunction(_) => {
            let start = subject.span(stmt.span).start;
            Some(Span::new(start, start))
        }
        _ => None,
    };
    inside.unwrap_or_else(|| subject.span(stmt.span))
}

fn is_background(stmt: &Stmt) -> bool {
    matches!(stmt.terminator, Some(StmtTerminator::Background(_)))
}

/// Every `$?` and `${?}` that is expanded.
fn expanded_statuses(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    if !text.contains("$?") && !text.contains("${?}") {
        return found;
    }
    let mut quotes = QuoteTracker::default();
    for (at, byte) in text.bytes().enumerate() {
        let expands = byte == b'$' && quotes.expands_variables();
        quotes.track_quote_byte(byte);
        let rest = text.get(at + 1..).unwrap_or_default();
        let length = if rest.starts_with('?') {
            2
        } else if rest.starts_with("{?}") {
            4
        } else {
            continue;
        };
        if expands {
            let start = u32::try_from(at).unwrap_or(0);
            found.push(Span::new(start, start + length));
        }
    }
    found
}
