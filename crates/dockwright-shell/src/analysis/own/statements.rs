//! Checks of whole statements and pipelines: SC2006 in heredocs, SC2036, SC2087, SC2093, SC2176, SC2177, SC2188,
//! SC2189, SC2234, SC2259, SC2266, SC2317, SC2326.

use shuck_ast::{
    BinaryOp, Command as Tree, CommandSubstitutionSyntax, CompoundCommand, HeredocBodyPart, Redirect,
    RedirectKind, RedirectTarget, SimpleCommand, Stmt, StmtSeq, StmtTerminator,
};

use super::{AnalyzedText, RelativeDiagnostic, visit};
use dockerfile_syntax::Span;

pub(super) fn check_statements(subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    visit::visit_lists(&subject.file.body, &mut |list| {
        check_exec_before_others(list, subject, found);
        for stmt in list.iter() {
            check_statement(stmt, subject, found);
            visit::visit_operands(stmt, &mut |stmt| {
                check_heredocs(stmt, subject, found);
                check_subshell_of_test(stmt, subject, found);
            });
        }
    });
}

/// Whether the report is wrong: for SC2317, ShellCheck reports neither the commands of `a && b` nor those in the
/// background as unreachable.
pub(super) fn is_false_report(one: &RelativeDiagnostic, subject: &AnalyzedText<'_>) -> bool {
    if one.code != 2317 {
        return false;
    }
    let starts = |stmt: &Stmt| subject.span(stmt.span).start == one.start;
    let mut found = false;
    visit::visit_lists(&subject.file.body, &mut |list| {
        for stmt in list.iter() {
            let mut current = stmt;
            while let Tree::Binary(binary) = &current.command
                && matches!(binary.op, BinaryOp::And | BinaryOp::Or)
            {
                found |= starts(&binary.right);
                current = &binary.left;
            }
            let is_list = !std::ptr::eq(current, stmt);
            found |=
                (is_list || stmt.negated || matches!(stmt.terminator, Some(StmtTerminator::Background(_))))
                    && starts(current);
        }
    });
    found
}

/// `( [ a ] )`; in a condition the analyzer reports it as SC2233.
fn check_subshell_of_test(stmt: &Stmt, subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    if let Tree::Compound(CompoundCommand::Subshell(body)) = &stmt.command
        && let [only] = body.stmts.as_slice()
        && !only.negated
        && is_test(only, subject)
    {
        // The span of the test may include the closing parenthesis.
        let inside = subject.span(only.span);
        let before = subject.text.get(..inside.start as usize).unwrap_or_default();
        let after = subject.text.get(inside.end as usize..).unwrap_or_default();
        let close =
            if subject.slice(inside).ends_with(')') { Some(0) } else { after.find(')').map(|at| at + 1) };
        if let (Some(open), Some(close)) = (before.rfind('('), close) {
            let at = |offset: usize| u32::try_from(offset).unwrap_or(0);
            subject.report(2234, Span::new(at(open), inside.end + at(close)), found);
        }
    }
}

/// Checks expansions in heredocs: backticks, and text that `ssh` sends to a remote shell.
fn check_heredocs(stmt: &Stmt, subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    let is_ssh = matches!(
        &stmt.command,
        Tree::Simple(simple) if subject.text_at_shuck_span(simple.name.span).rsplit('/').next() == Some("ssh")
    );
    for redirect in &stmt.redirects {
        let RedirectTarget::Heredoc(heredoc) = &redirect.target else { continue };
        let mut expands = false;
        for part in &heredoc.body.parts {
            expands |= !matches!(part.kind, HeredocBodyPart::Literal(_));
            if let HeredocBodyPart::CommandSubstitution {
                syntax: CommandSubstitutionSyntax::Backtick, ..
            } = part.kind
            {
                subject.report_at(2006, part.span, found);
            }
        }
        // shuck treats the second heredoc of a line as quoted.
        let raw = subject.text_at_shuck_span(heredoc.delimiter.raw.span);
        if heredoc.delimiter.quoted && !raw.contains(['\'', '"', '\\']) {
            check_heredoc_backticks(subject.span(heredoc.body.span), subject, found);
        }
        if is_ssh && expands {
            subject.report_at(2087, heredoc.delimiter.raw.span, found);
        }
    }
}

/// Each pair of backticks in the lines of a heredoc.
fn check_heredoc_backticks(body: Span, subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    let mut open = None;
    let mut is_escaped = false;
    for (at, byte) in subject.slice(body).bytes().enumerate() {
        let at = body.start + u32::try_from(at).unwrap_or(0);
        if byte == b'`' && !is_escaped {
            match open.take() {
                Some(start) => subject.report(2006, Span::new(start, at + 1), found),
                None => open = Some(at),
            }
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
}

fn check_statement(stmt: &Stmt, subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    let mut current = stmt;
    while let Tree::Binary(binary) = &current.command
        && matches!(binary.op, BinaryOp::And | BinaryOp::Or)
    {
        check_pipeline(&binary.right, subject, found);
        current = &binary.left;
    }
    check_pipeline(current, subject, found);
}

fn check_pipeline(stmt: &Stmt, subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    if let Tree::Compound(CompoundCommand::Time(time)) = &stmt.command {
        check_timed_statement(stmt, time.command.as_deref(), subject, found);
        return;
    }
    let mut first = stmt;
    let mut piped = false;
    while let Tree::Binary(binary) = &first.command {
        if !matches!(binary.op, BinaryOp::Pipe | BinaryOp::PipeAll) {
            return;
        }
        piped = true;
        check_lone_redirection(&binary.right, 2189, subject, found);
        check_replaced_input(&binary.right, subject, found);
        let before = match &binary.left.command {
            Tree::Binary(left) => &*left.right,
            _ => &*binary.left,
        };
        let right = subject.span(binary.right.span);
        // shuck reads the `!` as the name of a command.
        if subject.slice(right).strip_prefix('!').is_some_and(|rest| rest.starts_with([' ', '\t', '\n'])) {
            subject.report(2326, Span::new(right.start, right.start + 1), found);
        }
        if is_test(before, subject) || is_test(&binary.right, subject) {
            subject.report_at(2266, binary.op_span, found);
        }
        first = &binary.left;
    }
    check_lone_redirection(first, if piped { 2189 } else { 2188 }, subject, found);
    if piped
        && let Some(simple) = command_without_name(first)
        && let Some(assignment) = simple.assignments.first()
    {
        subject.report_at(2036, assignment.span, found);
    }
}

/// `a | b < file`, `a | b <<END`: nothing reads the output of the pipe.
fn check_replaced_input(stmt: &Stmt, subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    let replaces = |redirect: &&Redirect| {
        let reads = matches!(
            redirect.kind,
            RedirectKind::Input
                | RedirectKind::HereDoc
                | RedirectKind::HereDocStrip
                | RedirectKind::HereString
        );
        reads && redirect.fd.is_none_or(|descriptor| descriptor == 0) && redirect.fd_var.is_none()
    };
    if command_without_name(stmt).is_none()
        && let Some(redirect) = stmt.redirects.iter().find(replaces)
    {
        let at = match &redirect.target {
            RedirectTarget::Heredoc(heredoc) => subject.span(heredoc.delimiter.raw.span),
            RedirectTarget::Word(_) => subject.span(redirect.span),
        };
        let digits = subject.slice(at).bytes().take_while(u8::is_ascii_digit).count();
        subject.report(2259, Span::new(at.start + u32::try_from(digits).unwrap_or(0), at.end), found);
    }
}

/// `> file` without a command; all of it in a pipeline.
fn check_lone_redirection(
    stmt: &Stmt,
    code: u32,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    if let Some(simple) = command_without_name(stmt)
        && simple.assignments.is_empty()
        && let Some(redirection) = stmt.redirects.first()
    {
        subject.report_at(code, redirection.span, found);
    }
}

/// `time a | b`, `time { …; }`: POSIX only has the program `time`, which times one simple command.
fn check_timed_statement(
    stmt: &Stmt,
    timed: Option<&Stmt>,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    match timed.filter(|_| subject.dialect.is_sh()).map(|timed| (&timed.command, timed.span)) {
        Some((Tree::Binary(_), _)) => subject.report_at(2176, stmt.span, found),
        Some((Tree::Compound(_), span)) => subject.report_at(2177, span, found),
        _ => {}
    }
}

/// `exec a; b`
fn check_exec_before_others(list: &StmtSeq, subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    /// Commands that may follow to handle a failed `exec`.
    const FALLBACKS: [&str; 4] = ["echo", "exit", "printf", "return"];
    for pair in list.stmts.windows(2) {
        let [stmt, next] = pair else { continue };
        let Tree::Simple(simple) = &stmt.command else { continue };
        if subject.text_at_shuck_span(simple.name.span) != "exec" || simple.args.is_empty() {
            continue;
        }
        let is_fallback = match &next.command {
            Tree::Simple(next) => FALLBACKS.contains(&subject.text_at_shuck_span(next.name.span)),
            Tree::Builtin(_) => true,
            _ => false,
        };
        if !is_fallback {
            subject.report_at(2093, stmt.span, found);
        }
    }
}

/// A command that has no name.
fn command_without_name(stmt: &Stmt) -> Option<&SimpleCommand> {
    match &stmt.command {
        Tree::Simple(simple) if simple.name.span.start.offset() == simple.name.span.end.offset() => {
            Some(simple)
        }
        _ => None,
    }
}

fn is_test(stmt: &Stmt, subject: &AnalyzedText<'_>) -> bool {
    match &stmt.command {
        Tree::Simple(simple) => matches!(subject.text_at_shuck_span(simple.name.span), "[" | "test"),
        Tree::Compound(CompoundCommand::Conditional(_)) => true,
        _ => false,
    }
}

impl AnalyzedText<'_> {
    /// The span of a part of the tree in the text.
    pub(super) fn span(&self, found: shuck_ast::Span) -> Span {
        let at = |offset: usize| {
            let offset = offset.saturating_sub(self.before).min(self.text.len());
            u32::try_from(self.text.floor_char_boundary(offset)).unwrap_or(0)
        };
        let (start, end) = (at(found.start.offset()), at(found.end.offset()));
        Span::new(start, end.max(start))
    }

    pub(super) fn text_at_shuck_span(&self, found: shuck_ast::Span) -> &str {
        self.slice(self.span(found))
    }

    /// Reports a part of the tree, unless it precedes the text.
    fn report_at(&self, code: u32, at: shuck_ast::Span, found: &mut Vec<RelativeDiagnostic>) {
        if at.start.offset() < self.before {
            return;
        }
        let span = self.span(at);
        let kept = self.slice(span).trim_end_matches([';', '\n', ' ', '\t']).len();
        let end = span.start + u32::try_from(kept).unwrap_or(0);
        self.report(code, Span::new(span.start, end), found);
    }
}
