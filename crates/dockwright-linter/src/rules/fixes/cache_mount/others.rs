//! Finds other uses of a cache that a mount would hide: in other RUNs and other stages.

use super::{has_mount, is_parent_directory, used_cache_path};
use crate::optimize::facts::paths_overlap;
use crate::rule::RuleChecker;
use crate::rules::fixes::later_runs;
use crate::semantic::effects::{self, Verb};
use crate::semantic::managers::{MountableCache, apk, apt, conda, zypper};
use crate::semantic::{CopyFromOrigin, Run, StageBaseKind};
use crate::shell::{ParseOutcome, ShellCommand};
use crate::source::Span;
use crate::syntax::{Arguments, Instruction, Kind};

/// Checks that nothing else uses the content of the directories.
///
/// # Errors
/// The text gives the reason why the fix is not offered.
pub(super) fn check_other_uses(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    cached: &MountableCache,
    directories: &[String],
) -> Result<(), String> {
    let source = cx.file.source;
    let later = later_runs::later_runs(cx, run).ok_or("the rest of the file is too long to analyze")?;
    if let Some(mount) = run.mounts.iter().find(|mount| {
        let target = mount.mount_target_text();
        !target.is_empty() && directories.iter().any(|directory| paths_overlap(target, directory))
    }) {
        return Err(format!("`{}` is already mounted", mount.mount_target_text()));
    }
    match cached.manager {
        "apt" => check_package_lists(cx, run, &later, "apt", &|command| {
            calls_manager_with(cx, command, "apt", &[Verb::Update]) || apt::updates_lists_first(command)
        })?,
        "apk" => check_package_lists(cx, run, &later, "apk", &|command| {
            calls_manager_with(cx, command, "apk", &[Verb::Update])
                || command.has_argument(&apk::FRESH)
                || command.has_argument(&[apk::NO_CACHE])
        })?,
        _ => {}
    }
    if cached.manager == "bundle"
        && run.script.commands.iter().any(|command| command.has_argument(&["config"]))
    {
        return Err("`bundle config` may change the package directory".to_string());
    }
    let line = |run: &Run<'_>| cx.semantics.line(run.outer.span.start);
    if cached.manager == "zypper" && !keeps_packages(cx, run) {
        return Err("`zypper` keeps packages only for repositories with `keeppackages` enabled".to_string());
    }
    for other in &later {
        // Packing an environment needs its packages.
        let packs = |command: &&ShellCommand| {
            let conda = command.is_any(conda::CONDA.names);
            command.is("conda-pack") || (conda && command.has_argument(&["pack", "--offline", "--clone"]))
        };
        if cached.manager == "conda" && other.script.commands.iter().any(|command| packs(&command)) {
            return Err(format!("line {} needs the package files", line(other)));
        }
        let uses = other
            .script
            .commands
            .iter()
            .filter(|command| !command.is("rm"))
            .map(|command| effects::command_effects(command, source))
            .filter(|effects| effects.packages.is_none())
            .find_map(|effects| used_cache_path(&effects, directories));
        if let Some(path) = uses {
            return Err(format!("line {} uses `{path}`", line(other)));
        }
    }
    let needed = !cached.needed_by.is_empty();
    if needed && (run.ships || !is_only_copied_from(cx, run)) {
        return Err("the image may need the files that would be in the mount".to_string());
    }
    check_earlier_files(cx, run, cached, directories)?;
    check_copies(cx, run, directories, needed)
}

/// Checks that no earlier step has added files that a mount would hide.
fn check_earlier_files(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    cached: &MountableCache,
    directories: &[String],
) -> Result<(), String> {
    let stages: Vec<Span> =
        run.stage.into_iter().flat_map(|stage| cx.semantics.stage_chain(stage)).map(|one| one.span).collect();
    let before =
        |at: u32| at < run.outer.span.start && stages.iter().any(|span| span.contains(Span::empty(at)));
    for copy in cx.file.instructions().filter(|one| before(one.span.start)) {
        let Arguments::Paths(paths) = &copy.arguments else { continue };
        let target = paths.destination.as_ref().map_or("", |word| word.text.trim_end_matches('/'));
        if target.starts_with('/') && directories.iter().any(|directory| paths_overlap(target, directory)) {
            return Err(format!(
                "line {} copies to `{target}`, which a mount would hide",
                cx.semantics.line(copy.span.start)
            ));
        }
    }
    if cached.needed_by.is_empty() {
        return Ok(());
    }
    for other in cx.semantics.runs.iter().filter(|other| before(other.outer.span.start)) {
        let mut commands = other.script.commands.iter();
        let unknown = commands.find(|command| {
            !command.is_any(cached.wrappers) && effects::command_effects(command, cx.file.source).unknown
        });
        let failed = other.script.reading != ParseOutcome::Complete;
        if failed || unknown.is_some() {
            let name = unknown.map_or_else(|| "a program".to_string(), ShellCommand::quoted_name);
            let line = cx.semantics.line(other.outer.span.start);
            return Err(format!("{name} on line {line} may have created files that a mount would hide"));
        }
    }
    Ok(())
}

/// Whether a command calls the manager with one of these verbs.
fn calls_manager_with(cx: &RuleChecker<'_>, command: &ShellCommand, manager: &str, verbs: &[Verb]) -> bool {
    let call = effects::command_effects(command, cx.file.source).packages;
    call.is_some_and(|call| call.manager == manager && verbs.contains(&call.verb))
}

/// Whether the file makes zypper keep the packages of all repositories, before or in the RUN.
fn keeps_packages(cx: &RuleChecker<'_>, run: &Run<'_>) -> bool {
    let runs = run.stage.into_iter().flat_map(|stage| cx.semantics.runs_of_stage_chain(stage));
    let before = runs.filter(|other| other.outer.span.start <= run.outer.span.start);
    let flag = |command: &ShellCommand, letter: &str, name: &str| {
        command.arguments().iter().any(|word| word.flags().any(|flag| flag == letter || flag == name))
    };
    before.flat_map(|other| &other.script.commands).any(|command| {
        let (letter, name) = zypper::KEEP_PACKAGES;
        command.is_any(zypper::ZYPPER.names)
            && command.has_argument(&zypper::MODIFY_REPOSITORY)
            && flag(command, letter, name)
            && flag(command, "a", "all")
    })
}

/// Checks that the package lists of apt or apk are fetched in the RUNs that use them.
fn check_package_lists(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    later: &[&Run<'_>],
    manager: &str,
    fetches: &dyn Fn(&ShellCommand) -> bool,
) -> Result<(), String> {
    let uses = [Verb::Install, Verb::Upgrade, Verb::Download];
    let uses = |command: &ShellCommand| {
        calls_manager_with(cx, command, manager, &uses)
            || (manager == "apt" && command.is_any(&apt::USERS_OF_LISTS))
    };
    let first = |run: &Run<'_>, is: &dyn Fn(&ShellCommand) -> bool| run.script.commands.iter().position(is);
    // A RUN that fetches them itself does so before it uses them.
    let fetched_before_use = |run: &Run<'_>| match (first(run, fetches), first(run, &uses)) {
        (Some(update), Some(install)) => update <= install,
        (_, install) => install.is_none(),
    };
    if !fetched_before_use(run) {
        return Err("the install uses package lists from another step".to_string());
    }
    match later.iter().find(|other| !fetched_before_use(other)) {
        Some(other) => {
            let line = cx.semantics.line(other.outer.span.start);
            Err(format!("line {line} installs with the package lists that this step leaves"))
        }
        None => Ok(()),
    }
}

/// Checks that no other stage copies the directories.
pub(super) fn check_copies(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    directories: &[String],
    needed: bool,
) -> Result<(), String> {
    let semantics = cx.semantics;
    let takes = |path: &str| {
        let path = if path.starts_with('/') { path.to_string() } else { format!("/{path}") };
        directories.iter().any(|directory| {
            is_parent_directory(directory, &path)
                || path.trim_end_matches('/') == *directory
                || (path.trim_end_matches('/').ends_with("/.cache") && paths_overlap(&path, directory))
                || (needed && paths_overlap(&path, directory))
        })
    };
    // Including stages that are built on this one.
    let is_of_run = |from: &str, at: u32| match semantics.copy_from_origin(from, semantics.stage_at(at)) {
        CopyFromOrigin::Earlier(index) => run.stage.is_some_and(|own| semantics.is_built_on(index, own)),
        _ => false,
    };
    for instruction in cx.file.instructions().filter(|one| matches!(one.kind, Kind::Copy | Kind::Run)) {
        let at = instruction.span.start;
        let taken = match &instruction.arguments {
            Arguments::Paths(paths) => {
                let from = instruction.flag_value("from");
                from.is_some_and(|from| is_of_run(&from.text, at))
                    && paths.sources.iter().any(|source| takes(&source.word().text))
            }
            _ => instruction.mounts().iter().any(|mount| {
                mount.from().is_some_and(|from| is_of_run(&from.text, at))
                    && takes(mount.source().map_or("/", |source| &source.text))
            }),
        };
        if taken {
            return Err(format!("line {} copies files of the cache from the stage", cx.semantics.line(at)));
        }
    }
    Ok(())
}

/// Whether the stage of the RUN, and every stage that is built on it, is only copied from, so that no container
/// gets it as an image.
pub(super) fn is_only_copied_from(cx: &RuleChecker<'_>, run: &Run<'_>) -> bool {
    let semantics = cx.semantics;
    let certain = semantics.build.stages.iter().all(|stage| stage.image.certain);
    let built_on =
        |stage: usize| semantics.stages.iter().any(|other| other.base == StageBaseKind::Stage(stage));
    let is_from = |instruction: &Instruction<'_>, stage: usize| {
        let here = semantics.stage_at(instruction.span.start);
        let is = |from: &str| semantics.copy_from_origin(from, here) == CopyFromOrigin::Earlier(stage);
        instruction.flag_value("from").is_some_and(|from| is(&from.text))
            || instruction.mounts().iter().any(|mount| mount.from().is_some_and(|from| is(&from.text)))
    };
    let copied = |stage: usize| cx.file.instructions().any(|instruction| is_from(instruction, stage));
    let descends = |stage: usize| run.stage.is_some_and(|own| semantics.is_built_on(stage, own));
    (certain || semantics.stages.iter().all(|stage| stage.base != StageBaseKind::Variable))
        && (0..semantics.stages.len())
            .filter(|stage| descends(*stage))
            .all(|stage| built_on(stage) || copied(stage))
}

/// The RUNs that need the cache, this one the first.
///
/// # Errors
/// The unknown command that may need it.
pub(super) fn runs_using_cache<'c>(
    cx: &'c RuleChecker<'_>,
    run: &'c Run<'c>,
    cached: &MountableCache,
) -> Result<Vec<&'c Run<'c>>, String> {
    let later = later_runs::later_runs(cx, run).ok_or("the rest of the file is too long to analyze")?;
    let mut users = vec![run];
    for other in later {
        let line = cx.semantics.line(other.outer.span.start);
        if other.script.reading != ParseOutcome::Complete {
            return Err(format!("line {line}, which may need files in the mount, has a syntax error"));
        }
        let needs = other.script.commands.iter().any(|command| command.is_any(cached.needed_by));
        let unknown = other.script.commands.iter().find(|command| {
            !command.is_any(cached.needed_by) && effects::command_effects(command, cx.file.source).unknown
        });
        if let (false, Some(command)) = (needs, unknown) {
            let name = command.quoted_name();
            return Err(format!("{name} on line {line} may need files in the mount"));
        }
        if needs && !has_mount(other, cached) {
            users.push(other);
        }
    }
    Ok(users)
}
