//! What pip and npm install: [`Registry::install`] adds up packages that were measured.
//!
//! `data/languages` has the tables, with the scripts that measure them: the packages that Dockerfiles use most, and
//! all that those require. Nothing is resolved here: of each package one version was measured, so a sum is an
//! estimate, and packages that are not in the table stay unknown. [`calls`] reads the command lines, the other modules
//! read the files that name packages.

pub mod calls;
mod node;
mod python;
mod table;

use std::collections::HashSet;

pub use self::table::Registry;

/// A package that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// As the table has it; what is no plain name (a path, an address) is in no table.
    pub name: String,
    /// Optional features of a Python package: `standard` of `uvicorn[standard]`.
    pub extras: Vec<String>,
    /// It comes from a lock file, which lists what it requires separately.
    pub locked: bool,
}

impl Wanted {
    fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), extras: Vec::new(), locked: false }
    }

    fn locked(name: impl Into<String>) -> Self {
        Self { locked: true, ..Self::named(name) }
    }
}

/// What an installation adds, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Installed {
    /// Bytes of the packages' files.
    pub files: u64,
    /// Bytes of the byte code that pip writes beside them.
    pub compiled: u64,
    /// Bytes of the archives, which stay in the cache of pip or npm.
    pub archives: u64,
    /// How many packages these are.
    pub known: usize,
    /// Packages whose size is not known, each once: some of them may bring others.
    pub unknown: Vec<String>,
}

impl Installed {
    /// How many packages are installed, as far as is known.
    #[must_use]
    pub fn packages(&self) -> usize {
        self.known + self.unknown.len()
    }
}

/// The packages that were installed before, by their rows in the table.
#[derive(Debug, Clone, Default)]
pub struct Present(HashSet<usize>);

impl Registry {
    /// What installing these packages adds to what is there; afterwards they are there.
    pub fn install(self, wanted: &[Wanted], present: &mut Present) -> Installed {
        let table = self.table();
        let mut installed = Installed::default();
        let mut open: Vec<(String, bool)> = Vec::new();
        for one in wanted {
            let name = self.normalize(&one.name);
            let extras = one.extras.iter().map(|extra| (format!("{name}[{extra}]"), !one.locked));
            open.extend(extras);
            open.push((name, !one.locked));
        }
        while let Some((name, with_needs)) = open.pop() {
            let Some((at, row)) = table.find(&name) else {
                if !installed.unknown.contains(&name) {
                    installed.unknown.push(name);
                }
                continue;
            };
            if !present.0.insert(at) {
                continue;
            }
            match row.bytes {
                Some([files, compiled, archive]) => {
                    installed.files += files;
                    installed.compiled += compiled;
                    installed.archives += archive;
                    installed.known += usize::from(!name.contains('['));
                }
                None => installed.unknown.push(name),
            }
            if with_needs {
                open.extend(
                    row.needs.split(' ').filter(|need| !need.is_empty()).map(|need| (need.to_string(), true)),
                );
            }
        }
        installed
    }

    /// Whether the table has a package, with its size.
    #[must_use]
    pub fn has(self, name: &str) -> bool {
        self.table().find(&self.normalize(name)).is_some_and(|(_, row)| row.bytes.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn install(registry: Registry, names: &[&str]) -> Installed {
        let wanted: Vec<Wanted> = names.iter().map(|name| Wanted::named(*name)).collect();
        registry.install(&wanted, &mut Present::default())
    }

    #[test]
    fn requirements_come_along_once() {
        for (registry, first, second) in
            [(Registry::Pip, "flask", "requests"), (Registry::Npm, "express", "eslint")]
        {
            let (one, other) = (install(registry, &[first]), install(registry, &[second]));
            let both = install(registry, &[first, second]);
            assert!(one.known > 3 && one.unknown.is_empty(), "{one:?}");
            assert!(both.files > one.files.max(other.files), "{both:?}");
            assert!(both.files <= one.files + other.files, "{both:?}");
            assert_eq!(install(registry, &[first, first]), one);
        }
    }

    #[test]
    fn names_are_compared_as_their_registry_does() {
        assert_eq!(
            install(Registry::Pip, &["Flask_SQLAlchemy"]),
            install(Registry::Pip, &["flask-sqlalchemy"])
        );
        assert_eq!(install(Registry::Npm, &["Express"]).unknown, ["Express"]);
    }

    #[test]
    fn what_is_in_no_table_is_unknown() {
        let installed = install(Registry::Pip, &["flask", "zz-no-such-package", "./local"]);
        assert_eq!(installed.unknown.len(), 2, "{installed:?}");
        assert_eq!(installed.files, install(Registry::Pip, &["flask"]).files);
        // GPU libraries were not fetched.
        let installed = install(Registry::Pip, &["torch"]);
        assert_eq!((installed.files, installed.unknown), (0, vec!["torch".to_string()]));
    }

    #[test]
    fn what_is_there_adds_nothing() {
        let mut present = Present::default();
        let wanted = [Wanted::named("flask")];
        let first = Registry::Pip.install(&wanted, &mut present);
        assert!(
            first.files > 1_000_000 && first.compiled > 1_000_000 && first.archives > 500_000,
            "{first:?}"
        );
        assert_eq!(Registry::Pip.install(&wanted, &mut present), Installed::default());
    }

    #[test]
    fn extras_add_packages() {
        let plain = install(Registry::Pip, &["uvicorn"]);
        let wanted = [Wanted { extras: vec!["standard".to_string()], ..Wanted::named("uvicorn") }];
        let standard = Registry::Pip.install(&wanted, &mut Present::default());
        assert!(standard.files > plain.files && standard.known > plain.known, "{standard:?}");
    }

    #[test]
    fn locked_packages_stand_for_themselves() {
        let one = Registry::Npm.install(&[Wanted::locked("express")], &mut Present::default());
        assert_eq!(one.known, 1);
        assert!(one.files < install(Registry::Npm, &["express"]).files);
    }
}
