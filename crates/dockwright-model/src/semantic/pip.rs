//! Which commands run pip.

use crate::shell::ShellCommand;

/// Whether this is `pip install`, in any form: `pip3.11 install`, `python3 -m pip install`, but not `pipenv install`
/// (hadolint 2.15.1's test; `pipx install` passes it, too).
pub fn is_pip_install(command: &ShellCommand) -> bool {
    let Some(name) = command.name.as_deref() else { return false };
    let by_name = is_pip_name(name) && command.has_argument(&["install"]);
    by_name || (name.starts_with("python") && has_consecutive_arguments(command, &["-m", "pip", "install"]))
}

/// Whether this is `pip cache purge`, also as `python -m pip cache purge`.
pub fn is_pip_cache_purge(command: &ShellCommand) -> bool {
    let Some(name) = command.name.as_deref() else { return false };
    (is_pip_name(name) || name.starts_with("python") && has_consecutive_arguments(command, &["-m", "pip"]))
        && has_consecutive_arguments(command, &["cache", "purge"])
}

/// Whether a program of this name is pip of any version, or pipx.
fn is_pip_name(name: &str) -> bool {
    name.starts_with("pip") && !name.starts_with("pipenv")
}

/// Whether this is `uv pip install`.
pub fn is_uv_pip_install(command: &ShellCommand) -> bool {
    let words: Vec<&str> = command.operands().take(2).map(|word| word.text.as_str()).collect();
    command.is("uv") && words == ["pip", "install"]
}

/// Whether this is pipx or pipenv, which keep separate caches.
pub fn is_pip_wrapper(command: &ShellCommand) -> bool {
    let Some(name) = command.name.as_deref() else { return false };
    let module = |module| has_consecutive_arguments(command, &["-m", module]);
    name.contains("pipx")
        || name.contains("pipenv")
        || (name.starts_with("python") && (module("pipx") || module("pipenv")))
}

fn has_consecutive_arguments(command: &ShellCommand, sequence: &[&str]) -> bool {
    command
        .arguments()
        .windows(sequence.len())
        .any(|words| words.iter().zip(sequence).all(|(word, wanted)| word.text == *wanted))
}
