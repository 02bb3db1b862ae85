//! DW5014: commands of bash in `/bin/sh`.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::base_image::BinSh;
use crate::semantic::{EffectiveShells, Run, ShellKind};
use crate::shell::ShellCommand;
use crate::syntax::Instruction;

pub(super) static RULE: Rule = Rule {
    code: "DW5014",
    name: "bash-in-sh",
    check: Check::File(check),
    docs: include_str!("../../rules/DW5014.md"),
    ..Rule::BUILD
};

/// Commands of bash that dash does not have.
const BASH_ONLY: [&str; 12] = [
    "[[",
    "source",
    "pushd",
    "popd",
    "let",
    "declare",
    "typeset",
    "shopt",
    "mapfile",
    "readarray",
    "function",
    "compgen",
];
/// Releases whose dash certainly has no `pipefail`.
const WITHOUT_PIPEFAIL: [&str; 9] =
    ["bullseye", "bookworm", "trixie", "focal", "jammy", "noble", "20.04", "22.04", "24.04"];

fn check(cx: &mut RuleChecker<'_>) {
    let Some(absence) = cx.absence() else { return };
    let shells = EffectiveShells::new(cx.semantics);
    let source = cx.file.source;
    let replaced = cx.file.instructions().find(|one| replaces_shell(one, source)).map(|one| one.span.start);
    for run in &cx.semantics.runs {
        let start = run.outer.span.start;
        let Some(state) = absence.before_run(start).filter(|state| state.lost.is_none()) else { continue };
        let Some(image) = state.image() else { continue };
        let is_dash = image.facts.sh == Some(BinSh::Dash)
            && shells.at(run.instruction.span.start) == ShellKind::Default;
        let has_default = cx.semantics.effective_state(run.instruction.span.start).shell.is_none()
            && image.facts.has_default_shell != Some(false);
        let is_run = run.is_shell_form()
            && has_default
            && cx.semantics.shebang(run).is_none()
            && cx.is_built(start)
            && !run.onbuild;
        if !is_dash || !is_run || replaced.is_some_and(|replaced| replaced <= start) {
            continue;
        }
        let has_no_pipefail =
            image.release.as_deref().is_some_and(|release| WITHOUT_PIPEFAIL.contains(&release));
        let found = run.script.commands.iter().find_map(|command| {
            let name = command.name.as_deref()?;
            let is_pipefail = has_no_pipefail && name == "set" && command.has_argument(&["pipefail"]);
            let is_missing = BASH_ONLY.contains(&name) && absence.is_decisive(command);
            // `set` with an unknown option ends the shell, whatever follows.
            let ends = is_pipefail && (absence.is_decisive(command) || is_first(run, command));
            let shown = if is_pipefail { "set -o pipefail" } else { name };
            (command.wrappers.is_empty() && (is_missing || ends)).then_some((command, shown.to_string()))
        });
        let Some((command, shown)) = found else { continue };
        let text = String::from_utf8_lossy(run.instruction.span.bytes(cx.file.source)).into_owned();
        if text.contains(&format!("{shown}()")) {
            continue;
        }
        let message = format!("`{shown}` is a bash command, but `/bin/sh` of the base image is dash");
        let span = command.name_span();
        cx.report(run.outer, span, message).help(
            "add `SHELL [\"/bin/bash\", \"-c\"]` before it, or write it for `sh` (`.` instead of `source`)",
        );
    }
}

/// Whether it is the first command, in the list that the script is.
fn is_first(run: &Run<'_>, command: &ShellCommand) -> bool {
    run.script.commands.first().is_some_and(|first| std::ptr::eq(first, command))
        && command.place == crate::shell::CommandPlace::Top
}

/// Whether an instruction may make `/bin/sh` another shell.
fn replaces_shell(instruction: &Instruction<'_>, source: &[u8]) -> bool {
    let text = String::from_utf8_lossy(instruction.span.bytes(source));
    text.contains("/sh") || text.contains("dash") || text.contains(" sh ")
}
