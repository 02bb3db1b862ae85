//! [`PackageIndex`]: the packages of a Debian release, by number.
//!
//! `data/packages/build.py` writes it from the lists of the archive: one number a package, in the order of names;
//! a dependency is a group of packages that satisfy it, best first, so that no versions are compared here. It is
//! unpacked when it is first asked for.

use std::sync::OnceLock;

use super::DebianRelease;
use super::reader::{ByteReader, NameTable, NumberLists};
use crate::facts::packed::unpack_table;

/// A package by its number in the index of its release.
pub type PackageId = u32;

#[derive(Debug, Default)]
pub struct PackageIndex {
    /// Days since 1970 of the archive's state.
    pub day: u32,
    pub names: NameTable,
    /// Installed-Size in KiB.
    pub sizes: Vec<u32>,
    /// What the package was measured to add to a layer, in KiB; 0 where it was not measured.
    pub layers: Vec<u32>,
    /// The same in -slim images, which leave out documentation and translations.
    pub slim_layers: Vec<u32>,
    /// Source text of Python, in KiB, which is compiled on installation; 0 where it was not measured.
    pub python: Vec<u32>,
    bits: Vec<u8>,
    depends: NumberLists,
    recommends: NumberLists,
    groups: NumberLists,
    /// For each package with conflicts, those that it cannot stand beside.
    conflicts: NumberLists,
    /// For each package, its place in `conflicts`.
    conflicts_at: Vec<u32>,
    virtual_names: NameTable,
    providers: NumberLists,
    versions: NameTable,
}

impl PackageIndex {
    pub fn for_release(release: DebianRelease) -> &'static Self {
        static INDEXES: [OnceLock<PackageIndex>; 3] = [const { OnceLock::new() }; 3];
        let table: &[u8] = match release {
            DebianRelease::Bullseye => include_bytes!("../../../data/packages/bullseye.bin"),
            DebianRelease::Bookworm => include_bytes!("../../../data/packages/bookworm.bin"),
            DebianRelease::Trixie => include_bytes!("../../../data/packages/trixie.bin"),
        };
        let [bullseye, bookworm, trixie] = &INDEXES;
        let index = match release {
            DebianRelease::Bullseye => bullseye,
            DebianRelease::Bookworm => bookworm,
            DebianRelease::Trixie => trixie,
        };
        index.get_or_init(|| Self::decode(table).unwrap_or_default())
    }

    fn decode(table: &[u8]) -> Option<Self> {
        let (day, body) = unpack_table(table, b"DWPK", 4)?;
        let mut reader = ByteReader(&body);
        let (packages, groups, virtuals) = (reader.count()?, reader.count()?, reader.count()?);
        let names = reader.names(packages)?;
        let sizes = reader.numbers(packages)?;
        let layers = reader.numbers(packages)?;
        let slim_layers = reader.numbers(packages)?;
        let python = reader.numbers(packages)?;
        let bits = reader.bytes(packages)?.to_vec();
        let depends = reader.lists(packages)?;
        let recommends = reader.lists(packages)?;
        let groups = reader.lists(groups)?;
        let with_conflicts = bits.iter().filter(|bits| **bits & CONFLICTS != 0).count();
        let conflicts = reader.lists(with_conflicts)?;
        let virtual_names = reader.names(virtuals)?;
        let providers = reader.lists(virtuals)?;
        let versions = reader.lines(packages)?;
        let mut next = 0;
        let conflicts_at = bits.iter().map(|bits| {
            let at = next;
            next += u32::from(bits & CONFLICTS != 0);
            at
        });
        let conflicts_at = conflicts_at.collect();
        Some(Self {
            day: u32::from_le_bytes(day.try_into().ok()?),
            names,
            sizes,
            layers,
            slim_layers,
            python,
            bits,
            depends,
            recommends,
            groups,
            conflicts,
            conflicts_at,
            virtual_names,
            providers,
            versions,
        })
    }

    /// The package of that name, or the only one that provides it, which apt takes then.
    pub fn find(&self, name: &str) -> Option<PackageId> {
        self.names.find(name).or_else(|| match self.providers(name) {
            [only] => Some(*only),
            _ => None,
        })
    }

    /// The packages that provide a virtual name, best first.
    pub fn providers(&self, name: &str) -> &[PackageId] {
        self.virtual_names.find(name).map_or(&[], |at| self.providers.get(at))
    }

    /// What a package needs: groups, of each of which one must be there.
    pub fn depends(&self, package: PackageId) -> impl Iterator<Item = &[PackageId]> {
        self.depends.get(package).iter().map(|group| self.groups.get(*group))
    }

    pub fn recommends(&self, package: PackageId) -> impl Iterator<Item = &[PackageId]> {
        self.recommends.get(package).iter().map(|group| self.groups.get(*group))
    }

    /// What a package cannot stand beside.
    pub fn conflicts(&self, package: PackageId) -> &[PackageId] {
        let at = package as usize;
        match (self.bits.get(at), self.conflicts_at.get(at)) {
            (Some(bits), Some(place)) if bits & CONFLICTS != 0 => self.conflicts.get(*place),
            _ => &[],
        }
    }

    pub fn asks_by_debconf(&self, package: PackageId) -> bool {
        self.bits.get(package as usize).is_some_and(|bits| bits & DEBCONF != 0)
    }

    /// The class of its section, for the factors of sizes.
    pub fn class(&self, package: PackageId) -> usize {
        self.bits.get(package as usize).map_or(0, |bits| usize::from(bits >> 3))
    }

    pub fn version(&self, package: PackageId) -> &str {
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
            let index = PackageIndex::for_release(release);
            assert!(index.names.len() > 5_000, "{release:?}");
            let packages = u32::try_from(index.names.len()).expect("it is a number of packages");
            assert_eq!(index.versions.len(), index.names.len());
            for package in 0..packages {
                let groups = index.depends(package).chain(index.recommends(package));
                let all = groups.flatten().chain(index.conflicts(package));
                assert!(all.into_iter().all(|id| *id < packages), "{}", index.names.get(package));
                assert!(index.version(package).starts_with(|c: char| c.is_ascii_digit()));
                assert_eq!(index.names.find(index.names.get(package)), Some(package));
            }
        }
    }

    #[test]
    fn rejects_truncated_index() {
        let table = include_bytes!("../../../data/packages/trixie.bin");
        assert!(PackageIndex::decode(table).is_some());
        for cut in [0, 4, 12, table.len() / 2, table.len() - 1] {
            assert!(PackageIndex::decode(&table[..cut]).is_none(), "{cut}");
        }
    }
}
