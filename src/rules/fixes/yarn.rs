//! [`Generation`]: which yarn a RUN calls. The first version and the later ones have little more in common than the name.

use crate::optimize::context::Files;
use crate::rule::Checker;
use crate::semantic::Run;
use crate::shell::Command;

/// The generations of yarn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generation {
    /// Yarn 1.
    First,
    /// Yarn 4 or newer, which puts packages in `node_modules` and keeps what it fetches in the home of the user.
    Later,
    /// A newer one that keeps packages where they are used from: in the project, or in its own folder.
    InPlace,
    Unknown,
}

/// Which one the RUN calls, as far as its commands and the files of the project tell.
pub fn generation(cx: &Checker<'_>, run: &Run<'_>) -> Generation {
    if run.script.commands.iter().any(is_first) {
        return Generation::First;
    }
    cx.context.map_or(Generation::Unknown, of_project)
}

/// Whether only yarn 1 accepts the command.
fn is_first(command: &Command) -> bool {
    // What later versions do not know, or refuse.
    const ONLY: [&str; 9] = [
        "--production",
        "--prod",
        "--production=true",
        "--pure-lockfile",
        "--ignore-engines",
        "--ignore-scripts",
        "--ignore-optional",
        "--no-progress",
        "--non-interactive",
    ];
    command.is_any(&["yarn", "yarnpkg"])
        && (command.has_argument(&ONLY)
            || command.operands().next().is_some_and(|word| word.text == "global"))
}

fn of_project(files: &Files) -> Generation {
    let settings = files.text(".yarnrc.yml");
    let manifest = files.text("package.json").unwrap_or_default();
    let named = manifest
        .split_once("\"yarn@")
        .and_then(|(_, rest)| rest.split(['.', '"']).next()?.parse::<u32>().ok());
    let lock = files.text("yarn.lock").unwrap_or_default();
    if lock.contains("# yarn lockfile v1") && settings.is_none() && named.is_none_or(|major| major == 1) {
        return Generation::First;
    }
    let Some(major) = named.filter(|major| *major > 1 && lock.contains("__metadata:")) else {
        return Generation::Unknown;
    };
    let settings = settings.unwrap_or_default();
    let says = |line: &str| settings.lines().any(|own| own.split_whitespace().eq(line.split_whitespace()));
    let moves = ["cacheFolder", "globalFolder", "enableGlobalCache"].iter().any(|key| settings.contains(key));
    if major >= 4 && says("nodeLinker: node-modules") && !moves {
        Generation::Later
    } else {
        Generation::InPlace
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimize::context;

    #[test]
    fn what_a_project_says() {
        use Generation::{First, InPlace, Later, Unknown};
        let (first, later) = ("# yarn lockfile v1\n", "__metadata:\n  version: 8\n");
        let four = r#"{"packageManager": "yarn@4.1.0"}"#;
        let modules = "nodeLinker: node-modules\n";
        for (lock, manifest, settings, expected) in [
            (first, "{}", "", First),
            (first, r#"{"packageManager": "yarn@1.22.19"}"#, "", First),
            (first, four, "", Unknown),
            (first, "{}", modules, Unknown),
            (later, four, modules, Later),
            (later, four, "", InPlace),
            (later, four, "nodeLinker: node-modules\nenableGlobalCache: false\n", InPlace),
            (later, r#"{"packageManager": "yarn@3.6.0"}"#, modules, InPlace),
            (later, "{}", modules, Unknown),
            ("", four, modules, Unknown),
        ] {
            let folder = tempfile::tempdir().expect("a folder");
            for (name, text) in [("yarn.lock", lock), ("package.json", manifest), (".yarnrc.yml", settings)] {
                if !text.is_empty() {
                    std::fs::write(folder.path().join(name), text).expect("a file");
                }
            }
            let files = context::read(folder.path(), ".", None).expect("a context");
            assert_eq!(of_project(&files), expected, "{lock}{manifest}{settings}");
        }
    }
}
