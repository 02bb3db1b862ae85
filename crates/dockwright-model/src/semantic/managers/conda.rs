//! Facts about conda, mamba and micromamba.

use super::Verb::{Clean, Configure, Install, Query, Remove, Upgrade};
use super::{
    Cost, FilesKeptByManager, ManagerCost, MountableCache, PackageManager, ProjectInstallSyntax, ProjectUse,
};
use crate::semantic::ProgramSyntax;
use crate::semantic::invocation::WrapperSyntax;

pub static CONDA: ProgramSyntax = ProgramSyntax {
    names: &["conda", "mamba", "micromamba"],
    valued: "n name p prefix f file c channel solver set add prepend append remove r root-prefix",
    ..ProgramSyntax::DEFAULT
};

/// Subcommands that fill the download cache.
pub const FILLS: [&str; 4] = ["install", "create", "update", "env"];

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
    name: "conda",
    program: ProgramSyntax { names: CONDA.names, valued: CONDA.valued, ..ProgramSyntax::DEFAULT },
    verbs: &[
        ("install|create|env create|env update", Install),
        ("update|upgrade|self-update", Upgrade),
        ("remove|uninstall|env remove", Remove),
        ("clean", Clean),
        ("config|init", Configure),
        ("info|list|search|env list|doctor", Query),
    ],
    caches: &["/opt/conda/pkgs", "~/.conda/pkgs"],
    config: &["~/.condarc", "~/.bashrc", "/opt/conda"],
    project: ProjectUse::WithoutPackages,
    files: &["f", "file"],
    runs: Some(WrapperSyntax {
        valued: "n name p prefix cwd r root-prefix e env a attach",
        subcommand: Some("run"),
        ..WrapperSyntax::DEFAULT
    }),
    kept: &[FilesKeptByManager {
        what: "downloaded packages of conda",
        filled_by: &[Install, Upgrade],
        directories: &["/opt/conda/pkgs", "/root/.conda/pkgs"],
        weight: 100.0,
        ..FilesKeptByManager::DEFAULT
    }],
    // The default directory of conda also holds packages of the image.
    cached: Some(MountableCache {
        manager: "conda",
        targets: &["~/.conda/pkgs"],
        locked: true,
        moved_by: &["CONDA_PKGS_DIRS", "CONDARC"],
        options: &["offline", "clone", "use-index-cache"],
        sets: &[("CONDA_PKGS_DIRS", "~/.conda/pkgs")],
        ..MountableCache::DEFAULT
    }),
    install: Some(ProjectInstallSyntax {
        usual_files: &["environment.yml"],
        ..ProjectInstallSyntax::DEFAULT
    }),
    manifests: &["environment.yml", "environment.yaml"],
    package_name: |text| {
        text.rsplit("::").next().unwrap_or_default().split(['=', '<', '>']).next().unwrap_or_default()
    },
    costs: &[ManagerCost::cost_of_verbs(&[Install, Upgrade], Cost::XL)],
    ..PackageManager::DEFAULT
}];
