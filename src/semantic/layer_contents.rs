//! Whether files that a RUN writes remain in its layer.

use super::Run;
use crate::semantic::paths::is_within;

/// Whether the path stays in the layer: it is not on a mount, not in a directory that the system provides, and no
/// command after the one at `after` deletes it or a directory above it.
#[must_use]
pub fn keeps_in_layer(run: &Run<'_>, path: &str, after: usize) -> bool {
    let path = path.trim_matches(['"', '\'']);
    let below = |directory: &str| is_below(path, directory);
    if ["/dev", "/proc", "/sys", "/run/secrets"].into_iter().any(below) {
        return false;
    }
    // Files written to a bind mount are discarded, too.
    let on_mount = run
        .mounts
        .iter()
        .any(|mount| mount.target().is_some_and(|target| is_below(&of_home(path), &of_home(&target.text))));
    !on_mount && !is_deleted_later(run, path, after)
}

/// Whether a command after the one at `after` deletes the path.
#[must_use]
pub fn is_deleted_later(run: &Run<'_>, path: &str, after: usize) -> bool {
    let path = of_home(path.trim_matches(['"', '\'']));
    let later = run.script.commands.iter().skip(after + 1);
    later.filter(|command| command.is_any(&["rm", "shred", "unlink"])).any(|command| {
        command.operands().any(|word| {
            let pattern = of_home(&word.text);
            match pattern.split_once('*') {
                Some((start, _)) => path.starts_with(start),
                None => is_below(&path, pattern.trim_end_matches('/')),
            }
        })
    })
}

/// With `/root` for the home directory, which commands write as `~` or `$HOME`.
fn of_home(path: &str) -> String {
    for home in ["~/", "${HOME}/", "$HOME/"] {
        if let Some(rest) = path.strip_prefix(home) {
            return format!("/root/{rest}");
        }
    }
    path.to_string()
}

fn is_below(path: &str, directory: &str) -> bool {
    let directory = directory.trim_end_matches('/');
    !directory.is_empty() && is_within(path, directory)
}
