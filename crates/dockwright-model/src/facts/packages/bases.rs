//! [`installed_system_of_image`]: the packages that images based on Debian contain.
//!
//! `data/packages/bases.toml` has the lists that their Dockerfiles install; the solver finds the rest.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use serde::Deserialize;

use super::{DebianRelease, InstalledSystem};
use crate::semantic::base_image::BaseImage;

#[derive(Debug, Default, Deserialize)]
struct BaseTable {
    /// By release.
    minimal: HashMap<String, String>,
    list: HashMap<String, String>,
    /// By release of Ubuntu.
    ubuntu: HashMap<String, UbuntuEquivalent>,
    image: Vec<BaseRow>,
}

/// An image of Ubuntu, and the release of Debian whose packages are used instead.
#[derive(Debug, Deserialize)]
struct UbuntuEquivalent {
    near: String,
    packages: String,
}

#[derive(Debug, Deserialize)]
struct BaseRow {
    names: Vec<String>,
    #[serde(default)]
    with: Vec<String>,
    #[serde(default)]
    without: Vec<String>,
    lists: Vec<String>,
    #[serde(default)]
    slim: bool,
}

static TABLE: LazyLock<BaseTable> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../../../data/packages/bases.toml")).unwrap_or_default()
});

/// By release and index of the image: what it has installed.
type SolvedBaseImages = HashMap<(DebianRelease, usize), Option<InstalledSystem>>;

/// The results so far, by release and row.
static SOLVED: LazyLock<Mutex<SolvedBaseImages>> = LazyLock::new(Mutex::default);

/// The installed packages of an external image; `None` if they are unknown. For `ubuntu`, these are the packages that
/// the nearest release of Debian also has.
pub fn installed_system_of_image(image: &BaseImage) -> Option<InstalledSystem> {
    // Images of other publishers may contain any packages.
    if !image.official && !image.name.starts_with("mcr.microsoft.com/dotnet/") {
        return None;
    }
    if image.name == "ubuntu" {
        let stand_in = TABLE.ubuntu.get(image.release.as_deref()?)?;
        // Ubuntu's images omit documentation, as -slim images do.
        return Some(InstalledSystem::with_packages(
            DebianRelease::from_name(&stand_in.near)?,
            stand_in.packages.split_whitespace(),
            true,
        ));
    }
    if image.facts.distro.as_deref().is_some_and(|distro| distro != "debian") {
        return None;
    }
    let release = DebianRelease::from_name(image.release.as_deref()?)?;
    let words: Vec<&str> = image.tag.split('-').collect();
    let has = |word: &String| words.contains(&word.as_str());
    let row = TABLE.image.iter().position(|row| {
        row.names.contains(&image.name) && row.with.iter().all(has) && !row.without.iter().any(has)
    })?;
    let mut solved = SOLVED.lock().ok()?;
    solved.entry((release, row)).or_insert_with(|| solve_base_image(release, TABLE.image.get(row)?)).clone()
}

fn solve_base_image(release: DebianRelease, row: &BaseRow) -> Option<InstalledSystem> {
    let minimal = TABLE.minimal.get(release.name())?;
    let mut system = InstalledSystem::with_packages(release, minimal.split_whitespace(), row.slim);
    for list in &row.lists {
        let words = TABLE.list.get(list)?.split_whitespace();
        let index = super::PackageIndex::index_for_release(release);
        let first = |word: &'static str| word.split('|').find(|name| index.find(name).is_some());
        let names: Vec<&str> = words.map(first).collect::<Option<_>>()?;
        system.install(&names, false).ok()?;
    }
    Some(system)
}

#[cfg(test)]
mod tests {
    use super::super::PackageId;
    use super::super::bytes::weigh_packages;
    use super::super::index::PackageIndex;
    use super::*;
    use crate::facts::images::image_size;
    use crate::semantic::base_image::find_base_image;

    #[test]
    fn every_row_can_be_solved_on_every_release() {
        for release in DebianRelease::ALL {
            for row in &TABLE.image {
                assert!(solve_base_image(release, row).is_some(), "{release:?} {row:?}");
            }
        }
    }

    #[test]
    fn base_images_have_expected_packages() {
        // The content of the package lists of the real images: the number of packages, and some of them.
        for (reference, count, present, absent) in [
            ("debian:bookworm", 88, "apt", "curl"),
            ("debian:12-slim", 88, "apt", "curl"),
            ("debian:bullseye-slim", 96, "libssl1.1", "wget"),
            ("debian:latest", 78, "libssl3t64", "ca-certificates"),
            ("buildpack-deps:bookworm", 413, "libmagickwand-dev", "tk-dev"),
            ("python:3.12-slim-trixie", 87, "netbase", "gcc"),
        ] {
            let image = find_base_image(reference).expect("it is in the table");
            let system =
                installed_system_of_image(&image).unwrap_or_else(|| panic!("{reference} is not known"));
            assert_eq!(system.len(), count, "{reference}");
            assert!(system.contains_package(present) && !system.contains_package(absent), "{reference}");
        }
        for (reference, present, absent) in [
            ("python:3.11-bookworm", "tk-dev", "python3-pip"),
            ("node:22", "mercurial", "nodejs"),
            ("golang:1.22", "pkg-config", "unzip"),
            ("php:8.3-apache-trixie", "apache2", "php-cli"),
            ("rust:1.80-slim-bookworm", "gcc", "curl"),
            ("nginx:1.27-bookworm", "libxslt1.1", "wget"),
            ("mcr.microsoft.com/dotnet/aspnet:8.0-bookworm-slim", "libicu72", "curl"),
            ("mcr.microsoft.com/dotnet/sdk:8.0-bookworm-slim", "git", "gcc"),
        ] {
            let system = installed_system_of_image(&find_base_image(reference).expect("it is in the table"))
                .expect("it is known");
            assert!(system.contains_package(present) && !system.contains_package(absent), "{reference}");
        }
    }

    #[test]
    fn uses_debian_packages_for_ubuntu() {
        for (reference, release) in
            [("ubuntu:22.04", DebianRelease::Bookworm), ("ubuntu:noble", DebianRelease::Trixie)]
        {
            let system = installed_system_of_image(&find_base_image(reference).expect("it is in the table"))
                .expect("it is known");
            assert_eq!(system.release(), release, "{reference}");
            assert!(
                system.len() > 80 && system.contains_package("apt") && !system.contains_package("curl"),
                "{reference}"
            );
        }
    }

    /// The total size of the Debian packages with the same names is close to the size of the image. Otherwise
    /// estimates for the image would be wrong, and it must not be in the table.
    #[test]
    fn debian_packages_weigh_as_much_as_those_of_ubuntu() {
        assert!(!TABLE.ubuntu.is_empty());
        for (name, row) in &TABLE.ubuntu {
            let image = find_base_image(&format!("ubuntu:{name}")).expect("it is in the table");
            let system = installed_system_of_image(&image).expect("it is known");
            let index = PackageIndex::index_for_release(system.release());
            let packages: Vec<PackageId> =
                row.packages.split_whitespace().filter_map(|package| index.names.find(package)).collect();
            let sum = weigh_packages(index, &packages, true).bytes;
            let size = image_size(&format!("ubuntu:{name}")).expect("its size is known").disk;
            assert!(sum.abs_diff(size) * 100 <= size * 15, "{name}: {sum} of {size}");
        }
    }

    #[test]
    fn other_images_are_unknown() {
        for reference in [
            "ubuntu:20.04",
            "ubuntu:26.04",
            "debian:buster",
            "python:3.12-alpine",
            "postgres:16",
            "httpd:2.4",
        ] {
            assert!(
                find_base_image(reference).is_none_or(|image| installed_system_of_image(&image).is_none()),
                "{reference}"
            );
        }
    }
}
