//! [`PackageIndex`]: the packages of a Debian release, by number.
//!
//! `data/packages/build.py` generates it from the package lists of the archive. Packages are numbered in the order of
//! their names. A dependency is a group of packages that satisfy it, best first, so that no versions are compared
//! here. The index is read in place: unpacking it would take longer than checking a file.

use std::sync::OnceLock;

use super::DebianRelease;
use super::reader::{ByteReader, NumberColumn, NumberList, NumberLists, TextTable};

/// A package by its number in the index of its release.
pub(crate) type PackageId = u32;

#[derive(Debug, Default)]
pub(super) struct PackageIndex {
    /// Days since 1970 of the archive's state.
    pub(crate) day: u32,
    pub names: TextTable<'static>,
    /// Installed-Size in KiB.
    pub sizes: NumberColumn<'static>,
    /// The measured size that the package adds to a layer, in KiB; 0 if it was not measured.
    pub layers: NumberColumn<'static>,
    /// Bytes in -slim images, which omit documentation and translations.
    pub(crate) slim_layers: NumberColumn<'static>,
    /// Source text of Python, in KiB, which is compiled on installation; 0 if it was not measured.
    pub python: NumberColumn<'static>,
    bits: &'static [u8],
    depends: NumberLists<'static>,
    recommends: NumberLists<'static>,
    groups: NumberLists<'static>,
    /// The packages that cannot be installed together with a package.
    conflicts: NumberLists<'static>,
    virtual_names: TextTable<'static>,
    providers: NumberLists<'static>,
    versions: TextTable<'static>,
    /// The order in which apt processes named packages. Empty if it is the order of the command line.
    order: NumberColumn<'static>,
}

impl PackageIndex {
    pub(super) fn index_for_release(release: DebianRelease) -> &'static Self {
        static INDEXES: [OnceLock<PackageIndex>; 3] = [const { OnceLock::new() }; 3];
        let table: &'static [u8] = match release {
            DebianRelease::Bullseye => include_bytes!("../../../../../data/packages/bullseye.bin"),
            DebianRelease::Bookworm => include_bytes!("../../../../../data/packages/bookworm.bin"),
            DebianRelease::Trixie => include_bytes!("../../../../../data/packages/trixie.bin"),
        };
        let [bullseye, bookworm, trixie] = &INDEXES;
        let index = match release {
            DebianRelease::Bullseye => bullseye,
            DebianRelease::Bookworm => bookworm,
            DebianRelease::Trixie => trixie,
        };
        index.get_or_init(|| Self::decode(table).unwrap_or_default())
    }

    fn decode(table: &'static [u8]) -> Option<Self> {
        let mut reader = ByteReader(table.strip_prefix(b"DWPK\x03")?);
        let day = u32::from_le_bytes(reader.read_bytes(4)?.try_into().ok()?);
        let names = reader.read_texts()?;
        let index = Self {
            day,
            sizes: reader.read_number_column()?,
            layers: reader.read_number_column()?,
            slim_layers: reader.read_number_column()?,
            python: reader.read_number_column()?,
            bits: reader.read_bytes(names.len())?,
            depends: reader.read_lists()?,
            recommends: reader.read_lists()?,
            groups: reader.read_lists()?,
            conflicts: reader.read_lists()?,
            virtual_names: reader.read_texts()?,
            providers: reader.read_lists()?,
            versions: reader.read_texts()?,
            order: reader.read_number_column()?,
            names,
        };
        reader.0.is_empty().then_some(index)
    }

    /// The package of that name, or the only one that provides it, which apt then uses.
    pub(super) fn find(&self, name: &str) -> Option<PackageId> {
        self.names.find(name).or_else(|| match *self.packages_providing(name) {
            [only] => Some(only),
            _ => None,
        })
    }

    /// The packages that provide a virtual name, best first.
    pub(super) fn packages_providing(&self, name: &str) -> Vec<PackageId> {
        self.virtual_names.find(name).map_or(Vec::new(), |at| self.providers.get(at).collect())
    }

    /// The dependencies of a package: groups, each satisfied by any of its packages.
    pub(super) fn dependencies(&self, package: PackageId) -> impl Iterator<Item = NumberList<'static>> {
        self.depends.get(package).map(|group| self.groups.get(group))
    }

    pub(super) fn recommended_packages(
        &self,
        package: PackageId,
    ) -> impl Iterator<Item = NumberList<'static>> {
        self.recommends.get(package).map(|group| self.groups.get(group))
    }

    /// The packages that cannot be installed together with a package.
    pub(super) fn conflicting_packages(&self, package: PackageId) -> NumberList<'static> {
        // Few packages have any.
        match self.bits.get(package as usize) {
            Some(bits) if bits & CONFLICTS != 0 => self.conflicts.get(package),
            _ => NumberList::default(),
        }
    }

    pub(super) fn has_debconf_questions(&self, package: PackageId) -> bool {
        self.bits.get(package as usize).is_some_and(|bits| bits & DEBCONF != 0)
    }

    /// The class of its section, for the factors of sizes.
    pub(super) fn size_class_of_section(&self, package: PackageId) -> usize {
        self.bits.get(package as usize).map_or(0, |bits| usize::from(bits >> 3))
    }

    /// Sorts the named packages in the order in which apt processes them.
    pub(super) fn sort_in_apt_order(&self, packages: &mut [PackageId]) {
        packages.sort_by_key(|package| self.order.get(*package));
    }

    pub(super) fn version(&self, package: PackageId) -> &'static str {
        self.versions.get(package)
    }
}

const DEBCONF: u8 = 2;
const CONFLICTS: u8 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_index_can_be_read_to_its_end() {
        for release in DebianRelease::ALL {
            let index = PackageIndex::index_for_release(release);
            assert!(index.names.len() > 5_000, "{release:?}");
            let packages = u32::try_from(index.names.len()).expect("it is a number of packages");
            assert_eq!(index.versions.len(), index.names.len());
            for package in 0..packages {
                let groups = index.dependencies(package).chain(index.recommended_packages(package));
                let all = groups.flatten().chain(index.conflicting_packages(package));
                assert!(all.into_iter().all(|id| id < packages), "{}", index.names.get(package));
                assert!(index.version(package).starts_with(|c: char| c.is_ascii_digit()));
                assert_eq!(index.names.find(index.names.get(package)), Some(package));
            }
        }
    }

    #[test]
    fn rejects_truncated_index() {
        let table = include_bytes!("../../../../../data/packages/trixie.bin");
        assert!(PackageIndex::decode(table).is_some());
        for cut in [0, 4, 12, table.len() / 2, table.len() - 1] {
            assert!(PackageIndex::decode(&table[..cut]).is_none(), "{cut}");
        }
    }
}
