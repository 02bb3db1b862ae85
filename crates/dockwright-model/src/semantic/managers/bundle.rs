//! Facts about Bundler.

use super::Verb::{Configure, Download, Install, Query, Remove, Upgrade};
use super::{
    FilesKeptByManager, MountableCache, PackageManager, ProductionAdvice, ProductionInstall,
    ProjectInstallSyntax, ProjectUse, language,
};
use crate::semantic::ProgramSyntax;
use crate::semantic::effects::{PathSet, option_paths};
use crate::semantic::invocation::WrapperSyntax;

/// Words that set where Bundler installs gems, or finds them.
pub(crate) const LOCATION_WORDS: [&str; 6] =
    ["BUNDLE_PATH", "BUNDLE_DEPLOYMENT", "--path", "--deployment", "bundle config", "--local"];

/// Subcommands that fill the download cache.
pub const FILLS: [&str; 2] = ["install", "update"];

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
    name: "bundle",
    program: ProgramSyntax {
        names: &["bundle", "bundler"],
        valued: "gemfile j jobs path without with retry binstubs shebang",
        ..ProgramSyntax::DEFAULT
    },
    compiles: true,
    verbs: &[
        ("install|cache|package|binstubs|add|pristine", Install),
        ("update", Upgrade),
        ("clean|remove", Remove),
        ("config", Configure),
        ("lock", Download),
        ("check|show|list|info|outdated|platform|version|env|doctor", Query),
    ],
    bare: Some(Install),
    caches: &["~/.bundle/cache", "/usr/local/bundle/cache"],
    config: &["~/.bundle", ".bundle", "/usr/local/bundle/config"],
    project: ProjectUse::Always,
    runs: Some(WrapperSyntax { valued: "gemfile", subcommand: Some("exec"), ..WrapperSyntax::DEFAULT }),
    kept: &[FilesKeptByManager {
        what: "gem files of bundler",
        filled_by: &[Install, Upgrade],
        directories: &["/usr/local/bundle/cache", "~/.bundle/cache"],
        options: &["no-cache"],
        weight: 30.0,
        ..FilesKeptByManager::DEFAULT
    }],
    cached: Some(MountableCache {
        manager: "bundle",
        targets: &["$GEM_HOME/cache"],
        locked: true,
        moved_by: &["BUNDLE_PATH", "BUNDLE_DEPLOYMENT", "BUNDLE_CACHE_PATH", "BUNDLE_NO_CACHE"],
        options: &["path", "deployment", "no-cache", "local"],
        ..MountableCache::DEFAULT
    }),
    install: Some(ProjectInstallSyntax {
        subcommands: &["", "install"],
        usual_files: &["Gemfile", "Gemfile.lock"],
        elsewhere: &["gemfile"],
        production: Some(ProductionInstall {
            manifest: "Gemfile",
            flags: &["--without"],
            variables: &[("BUNDLE_WITHOUT", ""), ("BUNDLE_ONLY", "")],
            advice: ProductionAdvice::Variable("BUNDLE_WITHOUT=development:test"),
        }),
        ..ProjectInstallSyntax::DEFAULT
    }),
    creates: |command, verb| {
        if verb == Some(Install) { option_paths(command, "path") } else { PathSet::None }
    },
    manifests: &["Gemfile", "Gemfile.lock"],
    starts_over: Some(&["--gemfile"]),
    costs: language::INSTALLS_AND_RUNS,
    ..PackageManager::DEFAULT
}];
