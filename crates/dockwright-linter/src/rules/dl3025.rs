//! DL3025: CMD, ENTRYPOINT or HEALTHCHECK CMD in shell form.

use crate::rule::{Check, DiagnosticPairing, Fixable, Rule, RuleChecker};
use crate::rules::fixes;
use crate::semantic::{StageFlags, is_exec_form};
use crate::source::Span;
use crate::syntax::{Arguments, CommandLine, Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3025",
    name: "shell-form-command",
    fixable: Fixable::Sometimes,
    leads: &[("JSONArgsRecommended", DiagnosticPairing::Instruction)],
    check: Check::File(check),
    docs: include_str!("../../../../rules/DL3025.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>) {
    let (file, semantics) = (cx.file, cx.semantics);
    let mut with_shell = StageFlags::new(semantics.view);
    for instruction in file.instructions() {
        if let Some(stage) = semantics.stage_starting_at(instruction.span.start) {
            with_shell.enter_stage(stage);
        }
        match instruction.kind {
            Kind::Shell if !semantics.view.reports_shell_form_despite_shell => with_shell.set_flag(),
            Kind::Healthcheck if !semantics.view.health_checks_require_exec_form => {}
            Kind::Cmd | Kind::Entrypoint | Kind::Healthcheck if !with_shell.is_flag_set() => {
                if let Some(command) = shell_form(cx, instruction) {
                    report(cx, instruction, command);
                }
            }
            _ => {}
        }
    }
}

fn shell_form(cx: &RuleChecker<'_>, instruction: &Instruction<'_>) -> Option<Span> {
    let line = match &instruction.arguments {
        Arguments::Command(line) => line,
        Arguments::Healthcheck(check) => check.command.as_ref()?,
        _ => return None,
    };
    let span = match line {
        CommandLine::Shell(command) => command.span,
        CommandLine::Exec { brackets, .. } => *brackets,
    };
    (!is_exec_form(cx.file, line, cx.semantics.view)).then_some(span)
}

fn report(cx: &mut RuleChecker<'_>, instruction: &Instruction<'_>, command: Span) {
    let keyword = instruction.keyword.text.to_uppercase();
    let message = fixes::exec_form::shell_form_message(cx, instruction, &format!("`{keyword}`"));
    let offer = fixes::exec_form::convert_to_exec_form(cx, instruction);
    let help = fixes::exec_form::exec_form_help(cx, instruction);
    cx.report(instruction, command, message).help(help).fix_or_reason(offer);
}
