//! [`YarnGeneration`]: the generation of yarn that a RUN calls. Yarn 1 and later versions have little in common.

use crate::optimize::context::ContextFiles;
use crate::rule::RuleChecker;
use crate::semantic::Run;
use crate::shell::ShellCommand;

/// The generations of yarn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum YarnGeneration {
    /// Yarn 1.
    First,
    /// Yarn 4 or newer, which puts packages in `node_modules` and keeps downloads in the home directory of the user.
    Later,
    /// A newer one that uses packages directly from its cache, in the project or in its own directory.
    InPlace,
    Unknown,
}

/// The generation of yarn that the RUN calls, judged by its commands and the project's files.
pub(crate) fn yarn_generation(cx: &RuleChecker<'_>, run: &Run<'_>) -> YarnGeneration {
    if run.script.commands.iter().any(is_yarn_1_command) {
        return YarnGeneration::First;
    }
    cx.context.map_or(YarnGeneration::Unknown, generation_of_project)
}

/// Whether only yarn 1 accepts the command.
fn is_yarn_1_command(command: &ShellCommand) -> bool {
    // Options and subcommands that later versions lack or reject.
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

fn generation_of_project(files: &ContextFiles) -> YarnGeneration {
    let settings = files.text(".yarnrc.yml");
    let manifest = files.text("package.json").unwrap_or_default();
    let named = manifest
        .split_once("\"yarn@")
        .and_then(|(_, rest)| rest.split(['.', '"']).next()?.parse::<u32>().ok());
    let lock = files.text("yarn.lock").unwrap_or_default();
    if lock.contains("# yarn lockfile v1") && settings.is_none() && named.is_none_or(|major| major == 1) {
        return YarnGeneration::First;
    }
    let Some(major) = named.filter(|major| *major > 1 && lock.contains("__metadata:")) else {
        return YarnGeneration::Unknown;
    };
    let settings = settings.unwrap_or_default();
    let says = |line: &str| settings.lines().any(|own| own.split_whitespace().eq(line.split_whitespace()));
    let moves = ["cacheFolder", "globalFolder", "enableGlobalCache"].iter().any(|key| settings.contains(key));
    if major >= 4 && says("nodeLinker: node-modules") && !moves {
        YarnGeneration::Later
    } else {
        YarnGeneration::InPlace
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimize::context;

    #[test]
    fn detects_yarn_generation_from_project() {
        use YarnGeneration::{First, InPlace, Later, Unknown};
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
            let directory = tempfile::tempdir().expect("a directory");
            for (name, text) in [("yarn.lock", lock), ("package.json", manifest), (".yarnrc.yml", settings)] {
                if !text.is_empty() {
                    std::fs::write(directory.path().join(name), text).expect("a file");
                }
            }
            let files = context::read_context(directory.path(), ".", None).expect("a context");
            assert_eq!(generation_of_project(&files), expected, "{lock}{manifest}{settings}");
        }
    }
}
