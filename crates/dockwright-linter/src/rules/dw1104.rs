//! DW1104: sources copied before an install that needs only a few of them.

use crate::diagnostic::{ProblemCost, Severity};
use crate::optimize::LocatedCommand;
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::copy_split::{build_fix, dependency_files, find_copy_sites};
use crate::semantic::effects::Verb;
use crate::semantic::managers;
use crate::semantic::paths::{base_name, is_within, join_path};

pub(super) static RULE: Rule = Rule {
    code: "DW1104",
    name: "source-before-install",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    // Files copied with all sources are now copied by name, and the install becomes a separate command.
    reveals: &[
        "DW3001", "DW1201", "DW2101", "DW2102", "DW2103", "DW2104", "DW2105", "DW2402", "DL3042", "DL3060",
        "DL3059",
    ],
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW1104.md"),
    ..Rule::OPTIMIZER
};

fn check(cx: &mut RuleChecker<'_>) {
    check_mounts(cx);
    for site in find_copy_sites(cx) {
        let copy = site.copy.instruction;
        let line = cx.semantics.line(site.install.command.span.start);
        let call = site.install.shorten_call();
        let message = format!("any change to the files copied here reruns `{call}` on line {line}");
        let offer = build_fix(cx, &site).map_err(Into::into);
        let advice = if site.is_part {
            site.install.advice_for_part()
        } else {
            site.install.advice(&dependency_files(cx, &site))
        };
        let rebuilt = vec![site.run.instruction.span.start];
        cx.report_at(copy.span, copy.rest.span, message)
            .help(advice)
            .set_cost(ProblemCost::Rebuild(rebuilt))
            .fix_or_reason(offer);
    }
}

/// Reports bind mounts of the whole build context to a RUN that only installs dependencies.
fn check_mounts(cx: &mut RuleChecker<'_>) {
    let Some(outline) = cx.outline() else { return };
    for step in
        outline.drafts.steps.iter().filter(|step| !step.fired && outline.graph.is_stage_needed(step.stage))
    {
        let Some((run, mount)) = step.run.and_then(|run| Some((run, run.mounted_context()?))) else {
            continue;
        };
        // Anything else may read the sources.
        let target = mount.target().and_then(|target| join_path(None, &target.text));
        let Some(target) = target.filter(|target| target != "/") else { continue };
        let read = |one| read_mounted_command(one, &target);
        let steps: Vec<MountedCommand> = step.commands.iter().map(read).collect();
        if steps.iter().any(|one| matches!(one, MountedCommand::Other)) {
            continue;
        }
        let install = steps.into_iter().find_map(|one| match one {
            MountedCommand::Install { manager, file } => Some((manager, file)),
            _ => None,
        });
        let Some((manager, files)) = install else { continue };
        let message = format!("any change to the mounted build context reruns `{manager}`");
        cx.report(run.outer, mount.span, message)
            .help(format!("mount only the dependency files, such as `{files}`"))
            .set_cost(ProblemCost::Rebuild(vec![run.instruction.span.start]))
            .add_reason_not_fixed("the install may read other files of the build context");
    }
}

/// Managers whose installs usually read only the dependency files.
const FROM_MANIFEST: [&str; 4] = ["npm", "yarn", "pnpm", "bundle"];

/// A command with the build context as a mount.
enum MountedCommand {
    /// Installs the dependencies of a project that this file lists.
    Install { manager: &'static str, file: String },
    /// Reads no sources.
    Setup,
    /// May read the sources.
    Other,
}

/// `target` is the directory of the mount.
fn read_mounted_command(one: &LocatedCommand<'_>, target: &str) -> MountedCommand {
    let setup_if = |is_setup| if is_setup { MountedCommand::Setup } else { MountedCommand::Other };
    let Some(call) = &one.effects.packages else {
        return setup_if(one.command.is("cd") || one.command.is("set"));
    };
    let Some(manager) = managers::find_manager(call.manager) else { return MountedCommand::Other };
    let Some(install) = manager.install.as_ref().filter(|_| call.verb == Verb::Install) else {
        return setup_if(matches!(call.verb, Verb::Update | Verb::Configure | Verb::Clean));
    };
    let named = call.files.first();
    let is_mounted = match named {
        Some(file) => join_path(one.directory.as_deref(), file).is_some_and(|path| is_within(&path, target)),
        None => one.directory.as_deref().is_some_and(|directory| is_within(directory, target)),
    };
    // The project itself may be installed, too.
    let is_local = call.words(one.command).any(|word| word.text.starts_with(['.', '/']));
    match (named, install.usual_files.first()) {
        _ if is_local || !is_mounted => MountedCommand::Other,
        (Some(file), _) => {
            MountedCommand::Install { manager: manager.name, file: base_name(file).to_string() }
        }
        (None, Some(file)) if call.packages.is_empty() && FROM_MANIFEST.contains(&manager.name) => {
            MountedCommand::Install { manager: manager.name, file: (*file).to_string() }
        }
        _ => MountedCommand::Other,
    }
}
