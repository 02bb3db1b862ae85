//! npm.

use super::Verb::{Clean, Configure, Install, Query, Remove, Upgrade};
use super::{KeptFiles, Manager, MountableCache, ProjectUse, language};
use crate::semantic::ProgramSyntax;

pub(crate) static NPM: ProgramSyntax = ProgramSyntax {
    names: &["npm"],
    valued: "C cache cpu fetch-retries fetch-timeout globalconfig include install-strategy libc loglevel \
        maxsockets network-timeout omit os prefix registry tag userconfig w workspace",
    valued_in_hadolint: "loglevel registry",
    ..ProgramSyntax::DEFAULT
};

/// Subcommands that fill the cache of downloads.
pub(crate) const FILLS: [&str; 5] = ["install", "i", "ci", "add", "update"];

pub(crate) static MANAGERS: &[Manager] = &[Manager {
    name: "npm",
    program: ProgramSyntax { names: &["npm"], valued: NPM.valued, ..ProgramSyntax::DEFAULT },
    compiles: true,
    verbs: &[
        ("install|i|in|add|ci|clean-install|ic|install-clean|link|ln|rebuild|rb|install-test|it", Install),
        ("update|up|upgrade", Upgrade),
        ("uninstall|un|rm|r|remove|unlink|prune|dedupe", Remove),
        ("cache", Clean),
        ("config|set|c", Configure),
        (
            "view|info|show|v|ls|list|la|ll|outdated|root|prefix|bin|ping|whoami|get|help|search|version",
            Query,
        ),
    ],
    caches: &["~/.npm"],
    config: &["~/.npmrc", "/usr/local/etc/npmrc", ".npmrc"],
    project: ProjectUse::WithoutPackages,
    kept: &[KeptFiles {
        what: "download cache of npm",
        filled_by: &[Install, Upgrade],
        directories: &["~/.npm"],
        variables: &["npm_config_cache", "NPM_CONFIG_CACHE"],
        weight: 30.0,
        archives: true,
        ..KeptFiles::DEFAULT
    }],
    cached: Some(MountableCache {
        manager: "npm",
        targets: &["~/.npm"],
        moved_by: &["npm_config_cache", "NPM_CONFIG_CACHE", "NPM_CONFIG_USERCONFIG"],
        options: &["cache"],
        emptied_by: &[&["cache", "clean"], &["cache", "clear"], &["cache", "rm"]],
        ..MountableCache::DEFAULT
    }),
    manifests: &["package.json", "package-lock.json", "npm-shrinkwrap.json"],
    starts_over: Some(&["ci", "clean-install", "ic", "--prefix", "-C"]),
    package_name: node_package,
    costs: language::INSTALLS_AND_RUNS,
    ..Manager::DEFAULT
}];

/// The name of a package of npm; the `@` of a scope is part of it.
pub(super) fn node_package(text: &str) -> &str {
    let at = text.char_indices().skip(1).find(|(_, c)| *c == '@').map_or(text.len(), |(at, _)| at);
    text.get(..at).unwrap_or(text)
}
