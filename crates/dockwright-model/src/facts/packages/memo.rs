//! Installations, computed once: rules, fixes and `optimize` ask for the same ones, for each fixed version of a file.

use std::cell::RefCell;

use super::solve::PackageSet;
use super::{AddedPackages, DebianRelease, InstalledSystem, PackageId};
use crate::memo::{self, ThreadCache};

/// The number of installations that each thread caches. Each takes up to 20 kB.
const MAX: usize = 128;

/// Everything that the result depends on.
#[derive(PartialEq, Eq, Hash)]
struct InstallKey {
    release: DebianRelease,
    slim: bool,
    recommends: bool,
    roots: Vec<PackageId>,
    have: PackageSet,
}

thread_local! {
    static MEMO: ThreadCache<InstallKey, Option<AddedPackages>> = RefCell::default();
}

/// The cached result of installing these packages, or else that of `solve`.
pub(super) fn get_or_insert_with(
    system: &InstalledSystem,
    roots: &[PackageId],
    recommends: bool,
    solve: impl FnOnce() -> Option<AddedPackages>,
) -> Option<AddedPackages> {
    let InstalledSystem { release, have, slim } = system;
    let key =
        InstallKey { release: *release, slim: *slim, recommends, roots: roots.to_vec(), have: have.clone() };
    memo::get_or_insert_with(&MEMO, MAX, key, solve)
}
