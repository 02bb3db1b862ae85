//! DW5011: an install without package lists.

use crate::rule::{Check, Rule, RuleChecker};
use crate::rules::fixes::earlier_steps;
use crate::semantic::effects::{Verb, command_effects};
use crate::semantic::managers::apt::LISTS;
use crate::semantic::{Run, View, programs};
use crate::shell::{CommandPlace, ShellCommand};

pub(super) static RULE: Rule = Rule {
    code: "DW5011",
    name: "missing-package-lists",
    check: Check::File(check),
    docs: include_str!("../../rules/DW5011.md"),
    ..Rule::BUILD
};

/// What is known of the package lists.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PackageLists {
    /// Certainly none; the line that deleted them, unless the base image has none.
    Absent(Option<u32>),
    Perhaps,
}

fn check(cx: &mut RuleChecker<'_>) {
    for stage in 0..cx.semantics.stages.len() {
        check_stage(cx, stage);
    }
}

fn check_stage(cx: &mut RuleChecker<'_>, stage: usize) {
    let (Some(installs), Some(absence)) = (cx.installs(), cx.absence()) else { return };
    let semantics = cx.semantics;
    let base =
        semantics.base_image(stage).filter(|base| base.certain && base.image.official && !base.image.pinned);
    let is_apt =
        base.is_some_and(|base| matches!(base.image.facts.distro.as_deref(), Some("debian" | "ubuntu")));
    let Some(chain) = earlier_steps::chain_from_base(semantics, stage).filter(|_| is_apt) else { return };
    let mut lists = PackageLists::Absent(None);
    for instruction in earlier_steps::instructions_of(semantics, &chain) {
        if earlier_steps::copies_below(instruction, "/var/lib/apt") {
            lists = PackageLists::Perhaps;
        }
        let Some(run) = semantics.runs.iter().find(|run| run.outer.span == instruction.span) else {
            continue;
        };
        let is_known = absence.before_run(run.outer.span.start).is_some_and(|state| state.lost.is_none());
        let has_mount = run.mounts.iter().any(|mount| LISTS.starts_with(mount.target_text()));
        if !is_known || has_mount || run.onbuild {
            lists = PackageLists::Perhaps;
        }
        for command in &run.script.commands {
            let own = run.stage == Some(stage) && cx.is_built(run.outer.span.start);
            if let PackageLists::Absent(line) = lists
                && own
                && absence.is_decisive(command)
                && installs.has_own_sources(command)
                && installs_more(cx, command)
            {
                report(cx, run, command, line);
                return;
            }
            lists = after(cx, run, command, lists);
        }
    }
}

/// Whether an install has to fetch at least one package, certainly.
fn installs_more(cx: &RuleChecker<'_>, command: &ShellCommand) -> bool {
    let installs = programs::APT_GET.read(command, View::Exact).is_some_and(|call| call.does(&["install"]));
    let has_options = command.words.iter().any(|word| {
        matches!(
            word.text.as_str(),
            "-o" | "--option"
                | "-c"
                | "-t"
                | "--no-download"
                | "-s"
                | "--dry-run"
                | "--print-uris"
                | "--update"
                | "-U"
        )
    });
    let added = cx.installs().and_then(|all| all.of_call(command));
    installs
        && !has_options
        && !command.may_have_options
        && added.is_some_and(|install| !install.package_names().is_empty())
}

/// What is known after a command.
fn after(cx: &RuleChecker<'_>, run: &Run<'_>, command: &ShellCommand, lists: PackageLists) -> PackageLists {
    let effects = command_effects(command, cx.file.source);
    let deletes = run.removes(command, LISTS)
        && command.arguments().iter().any(|word| word.text.trim_end_matches(['*', '/']) == LISTS);
    if deletes && command.is("rm") && command.place == CommandPlace::Top {
        return PackageLists::Absent(Some(cx.semantics.line(command.span.start)));
    }
    let may_fetch = match &effects.packages {
        Some(call) => {
            let updates = matches!(call.verb, Verb::Update | Verb::Configure)
                || command.has_argument(&["--update", "-U"]);
            call.manager == "apt" && updates
        }
        None => {
            effects.unknown
                || command.is_any(&["add-apt-repository", "apt-add-repository", "cp", "mv", "tar", "rsync"])
        }
    };
    if may_fetch { PackageLists::Perhaps } else { lists }
}

fn report(cx: &mut RuleChecker<'_>, run: &Run<'_>, command: &ShellCommand, deleted: Option<u32>) {
    let message = match deleted {
        Some(line) => {
            format!("the package lists are deleted on line {line}, so `apt-get install` finds no package")
        }
        None => "the base image has no package lists, so `apt-get install` finds no package".to_string(),
    };
    cx.report(run.outer, command.span_of(&["install"]), message)
        .help("run `apt-get update` in the same `RUN`, before the install");
}
