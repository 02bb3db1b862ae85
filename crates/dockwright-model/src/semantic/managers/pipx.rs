//! Facts about pipx, which installs Python programs, each in a separate environment.

use super::Verb::{Configure, Install, Query, Remove, Upgrade};
use super::{MountableCache, PackageManager, language, pip};
use crate::semantic::ProgramSyntax;

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
    name: "pipx",
    program: ProgramSyntax {
        names: &["pipx"],
        valued: "python pip-args index-url spec i suffix",
        ..ProgramSyntax::DEFAULT
    },
    is_module: true,
    into_language: true,
    verbs: &[
        ("install|inject|install-all", Install),
        ("upgrade|upgrade-all|reinstall|reinstall-all", Upgrade),
        ("uninstall|uninstall-all|uninject", Remove),
        ("ensurepath", Configure),
        ("list|environment", Query),
    ],
    caches: &["~/.cache/pipx", "~/.cache/pip"],
    config: &["~/.bashrc", "~/.profile", "~/.bash_profile"],
    // pipx runs pip, whose cache it uses.
    cached: Some(MountableCache {
        manager: "pipx",
        targets: &["~/.cache/pip"],
        moved_by: &["PIP_CACHE_DIR", "XDG_CACHE_HOME", "PIP_CONFIG_FILE"],
        options: &["pip-args"],
        off_by: &["PIP_NO_CACHE_DIR"],
        ..MountableCache::DEFAULT
    }),
    package_name: pip::python_package,
    costs: language::PACKAGES,
    ..PackageManager::DEFAULT
}];
