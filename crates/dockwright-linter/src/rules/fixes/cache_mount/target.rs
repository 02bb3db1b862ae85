//! The build output of Cargo in a mount: only if the RUN moves everything needed out of it.

use super::others;
use super::place::{VariableState, variable_state};
use crate::optimize::{LocatedCommand, join_path};
use crate::rule::RuleChecker;
use crate::rules::fixes::later_runs;
use crate::semantic::Run;
use crate::shell::{CommandPlace, ParseOutcome, ShellCommand};
use crate::syntax::{Instruction, Kind};

/// A directory to mount, and the files that are moved out of it.
pub(super) struct TargetDirectory {
    pub directory: String,
    /// The name of the first file, which distinguishes the mounts of different projects.
    pub name: String,
    /// The line of the RUN, from 1.
    pub line: u32,
}

/// The directory `target` of the RUN, if a mount can replace it.
pub(super) fn target_directory(cx: &RuleChecker<'_>, run: &Run<'_>) -> Option<TargetDirectory> {
    let source = cx.file.source;
    let steps = &cx.outline()?.drafts.steps;
    let draft = steps.iter().find(|draft| draft.run.is_some_and(|own| std::ptr::eq(own, run)))?;
    let directory = join_path(None, &format!("{}/target", draft.state.workdir.as_deref()?))?;
    // A build may set another value for a variable.
    let varies = |one: &Instruction<'_>| one.kind == Kind::Workdir && one.rest.text.contains('$');
    if cx.file.instructions().any(varies) {
        return None;
    }
    let moved = ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"].iter().any(|name| {
        variable_state(cx, run, name) != VariableState::Unset || run.instruction.rest.text.contains(name)
    });
    if moved || !run.is_known_and_list(source) {
        return None;
    }
    let commands = &draft.commands;
    let builds = |one: &LocatedCommand<'_>| {
        let words = one.command.arguments();
        one.command.is("cargo")
            && one.command.place == CommandPlace::Top
            && words.first().is_some_and(|word| matches!(word.text.as_str(), "build" | "b"))
            && !words.iter().any(|word| {
                ["--target-dir", "--manifest-path", "--config", "--out-dir", "--artifact-dir"]
                    .iter()
                    .any(|option| word.text.starts_with(option))
            })
    };
    let built = commands.iter().position(builds)?;
    let alone = commands.iter().filter(|one| one.command.is("cargo")).count() == 1;
    if !alone || commands.iter().any(|one| one.effects.state.directory) {
        return None;
    }
    let inside = |path: &str| path.starts_with(&format!("{directory}/"));
    // All moved files are named, and nothing is added there after the build.
    let mut names = Vec::new();
    for one in commands.get(built + 1..)?.iter().filter(|one| one.command.is_any(&["cp", "mv", "install"])) {
        let paths: Vec<_> = one.command.operands().collect();
        let (to, from) = paths.split_last()?;
        let to = join_path(one.directory.as_deref(), &to.text)?;
        for path in from.iter().filter_map(|word| join_path(one.directory.as_deref(), &word.text)) {
            if inside(&path) {
                if inside(&to) || to == directory {
                    return None;
                }
                names.push(path.rsplit('/').next()?.to_string());
            }
        }
    }
    let name = names.into_iter().next().filter(|name| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    })?;
    let directories = [directory.clone()];
    let rest = later_runs::later_runs(cx, run)?.into_iter().all(|other| {
        other.script.reading == ParseOutcome::Complete
            && !other.script.commands.iter().any(|command| command.is("cargo"))
            && !other.instruction.rest.text.contains("target")
    });
    let before = steps.iter().filter(|other| other.stage == draft.stage);
    let mut before = before.take_while(|other| !std::ptr::eq(*other, draft));
    let is_first = !before.any(|other| {
        let fills = |command: &ShellCommand| command.is("cargo") && !command.has_argument(&["fetch"]);
        other.run.is_some_and(|run| run.script.commands.iter().any(fills))
    });
    let kept = others::check_copies(cx, run, &directories, true).is_ok();
    let line = cx.semantics.line(run.outer.span.start);
    (rest && is_first && kept).then_some(TargetDirectory { directory, name, line })
}
