//! Changes that a RUN makes to its shell, and whether commands that are joined to it depend on them.

use crate::rule::RuleChecker;
use crate::semantic::Run;
use crate::semantic::effects::{self, PathSet, ShellEffects};
use crate::shell::{CommandPlace, ListNode, ShellCommand, is_errexit_option};
use crate::syntax::CommandLine;

/// The commands that run in the shell itself, not in a subshell.
fn commands_of_shell<'r>(run: &'r Run<'_>) -> impl Iterator<Item = &'r ShellCommand> {
    run.script.list.iter().filter_map(|item| match item.node {
        ListNode::Command(at) => run.script.commands.get(at),
        _ => None,
    })
}

/// Whether the RUN changes the directory or variables for later commands, or replaces the shell.
pub(crate) fn changes_shell(cx: &RuleChecker<'_>, run: &Run<'_>) -> bool {
    let changes = |command: &ShellCommand| {
        let effects = effects::command_effects(command, cx.file.source);
        if effects.unknown { !is_program(command) } else { !effects.state.is_none() }
    };
    // In groups and loops, too, a command changes the shell.
    let inside = run.script.commands.iter().filter(|command| command.place == CommandPlace::Compound);
    let bare = run.script.list.iter().any(|item| item.node == ListNode::Bare);
    bare || !run.script.bare_assignments.is_empty() || commands_of_shell(run).chain(inside).any(changes)
}

/// Whether the RUN may end before its last command.
pub(crate) fn may_exit_early(cx: &RuleChecker<'_>, run: &Run<'_>) -> bool {
    run.script.commands.iter().any(|command| effects::command_effects(command, cx.file.source).state.ends)
}

/// Whether the second RUN depends on changes of the first one to the shell. The directory does not matter if all
/// paths are absolute, and neither do `set -e` and `set -x` in a list joined by `&&`.
pub(crate) fn depends_on_shell(cx: &RuleChecker<'_>, first: &Run<'_>, second: &Run<'_>) -> bool {
    let harmless = |command: &ShellCommand| {
        let effects = effects::command_effects(command, cx.file.source);
        let options = command.is("set")
            && command.arguments().iter().all(|word| {
                word.literal
                    && word
                        .text
                        .strip_prefix('-')
                        .is_some_and(|letters| letters.chars().all(|c| "exv".contains(c)))
            });
        let ShellEffects { directory, environment, options: changes, definitions, ends } = effects.state;
        !effects.unknown
            && !environment
            && !definitions
            && !ends
            && (!changes || options)
            && (!directory || command.is("cd"))
    };
    let changes_directory = commands_of_shell(first).any(|command| command.is("cd"));
    let absolute = |paths: &PathSet| match paths {
        PathSet::None => true,
        PathSet::Known(paths) => paths.iter().all(|path| path.starts_with(['/', '~'])),
        PathSet::Anything => false,
    };
    let anywhere = |command: &ShellCommand| {
        let effects = effects::command_effects(command, cx.file.source);
        let of_system =
            effects.packages.as_ref().is_some_and(|call| crate::optimize::is_system_manager(call.manager));
        let reads = if of_system { &PathSet::None } else { &effects.reads };
        let writes = if of_system { &PathSet::None } else { &effects.writes };
        let deletes = if of_system { &PathSet::None } else { &effects.deletes };
        !effects.unknown && absolute(reads) && absolute(writes) && absolute(deletes)
    };
    let simple = second.script.list.iter().all(|item| matches!(item.node, ListNode::Command(_)))
        && second.script.commands.iter().all(|command| command.place == CommandPlace::Top);
    !simple
        || !commands_of_shell(first).all(|command| {
            let effects = effects::command_effects(command, cx.file.source);
            harmless(command) || effects.state.is_none() || (effects.unknown && is_program(command))
        })
        || (changes_directory && !second.script.commands.iter().all(anywhere))
}

/// Whether the command is a separate program, which changes nothing in the shell.
fn is_program(command: &ShellCommand) -> bool {
    const BUILTINS: [&str; 6] = [".", "source", "eval", "alias", "shopt", "return"];
    command.name.as_deref().is_some_and(|name| !BUILTINS.contains(&name))
        && command.words.first().is_none_or(|word| word.text != "exec")
}

/// Whether the current shell stops at errors: `SHELL ["/bin/bash", "-ec"]`.
pub(crate) fn shell_stops_at_errors(cx: &RuleChecker<'_>, run: &Run<'_>) -> bool {
    match cx.semantics.effective_state(run.outer.span.start).shell {
        Some(CommandLine::Exec { words, .. }) => {
            words.iter().skip(1).any(|word| is_errexit_option(&word.text))
        }
        Some(CommandLine::Shell(_)) => true,
        None => false,
    }
}
