//! Whether files that a RUN writes remain in its layer.

use super::Run;
use crate::semantic::effects::redirected_file;
use crate::semantic::paths::is_within;

/// Whether the path stays in the layer: it is not on a mount or in a directory that the system provides, and no
/// command after the one at `after` deletes it or a directory above it.
#[must_use]
pub fn keeps_in_layer(run: &Run<'_>, path: &str, after: usize) -> bool {
    let path = path.trim_matches(['"', '\'']);
    let below = |directory: &str| is_below(path, directory);
    if ["/dev", "/proc", "/sys", "/run/secrets"].into_iter().any(below) {
        return false;
    }
    // Files written to a bind mount are discarded, too.
    let on_mount = run.mounts.iter().any(|mount| {
        mount.target().is_some_and(|target| is_below(&expand_home(path), &expand_home(&target.text)))
    });
    !on_mount && !is_deleted_later(run, path, after)
}

/// Whether a command after the one at `after` deletes the path.
#[must_use]
pub fn is_deleted_later(run: &Run<'_>, path: &str, after: usize) -> bool {
    let path = expand_home(path.trim_matches(['"', '\'']));
    let later = run.script.commands.iter().skip(after + 1);
    later.filter(|command| command.is_any(&["rm", "shred", "unlink"])).any(|command| {
        command.operands().any(|word| {
            let pattern = expand_home(&word.text);
            match pattern.split_once('*') {
                Some((start, _)) => path.starts_with(start),
                None => is_below(&path, pattern.trim_end_matches('/')),
            }
        })
    })
}

/// Whether a command after the one at `after`, or a `trap`, deletes or overwrites a file of that name, in any directory.
#[must_use]
pub fn is_deleted_or_overwritten(run: &Run<'_>, file: &str, after: usize, source: &[u8]) -> bool {
    let last = |path: &str| path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_string();
    let name = last(file);
    let commands = run.script.commands.iter().enumerate();
    commands.filter(|(at, command)| *at > after || command.is("trap")).any(|(at, command)| {
        let names_it = || command.operands().any(|word| last(&word.text) == name || last(file).is_empty());
        match command.name.as_deref() {
            Some("trap") => {
                command.arguments().iter().any(|word| word.text.contains("rm ") && word.text.contains(&name))
            }
            Some("rm" | "shred" | "unlink" | "truncate") => names_it(),
            _ => command.redirections.iter().any(|span| {
                let text = String::from_utf8_lossy(span.bytes(source)).into_owned();
                at > after && !text.contains(">>") && redirected_file(&text).is_some_and(|path| path == file)
            }),
        }
    })
}

/// Replaces the home directory (`~` or `$HOME`) with `/root`.
fn expand_home(path: &str) -> String {
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
