//! What an installation adds to a layer: an estimate, from what packages were measured to add, or else from their
//! Installed-Size and the factors of their section.
//!
//! The constants come from installations in overlays on minimal systems; the layer is measured without the
//! lists and archives of apt. `docs/sizes.md` gives the accuracy of the estimates.

use super::DebianRelease;
use super::index::{PackageId, PackageIndex};
use super::reader::NumberColumn;
use super::solve::PackageSet;

/// Bytes of dpkg's records about a package: its list of files, checksums, scripts, its part of the status.
const RECORDS: u64 = 4_500;
/// Bytes of one package in dpkg's status, which each installation stores again, with a copy of the one before.
const STATUS: u64 = 900;
/// The databases of debconf, which each installation stores again; once more if a package asks questions.
const DEBCONF: u64 = 760_000;
const QUESTIONS: u64 = 800_000;
/// Logs and the cache of the linker.
const LOGS: u64 = 50_000;
/// The bundle that ca-certificates generates.
const CERTIFICATES: u64 = 230_000;

/// For each section: the percentage of Installed-Size that is payload, and the percentage of the payload that -slim
/// images keep. In the order of `CLASSES` in `data/packages/build.py`.
const FACTORS: [(u64, u64); 18] = [
    (98, 92),  // other
    (98, 93),  // libs
    (99, 87),  // devel
    (99, 96),  // libdevel
    (95, 83),  // admin
    (96, 94),  // python
    (90, 41),  // perl
    (93, 53),  // utils
    (96, 90),  // net
    (99, 71),  // vcs
    (94, 50),  // misc
    (96, 20),  // web
    (98, 64),  // localization
    (73, 2),   // doc
    (72, 79),  // text
    (89, 79),  // x11
    (98, 100), // golang
    (99, 97),  // fonts
];
const PYTHON: usize = 5;

/// Bytes of byte code for a hundred bytes of source text, by the version of Python that a release has: 3.11 and later
/// keep inline caches in it.
const fn byte_code(release: DebianRelease) -> u64 {
    match release {
        DebianRelease::Bullseye => 73,
        DebianRelease::Bookworm => 115,
        DebianRelease::Trixie => 112,
    }
}

/// The size that a set of packages adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct PackageWeight {
    /// Files and records.
    pub bytes: u64,
    /// Sum of Installed-Size, as apt shows it.
    pub installed: u64,
    /// The part of `installed` that belongs to measured packages.
    pub measured: u64,
    python: u64,
}

pub(super) fn weigh_packages(index: &PackageIndex, packages: &[PackageId], slim: bool) -> PackageWeight {
    let mut weight = PackageWeight::default();
    for package in packages {
        let of = |column: &NumberColumn<'_>| u64::from(column.get(*package)) * 1024;
        let installed = of(&index.sizes);
        weight.installed += installed;
        let layer = of(if slim { &index.slim_layers } else { &index.layers });
        if layer > 0 {
            weight.measured += installed;
            weight.bytes += layer;
            weight.python += of(&index.python);
            continue;
        }
        let class = index.size_class_of_section(*package);
        let (payload, kept) = FACTORS.get(class).copied().unwrap_or((98, 92));
        let payload = installed * payload / 100;
        weight.bytes += if slim { payload * kept / 100 } else { payload } + RECORDS;
        weight.python += if class == PYTHON { installed * 51 / 100 } else { 0 };
    }
    weight
}

/// What the layer of an installation adds. `None` if too little is known for -slim images.
pub(super) fn layer_size(
    release: DebianRelease,
    have: &PackageSet,
    new: &[PackageId],
    slim: bool,
) -> Option<u64> {
    if new.is_empty() {
        return Some(0);
    }
    let index = PackageIndex::index_for_release(release);
    let weight = weigh_packages(index, new, slim);
    if slim && weight.measured * 5 < weight.installed * 4 && weight.installed > SMALL {
        return None;
    }
    let is_new = |name: &str| index.names.find(name).is_some_and(|id| new.contains(&id));
    let is_there = |name: &str| index.names.find(name).is_some_and(|id| have.contains_id(id)) || is_new(name);
    let compiled = if is_there("python3-minimal") { weight.python * byte_code(release) / 100 } else { 0 };
    let certificates = if is_new("ca-certificates") { CERTIFICATES } else { 0 };
    let questions = if new.iter().any(|id| index.has_debconf_questions(*id)) { QUESTIONS } else { 0 };
    let records = 2 * STATUS * u64::try_from(have.len()).unwrap_or_default() + DEBCONF + LOGS;
    Some(weight.bytes + compiled + certificates + questions + records)
}

/// Below this size, the records of an installation take more space than the packages, so the accuracy of their
/// estimate matters little.
const SMALL: u64 = 1_000_000;
