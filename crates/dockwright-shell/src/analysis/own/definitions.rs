//! Aliases and functions: SC2262, SC2263 (an alias used on the line that defines it), SC2264 (a function that only calls
//! itself).

use shuck_ast::{BinaryOp, Command as Tree, CompoundCommand, Stmt, StmtSeq};

use super::{AnalyzedText, RelativeDiagnostic, visit};
use dockerfile_syntax::Span;

pub(super) fn check_definitions(subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    check_aliases(subject, found);
    visit::visit_lists(&subject.file.body, &mut |list| {
        for stmt in list.iter() {
            visit::visit_operands(stmt, &mut |stmt| check_recursion(stmt, subject, found));
        }
    });
}

/// The shell reads all of a line, or of a compound command, before it defines the aliases in it.
fn check_aliases(subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    let commands = &subject.script.commands;
    for (at, alias) in commands.iter().enumerate().filter(|(_, command)| command.is("alias")) {
        let end = subject.parsed_unit_end(alias.span);
        for definition in alias.arguments() {
            let Some((name, _)) = definition.text.split_once('=') else { continue };
            let is_use = |word: &crate::ShellWord| {
                word.literal && word.text == name && subject.slice(word.span) == name
            };
            let uses: Vec<Span> = commands
                .iter()
                .skip(at + 1)
                .take_while(|command| command.span.start < end)
                .filter_map(|command| {
                    command.words.first().filter(|word| is_use(word)).map(|word| (word.span, command.span))
                })
                .map(|(_, span)| span)
                .collect();
            if !uses.is_empty() {
                subject.report(2262, definition.span, found);
            }
            for span in uses {
                subject.report(2263, span, found);
            }
        }
    }
}

/// `f() { f; }`
fn check_recursion(stmt: &Stmt, subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    let Tree::Function(function) = &stmt.command else { return };
    let Tree::Compound(CompoundCommand::BraceGroup(body) | CompoundCommand::Subshell(body)) =
        &function.body.command
    else {
        return;
    };
    let Some(first) = first_command(body) else { return };
    let Tree::Simple(simple) = &first.command else { return };
    let name = subject.text_at_shuck_span(simple.name.span);
    if function.header.static_names().any(|defined| defined.as_str() == name) {
        subject.report(2264, subject.span(simple.name.span), found);
    }
}

/// The first command of a list, which always runs.
fn first_command(list: &StmtSeq) -> Option<&Stmt> {
    let mut first = list.stmts.first()?;
    while let Tree::Binary(binary) = &first.command {
        if !matches!(binary.op, BinaryOp::And | BinaryOp::Or | BinaryOp::Pipe | BinaryOp::PipeAll) {
            return None;
        }
        first = &binary.left;
    }
    Some(first)
}

impl AnalyzedText<'_> {
    /// The end of the text that the shell parses before it runs the command at `span`: the statement of the outermost
    /// list and all statements on its last line.
    fn parsed_unit_end(&self, span: Span) -> u32 {
        let mut end = span.end;
        for stmt in self.file.body.iter() {
            let whole = self.span(stmt.span);
            let kept = self.slice(whole).trim_end_matches([';', ' ', '\t', '\n']).len();
            let whole = Span::new(whole.start, whole.start + u32::try_from(kept).unwrap_or(0));
            let starts_below = self
                .text
                .get(end as usize..whole.start as usize)
                .is_some_and(|between| between.contains('\n'));
            if whole.end <= span.start {
                continue;
            }
            if whole.start > end && starts_below {
                break;
            }
            end = end.max(whole.end);
        }
        end
    }
}
