//! DL3001: a command that makes no sense in a container.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::Run;

pub(super) static RULE: Rule = Rule {
    code: "DL3001",
    name: "pointless-command",
    severity: Severity::Info,
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3001.md"),
    ..Rule::HADOLINT
};

/// Commands that inspect or control a running machine, which is pointless in a build.
const POINTLESS: [&str; 9] = ["free", "kill", "mount", "ps", "service", "shutdown", "ssh", "top", "vim"];

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    let Some(command) = run.script.commands.iter().find(|command| command.is_any(&POINTLESS)) else { return };
    let name = command.name.as_deref().unwrap_or_default();
    let help = match name {
        "service" => {
            "start the process with `CMD` or `ENTRYPOINT`; one started in `RUN` ends with the build step"
        }
        "ssh" => "provide the key with `RUN --mount=type=ssh`, and let the program that needs it connect",
        "mount" => "use `RUN --mount` during the build, or a volume at run time",
        _ => "remove it; its effect ends with this `RUN`",
    };
    cx.report(run.outer, command.name_span(), format!("`{name}` has no lasting effect in an image"))
        .help(help);
}
