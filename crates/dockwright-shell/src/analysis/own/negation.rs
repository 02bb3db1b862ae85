//! SC2251: `! command` under `set -e`, if nothing checks its status.

use shuck_ast::{BinaryOp, Command as Tree, CompoundCommand, Stmt, StmtSeq, StmtTerminator};

use super::{AnalyzedText, RelativeDiagnostic};
use crate::analysis::shells;
use dockerfile_syntax::Span;

pub(super) fn check_negation(subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    let errexit = shells::shebang_sets_errexit(subject.text)
        || subject.script.commands.iter().any(|command| {
            command.is("set")
            && (command.has_flag("e")
                || command.arguments().windows(2).any(|pair| {
                    matches!(pair, [option, value] if option.text.ends_with('o') && value.text == "errexit")
                }))
        });
    if errexit {
        let mut unseen = Vec::new();
        visit_list(&subject.file.body, true, &mut unseen);
        for stmt in unseen {
            let at = |offset: usize| u32::try_from(offset.checked_sub(subject.before)?).ok();
            if let (Some(start), Some(end)) = (at(stmt.span.start.offset()), at(stmt.span.end.offset())) {
                let end = end.min(start + u32::try_from(subject.text.len()).unwrap_or(0));
                let raw = subject.slice(Span::new(start, end));
                let end =
                    start + u32::try_from(raw.trim_end_matches([';', '\n', ' ', '\t']).len()).unwrap_or(0);
                subject.report(2251, Span::new(start, end), found);
            }
        }
    }
}

/// `last_is_seen`: whether the status of the last statement is checked.
fn visit_list<'a>(body: &'a StmtSeq, last_is_seen: bool, unseen: &mut Vec<&'a Stmt>) {
    let last = body.len().saturating_sub(1);
    for (at, stmt) in body.iter().enumerate() {
        let background = matches!(stmt.terminator, Some(StmtTerminator::Background(_)));
        let seen = background || (at == last && last_is_seen);
        // The last status of a group is traced through conditions only, not outwards.
        if stmt.negated && !seen {
            unseen.push(stmt);
        }
        visit_statement(stmt, false, unseen);
    }
}

/// Nothing in the last statement of a condition ends the script.
fn visit_condition<'a>(body: &'a StmtSeq, unseen: &mut Vec<&'a Stmt>) {
    for stmt in body.iter().rev().skip(1) {
        if stmt.negated && !matches!(stmt.terminator, Some(StmtTerminator::Background(_))) {
            unseen.push(stmt);
        }
        visit_statement(stmt, false, unseen);
    }
}

fn visit_statement<'a>(stmt: &'a Stmt, seen: bool, unseen: &mut Vec<&'a Stmt>) {
    match &stmt.command {
        Tree::Binary(_) => {
            let mut current = stmt;
            while let Tree::Binary(binary) = &current.command {
                let decides = matches!(binary.op, BinaryOp::And | BinaryOp::Or);
                visit_statement(&binary.right, decides, unseen);
                if decides {
                    // Nothing on the left side of the operator ends the script, at any depth.
                    return;
                }
                current = &binary.left;
            }
            visit_statement(current, true, unseen);
        }
        Tree::Function(function) => match &function.body.command {
            Tree::Compound(CompoundCommand::BraceGroup(body) | CompoundCommand::Subshell(body)) => {
                visit_list(body, true, unseen);
            }
            _ => visit_statement(&function.body, true, unseen),
        },
        Tree::Compound(compound) => visit_compound(compound, seen, unseen),
        _ => {}
    }
}

fn visit_compound<'a>(compound: &'a CompoundCommand, seen: bool, unseen: &mut Vec<&'a Stmt>) {
    match compound {
        CompoundCommand::BraceGroup(body) => visit_list(body, seen, unseen),
        CompoundCommand::Subshell(body) => visit_list(body, true, unseen),
        CompoundCommand::If(one) => {
            visit_condition(&one.condition, unseen);
            visit_list(&one.then_branch, false, unseen);
            for (test, branch) in &one.elif_branches {
                visit_condition(test, unseen);
                visit_list(branch, false, unseen);
            }
            if let Some(branch) = &one.else_branch {
                visit_list(branch, false, unseen);
            }
        }
        CompoundCommand::While(one) => {
            visit_condition(&one.condition, unseen);
            visit_list(&one.body, false, unseen);
        }
        CompoundCommand::Until(one) => {
            visit_condition(&one.condition, unseen);
            visit_list(&one.body, false, unseen);
        }
        CompoundCommand::For(one) => visit_list(&one.body, false, unseen),
        CompoundCommand::ArithmeticFor(one) => visit_list(&one.body, false, unseen),
        CompoundCommand::Select(one) => visit_list(&one.body, false, unseen),
        CompoundCommand::Case(one) => {
            for case in &one.cases {
                visit_list(&case.body, false, unseen);
            }
        }
        _ => {}
    }
}
