//! SC2086 for variables that only some paths through the script set: the embedded analyzer assumes that assignments
//! in a group or branch after `&&` always run, and does not handle `unset`.
//!
//! For ShellCheck, the value is unknown on the paths that do not set it, so it may contain spaces.

use std::collections::BTreeSet;

use shuck_ast::{BinaryOp, BuiltinCommand, Command as Tree, CompoundCommand, DeclOperand, Stmt, StmtSeq};

use super::{AnalyzedText, RelativeDiagnostic, visit};
use dockerfile_syntax::Span;

/// Names that are certainly set.
type AssignedNames = BTreeSet<String>;

pub(super) fn check_flow(
    subject: &AnalyzedText<'_>,
    is_known: impl Fn(u32) -> bool,
    found: &mut Vec<RelativeDiagnostic>,
) {
    if subject.script.bare_assignments.is_empty() && !subject.text.contains("export ") {
        return;
    }
    let mut flow =
        AssignmentFlow { subject, assigned: AssignedNames::new(), has_functions: false, unset: Vec::new() };
    let mut set: AssignedNames =
        subject.prelude.lines().filter_map(exported_name).map(str::to_owned).collect();
    flow.visit_list(&subject.file.body, &mut set);
    if flow.has_functions {
        return;
    }
    for span in flow.unset {
        if !is_known(span.start) {
            subject.report(2086, span, found);
        }
    }
}

/// The name in `export NAME=1`.
fn exported_name(line: &str) -> Option<&str> {
    line.strip_prefix("export ").and_then(|rest| rest.split('=').next())
}

struct AssignmentFlow<'a, 's> {
    subject: &'a AnalyzedText<'s>,
    /// Names that were set on some path so far.
    assigned: AssignedNames,
    /// Whether there are functions: calling one could set any variable, so nothing is reported.
    has_functions: bool,
    /// Unquoted expansions of names that only some paths set.
    unset: Vec<Span>,
}

impl AssignmentFlow<'_, '_> {
    /// Whether the statement after the list is reached.
    fn visit_list(&mut self, list: &StmtSeq, set: &mut AssignedNames) -> bool {
        list.iter().all(|stmt| self.visit_statement(stmt, set))
    }

    fn visit_statement(&mut self, stmt: &Stmt, set: &mut AssignedNames) -> bool {
        match &stmt.command {
            Tree::Binary(binary) => self.visit_binary(&binary.left, binary.op, &binary.right, set),
            Tree::Compound(compound) => self.visit_compound(compound, set),
            Tree::Function(_) | Tree::AnonymousFunction(_) => {
                self.has_functions = true;
                true
            }
            Tree::Builtin(BuiltinCommand::Exit(_) | BuiltinCommand::Return(_)) => false,
            // The statements after `break` and `continue` are treated as reached.
            Tree::Builtin(_) => true,
            Tree::Simple(simple) => {
                self.check_expansions(stmt, set);
                let name = self.subject.slice(self.subject.span(simple.name.span));
                let words =
                    || simple.args.iter().map(|word| self.subject.slice(self.subject.span(word.span)));
                match name {
                    "" => {
                        let names = simple.assignments.iter().map(|one| one.target.name.as_str().to_owned());
                        for name in names.collect::<Vec<_>>() {
                            self.record_assignment(&name, set);
                        }
                    }
                    "unset" => words().for_each(|name| _ = set.remove(name)),
                    "read" | "getopts" | "mapfile" | "readarray" | "printf" | "eval" | "." | "source" => {
                        for name in words().map(str::to_owned).collect::<Vec<_>>() {
                            self.record_assignment(&name, set);
                        }
                    }
                    _ => {}
                }
                true
            }
            Tree::Decl(decl) => {
                for operand in &decl.operands {
                    match operand {
                        DeclOperand::Assignment(one) => self.record_assignment(one.target.name.as_str(), set),
                        DeclOperand::Name(name) => _ = set.insert(name.name.as_str().to_owned()),
                        _ => {}
                    }
                }
                true
            }
        }
    }

    fn record_assignment(&mut self, name: &str, set: &mut AssignedNames) {
        self.assigned.insert(name.to_owned());
        set.insert(name.to_owned());
    }

    fn visit_binary(&mut self, left: &Stmt, op: BinaryOp, right: &Stmt, set: &mut AssignedNames) -> bool {
        if matches!(op, BinaryOp::Pipe | BinaryOp::PipeAll) {
            // Each side runs in its own subshell.
            self.visit_statement(left, &mut set.clone());
            self.visit_statement(right, &mut set.clone());
            return true;
        }
        if !self.visit_statement(left, set) {
            return false;
        }
        let mut taken = set.clone();
        if self.visit_statement(right, &mut taken) {
            set.retain(|name| taken.contains(name));
        }
        true
    }

    fn visit_compound(&mut self, compound: &CompoundCommand, set: &mut AssignedNames) -> bool {
        match compound {
            CompoundCommand::BraceGroup(body) => self.visit_list(body, set),
            CompoundCommand::Subshell(body) => {
                self.visit_list(body, &mut set.clone());
                true
            }
            CompoundCommand::If(one) => {
                let mut ways = Vec::new();
                if !self.visit_list(&one.condition, set) {
                    return false;
                }
                self.visit_branch(&one.then_branch, set, &mut ways);
                for (test, branch) in &one.elif_branches {
                    if !self.visit_list(test, set) {
                        return intersect_branches(set, ways);
                    }
                    self.visit_branch(branch, set, &mut ways);
                }
                match &one.else_branch {
                    Some(branch) => self.visit_branch(branch, set, &mut ways),
                    None => ways.push(set.clone()),
                }
                intersect_branches(set, ways)
            }
            CompoundCommand::Case(one) => {
                let mut ways = Vec::new();
                for case in &one.cases {
                    self.visit_branch(&case.body, set, &mut ways);
                }
                let is_any =
                    |pattern: &shuck_ast::Pattern| self.subject.slice(self.subject.span(pattern.span)) == "*";
                if !one.cases.iter().any(|case| case.patterns.iter().any(is_any)) {
                    ways.push(set.clone());
                }
                intersect_branches(set, ways)
            }
            CompoundCommand::While(one) => {
                self.visit_list(&one.condition, set);
                self.visit_list(&one.body, &mut set.clone());
                true
            }
            CompoundCommand::Until(one) => {
                self.visit_list(&one.condition, set);
                self.visit_list(&one.body, &mut set.clone());
                true
            }
            CompoundCommand::For(one) => {
                let mut inside = set.clone();
                for name in one.targets.iter().filter_map(|target| target.name.as_ref()) {
                    self.record_assignment(name.as_str(), &mut inside);
                }
                self.visit_list(&one.body, &mut inside);
                true
            }
            other => {
                for body in visit::compound_bodies(other) {
                    self.visit_list(body, &mut set.clone());
                }
                true
            }
        }
    }

    fn visit_branch(&mut self, body: &StmtSeq, set: &AssignedNames, ways: &mut Vec<AssignedNames>) {
        let mut taken = set.clone();
        if self.visit_list(body, &mut taken) {
            ways.push(taken);
        }
    }

    /// Examines the arguments of the statement's command.
    fn check_expansions(&mut self, stmt: &Stmt, set: &AssignedNames) {
        let span = self.subject.span(stmt.span);
        let commands = &self.subject.script.commands;
        let at = commands.iter().find(|command| {
            command
                .words
                .first()
                .is_some_and(|word| span.contains(word.span) && command.span.start >= span.start)
        });
        let Some(command) = at else { return };
        for word in command.arguments() {
            for (at, name, end) in plain_expansions(self.subject.slice(word.span)) {
                if self.assigned.contains(name) && !set.contains(name) {
                    let offset = |at: usize| word.span.start + u32::try_from(at).unwrap_or(0);
                    self.unset.push(Span::new(offset(at), offset(end)));
                }
            }
        }
    }
}

/// What is set on all paths that continue; `false` if none does.
fn intersect_branches(set: &mut AssignedNames, ways: Vec<AssignedNames>) -> bool {
    let mut ways = ways.into_iter();
    let Some(first) = ways.next() else { return false };
    *set = ways.fold(first, |mut all, way| {
        all.retain(|name| way.contains(name));
        all
    });
    true
}

/// Each `$name` and `${name}` of a word that is neither in quotes nor in a substitution.
fn plain_expansions(raw: &str) -> Vec<(usize, &str, usize)> {
    let mut found = Vec::new();
    let mut quote = None;
    let mut bytes = raw.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match (byte, quote) {
            (b'\\', Some(b'"') | None) => drop(bytes.next()),
            (b'\'' | b'"' | b'`', None) => quote = Some(byte),
            (_, Some(open)) if open == byte => quote = None,
            (b'$', None) => {
                let rest = raw.get(at + 1..).unwrap_or_default();
                if rest.starts_with('(') {
                    break;
                }
                let inner = rest.strip_prefix('{').unwrap_or(rest);
                let length = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                let (name, after) = inner.split_at(length.unwrap_or(inner.len()));
                let braces = rest.len() - inner.len();
                if !name.is_empty() && (braces == 0 || after.starts_with('}')) {
                    found.push((at, name, at + 1 + 2 * braces + name.len()));
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::plain_expansions;

    #[test]
    fn check_expansions() {
        for (word, expected) in [
            ("$a", &[(0, "a", 2)][..]),
            ("x${a}$b_1/", &[(1, "a", 5), (5, "b_1", 9)]),
            ("\"$a\"'$b'$c", &[(8, "c", 10)]),
            ("${a:-b}${#a}\\$a$(x $a)", &[]),
        ] {
            assert_eq!(plain_expansions(word), expected, "{word}");
        }
    }
}
