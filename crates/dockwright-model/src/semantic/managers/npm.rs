//! Facts about npm.

use super::Verb::{Clean, Configure, Install, Query, Remove, Upgrade};
use super::{
    FilesKeptByManager, LockedInstall, MountableCache, PackageManager, ProductionAdvice, ProductionInstall,
    ProjectInstallSyntax, ProjectUse, Verb, language,
};
use crate::semantic::ProgramSyntax;
use crate::semantic::effects::PathSet;
use crate::shell::ShellCommand;

pub static NPM: ProgramSyntax = ProgramSyntax {
    names: &["npm"],
    valued: "C cache cpu fetch-retries fetch-timeout globalconfig include install-strategy libc loglevel \
        maxsockets network-timeout omit os prefix registry tag userconfig w workspace",
    valued_in_hadolint: "loglevel registry",
    ..ProgramSyntax::DEFAULT
};

/// Subcommands that fill the download cache.
pub const FILLS: [&str; 5] = ["install", "i", "ci", "add", "update"];

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
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
    kept: &[FilesKeptByManager {
        what: "download cache of npm",
        filled_by: &[Install, Upgrade],
        directories: &["~/.npm"],
        variables: &["npm_config_cache", "NPM_CONFIG_CACHE"],
        weight: 30.0,
        archives: true,
        ..FilesKeptByManager::DEFAULT
    }],
    cached: Some(MountableCache {
        manager: "npm",
        targets: &["~/.npm"],
        moved_by: &["npm_config_cache", "NPM_CONFIG_CACHE", "NPM_CONFIG_USERCONFIG"],
        options: &["cache"],
        emptied_by: &[&["cache", "clean"], &["cache", "clear"], &["cache", "rm"]],
        ..MountableCache::DEFAULT
    }),
    install: Some(ProjectInstallSyntax {
        subcommands: &["install", "i", "ci", "clean-install", "ic", "install-clean"],
        usual_files: &["package.json", "package-lock.json"],
        elsewhere: &["prefix", "C", "g", "global", "location", "w", "workspace", "ws", "workspaces"],
        locked: Some(LockedInstall {
            locks: &["package-lock.json", "npm-shrinkwrap.json"],
            call: "npm ci",
            options: &["--no-package-lock", "--package-lock-only", "-g", "--global", "--no-save"],
        }),
        production: Some(ProductionInstall {
            manifest: "package.json",
            flags: &["--omit", "--production", "--only"],
            variables: PRODUCTION_VARIABLES,
            advice: ProductionAdvice::Flag("--omit=dev"),
        }),
        ..ProjectInstallSyntax::DEFAULT
    }),
    creates: node_modules,
    manifests: &["package.json", "package-lock.json", "npm-shrinkwrap.json"],
    starts_over: Some(&["ci", "clean-install", "ic", "--prefix", "-C"]),
    package_name: node_package,
    costs: language::INSTALLS_AND_RUNS,
    ..PackageManager::DEFAULT
}];

/// The name of an npm package, including the `@` of a scope.
pub(super) fn node_package(text: &str) -> &str {
    let at = text.char_indices().skip(1).find(|(_, c)| *c == '@').map_or(text.len(), |(at, _)| at);
    text.get(..at).unwrap_or(text)
}

/// Variables that exclude development dependencies.
pub(super) const PRODUCTION_VARIABLES: &[(&str, &str)] =
    &[("NODE_ENV", "production"), ("NPM_CONFIG_OMIT", "dev"), ("NPM_CONFIG_PRODUCTION", "true")];

/// The directory that an install for a project creates.
pub(super) fn node_modules(command: &ShellCommand, verb: Option<Verb>) -> PathSet {
    const OTHERS: [&str; 14] = [
        "global",
        "dlx",
        "link",
        "ln",
        "rebuild",
        "rb",
        "import",
        "env",
        "set",
        "self-update",
        "dedupe",
        "upgrade",
        "patch",
        "create",
    ];
    let has = |flags: &[&str]| flags.iter().any(|flag| command.has_flag(flag));
    let subcommand = command.operands().next().map_or("", |word| word.text.as_str());
    let elsewhere = has(&["g", "global", "location", "prefix", "C", "dir", "cwd", "modules-folder"]);
    let nothing = has(&["dry-run", "package-lock-only", "lockfile-only", "mode"]);
    if !matches!(verb, Some(Install | Upgrade)) || elsewhere || nothing || OTHERS.contains(&subcommand) {
        PathSet::None
    } else {
        PathSet::from_path("node_modules")
    }
}
