//! Downloads that must be kept: because they are the purpose of the RUN, or because a later step needs them.

use super::{cache_mount, later_runs};
use crate::rule::RuleChecker;
use crate::semantic::Run;
use crate::semantic::effects::{self, PackageCall, PathSet, Verb};
use crate::semantic::managers;
use crate::shell::ShellCommand;

/// Why the downloads of the package manager that `install` calls must stay in the layer of the RUN, as a clause such as
/// "line 3 installs from the cache". `None` if nothing in the file shows that.
pub(crate) fn reason_to_keep(cx: &RuleChecker<'_>, run: &Run<'_>, install: &ShellCommand) -> Option<String> {
    let source = cx.file.source;
    let manager = effects::command_effects(install, source).packages?.manager;
    if has_download_purpose(run, manager, source) {
        return Some("the `RUN` exists to fetch the downloads".to_string());
    }
    let after = run.script.commands.iter().filter(|command| command.span.start > install.span.start);
    if after.into_iter().any(|command| works_offline(command, manager, source)) {
        return Some("a later command installs from the cache".to_string());
    }
    run_that_needs_downloads(cx, run, manager)
        .or_else(|| cache_mount::check_not_copied(cx, run, &cache_directories_of_root(manager)).err())
}

/// The later RUN that would fail without the downloads, if there is one.
pub(crate) fn run_that_needs_downloads(cx: &RuleChecker<'_>, run: &Run<'_>, manager: &str) -> Option<String> {
    let later = later_runs::later_runs(cx, run)?;
    let offline = |command: &ShellCommand| works_offline(command, manager, cx.file.source);
    let other = later.into_iter().find(|other| other.script.commands.iter().any(offline))?;
    Some(format!("line {} installs from the cache", cx.semantics.line(other.outer.span.start)))
}

/// Whether the RUN only downloads: it calls the manager only to download, or deletes what it installs.
pub(crate) fn has_download_purpose(run: &Run<'_>, manager: &str, source: &[u8]) -> bool {
    let all: Vec<_> = run
        .script
        .commands
        .iter()
        .map(|command| (command, effects::command_effects(command, source)))
        .collect();
    let is_own = |call: &PackageCall| call.manager == manager;
    let mut calls = all.iter().filter_map(|(command, effects)| {
        let call = effects.packages.as_ref().filter(|call| is_own(call))?;
        matches!(call.verb, Verb::Install | Verb::Upgrade | Verb::Download).then_some((*command, call))
    });
    let mut fetches = calls.clone().peekable();
    if fetches.peek().is_some() && calls.all(|(command, call)| effects::only_downloads(command, call)) {
        return true;
    }
    let gone = |path: &str| {
        let deletes = |paths: &PathSet| match paths {
            PathSet::Known(paths) => paths.iter().any(|gone| {
                let gone = gone.trim_end_matches('/');
                gone == path || gone.ends_with(&format!("/{path}"))
            }),
            _ => false,
        };
        all.iter().any(|(_, effects)| deletes(&effects.deletes))
    };
    let discards = all.iter().any(|(_, effects)| match &effects.creates {
        PathSet::Known(paths) => {
            effects.packages.as_ref().is_some_and(is_own) && paths.iter().any(|path| gone(path))
        }
        _ => false,
    });
    // A build may have used the deleted packages before.
    discards
        && all.iter().all(|(command, effects)| {
            effects.packages.as_ref().is_some_and(is_own) && !command.is("npx")
                || (!effects.unknown && effects.packages.is_none() && !effects.network)
        })
        && !all
            .iter()
            .any(|(_, effects)| effects.packages.as_ref().is_some_and(|call| call.verb == Verb::Build))
}

/// Whether a call of the manager works without a network.
pub(crate) fn works_offline(command: &ShellCommand, manager: &str, source: &[u8]) -> bool {
    let has = |flags: &[&str]| flags.iter().any(|flag| command.has_flag(flag));
    let offline = match manager {
        "maven" => has(&["o", "offline"]),
        "bundle" => has(&["local"]),
        "cargo" => has(&["offline", "frozen"]),
        _ => has(&["offline"]),
    };
    let build = managers::find_manager(manager).and_then(|manager| manager.build.as_ref());
    let offline = offline || build.is_some_and(|build| command.has_argument(build.offline));
    // `npm run` and similar commands have unknown effects, so the name decides.
    let is_own =
        || effects::command_effects(command, source).packages.is_some_and(|call| call.manager == manager);
    offline && (is_own() || command.is(manager))
}

/// The manager's cache directories for the user root, with `/root` in place of `~`.
fn cache_directories_of_root(manager: &str) -> Vec<String> {
    effects::cache_directories(manager).iter().map(|directory| directory.replacen('~', "/root", 1)).collect()
}

/// Checks that no other stage copies the manager's caches. A cache mount at another path also leaves the usual
/// directory empty.
pub(crate) fn check_not_copied_elsewhere(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    manager: &str,
) -> Result<(), String> {
    cache_mount::check_not_copied(cx, run, &cache_directories_of_root(manager))
}

#[cfg(test)]
mod tests {
    use crate::lint::Linter;
    use crate::rules;

    /// The reason why the problem of the first RUN has no fix; empty if it has one, `None` if there is no problem.
    fn refused(text: &str) -> Option<String> {
        let codes = ["DL3032", "DL3060", "DW1201", "DW2101", "DW2104", "DW2105"];
        let linter = Linter::with_rules(rules::all_rules().filter(|rule| codes.contains(&rule.code)));
        let found = linter.lint(text.as_bytes());
        found.first().map(|one| if one.fix.is_some() { String::new() } else { one.refused.join("; ") })
    }

    #[test]
    fn keeps_needed_downloads() {
        let purpose = Some("the `RUN` exists to fetch the downloads");
        for (base, lines, expected) in [
            ("node:22", "RUN npm ci", Some("")),
            ("node:22", "RUN npm ci\nRUN npm ci --offline", Some("line 3 installs from the cache")),
            ("node:22", "RUN npm ci && rm -rf node_modules && npm ci --offline", purpose),
            ("node:22", "RUN npm ci && make && npm ci --offline", Some("")),
            ("node:22", "RUN npm ci && rm -rf node_modules", purpose),
            ("node:22", "RUN npm ci && npm run build && rm -rf node_modules", Some("")),
            ("node:22", "RUN npm ci && rm -rf test", Some("")),
            (
                "node:22",
                "RUN npm ci\nFROM scratch\nCOPY --from=0 /root/.npm /npm\nFROM node:22\nRUN true",
                Some("line 4 copies files of the cache from the stage"),
            ),
            ("centos:7", "RUN yum install -y --downloadonly a", purpose),
            ("php:8.3-cli", "RUN composer install", Some("")),
            ("continuumio/miniconda3:24.5.0-0", "RUN conda install -y a", Some("")),
            ("continuumio/miniconda3:24.5.0-0", "RUN conda install -y --download-only a", purpose),
        ] {
            assert_eq!(refused(&format!("FROM {base}\n{lines}\n")).as_deref(), expected, "{lines}");
        }
    }

    #[test]
    fn keeps_downloads_needed_later() {
        let end = "FROM scratch\nCOPY --from=b /x /x\n";
        for (base, lines, end, expected) in [
            ("python:3.12", "RUN pip install a", end, Some("")),
            ("python:3.12", "RUN pip download -d /x a", end, None),
            ("python:3.12", "RUN pip wheel -w /x a", end, Some("")),
            ("debian:12", "RUN apt-get update && apt-get install -d -y a", end, None),
            ("fedora:40", "RUN dnf install -y --downloadonly a", end, None),
            ("node:22", "RUN npm ci --offline", end, None),
            ("node:22", "RUN npm ci\nRUN npm ci --offline", end, Some("line 3 installs from the cache")),
            (
                "python:3.12",
                "RUN pip install a",
                "FROM scratch\nCOPY --from=b /root/.cache /x\n",
                Some("line 4 copies files of the cache from the stage"),
            ),
            (
                "continuumio/miniconda3:24.5.0-0",
                "RUN conda install -y a",
                "FROM scratch\nCOPY --from=b /opt/conda/pkgs /x\n",
                Some("line 4 copies files of the cache from the stage"),
            ),
        ] {
            let text = format!("FROM {base} AS b\n{lines}\n{end}");
            assert_eq!(refused(&text).as_deref(), expected, "{text}");
        }
    }
}
