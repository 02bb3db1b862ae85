//! Facts about Debian's packages: what an `apt-get install` installs, and which names exist.
//!
//! [`InstalledSystem`] is the set of installed packages at some point of a build; [`InstalledSystem::install`]
//! resolves dependencies as apt does. Nothing is fetched: the indexes in `data/packages` describe the archive on one
//! day ([`DebianRelease::date`]).

mod bases;
mod bytes;
mod index;
mod memo;
mod names;
mod reader;
mod solve;

pub(crate) use self::index::PackageId;
pub use self::names::{NameSuggestion, package_exists, suggest_name};
pub use self::names::{frequent_packages, has_package_matching, names_starting_with, providers_of_virtual};

use self::index::PackageIndex;
use self::solve::{PackageSet, solve_install};

/// The releases with an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DebianRelease {
    Bullseye,
    Bookworm,
    Trixie,
}

impl DebianRelease {
    pub const ALL: [Self; 3] = [Self::Bullseye, Self::Bookworm, Self::Trixie];

    /// By its name: `bookworm`, or the number, `12`.
    pub fn from_name(release: &str) -> Option<Self> {
        Some(match release {
            "bullseye" | "11" => Self::Bullseye,
            "bookworm" | "12" => Self::Bookworm,
            "trixie" | "13" => Self::Trixie,
            _ => return None,
        })
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Bullseye => "bullseye",
            Self::Bookworm => "bookworm",
            Self::Trixie => "trixie",
        }
    }

    /// The day of the archive's state, `2026-11-28`.
    pub fn date(self) -> String {
        let epoch = jiff::civil::date(1970, 1, 1);
        let days = jiff::Span::new().try_days(PackageIndex::index_for_release(self).day);
        days.and_then(|days| epoch.checked_add(days)).unwrap_or(epoch).to_string()
    }

    /// The version of a package in this release, its updates and its security updates.
    pub fn version(self, package: &str) -> Option<&'static str> {
        let index = PackageIndex::index_for_release(self);
        index.names.find(package).map(|id| index.version(id))
    }
}

/// Why the result of an installation is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnknownInstall {
    /// The name of an unknown package, or of one that the index omits.
    Name(String),
    /// Several packages provide the name, and apt requires a choice.
    Ambiguous(String),
    /// A dependency cannot be installed.
    Unmet,
}

/// A set of installed packages.
#[derive(Debug, Clone)]
pub struct InstalledSystem {
    release: DebianRelease,
    have: PackageSet,
    /// Whether documentation and translations are omitted, as in -slim images.
    slim: bool,
}

/// The result of an installation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddedPackages {
    /// In the order in which apt chooses them.
    pub packages: Vec<PackageId>,
    /// The estimated size that they add to the layer. `None` if too little is known for one.
    pub bytes: Option<u64>,
    /// The sum of Installed-Size: "additional disk space" in apt's words.
    pub installed: u64,
}

impl InstalledSystem {
    /// A system on which exactly these packages are installed; names that the release does not have are skipped.
    pub(crate) fn with_packages<'n>(
        release: DebianRelease,
        names: impl IntoIterator<Item = &'n str>,
        slim: bool,
    ) -> Self {
        let index = PackageIndex::index_for_release(release);
        let mut have = PackageSet::default();
        for id in names.into_iter().filter_map(|name| index.names.find(name)) {
            have.insert(id);
        }
        Self { release, have, slim }
    }

    pub const fn release(&self) -> DebianRelease {
        self.release
    }

    /// How many packages are installed.
    pub fn len(&self) -> usize {
        self.have.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn contains_package(&self, name: &str) -> bool {
        PackageIndex::index_for_release(self.release)
            .names
            .find(name)
            .is_some_and(|id| self.have.contains_id(id))
    }

    /// The packages that apt would install in addition, and their size.
    ///
    /// # Errors
    /// The result is unknown; the error gives the reason.
    pub(crate) fn resolve_install(
        &self,
        names: &[&str],
        recommends: bool,
    ) -> Result<AddedPackages, UnknownInstall> {
        let index = PackageIndex::index_for_release(self.release);
        let mut roots = Vec::with_capacity(names.len());
        for name in names {
            let id = index.find(name).ok_or_else(|| match *index.packages_providing(name) {
                [] => UnknownInstall::Name((*name).to_string()),
                _ => UnknownInstall::Ambiguous((*name).to_string()),
            })?;
            if !roots.contains(&id) {
                roots.push(id);
            }
        }
        index.sort_in_apt_order(&mut roots);
        let solve = || {
            let packages = solve_install(index, &self.have, &roots, recommends)?;
            let bytes = bytes::layer_size(self.release, &self.have, &packages, self.slim);
            let installed = bytes::weigh_packages(index, &packages, self.slim).installed;
            Some(AddedPackages { packages, bytes, installed })
        };
        memo::get_or_insert_with(self, &roots, recommends, solve).ok_or(UnknownInstall::Unmet)
    }

    /// Like [`InstalledSystem::resolve_install`], but afterwards the packages are installed.
    ///
    /// # Errors
    /// The result is unknown; in that case, nothing has changed.
    pub fn install(&mut self, names: &[&str], recommends: bool) -> Result<AddedPackages, UnknownInstall> {
        let added = self.resolve_install(names, recommends)?;
        for package in &added.packages {
            self.have.insert(*package);
        }
        Ok(added)
    }

    /// How many packages and bytes fewer than `with` an installation of these names adds without recommended packages.
    ///
    /// # Errors
    /// The result is unknown; the error gives the reason.
    pub(crate) fn count_recommended(
        &self,
        with: &AddedPackages,
        names: &[&str],
    ) -> Result<(usize, u64), UnknownInstall> {
        let without = self.resolve_install(names, false)?;
        let count = with.packages.len().saturating_sub(without.packages.len());
        let bytes = match (with.bytes, without.bytes) {
            (Some(with), Some(without)) => with.saturating_sub(without),
            _ => {
                let index = PackageIndex::index_for_release(self.release);
                let of = |packages: &[PackageId]| bytes::weigh_packages(index, packages, self.slim).bytes;
                of(&with.packages).saturating_sub(of(&without.packages))
            }
        };
        Ok((count, bytes))
    }

    /// The name of a package.
    pub fn name(&self, package: PackageId) -> &'static str {
        PackageIndex::index_for_release(self.release).names.get(package)
    }
}

/// The installed packages of an external image, as far as they are known.
pub use self::bases::installed_system_of_image;

#[cfg(test)]
mod tests;
