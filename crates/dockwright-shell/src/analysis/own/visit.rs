//! The statements of a tree, in source order; without those in substitutions.

use shuck_ast::{Command as Tree, CompoundCommand, Stmt, StmtSeq};

/// Calls `visit` with every list, from the outside in.
pub(super) fn visit_lists<'a>(list: &'a StmtSeq, visit: &mut impl FnMut(&'a StmtSeq)) {
    visit(list);
    for stmt in list.iter() {
        visit_statement(stmt, visit);
    }
}

fn visit_statement<'a>(stmt: &'a Stmt, visit: &mut impl FnMut(&'a StmtSeq)) {
    let mut current = stmt;
    while let Tree::Binary(binary) = &current.command {
        visit_statement(&binary.right, visit);
        current = &binary.left;
    }
    match &current.command {
        Tree::Compound(CompoundCommand::Time(time)) => {
            if let Some(timed) = &time.command {
                visit_statement(timed, visit);
            }
        }
        Tree::Compound(compound) => {
            for body in compound_bodies(compound) {
                visit_lists(body, visit);
            }
        }
        Tree::Function(function) => visit_statement(&function.body, visit),
        _ => {}
    }
}

/// The lists in a compound command.
pub(super) fn compound_bodies(compound: &CompoundCommand) -> Vec<&StmtSeq> {
    match compound {
        CompoundCommand::BraceGroup(body) | CompoundCommand::Subshell(body) => vec![body],
        CompoundCommand::If(one) => {
            let elifs = one.elif_branches.iter().flat_map(|(test, branch)| [test, branch]);
            [&one.condition, &one.then_branch].into_iter().chain(elifs).chain(&one.else_branch).collect()
        }
        CompoundCommand::While(one) => vec![&one.condition, &one.body],
        CompoundCommand::Until(one) => vec![&one.condition, &one.body],
        CompoundCommand::For(one) => vec![&one.body],
        CompoundCommand::ArithmeticFor(one) => vec![&one.body],
        CompoundCommand::Select(one) => vec![&one.body],
        CompoundCommand::Case(one) => one.cases.iter().map(|case| &case.body).collect(),
        _ => Vec::new(),
    }
}

/// Calls `visit` with each operand of `&&`, `||` and `|` in the statement, in no particular order.
pub(super) fn visit_operands<'a>(stmt: &'a Stmt, visit: &mut impl FnMut(&'a Stmt)) {
    let mut current = stmt;
    while let Tree::Binary(binary) = &current.command {
        visit_operands(&binary.right, visit);
        current = &binary.left;
    }
    visit(current);
}
