//! DW5011: an install without package lists.

use crate::optimize::paths_overlap;
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::effects::{Verb, command_effects};
use crate::semantic::managers::apt::{self, LISTS};
use crate::semantic::programs::read_apt_call;
use crate::semantic::{Run, StageBaseKind, View};
use crate::shell::{CommandPlace, ShellCommand};
use crate::syntax::{Arguments, Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DW5011",
    name: "missing-package-lists",
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW5011.md"),
    ..Rule::BUILD
};

/// The state of the package lists.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PackageLists {
    /// Certainly none; with the line that deleted them, unless the base image lacks them.
    Absent(Option<u32>),
    Perhaps,
}

fn check(cx: &mut RuleChecker<'_>) {
    // The state at the end of each stage, from which stages built on it start.
    let mut ends: Vec<PackageLists> = Vec::new();
    for (stage, built) in cx.semantics.build.stages.iter().enumerate() {
        let start = match built.base {
            StageBaseKind::Stage(parent) => ends.get(parent).copied().unwrap_or(PackageLists::Perhaps),
            _ => PackageLists::Absent(None),
        };
        ends.push(check_stage(cx, stage, start));
    }
}

/// Reports the first install without lists, and returns the state at the end of the stage.
fn check_stage(cx: &mut RuleChecker<'_>, stage: usize, mut lists: PackageLists) -> PackageLists {
    let (Some(installs), Some(absence)) = (cx.installs(), cx.program_absence()) else {
        return PackageLists::Perhaps;
    };
    let semantics = cx.semantics;
    let base =
        semantics.base_image(stage).filter(|base| base.certain && base.image.official && !base.image.pinned);
    let is_apt =
        base.is_some_and(|base| matches!(base.image.facts.distro.as_deref(), Some("debian" | "ubuntu")));
    let Some(span) = semantics.stages.get(stage).map(|stage| stage.span).filter(|_| is_apt) else {
        return PackageLists::Perhaps;
    };
    let mut is_reported = false;
    for instruction in semantics.file.instructions_in(span) {
        if copies_below(instruction, "/var/lib/apt") {
            lists = PackageLists::Perhaps;
        }
        let Some(run) = semantics.find_run(instruction) else { continue };
        let is_known =
            absence.programs_before_run(run.outer.span.start).is_some_and(|state| state.lost.is_none());
        let has_mount = run.mounts.iter().any(|mount| LISTS.starts_with(mount.mount_target_text()));
        if !is_known || has_mount || run.onbuild {
            lists = PackageLists::Perhaps;
        }
        for command in &run.script.commands {
            if let PackageLists::Absent(line) = lists
                && !is_reported
                && cx.build_runs_instruction_at(run.outer.span.start)
                && absence.run_fails_with_command(command)
                && installs.has_original_sources(command)
                && certainly_fetches_packages(cx, command)
            {
                report(cx, run, command, line);
                is_reported = true;
            }
            lists = lists_after_command(cx, run, command, lists);
        }
    }
    lists
}

/// Whether a COPY or ADD may put something at or below a path.
fn copies_below(instruction: &Instruction<'_>, path: &str) -> bool {
    let Arguments::Paths(paths) = &instruction.arguments else { return false };
    let to = paths.destination.as_ref().map_or("/", |word| word.text.trim_matches(['"', '\'']));
    let is_copy = matches!(instruction.kind, Kind::Copy | Kind::Add);
    let to = to.trim_end_matches('/');
    // A relative path is in a project directory.
    is_copy && (to.contains('$') || to.is_empty() || paths_overlap(to, path))
}

/// Whether an install certainly has to fetch at least one package.
fn certainly_fetches_packages(cx: &RuleChecker<'_>, command: &ShellCommand) -> bool {
    let installs = read_apt_call(command, View::Exact).is_some_and(|call| call.is_subcommand(&["install"]));
    let has_options = command.words.iter().any(|word| {
        matches!(
            word.text.as_str(),
            "-o" | "--option" | "-c" | "-t" | "--no-download" | "-s" | "--dry-run" | "--print-uris"
        )
    });
    let added = cx.installs().and_then(|all| all.packages_installed_by_call(command));
    installs
        && !has_options
        && !apt::updates_lists_first(command)
        && !command.may_have_options
        && added.is_some_and(|install| !install.package_names().is_empty())
}

/// The state after a command.
fn lists_after_command(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    command: &ShellCommand,
    lists: PackageLists,
) -> PackageLists {
    let effects = command_effects(command, cx.file.source);
    let deletes = run.removes_part_of(command, LISTS)
        && command.arguments().iter().any(|word| word.text.trim_end_matches(['*', '/']) == LISTS);
    if deletes && command.is("rm") && command.place == CommandPlace::Top {
        return PackageLists::Absent(Some(cx.semantics.line(command.span.start)));
    }
    let may_fetch = match &effects.packages {
        Some(call) => {
            let updates =
                matches!(call.verb, Verb::Update | Verb::Configure) || apt::updates_lists_first(command);
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
    let name = command.name.as_deref().unwrap_or("apt-get");
    let message = match deleted {
        Some(line) => {
            format!("the package lists are deleted on line {line}, so `{name} install` finds no packages")
        }
        None => format!("the base image has no package lists, so `{name} install` finds no packages"),
    };
    cx.report(run.outer, command.span_of_argument(&["install"]), message)
        .help(format!("run `{name} update` in the same `RUN`, before the install"));
}
