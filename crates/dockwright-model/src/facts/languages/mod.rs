//! The sizes of pip and npm installations: [`LanguageRegistry::install`] adds up the sizes of measured packages.
//!
//! `data/languages` has the tables, with the scripts that measure them: the packages that Dockerfiles use most, and
//! all of their dependencies. Versions are not resolved here: one version of each package was measured, so a sum is
//! an estimate, and packages that are not in the table are unknown. [`calls`] reads the command lines, the other
//! modules read the files that name packages.

pub(crate) mod calls;
mod node;
mod python;
mod table;

use std::collections::HashSet;

pub(crate) use self::table::LanguageRegistry;

/// A requested package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestedPackage {
    /// As in the table; a path or an address is never in the table.
    pub name: String,
    /// The extras of a Python package: `standard` of `uvicorn[standard]`.
    pub(crate) extras: Vec<String>,
    /// Whether it comes from a lock file, which lists what it requires separately.
    pub locked: bool,
    /// The series of the requested version, if it is a fixed version: [`table::version_series`].
    series: Option<String>,
}

impl RequestedPackage {
    fn from_name(name: impl Into<String>) -> Self {
        Self { name: name.into(), extras: Vec::new(), locked: false, series: None }
    }

    /// The package in this version: `==2.25.1`, `13`.
    fn with_version(self, version: &str) -> Self {
        Self { series: table::version_series(version), ..self }
    }

    fn from_lock_file(name: impl Into<String>) -> Self {
        Self { locked: true, ..Self::from_name(name) }
    }
}

/// The size of an installation, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct InstallEstimate {
    /// Bytes of the packages' files.
    pub files: u64,
    /// Bytes of the byte code that pip writes next to them.
    pub(crate) compiled: u64,
    /// Bytes of the archives, which stay in the cache of pip or npm, and of the metadata that npm keeps with them.
    pub(crate) archives: u64,
    /// Whether the metadata contains lists of versions: some are much larger than usual.
    pub(crate) has_version_lists: bool,
    /// How many packages these are.
    pub known: usize,
    /// Packages whose size is not known, each once: some of them may install others.
    pub unknown: Vec<String>,
}

impl InstallEstimate {
    /// How many packages are installed, as far as is known.
    #[must_use]
    pub(crate) fn packages(&self) -> usize {
        self.known + self.unknown.len()
    }
}

/// The packages that were installed before, by their rows in the table.
#[derive(Debug, Clone, Default)]
pub(crate) struct InstalledPackages(HashSet<usize>);

/// Bytes of the list of versions that npm keeps in its cache for a package without a lock file: the usual size for
/// express, eslint, nodemon and ms. Packages with many versions have up to 5 MB.
const METADATA_OF_NPM: u64 = 36_000;

impl LanguageRegistry {
    /// Bytes that stay in the cache for each package besides its archive.
    const fn metadata_bytes(self) -> u64 {
        match self {
            Self::Npm => METADATA_OF_NPM,
            Self::Pip => 0,
        }
    }

    /// Whether a package is `needed`, or requires it, in the measured version of each package.
    pub(crate) fn is_or_requires(self, package: &str, needed: &str) -> bool {
        let table = self.table();
        let mut open = vec![self.normalize(package)];
        let mut seen: HashSet<String> = HashSet::new();
        while let Some(name) = open.pop() {
            if name == needed {
                return true;
            }
            if let Some((_, row)) = table.find(&name) {
                let needs = row.needs.split(' ').filter(|need| !need.is_empty()).map(str::to_string);
                open.extend(needs.filter(|need| !seen.contains(need)));
            }
            seen.insert(name);
        }
        false
    }

    /// The size that installing these packages adds. Afterwards, they count as installed.
    pub(crate) fn install(
        self,
        wanted: &[RequestedPackage],
        present: &mut InstalledPackages,
    ) -> InstallEstimate {
        let table = self.table();
        let mut installed = InstallEstimate::default();
        let mut open: Vec<(String, bool)> = Vec::new();
        // Packages that are requested in another version than the usual one: this version is shared with the packages
        // that require them, for example plugins.
        let mut unusual: HashSet<String> = HashSet::new();
        for one in wanted {
            let name = self.normalize(&one.name);
            // A version other than the measured one may have a different size and other dependencies.
            let measured = table.find(&name).map(|(_, row)| row.series);
            let other =
                one.series.as_deref().zip(measured).filter(|(wanted, own)| !own.is_empty() && wanted != own);
            if let Some((wanted, _)) = other {
                unusual.insert(name.clone());
                match table.find_row_of_series(&name, wanted) {
                    Some(row) => open.push((row.to_string(), !one.locked)),
                    None => installed.unknown.push(name),
                }
                continue;
            }
            let extras = one.extras.iter().map(|extra| (format!("{name}[{extra}]"), !one.locked));
            open.extend(extras);
            open.push((name, !one.locked));
        }
        let mut unlisted: HashSet<String> = installed.unknown.iter().cloned().collect();
        while let Some((name, with_needs)) = open.pop() {
            let Some((at, row)) = table.find(&name) else {
                if unlisted.insert(name.clone()) {
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
                    installed.archives += archive + if with_needs { self.metadata_bytes() } else { 0 };
                    installed.has_version_lists |= with_needs && self.metadata_bytes() > 0;
                    installed.known += usize::from(!name.contains('['));
                }
                None => installed.unknown.push(name),
            }
            if with_needs {
                let needs = row.needs.split(' ').filter(|need| !need.is_empty() && !unusual.contains(*need));
                open.extend(needs.map(|need| (need.to_string(), true)));
            }
        }
        installed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn install(registry: LanguageRegistry, names: &[&str]) -> InstallEstimate {
        let wanted: Vec<RequestedPackage> =
            names.iter().map(|name| RequestedPackage::from_name(*name)).collect();
        registry.install(&wanted, &mut InstalledPackages::default())
    }

    #[test]
    fn counts_dependencies_once() {
        for (registry, first, second) in
            [(LanguageRegistry::Pip, "flask", "requests"), (LanguageRegistry::Npm, "express", "eslint")]
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
    fn finds_indirect_requirements() {
        let pip = LanguageRegistry::Pip;
        assert!(pip.is_or_requires("torch", "torch"));
        assert!(pip.is_or_requires("Sentence_Transformers", "torch"));
        assert!(!pip.is_or_requires("flask", "torch"));
        assert!(!pip.is_or_requires("no-such-package", "torch"));
    }

    #[test]
    fn compares_names_like_registry() {
        assert_eq!(
            install(LanguageRegistry::Pip, &["Flask_SQLAlchemy"]),
            install(LanguageRegistry::Pip, &["flask-sqlalchemy"])
        );
        assert_eq!(install(LanguageRegistry::Npm, &["Express"]).unknown, ["Express"]);
    }

    #[test]
    fn unlisted_packages_are_unknown() {
        let installed = install(LanguageRegistry::Pip, &["flask", "zz-no-such-package", "./local"]);
        assert_eq!(installed.unknown.len(), 2, "{installed:?}");
        assert_eq!(installed.files, install(LanguageRegistry::Pip, &["flask"]).files);
        // GPU libraries were not fetched.
        let installed = install(LanguageRegistry::Pip, &["torch"]);
        assert_eq!((installed.files, installed.unknown), (0, vec!["torch".to_string()]));
    }

    #[test]
    fn other_series_than_the_measured_one_are_unknown() {
        for (registry, name) in [(LanguageRegistry::Pip, "requests"), (LanguageRegistry::Npm, "eslint")] {
            let (_, row) = registry.table().find(name).expect("it is in the table");
            let of = |version: &str| {
                let wanted = [RequestedPackage::from_name(name).with_version(version)];
                registry.install(&wanted, &mut InstalledPackages::default())
            };
            assert_eq!(of(&format!("{}.1.2", row.series)), install(registry, &[name]));
            assert_eq!(of("latest"), install(registry, &[name]));
            let other = of("990.1.2");
            assert_eq!((other.files, other.unknown.as_slice()), (0, &[name.to_string()][..]));
        }
    }

    #[test]
    fn requested_version_is_shared() {
        // `@eslint-community/eslint-utils` has eslint as a peer; Flask requires Werkzeug.
        let (npm, pip) = (LanguageRegistry::Npm, LanguageRegistry::Pip);
        let old = RequestedPackage::from_name("eslint").with_version("8.57.1");
        let mut present = InstalledPackages::default();
        assert!(npm.install(&[old], &mut present).files > 3_000_000);
        let (usual, _) = npm.table().find("eslint").expect("it is in the table");
        assert!(!present.0.contains(&usual));
        let wanted = [
            RequestedPackage::from_name("flask"),
            RequestedPackage::from_name("werkzeug").with_version("990.1.2"),
        ];
        let installed = pip.install(&wanted, &mut InstalledPackages::default());
        assert_eq!(installed.unknown, ["werkzeug"]);
        assert!(installed.files < install(pip, &["flask"]).files, "{installed:?}");
    }

    #[test]
    fn present_packages_add_nothing() {
        let mut present = InstalledPackages::default();
        let wanted = [RequestedPackage::from_name("flask")];
        let first = LanguageRegistry::Pip.install(&wanted, &mut present);
        assert!(
            first.files > 1_000_000 && first.compiled > 1_000_000 && first.archives > 500_000,
            "{first:?}"
        );
        assert_eq!(LanguageRegistry::Pip.install(&wanted, &mut present), InstallEstimate::default());
    }

    #[test]
    fn extras_add_packages() {
        let plain = install(LanguageRegistry::Pip, &["uvicorn"]);
        let wanted = [RequestedPackage {
            extras: vec!["standard".to_string()],
            ..RequestedPackage::from_name("uvicorn")
        }];
        let standard = LanguageRegistry::Pip.install(&wanted, &mut InstalledPackages::default());
        assert!(standard.files > plain.files && standard.known > plain.known, "{standard:?}");
    }

    #[test]
    fn locked_packages_need_no_dependencies() {
        let one = LanguageRegistry::Npm
            .install(&[RequestedPackage::from_lock_file("express")], &mut InstalledPackages::default());
        assert_eq!(one.known, 1);
        assert!(one.files < install(LanguageRegistry::Npm, &["express"]).files);
    }
}
