//! A package that is only needed to add a repository.

use crate::diagnostic::ProblemCost;
use crate::optimize::LocatedCommand;
use crate::rule::RuleChecker;
use crate::semantic::effects::Verb;
use crate::shell::ShellWord;

/// The package with `add-apt-repository`, which needs Python and D-Bus.
const TOOL: &str = "software-properties-common";

/// Reports the package if nothing in the image removes it.
pub(super) fn check(cx: &mut RuleChecker<'_>) {
    let Some(outline) = cx.outline().filter(|outline| !outline.is_for_development()) else { return };
    let shipped = || {
        outline.drafts.steps.iter().filter(|step| outline.graph.is_stage_in_image(step.stage) && !step.fired)
    };
    let is_removed =
        shipped().flat_map(|step| &step.commands).any(|one| package_word(one, Verb::Remove).is_some());
    if is_removed {
        return;
    }
    for step in shipped() {
        let Some(run) = step.run else { continue };
        let Some(word) = step.commands.iter().find_map(|one| package_word(one, Verb::Install)) else {
            continue;
        };
        let saved = cx
            .installs()
            .and_then(|installs| installs.bytes_saved_without(&run.script.commands, &[TOOL.to_string()]));
        if saved == Some(0) {
            continue;
        }
        let message = format!("`{TOOL}` is needed only to add a repository, but stays in the image");
        cx.report(run.outer, word.span, message)
            .help("add a source file and a key instead, or remove the package in the same `RUN`")
            .set_cost(saved.map_or(ProblemCost::UnknownSize { usual_megabytes: 60 }, ProblemCost::Image))
            .add_reason_not_fixed("a program in the image may use it");
    }
}

/// The word that names the package, in a call of this kind.
fn package_word<'o>(one: &'o LocatedCommand<'_>, verb: Verb) -> Option<&'o ShellWord> {
    let call = one.effects.packages.as_ref().filter(|call| call.manager == "apt" && call.verb == verb)?;
    call.words(one.command).find(|word| call.name(word) == TOOL)
}
