//! The name of a program, without its directory.

use super::InvocationArgument;
use crate::semantic::effects;

/// Directories in which the system keeps its programs.
const SYSTEM: [&str; 6] = ["/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];

/// The name without the directory, if it is a system directory for programs. A package manager or Python in a virtual
/// environment or a separate installation is treated as the same program.
pub fn program_name(name: &str) -> &str {
    let Some((directory, base)) = name.rsplit_once('/') else { return name };
    let holds_programs = || {
        directory == "bin"
            || directory.ends_with("/bin")
            || directory.ends_with("/sbin")
            || directory.ends_with("/Scripts")
    };
    if SYSTEM.contains(&directory) || (holds_programs() && effects::is_manager_or_python(base)) {
        base
    } else {
        name
    }
}

/// The program that a word calls. A variable may be the directory of a package manager: `$VENV/bin/pip`.
pub(super) fn program_called_by_word(argument: &InvocationArgument) -> Option<String> {
    let text = argument.word.text.as_str();
    let name = program_name(text);
    let is_plain = |name: &str| !name.contains(['$', '{', '*', '?', '[', '`']);
    let usable = !name.is_empty() && (argument.known || (name.len() < text.len() && is_plain(name)));
    usable.then(|| name.to_string())
}
