//! SC2095: programs that read the input of the `while read` loop that they are in.

use shuck_ast::{Command as Tree, CompoundCommand, Stmt};

use super::{AnalyzedText, RelativeDiagnostic, codes, visit};
use crate::{Connector, ShellCommand};
use dockerfile_syntax::Span;
use dockwright_diagnostic::Severity;

/// Programs that read their input, each with the option that prevents this.
const READERS: [(&str, Option<&str>); 4] = [
    ("ssh", Some("n")),
    ("ffmpeg", Some("nostdin")),
    ("mplayer", Some("noconsolecontrols")),
    ("HandBrakeCLI", None),
];

pub(super) fn check_input(subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    let readers: Vec<&ShellCommand> =
        subject.script.commands.iter().filter(|command| reads_input(command, subject)).collect();
    if readers.is_empty() {
        return;
    }
    visit::visit_lists(&subject.file.body, &mut |list| {
        for stmt in list.iter() {
            visit::visit_operands(stmt, &mut |stmt| check_loop_body(stmt, &readers, subject, found));
        }
    });
}

fn check_loop_body(
    stmt: &Stmt,
    readers: &[&ShellCommand],
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    let Tree::Compound(CompoundCommand::While(one)) = &stmt.command else { return };
    let [condition] = one.condition.stmts.as_slice() else { return };
    let Tree::Simple(simple) = &condition.command else { return };
    let of_read = |word: &shuck_ast::Word| subject.text_at_shuck_span(word.span).starts_with("-u");
    if subject.text_at_shuck_span(simple.name.span) != "read"
        || !condition.redirects.is_empty()
        || simple.args.iter().any(of_read)
    {
        return;
    }
    let body = subject.span(one.body.span);
    let mut any = false;
    for name in
        readers.iter().filter(|reader| body.contains(reader.span)).filter_map(|reader| reader.words.first())
    {
        subject.report(2095, name.span, found);
        any = true;
    }
    if any {
        let start = subject.span(stmt.span).start as usize;
        let message = codes::message_of_code(2095, "");
        found.push(RelativeDiagnostic::new(2095, Severity::Info, start, start + "while".len(), message));
    }
}

/// Whether the command reads the input of the loop.
fn reads_input(command: &ShellCommand, subject: &AnalyzedText<'_>) -> bool {
    let Some(name) = command.name.as_deref().map(|name| name.rsplit('/').next().unwrap_or(name)) else {
        return false;
    };
    let Some((_, option)) = READERS.iter().find(|(reader, _)| *reader == name) else { return false };
    let has_option = option.is_some_and(|option| {
        command.words.iter().any(|word| {
            let letters = word.text.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
            letters.is_some_and(
                |letters| if option.len() == 1 { letters.contains(option) } else { letters == option },
            )
        })
    });
    // ShellCheck does not examine commands of an and-or list.
    let after =
        subject.text.get(command.span.end as usize..).unwrap_or_default().trim_start_matches([' ', '\t']);
    if matches!(command.connector, Some(Connector::And | Connector::Or))
        || after.starts_with("&&")
        || after.starts_with("||")
    {
        return false;
    }
    let is_redirected = |span: &Span| subject.slice(*span).trim_start_matches('0').starts_with('<');
    command.connector != Some(Connector::Pipe)
        && !has_option
        && !command.redirections.iter().any(is_redirected)
}
