//! DW2402: development dependencies in the image.

mod manifests;
mod start;

use manifests::{DevExclusion, DevInstall};

use crate::diagnostic::{Applicability, Edit, Fix, ProblemCost, Severity};
use crate::optimize::facts::{CopiedOrigin, LocatedCommand, StepDraft};
use crate::optimize::{StartedCommands, StepOutline, join_path, pattern_covers};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::{later_runs, run_edit};
use crate::semantic::Run;
use crate::semantic::effects::Verb;
use crate::semantic::paths::base_name;
use crate::shell::CommandPlace;
use crate::syntax::{Kind, quote_excerpt};

pub(super) static RULE: Rule = Rule {
    code: "DW2402",
    name: "development-dependencies",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    needs_file_only: false,
    check: Check::File(check),
    docs: include_str!("../../../../../rules/DW2402.md"),
    ..Rule::OPTIMIZER
};

/// Programs that come with the development dependencies of a Node project, or run them.
const NODE_TOOLS: [&str; 9] = ["npm", "npx", "yarn", "pnpm", "pnpx", "bun", "bunx", "tsc", "webpack"];

/// Programs of a container in which people work.
const SHELLS: [&str; 6] = ["sh", "bash", "ash", "zsh", "jupyter", "ipython"];

fn check(cx: &mut RuleChecker<'_>) {
    let Some(outline) = cx.outline() else { return };
    for draft in outline.drafts.steps.iter().filter(|draft| !draft.fired) {
        let is_in_image = |run: &&Run<'_>| run.ships || is_copied_into_image(outline, draft);
        let Some(run) = draft.run.filter(is_in_image).filter(|run| !run.onbuild) else { continue };
        let commands = &draft.commands;
        for (at, one) in commands.iter().enumerate() {
            let installs = one.effects.packages.as_ref().filter(|call| call.verb == Verb::Install);
            let Some(manager) = installs.map(|call| call.manager) else { continue };
            // The command may be in one branch of a condition, and another branch installs less.
            let is_install = |other: &LocatedCommand<'_>| {
                other
                    .effects
                    .packages
                    .as_ref()
                    .is_some_and(|call| call.manager == manager && call.verb == Verb::Install)
            };
            let has_branches = commands.iter().filter(|other| is_install(other)).count() > 1;
            if one.command.place != CommandPlace::Top && has_branches {
                continue;
            }
            if is_pruned_later(cx, run, commands.get(at + 1..).unwrap_or_default()) {
                continue;
            }
            let Some(found) = manifests::find_dev_install(cx, draft, one, manager) else { continue };
            let needs = |manifest: &str| {
                start::starts_development_dependency(
                    &StartedCommands::find_known_started_programs(outline, cx.context),
                    manifest,
                )
            };
            if found.is_node && needs(&found.manifest) {
                continue;
            }
            if found.names_tools && uses_python_tools(cx, outline) {
                continue;
            }
            report(cx, draft, run, (commands, at), &found);
        }
    }
}

/// Whether the image may exist to run tests or checks of a Python project: a command of the file or of the container
/// does so, or it is unknown what the container runs.
fn uses_python_tools(cx: &RuleChecker<'_>, outline: &StepOutline<'_, '_>) -> bool {
    let Some(started) = StartedCommands::find_all_started_programs(outline, cx.context) else { return true };
    let is_tool =
        |name: &str| manifests::is_development_tool(base_name(name)) || SHELLS.contains(&base_name(name));
    let commands = || outline.drafts.steps.iter().flat_map(|step| &step.commands);
    outline.is_for_development()
        || started.commands.is_empty()
        || started.commands.iter().flatten().any(|word| is_tool(word))
        || commands().any(|one| {
            one.command.name.as_deref().is_some_and(|name| manifests::is_development_tool(base_name(name)))
                || one.command.has_argument(&["pytest", "unittest"]) && one.effects.packages.is_none()
        })
}

/// Whether a stage of the image copies the installed packages: `COPY --from=build /app/node_modules ./node_modules`, or
/// `COPY --from=build /app .`.
fn is_copied_into_image(outline: &StepOutline<'_, '_>, install: &StepDraft<'_, '_>) -> bool {
    let Some(modules) = join_path(install.state.workdir.as_deref(), "node_modules") else { return false };
    let shipped = outline.drafts.steps.iter().filter(|step| outline.graph.is_stage_in_image(step.stage));
    shipped.flat_map(|step| &step.key.taken).any(|taken| {
        let takes = |path: &String| pattern_covers(&format!("/{}", path.trim_matches('/')), &modules);
        !taken.mount && taken.origin == CopiedOrigin::Stage(install.stage) && taken.paths.iter().any(takes)
    })
}

/// Whether a later command deletes the unneeded packages: `npm prune --omit=dev`, `rm -rf node_modules`.
fn is_pruned_later(cx: &RuleChecker<'_>, run: &Run<'_>, rest: &[LocatedCommand<'_>]) -> bool {
    let prunes = |command: &crate::shell::ShellCommand| {
        command.has_argument(&["prune"])
            || command.is("rm") && command.arguments().iter().any(|word| word.text.contains("node_modules"))
            || command.is_any(&["node-prune", "npm"]) && command.has_argument(&["--omit=dev", "--production"])
    };
    // Or a command of the image does so, after it has copied them.
    let is_copied = |outline: &&StepOutline<'_, '_>| {
        run.stage.is_some_and(|stage| !outline.graph.is_stage_in_image(stage))
    };
    let prunes_copy = cx.outline().filter(is_copied).is_some_and(|outline| {
        let shipped = outline.drafts.steps.iter().filter(|step| outline.graph.is_stage_in_image(step.stage));
        shipped.flat_map(|step| &step.commands).any(|one| prunes(one.command))
    });
    prunes_copy
        || rest.iter().any(|one| prunes(one.command))
        || later_runs::later_runs(cx, run)
            .is_none_or(|runs| runs.into_iter().flat_map(|run| &run.script.commands).any(prunes))
}

fn report(
    cx: &mut RuleChecker<'_>,
    draft: &StepDraft<'_, '_>,
    run: &Run<'_>,
    (commands, at): (&[LocatedCommand<'_>], usize),
    found: &DevInstall,
) {
    let Some(one) = commands.get(at) else { return };
    let message = format!("`{}` also installs {}", found.call, found.what);
    let fix = match &found.options {
        DevExclusion::None => None,
        DevExclusion::Flag(flag) => {
            let end = one.command.words.last().map_or(one.command.span, |word| word.span);
            Some(Edit::insert(run_edit::end_without_continuations(end, cx.file.source), format!(" {flag}")))
        }
        DevExclusion::Variable(text) => Some(Edit::insert(draft.instruction.span.start, format!("{text}\n"))),
    };
    let user = found
        .is_node
        .then(|| find_development_use(cx, run, commands.get(at + 1..).unwrap_or_default()))
        .flatten();
    let is_build = user.as_ref().is_some_and(|user| user.is_build);
    let is_in_image = |outline: &StepOutline<'_, '_>| {
        outline.graph.is_stage_in_image(draft.stage) || is_copied_into_image(outline, draft)
    };
    if is_build && !cx.outline().is_some_and(is_in_image) {
        // The stage is for development, and a stage that is built on it builds the image.
        return;
    }
    let title = match &found.options {
        DevExclusion::Flag(flag) => format!("add `{flag}`"),
        DevExclusion::Variable(text) => format!("set `{}`", text.trim_start_matches("ENV ")),
        DevExclusion::None => String::new(),
    };
    let is_proved = found.is_node && !found.has_scripts && user.is_none() && starts_node(cx);
    let help = match &user {
        Some(DevDependencyUse { is_build: true, .. }) if found.call.starts_with("npm ") => {
            "build in a separate stage, or build and run `npm prune --omit=dev` in this `RUN`".to_string()
        }
        Some(DevDependencyUse { is_build: true, .. }) => {
            format!("build in a separate stage; in the final one, {}", found.help)
        }
        _ => found.help.clone(),
    };
    let reported = cx
        .report(run.outer, one.command.name_span(), message)
        .help(help)
        .set_cost(ProblemCost::UnknownSize { usual_megabytes: 60 });
    match (fix, user) {
        (_, Some(DevDependencyUse { name, line, is_build: true })) => {
            reported.add_reason_not_fixed(format!("{} on line {line} needs them", quote_excerpt(&name)));
        }
        (None, _) => {
            reported.add_reason_not_fixed("the packages to install instead are unknown");
        }
        (Some(edit), _) if is_proved => {
            let fix = Fix::new(Applicability::UnsafeMid, title, [edit])
                .with_proof("no later command and no install script uses a development dependency")
                .with_proof("the container starts `node` itself")
                .with_risk("the program may load a development dependency");
            reported.fix(fix);
        }
        (Some(edit), user) => {
            let missing = match user {
                Some(DevDependencyUse { name, line, .. }) => {
                    format!("{} on line {line} may need them", quote_excerpt(&name))
                }
                None => "later commands or the container may need them".to_string(),
            };
            reported.fix(Fix::new(Applicability::Suggestion, title, [edit]).with_risk(missing));
        }
    }
}

/// A later command that uses development dependencies.
struct DevDependencyUse {
    name: String,
    line: u32,
    /// Whether it certainly uses them for a build.
    is_build: bool,
}

/// The first command after the install that may run a development dependency of a Node project.
fn find_development_use(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    rest: &[LocatedCommand<'_>],
) -> Option<DevDependencyUse> {
    let source = cx.file.source;
    let runs = later_runs::later_runs(cx, run)?;
    let own = rest.iter().map(|one| (one.command, cx.semantics.line(one.command.span.start)));
    let other = runs.iter().flat_map(|run| {
        let line = cx.semantics.line(run.outer.span.start);
        run.script.commands.iter().map(move |command| (command, line))
    });
    own.chain(other).find_map(|(command, line)| {
        let name = command.name.clone()?;
        let is_tool = command.is_any(&NODE_TOOLS);
        let effects = crate::semantic::effects::command_effects(command, source);
        let is_clean = effects.packages.as_ref().is_some_and(|call| call.verb == Verb::Clean);
        let is_build = is_tool && command.has_argument(&["build", "compile", "bundle", "generate", "tsc"])
            || command.is_any(&["tsc", "webpack"]);
        (is_build || (is_tool && !is_clean) || effects.unknown).then_some(DevDependencyUse {
            name,
            line,
            is_build,
        })
    })
}

/// Whether the container starts `node` itself, and not a project script.
fn starts_node(cx: &RuleChecker<'_>) -> bool {
    let last = cx.file.instructions().rfind(|one| matches!(one.kind, Kind::Cmd | Kind::Entrypoint));
    last.is_some_and(|last| {
        let mut words = last
            .rest
            .text
            .split(|c: char| c.is_whitespace() || matches!(c, '"' | '[' | ','))
            .filter(|word| !word.is_empty());
        words.next() == Some("node")
    })
}
