//! Whether a command runs its standard input.

use crate::shell::ShellCommand;

/// The shells with the syntax of the Bourne shell, which run the text after `-c`.
pub const BOURNE_SHELLS: [&str; 7] = ["sh", "bash", "dash", "ash", "ksh", "mksh", "zsh"];

pub const SHELLS: [&str; 8] = ["sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", "fish"];

/// Whether a program of this name is a shell or another interpreter.
#[must_use]
pub fn is_interpreter(name: &str) -> bool {
    let is_version = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    SHELLS.contains(&name)
        || matches!(name, "perl" | "ruby" | "node" | "nodejs" | "lua")
        || ["python", "php"].iter().any(|program| name.strip_prefix(program).is_some_and(is_version))
}

/// Whether the command is an interpreter without a script argument, so that it runs its input.
#[must_use]
pub fn runs_stdin(command: &ShellCommand) -> bool {
    let Some(name) = command.name.as_deref().filter(|name| is_interpreter(name)) else { return false };
    let mut words = command.arguments().iter();
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        if matches!(text, "-" | "--" | "/dev/stdin") {
            return true;
        }
        if !word.is_flag() {
            return false;
        }
        let cluster = if text.starts_with("--") { "" } else { text.trim_start_matches('-') };
        let (own, valued) = match name {
            _ if SHELLS.contains(&name) => {
                if cluster.contains('s') {
                    return true;
                }
                (cluster.contains(['c', 'n']), cluster.ends_with(['o', 'O']))
            }
            _ if name.starts_with("python") => (cluster.contains(['c', 'm']), cluster.ends_with(['W', 'X'])),
            _ if name.starts_with("php") => {
                (cluster.starts_with(['r', 'f', 'B', 'R', 'l', 'm', 'i', 'v']), cluster == "d")
            }
            _ => {
                let evaluates = text.starts_with("--eval") || text.starts_with("--print");
                (cluster.contains(['e', 'n', 'p', 'E']) || evaluates, false)
            }
        };
        if own {
            return false;
        }
        if valued {
            words.next();
        }
    }
    true
}
