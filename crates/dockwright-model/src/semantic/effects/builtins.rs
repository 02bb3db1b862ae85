//! Builtins of the shell, and programs that only print information.

use super::{Effects, PathSet, ShellEffects, read_call};
use crate::shell::ShellCommand;

pub(super) fn builtin_effects(name: &str, command: &ShellCommand) -> Option<Effects> {
    let state = |state: ShellEffects| Some(Effects { state, ..Effects::default() });
    let none = ShellEffects::default();
    match name {
        ":" | "true" | "false" | "echo" | "printf" | "test" | "[" | "pwd" | "type" | "hash" | "wait"
        | "sleep" | "id" | "whoami" | "groups" | "uname" | "arch" | "nproc" | "date" | "which"
        | "basename" | "dirname" | "expr" | "seq" | "yes" | "getconf" | "getent" | "locale" | "printenv"
        | "tty" | "lsb_release" | "clear" | "free" | "uptime" => Some(printf_to_variable(name, command)),
        // `command -v`: if `command` ran a program, the shell parser would have returned that program.
        "sync" | "command" | "builtin" => Some(Effects::default()),
        "env" if command.arguments().is_empty() => Some(Effects::default()),
        "cd" | "pushd" | "popd" => state(ShellEffects { directory: true, ..none }),
        "export" | "unset" | "readonly" | "declare" | "typeset" | "local" | "read" | "let" | "getopts"
        | "mapfile" | "readarray" | "shift" => state(ShellEffects { environment: true, ..none }),
        "set" | "shopt" | "umask" | "ulimit" | "trap" => state(ShellEffects { options: true, ..none }),
        "alias" | "unalias" | "enable" => state(ShellEffects { definitions: true, ..none }),
        "exit" | "return" | "break" | "continue" => state(ShellEffects { ends: true, ..none }),
        "exec" => exec_effects(command),
        _ => None,
    }
}

/// The effects of `printf`, which sets a variable with `-v`.
fn printf_to_variable(name: &str, command: &ShellCommand) -> Effects {
    let first = command.arguments().first();
    let sets = name == "printf" && first.is_some_and(|word| word.text.starts_with("-v"));
    Effects { state: ShellEffects { environment: sets, ..ShellEffects::default() }, ..Effects::default() }
}

/// Without a command, its redirections apply to the rest of the script.
fn exec_effects(command: &ShellCommand) -> Option<Effects> {
    read_call(command, "a").operands.is_empty().then(|| Effects {
        state: ShellEffects { options: true, ..ShellEffects::default() },
        reads: PathSet::None,
        ..Effects::default()
    })
}
