//! Package managers: one file for each of them, or for each family. All facts about a manager are only in its file:
//! its names, subcommands and options, how packages and versions are written, where its cache is, which settings move
//! it, and how long calls take. [`PackageManager`] documents the fields.
//!
//! To add a manager, add a file here and its name to the list below.

mod cached;
mod kept;
mod language;
mod model;
mod project_build;
mod project_install;
pub mod system;

pub use cached::MountableCache;
pub(crate) use kept::FilesKeptByManager;
pub use model::{Cost, DistributionFamily, PackageCall, Verb};
pub(crate) use model::{ManagerCost, PackageManager, ProjectUse};
pub(crate) use project_build::ProjectBuild;
pub(crate) use project_install::ProductionInstall;
pub use project_install::{FetchCall, LockedInstall, ProductionAdvice, ProjectInstallSyntax};

macro_rules! managers {
    ($($file:ident),+ $(,)?) => {
        $(pub mod $file;)+
        static FILES: &[&[PackageManager]] = &[$($file::MANAGERS),+];
    };
}

managers! {
    apt, dpkg, apk, dnf, rpm, zypper, pacman, pip, pipx, poetry, uv, pipenv, conda, npm, yarn, pnpm, bun, gem, bundle,
    composer, go, cargo, maven, gradle, dotnet, pecl
}

/// Every manager.
pub fn all_managers() -> impl Iterator<Item = &'static PackageManager> {
    FILES.iter().copied().flatten()
}

/// The manager with the name in [`PackageCall::manager`].
pub fn find_manager(name: &str) -> Option<&'static PackageManager> {
    all_managers().find(|manager| manager.name == name)
}

/// The manager whose program has this name, with or without a version, if the manager has one in its name: pip for
/// `pip3.11`.
pub fn manager_of_program(name: &str) -> Option<&'static PackageManager> {
    let unversioned = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    all_managers().find(|manager| {
        let names = manager.program.names;
        names.contains(&name) || (manager.versioned && names.contains(&unversioned))
    })
}

/// The manager that a project script runs: gradle for `gradlew`.
pub fn manager_of_wrapper(name: &str) -> Option<&'static PackageManager> {
    all_managers().find(|manager| manager.build.as_ref().is_some_and(|build| build.wrappers.contains(&name)))
}

/// The manager that `python -m MODULE` runs.
pub(crate) fn manager_of_module(module: &str) -> Option<&'static PackageManager> {
    all_managers().find(|manager| manager.is_module && manager.name == module)
}

/// Whether a manager of this name installs into the system and not into a project.
pub fn is_system_manager(name: &str) -> bool {
    find_manager(name).is_some_and(|manager| manager.family.is_some() || manager.only_files)
}

/// Whether a manager of this name fetches packages of the distribution: apt, but not dpkg.
pub fn fetches_for_system(name: &str) -> bool {
    find_manager(name).is_some_and(|manager| manager.family.is_some() && !manager.only_files)
}

/// Whether a manager of this name installs Debian packages: apt, dpkg.
pub fn is_debian_manager(name: &str) -> bool {
    find_manager(name).is_some_and(|manager| manager.family == Some(DistributionFamily::Apt))
}

/// The name in an argument of a manager (or one of its programs), without version, release, architecture, and the
/// mark for an excluded package.
pub fn package_name<'t>(manager: &str, text: &'t str) -> &'t str {
    let manager = find_manager(manager).or_else(|| manager_of_program(manager));
    manager.map_or(text, |manager| (manager.package_name)(text))
}

#[cfg(test)]
mod tests;
