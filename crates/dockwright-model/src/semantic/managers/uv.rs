//! Facts about uv.

use super::Verb::{Build, Clean, Download, Install, Query, Remove, Upgrade};
use super::{
    FetchCall, FilesKeptByManager, MountableCache, PackageManager, ProductionAdvice, ProductionInstall,
    ProjectInstallSyntax, ProjectUse, Verb, language, pip,
};
use crate::semantic::ProgramSyntax;
use crate::semantic::effects::PathSet;
use crate::semantic::invocation::WrapperSyntax;
use crate::shell::ShellCommand;

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
    name: "uv",
    program: ProgramSyntax {
        names: &["uv"],
        valued: "p python r requirement c constraint e editable extra group index-url extra-index-url index cache-dir project directory link-mode python-version target prefix with from o output-file",
        ..ProgramSyntax::DEFAULT
    },
    is_module: true,
    compiles: true,
    verbs: &[
        ("pip install|pip sync|sync|add|tool install|python install", Install),
        ("tool upgrade|self update", Upgrade),
        ("pip uninstall|remove|tool uninstall|python uninstall", Remove),
        ("cache clean|cache prune|clean|cache", Clean),
        ("lock|build|export|venv|pip compile", Build),
        ("pip list|pip show|pip freeze|pip check|tree|version|python list|python find|tool list", Query),
    ],
    caches: &["~/.cache/uv"],
    config: &["/etc/uv", "~/.config/uv"],
    project: ProjectUse::WithoutPackages,
    files: &["r", "requirement", "c", "constraint", "e", "editable"],
    runs: Some(WrapperSyntax {
        valued: "p python with with-editable with-requirements extra no-extra group no-group only-group env-file \
            index default-index index-url i extra-index-url f find-links project directory package cache-dir \
            config-file link-mode resolution prerelease exclude-newer C config-setting P upgrade-package \
            refresh-package reinstall-package no-build-package no-binary-package w color allow-insecure-host",
        without: "m module s script gui-script",
        subcommand: Some("run"),
        ..WrapperSyntax::DEFAULT
    }),
    kept: &[FilesKeptByManager {
        what: "download cache of uv",
        filled_by: &[Install, Upgrade],
        directories: &["~/.cache/uv"],
        options: &["no-cache"],
        variables: &["UV_NO_CACHE", "UV_CACHE_DIR"],
        weight: 20.0,
        ..FilesKeptByManager::DEFAULT
    }],
    cached: Some(MountableCache {
        manager: "uv",
        verbs: &[Install, Upgrade, Download, Build],
        targets: &["~/.cache/uv"],
        moved_by: &["UV_CACHE_DIR", "XDG_CACHE_HOME"],
        off: &["--no-cache", "--no-cache-dir", "-n"],
        options: &["cache-dir", "link-mode"],
        off_by: &["UV_NO_CACHE"],
        // Hard links cannot cross file systems.
        sets: &[("UV_LINK_MODE", "copy")],
        emptied_by: &[&["cache"], &["clean"]],
        ..MountableCache::DEFAULT
    }),
    install: Some(ProjectInstallSyntax {
        subcommands: &["sync"],
        usual_files: &["pyproject.toml", "uv.lock"],
        fetch: FetchCall::With(&["--no-install-project"]),
        elsewhere: &["project", "directory"],
        production: Some(ProductionInstall {
            manifest: "pyproject.toml",
            flags: &["--no-dev", "--no-default-groups", "--only-group"],
            variables: &[("UV_NO_DEV", "1"), ("UV_NO_DEV", "true")],
            advice: ProductionAdvice::Flag("--no-dev"),
        }),
        ..ProjectInstallSyntax::DEFAULT
    }),
    creates: virtual_environment,
    manifests: &["uv.lock"],
    starts_over: Some(&["--directory", "--project"]),
    package_name: pip::python_package,
    costs: language::INSTALLS,
    ..PackageManager::DEFAULT
}];

/// The directory that `uv sync` creates.
fn virtual_environment(command: &ShellCommand, _: Option<Verb>) -> PathSet {
    let syncs = command.operands().next().is_some_and(|word| word.text == "sync");
    let elsewhere = ["active", "project", "directory", "dry-run"].iter().any(|flag| command.has_flag(flag));
    if syncs && !elsewhere { PathSet::from_path(".venv") } else { PathSet::None }
}
