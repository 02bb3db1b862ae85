//! DW5023: an option of BusyBox's `adduser` on Debian.

use crate::rule::{Check, Rule, RuleActivation, RuleChecker};
use crate::shell::ShellCommand;

pub(super) static RULE: Rule = Rule {
    code: "DW5023",
    name: "busybox-option",
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW5023.md"),
    enabled: RuleActivation::Preview,
    ..Rule::BUILD
};

/// Releases whose `adduser` is known.
const RELEASES: [&str; 8] = ["buster", "bullseye", "bookworm", "focal", "jammy", "20.04", "22.04", "noble"];

fn check(cx: &mut RuleChecker<'_>) {
    let Some(absence) = cx.program_absence() else { return };
    for run in &cx.semantics.runs {
        let start = run.outer.span.start;
        let Some(state) = absence.programs_before_run(start).filter(|state| state.lost.is_none()) else {
            continue;
        };
        let is_known = state.image().is_some_and(|image| {
            image.official
                && matches!(image.facts.distro.as_deref(), Some("debian" | "ubuntu"))
                && image.release.as_deref().is_some_and(|release| RELEASES.contains(&release))
        });
        if run.onbuild || !is_known || !cx.build_runs_instruction_at(start) {
            continue;
        }
        let found = run.script.commands.iter().find_map(|command| {
            let is_decisive = absence.run_fails_with_command(command) && command.wrappers.is_empty();
            busybox_only_option(command).filter(|_| is_decisive).map(|option| (command, option))
        });
        let Some((command, option)) = found else { continue };
        let name = command.name.as_deref().unwrap_or_default();
        let message = format!("`{name}` in this image has no option `{option}`, which only BusyBox has");
        let help = match name {
            "addgroup" => "use `groupadd --system`",
            _ if option == "-S" => "use `useradd --system`",
            _ => "use `useradd`",
        };
        cx.report(run.outer, command.span, message).help(help);
    }
}

/// An option that only BusyBox supports.
fn busybox_only_option(command: &ShellCommand) -> Option<&'static str> {
    let options: &[&str] = match command.name.as_deref()? {
        "adduser" => &["-S", "-D"],
        "addgroup" => &["-S"],
        _ => return None,
    };
    let is_short = |word: &str, option: &str| word == option || (!word.starts_with("--") && word == "-SD");
    options
        .iter()
        .copied()
        .find(|option| command.arguments().iter().any(|word| word.literal && is_short(&word.text, option)))
}
