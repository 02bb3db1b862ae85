//! Facts about pip.

use super::Verb::{Clean, Configure, Download, Install, Query, Remove};
use super::{
    Cost, FilesKeptByManager, ManagerCost, MountableCache, PackageManager, ProjectInstallSyntax, Verb,
    language,
};
use crate::semantic::ProgramSyntax;
use crate::semantic::effects::{PathSet, option_paths};
use crate::shell::ShellCommand;

const VALUED_IN_HADOLINT: &str = "abi b build e editable extra-index-url f find-links i index-url implementation \
    no-binary only-binary platform prefix progress-bar proxy python python-version root root-user-action src t \
    target trusted-host upgrade-strategy";

/// The name of what `pip install` keeps, for [`FilesKeptByManager::what`] and reports.
pub const DOWNLOAD_CACHE: &str = "download cache of pip";

/// The names do not matter: see [`is_pip_install`](crate::semantic::is_pip_install).
pub static PIP: ProgramSyntax = ProgramSyntax {
    valued: "abi b build build-constraint c C cache-dir cert client-cert config-settings constraint e \
        editable exists-action extra-index-url f find-links global-option group i implementation \
        index-url install-option keyring-provider log m no-binary only-binary platform prefix \
        progress-bar proxy python python-version r report requirement resume-retries retries root \
        root-user-action src t target timeout trusted-host upgrade-strategy use-deprecated \
        use-feature",
    valued_in_hadolint: VALUED_IN_HADOLINT,
    ..ProgramSyntax::DEFAULT
};

/// The option that disables the cache.
pub const NO_CACHE: &str = "--no-cache-dir";
pub const NO_CACHE_VARIABLE: &str = "PIP_NO_CACHE_DIR";

/// The option or variable that sets the directory of the cache.
pub(crate) const CACHE_VARIABLE: &str = "PIP_CACHE_DIR";

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
    name: "pip",
    program: ProgramSyntax { names: &["pip"], valued: PIP.valued, ..ProgramSyntax::DEFAULT },
    versioned: true,
    is_module: true,
    into_language: true,
    compiles: true,
    verbs: &[
        ("install", Install),
        ("uninstall", Remove),
        ("cache", Clean),
        ("download|wheel", Download),
        ("config", Configure),
        ("freeze|list|show|check|debug|index|help", Query),
    ],
    caches: &["~/.cache/pip"],
    config: &["/etc/pip.conf", "~/.config/pip", "~/.pip"],
    files: &["r", "requirement", "c", "constraint", "e", "editable", "f", "find-links"],
    kept: &[FilesKeptByManager {
        what: DOWNLOAD_CACHE,
        filled_by: &[Install, Download],
        directories: &["~/.cache/pip"],
        options: &["no-cache-dir"],
        variables: &[NO_CACHE_VARIABLE],
        weight: 20.0,
        archives: true,
        ..FilesKeptByManager::DEFAULT
    }],
    cached: Some(MountableCache {
        manager: "pip",
        targets: &["~/.cache/pip"],
        moved_by: &[CACHE_VARIABLE, "XDG_CACHE_HOME", "PIP_CONFIG_FILE"],
        off: &[NO_CACHE],
        options: &["cache-dir"],
        off_by: &[NO_CACHE_VARIABLE],
        emptied_by: &[&["cache", "purge"]],
        ..MountableCache::DEFAULT
    }),
    install: Some(ProjectInstallSyntax { subcommands: &["install"], ..ProjectInstallSyntax::DEFAULT }),
    creates: target_directories,
    manifests: &["requirements.txt", "setup.py", "setup.cfg"],
    package_name: python_package,
    costs: COSTS,
    ..PackageManager::DEFAULT
}];

const COSTS: &[ManagerCost] = &[
    language::BARE,
    // Lists of packages, and packages that are large or compiled.
    ManagerCost {
        verbs: &[Install, Download],
        words: &["-r", "--requirement", "torch", "tensorflow", "numpy", "scipy", "pandas", "opencv-python"],
        bare: false,
        cost: Cost::L,
    },
    language::NAMED,
    ManagerCost::for_other_verbs(Cost::M),
];

/// The name of a Python package.
pub(super) fn python_package(text: &str) -> &str {
    text.split(['=', '<', '>', '!', '~', '[', ';', '@', ' ']).next().unwrap_or_default().trim_end()
}

/// The directories that the options of an install name.
fn target_directories(command: &ShellCommand, verb: Option<Verb>) -> PathSet {
    if verb != Some(Install) {
        return PathSet::None;
    }
    let named = ["t", "target", "prefix"].map(|option| option_paths(command, option));
    let named = named.into_iter().collect::<PathSet>();
    if command.has_flag("user") { named.union(PathSet::from_path("~/.local")) } else { named }
}
