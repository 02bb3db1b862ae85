//! DL3025: CMD, ENTRYPOINT or HEALTHCHECK CMD in shell form.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::syntax::{Arguments, CommandLine, Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3025",
    name: "shell-form-command",
    group: Group::Hadolint,
    severity: Severity::Warning,
    hadolint_severity: None,
    enabled: Enabled::Default,
    fixable: Fixable::Sometimes,
    check: Check::Instruction(&[Kind::Cmd, Kind::Entrypoint, Kind::Healthcheck], check),
    docs: include_str!("../../rules/DL3025.md"),
};

fn check(cx: &mut Checker<'_>, instruction: &Instruction<'_>) {
    let line = match &instruction.arguments {
        Arguments::Command(line) => line,
        Arguments::Healthcheck(check) => match &check.command {
            Some(line) => line,
            None => return,
        },
        _ => return,
    };
    let CommandLine::Shell(command) = line else { return };
    let keyword = instruction.keyword.text.to_uppercase();
    let message = format!("this `{keyword}` runs in a shell, which does not pass signals on");
    cx.report(instruction, command.span, message).help("write it as a JSON array, in double quotes");
}
