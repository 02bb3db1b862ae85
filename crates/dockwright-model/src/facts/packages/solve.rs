//! [`solve_install`]: what apt installs for a list of names, found as apt finds it.
//!
//! The named packages come first, in their order; then the dependencies of each, depth first. A group is satisfied if
//! one of its packages is already installed; otherwise the first one is chosen that does not conflict with named and
//! installed packages. Recommendations are satisfied in the same way, and skipped if that is impossible.

use super::index::{PackageId, PackageIndex};
use super::reader::NumberList;

/// Packages, as a set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct PackageSet {
    words: Vec<u64>,
    count: usize,
}

impl PackageSet {
    pub(super) fn contains_id(&self, id: PackageId) -> bool {
        self.words.get((id / 64) as usize).is_some_and(|word| word & (1 << (id % 64)) != 0)
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn insert(&mut self, id: PackageId) {
        let at = (id / 64) as usize;
        if at >= self.words.len() {
            self.words.resize(at + 1, 0);
        }
        if let Some(word) = self.words.get_mut(at) {
            self.count += usize::from(*word & (1 << (id % 64)) == 0);
            *word |= 1 << (id % 64);
        }
    }

    fn remove(&mut self, id: PackageId) {
        if let Some(word) = self.words.get_mut((id / 64) as usize) {
            self.count -= usize::from(*word & (1 << (id % 64)) != 0);
            *word &= !(1 << (id % 64));
        }
    }
}

struct Solver<'i> {
    index: &'i PackageIndex,
    recommends: bool,
    have: PackageSet,
    /// The packages that were examined.
    done: PackageSet,
    base: &'i PackageSet,
    roots: &'i [PackageId],
    /// In the order in which they were chosen; one that was replaced by another is no longer in `have`.
    new: Vec<PackageId>,
    made_way: bool,
}

/// The packages that are installed in addition to `base`, in the order in which it is chosen. `None` if a dependency
/// cannot be installed.
pub(super) fn solve_install(
    index: &PackageIndex,
    base: &PackageSet,
    roots: &[PackageId],
    recommends: bool,
) -> Option<Vec<PackageId>> {
    let mut solver = Solver {
        index,
        recommends,
        have: base.clone(),
        done: base.clone(),
        base,
        roots,
        new: Vec::new(),
        made_way: false,
    };
    for root in roots {
        if !solver.have.contains_id(*root) {
            solver.have.insert(*root);
            solver.new.push(*root);
        }
    }
    for root in roots {
        if !solver.choose_dependencies(*root) {
            return None;
        }
    }
    solver.chosen_packages()
}

impl Solver<'_> {
    /// Chooses the dependencies of a package. Returns whether they can be installed.
    fn choose_dependencies(&mut self, package: PackageId) -> bool {
        if self.done.contains_id(package) {
            return true;
        }
        self.done.insert(package);
        let index = self.index;
        if !index.dependencies(package).all(|group| self.satisfy_dependency_group(group)) {
            return false;
        }
        if self.recommends {
            for group in index.recommended_packages(package) {
                self.satisfy_dependency_group(group);
            }
        }
        true
    }

    fn satisfy_dependency_group(&mut self, mut group: NumberList<'_>) -> bool {
        group.clone().any(|id| self.have.contains_id(id)) || group.any(|id| self.add_with_dependencies(id))
    }

    fn add_with_dependencies(&mut self, package: PackageId) -> bool {
        if self.conflicts_with_installed(package) {
            return false;
        }
        let before = self.new.len();
        self.add_package(package);
        if self.choose_dependencies(package) {
            return true;
        }
        for undone in self.new.drain(before..) {
            self.have.remove(undone);
            self.done.remove(undone);
        }
        false
    }

    /// Whether it conflicts with an installed or named package.
    fn conflicts_with_installed(&self, package: PackageId) -> bool {
        let fixed = |id: PackageId| self.base.contains_id(id) || self.roots.contains(&id);
        self.index.conflicting_packages(package).any(fixed)
            || self.roots.iter().any(|root| self.index.conflicting_packages(*root).any(|id| id == package))
    }

    /// Adds a package. Earlier choices that conflict with it are removed.
    fn add_package(&mut self, package: PackageId) {
        let own: Vec<PackageId> = self.index.conflicting_packages(package).collect();
        for other in &self.new {
            let conflict =
                own.contains(other) || self.index.conflicting_packages(*other).any(|id| id == package);
            if conflict && self.have.contains_id(*other) && !self.roots.contains(other) {
                self.have.remove(*other);
                self.made_way = true;
            }
        }
        self.have.insert(package);
        self.new.push(package);
    }

    /// The chosen packages; `None` if a removed one is still needed.
    fn chosen_packages(self) -> Option<Vec<PackageId>> {
        let needed = self.made_way.then(|| self.needed_packages());
        let mut given = PackageSet::default();
        let mut found = Vec::with_capacity(self.new.len());
        for package in self.new.iter().copied() {
            let wanted = needed.as_ref().is_none_or(|needed| needed.contains_id(package));
            if wanted && self.have.contains_id(package) && !given.contains_id(package) {
                given.insert(package);
                found.push(package);
            }
        }
        let is_met =
            |mut group: NumberList<'_>| group.any(|id| self.base.contains_id(id) || given.contains_id(id));
        let mut chosen = found.iter().filter(|_| self.made_way);
        chosen.all(|package| self.index.dependencies(*package).all(is_met)).then_some(found)
    }

    /// The packages that the named ones still need after removals; the others are not installed.
    fn needed_packages(&self) -> PackageSet {
        let mut needed = PackageSet::default();
        let mut open = self.roots.to_vec();
        while let Some(package) = open.pop() {
            if needed.contains_id(package) {
                continue;
            }
            needed.insert(package);
            let recommends = self.index.recommended_packages(package).filter(|_| self.recommends);
            let groups = self.index.dependencies(package).chain(recommends);
            open.extend(
                groups.flatten().filter(|id| self.have.contains_id(*id) && !self.base.contains_id(*id)),
            );
        }
        needed
    }
}
