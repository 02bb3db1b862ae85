//! SC2015: `a && b || c` whose status is used is an expression, not a badly written `if`.

use shuck_ast::{BinaryOp, Command as Tree, CompoundCommand, Stmt, StmtSeq};

use super::{AnalyzedText, RelativeDiagnostic};

/// Whether the status of the `a && b || c`, reported at its `&&`, is used: it is on the left of another `&&` or `||`,
/// or in the last statement of a condition, at any depth.
pub(super) fn is_in_condition(one: &RelativeDiagnostic, subject: &AnalyzedText<'_>) -> bool {
    let at = subject.before + one.start as usize;
    list_sets_status(&subject.file.body, false, at)
}

fn list_sets_status(body: &StmtSeq, decides: bool, at: usize) -> bool {
    body.iter().any(|stmt| statement_sets_status(stmt, decides, at))
}

fn condition_sets_status(body: &StmtSeq, decides: bool, at: usize) -> bool {
    let last = body.len().saturating_sub(1);
    body.iter().enumerate().any(|(index, stmt)| statement_sets_status(stmt, decides || index == last, at))
}

fn statement_sets_status(stmt: &Stmt, decides: bool, at: usize) -> bool {
    let decides = decides && !stmt.negated;
    let mut current = stmt;
    let mut inside = decides;
    while let Tree::Binary(binary) = &current.command {
        let is_list = matches!(binary.op, BinaryOp::And | BinaryOp::Or);
        if binary.op == BinaryOp::Or
            && let Tree::Binary(left) = &binary.left.command
            && left.op == BinaryOp::And
            && left.op_span.start.offset() == at
        {
            return inside;
        }
        if statement_sets_status(&binary.right, inside && is_list, at) {
            return true;
        }
        inside = is_list;
        current = &binary.left;
    }
    match &current.command {
        Tree::Compound(compound) => compound_decides_exit_status(compound, inside && !current.negated, at),
        Tree::Function(function) => statement_sets_status(&function.body, false, at),
        // The operator is in a substitution.
        _ => {
            let span = current.span;
            inside && !current.negated && span.start.offset() <= at && at < span.end.offset()
        }
    }
}

fn compound_decides_exit_status(compound: &CompoundCommand, decides: bool, at: usize) -> bool {
    match compound {
        CompoundCommand::BraceGroup(body) | CompoundCommand::Subshell(body) => {
            list_sets_status(body, decides, at)
        }
        CompoundCommand::If(one) => {
            let branches = one.elif_branches.iter();
            condition_sets_status(&one.condition, decides, at)
                || list_sets_status(&one.then_branch, decides, at)
                || branches.into_iter().any(|(test, branch)| {
                    condition_sets_status(test, decides, at) || list_sets_status(branch, decides, at)
                })
                || one.else_branch.as_ref().is_some_and(|branch| list_sets_status(branch, decides, at))
        }
        CompoundCommand::While(one) => {
            condition_sets_status(&one.condition, decides, at) || list_sets_status(&one.body, decides, at)
        }
        CompoundCommand::Until(one) => {
            condition_sets_status(&one.condition, decides, at) || list_sets_status(&one.body, decides, at)
        }
        CompoundCommand::For(one) => list_sets_status(&one.body, decides, at),
        CompoundCommand::ArithmeticFor(one) => list_sets_status(&one.body, decides, at),
        CompoundCommand::Case(one) => one.cases.iter().any(|case| list_sets_status(&case.body, decides, at)),
        _ => false,
    }
}
