//! What belongs to the shell itself, and programs that only answer.

use super::{Effects, Paths, State, read};
use crate::shell::Command;

pub(super) fn of(name: &str, command: &Command) -> Option<Effects> {
    let state = |state: State| Some(Effects { state, ..Effects::default() });
    let none = State::default();
    match name {
        ":" | "true" | "false" | "echo" | "printf" | "test" | "[" | "pwd" | "type" | "hash" | "wait"
        | "sleep" | "id" | "whoami" | "groups" | "uname" | "arch" | "nproc" | "date" | "which"
        | "basename" | "dirname" | "expr" | "seq" | "yes" | "getconf" | "getent" | "locale" | "printenv"
        | "tty" | "lsb_release" | "clear" | "free" | "uptime" => Some(printf_to_variable(name, command)),
        // `command -v`: the shell reader names what `command` runs, unless it runs nothing.
        "sync" | "command" | "builtin" => Some(Effects::default()),
        "env" if command.arguments().is_empty() => Some(Effects::default()),
        "cd" | "pushd" | "popd" => state(State { directory: true, ..none }),
        "export" | "unset" | "readonly" | "declare" | "typeset" | "local" | "read" | "let" | "getopts"
        | "mapfile" | "readarray" | "shift" => state(State { environment: true, ..none }),
        "set" | "shopt" | "umask" | "ulimit" | "trap" => state(State { options: true, ..none }),
        "alias" | "unalias" | "enable" => state(State { definitions: true, ..none }),
        "exit" | "return" | "break" | "continue" => state(State { ends: true, ..none }),
        "exec" => exec(command),
        _ => None,
    }
}

/// `printf -v` sets a variable.
fn printf_to_variable(name: &str, command: &Command) -> Effects {
    let first = command.arguments().first();
    let sets = name == "printf" && first.is_some_and(|word| word.text.starts_with("-v"));
    Effects { state: State { environment: sets, ..State::default() }, ..Effects::default() }
}

/// Without a command, its redirections stay for the rest of the script.
fn exec(command: &Command) -> Option<Effects> {
    read(command, "a").operands.is_empty().then(|| Effects {
        state: State { options: true, ..State::default() },
        reads: Paths::None,
        ..Effects::default()
    })
}
