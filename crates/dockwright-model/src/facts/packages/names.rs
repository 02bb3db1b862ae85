//! [`NameIndex`]: which names Debian's releases have, and the successors of names that they no longer have.

use std::cell::RefCell;
use std::sync::LazyLock;

use super::DebianRelease;
use super::index::PackageIndex;
use super::reader::{self, ByteReader};
use crate::facts::packed::unpack_table;
use crate::memo::{self, ThreadCache};

/// All names of all releases.
#[derive(Debug, Default)]
pub(super) struct NameIndex {
    /// Sorted.
    names: reader::NameTable,
    /// The releases that have each name, one bit per release.
    masks: Vec<u8>,
}

static NAMES: LazyLock<NameIndex> = LazyLock::new(|| {
    NameIndex::decode(include_bytes!("../../../../../data/packages/names.bin")).unwrap_or_default()
});

/// A suggestion for a name that a release does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameSuggestion {
    /// Packages that provide the name; apt requires a choice if there are several.
    To(Vec<String>),
    /// The nearest existing version of it: a different package, not just a different name.
    OtherVersion(String),
    /// A name with a similar spelling; a guess.
    Spelling(String),
}

/// Old names and their successors that cannot be derived by a rule.
const TABLE: [(&str, &[&str]); 30] = [
    ("python-pip", &["python3-pip"]),
    ("python", &["python3"]),
    ("python-dev", &["python3-dev"]),
    ("python-software-properties", &["software-properties-common"]),
    ("python-imaging", &["python3-pil"]),
    ("python3-crypto", &["python3-pycryptodome"]),
    ("python3-distutils", &["python3-setuptools"]),
    ("pylint3", &["pylint"]),
    ("libpng12-dev", &["libpng-dev"]),
    ("libpng12-0", &["libpng16-16", "libpng16-16t64"]),
    ("mysql-client", &["default-mysql-client"]),
    ("mysql-server", &["default-mysql-server"]),
    ("libmysqlclient-dev", &["default-libmysqlclient-dev"]),
    ("nodejs-legacy", &["nodejs"]),
    ("chromium-browser", &["chromium"]),
    ("btrfs-tools", &["btrfs-progs"]),
    ("libapache2-mod-wsgi", &["libapache2-mod-wsgi-py3"]),
    ("libapache2-mod-php5", &["libapache2-mod-php"]),
    ("libgd2-xpm-dev", &["libgd-dev"]),
    ("libldap-2.4-2", &["libldap-2.5-0", "libldap2"]),
    ("libldap-2.5-0", &["libldap2"]),
    ("libssl1.0.0", &["libssl1.1", "libssl3", "libssl3t64"]),
    ("libssl1.1", &["libssl3", "libssl3t64"]),
    ("libgl1-mesa-glx", &["libgl1"]),
    ("libopenblas-base", &["libopenblas0"]),
    ("lib32gcc1", &["lib32gcc-s1"]),
    ("neofetch", &["fastfetch"]),
    ("createrepo", &["createrepo-c"]),
    ("openjdk-7-jdk", &["default-jdk"]),
    ("openjdk-7-jre", &["default-jre"]),
];

/// The packages that Dockerfiles install most often, the most frequent first. Counted in public Dockerfiles.
const USUAL: [&str; 40] = [
    "ca-certificates",
    "curl",
    "wget",
    "git",
    "gnupg",
    "unzip",
    "xz-utils",
    "build-essential",
    "gcc",
    "g++",
    "make",
    "pkg-config",
    "libssl-dev",
    "zlib1g-dev",
    "libc6-dev",
    "tzdata",
    "locales",
    "libcurl4-openssl-dev",
    "libxml2-dev",
    "libsqlite3-dev",
    "libffi-dev",
    "libpq-dev",
    "openssh-client",
    "procps",
    "cmake",
    "python3",
    "python3-pip",
    "python3-venv",
    "lsb-release",
    "file",
    "zip",
    "less",
    "sudo",
    "jq",
    "bzip2",
    "libpng-dev",
    "libjpeg-dev",
    "nodejs",
    "iproute2",
    "tini",
];

/// The packages of a release that Dockerfiles install most often, and that start with `prefix`, the most frequent
/// first.
pub fn frequent_packages(release: DebianRelease, prefix: &str) -> impl Iterator<Item = &'static str> {
    USUAL.into_iter().filter(move |name| name.starts_with(prefix) && package_exists(release, name))
}

/// Whether a release has a package of that name, or one that provides it.
pub fn package_exists(release: DebianRelease, name: &str) -> bool {
    NAMES.has_name_in_release(release, name)
}

/// Whether a release has a package of a name, or one that provides it, that `is_meant` accepts.
pub fn has_package_matching(release: DebianRelease, is_meant: impl Fn(&str) -> bool) -> bool {
    let names = &LazyLock::force(&NAMES).names;
    let mut all = names.from("").map(|at| (at, names.get(at)));
    all.any(|(at, name)| is_meant(name) && NAMES.release_has_name(release, at as usize))
}

/// The packages that provide a name that no package of the release has itself.
pub fn providers_of_virtual(release: DebianRelease, name: &str) -> Vec<&'static str> {
    let index = PackageIndex::index_for_release(release);
    if index.names.find(name).is_some() {
        return Vec::new();
    }
    index.packages_providing(name).iter().map(|id| index.names.get(*id)).collect()
}

/// The names of a release that start with `prefix`, sorted, without names that several packages provide: apt rejects
/// them.
pub fn names_starting_with(release: DebianRelease, prefix: &str) -> impl Iterator<Item = &'static str> {
    let names = &LazyLock::force(&NAMES).names;
    let index = PackageIndex::index_for_release(release);
    let found = names.from(prefix).map(|at| (at, names.get(at)));
    let found = found.take_while(move |(_, name)| name.starts_with(prefix));
    let found = found.filter(move |(at, name)| {
        NAMES.release_has_name(release, *at as usize) && index.packages_providing(name).len() <= 1
    });
    found.map(|(_, name)| name)
}

/// Suggestions that each thread remembers: a search reads all names, and fixes analyze a file many times.
const MAX_REMEMBERED: usize = 4096;

thread_local! {
    static SUGGESTIONS: ThreadCache<(DebianRelease, String), Option<NameSuggestion>> = RefCell::default();
}

/// A suggestion for a name that a release does not have.
pub fn suggest_name(release: DebianRelease, name: &str) -> Option<NameSuggestion> {
    let find = || find_suggestion(release, name);
    memo::get_or_insert_with(&SUGGESTIONS, MAX_REMEMBERED, (release, name.to_string()), find)
}

fn find_suggestion(release: DebianRelease, name: &str) -> Option<NameSuggestion> {
    let index = PackageIndex::index_for_release(release);
    let is_there =
        |name: &String| index.names.find(name).is_some() || NAMES.has_name_in_release(release, name);
    if NAMES.has_name_in_release(release, name) {
        // A virtual name: apt uses its only provider, and fails if there are several.
        let providers: Vec<String> =
            index.packages_providing(name).iter().map(|id| index.names.get(*id).to_string()).collect();
        return (providers.len() > 1).then_some(NameSuggestion::To(providers));
    }
    let table = TABLE.iter().find(|(old, _)| *old == name);
    let known = table.into_iter().flat_map(|(_, new)| new.iter().map(ToString::to_string));
    if let Some(new) = known.chain(derive_debian_names(name)).find(is_there) {
        // A virtual name is itself outdated.
        let real = match *index.packages_providing(&new) {
            [only] => index.names.get(only).to_string(),
            _ => new,
        };
        return Some(NameSuggestion::To(vec![real]));
    }
    let other = NAMES.name_in_other_version(release, name).map(NameSuggestion::OtherVersion);
    other.or_else(|| NAMES.nearest_spelled_name(release, name).map(NameSuggestion::Spelling))
}

/// The names that Debian's naming rules derive from a name.
fn derive_debian_names(name: &str) -> Vec<String> {
    let mut found = vec![format!("{name}t64")];
    found.extend(name.strip_suffix("t64").map(str::to_string));
    found.extend(name.strip_prefix("python-").map(|rest| format!("python3-{rest}")));
    if let Some(rest) = name.strip_prefix("php5") {
        found.push(format!("php{rest}"));
    }
    let base = name.strip_suffix("-dev").map(|base| base.trim_end_matches(|c: char| c.is_ascii_digit()));
    found.extend(base.map(|base| format!("{base}-dev")).filter(|new| new != name));
    // `ruby2.3` is `ruby`.
    let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    found.extend(Some(plain.to_string()).filter(|plain| !plain.starts_with("lib") && !plain.ends_with('-')));
    found
}

impl NameIndex {
    fn decode(table: &[u8]) -> Option<Self> {
        let (_, body) = unpack_table(table, b"DWPN", 0)?;
        let mut reader = ByteReader(&body);
        let count = reader.read_count()?;
        let names = reader.read_names(count)?;
        Some(Self { names, masks: reader.read_bytes(count)?.to_vec() })
    }

    fn has_name_in_release(&self, release: DebianRelease, name: &str) -> bool {
        self.names.find(name).is_some_and(|at| self.release_has_name(release, at as usize))
    }

    fn release_has_name(&self, release: DebianRelease, at: usize) -> bool {
        self.masks.get(at).is_some_and(|mask| mask & 1 << release as u8 != 0)
    }

    fn names_of_release(&self, release: DebianRelease) -> impl Iterator<Item = &str> {
        self.names
            .iter()
            .enumerate()
            .filter(move |(at, _)| self.release_has_name(release, *at))
            .map(|(_, name)| name)
    }

    /// The name that differs only in its numbers, with the next higher ones, or else the highest.
    fn name_in_other_version(&self, release: DebianRelease, name: &str) -> Option<String> {
        let (shape, numbers) = split_numbers(name);
        if numbers.is_empty() {
            return None;
        }
        let fixed = name.split(|c: char| c.is_ascii_digit()).next().filter(|fixed| fixed.len() > 1)?;
        let all = self.names_of_release(release).filter(|other| other.starts_with(fixed));
        let versions = all.filter_map(|other| {
            let (own, versions) = self::split_numbers(other.strip_suffix("t64").unwrap_or(other));
            (own == shape).then(|| (versions, other.to_string()))
        });
        let mut versions: Vec<(Vec<u64>, String)> = versions.collect();
        versions.sort();
        let next = versions.iter().find(|(own, _)| *own > numbers);
        next.or(versions.last()).map(|(_, other)| other.clone())
    }

    /// The only existing name that differs by one letter.
    fn nearest_spelled_name(&self, release: DebianRelease, name: &str) -> Option<String> {
        if name.len() < 4 {
            return None;
        }
        let mut near = self
            .names_of_release(release)
            .filter(|other| other.len().abs_diff(name.len()) <= 1 && strsim::osa_distance(other, name) == 1);
        let only = near.next()?;
        near.next().is_none().then(|| only.to_string())
    }
}

/// A name without its numbers, and the numbers.
fn split_numbers(name: &str) -> (String, Vec<u64>) {
    let (mut shape, mut numbers, mut number) = (String::new(), Vec::new(), String::new());
    for c in name.chars().chain(['\n']) {
        if c.is_ascii_digit() {
            number.push(c);
            continue;
        }
        if !number.is_empty() {
            numbers.push(number.parse().unwrap_or(u64::MAX));
            number.clear();
            shape.push('#');
        }
        shape.push(c);
    }
    // `libfoo1.2` and `libfoo3` are versions of one library.
    while shape.contains("#.#") {
        shape = shape.replace("#.#", "#");
    }
    (shape, numbers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use DebianRelease::{Bookworm, Bullseye, Trixie};

    #[test]
    fn maps_names_to_releases() {
        for (release, name, expected) in [
            (Bookworm, "curl", true),
            (Trixie, "python-dev", false),
            (Bullseye, "python-dev-is-python2", true),
            (Trixie, "python", false),
            (Trixie, "libssl1.1", false),
            (Bullseye, "libssl1.1", true),
            (Trixie, "mail-transport-agent", true),
            (Trixie, "", false),
            (Trixie, "zzzz", false),
        ] {
            assert_eq!(package_exists(release, name), expected, "{release:?} {name}");
        }
    }

    /// Pairs that were tried with apt: the old name fails, the new one can be installed.
    #[test]
    fn successors_are_found() {
        for (release, old, new) in [
            (Bookworm, "python-pip", "python3-pip"),
            (Bookworm, "python", "python3"),
            (Bookworm, "python-setuptools", "python3-setuptools"),
            (Bookworm, "python-mysqldb", "python3-mysqldb"),
            (Bookworm, "libpng12-0", "libpng16-16"),
            (Bookworm, "mysql-client", "default-mysql-client"),
            (Bookworm, "lib32gcc1", "lib32gcc-s1"),
            (Bookworm, "nodejs-legacy", "nodejs"),
            (Bookworm, "php5-mysql", "php-mysql"),
            (Bookworm, "php5-fpm", "php-fpm"),
            (Bookworm, "libprotobuf-c0-dev", "libprotobuf-c-dev"),
            (Bookworm, "ruby2.3", "ruby"),
            (Bookworm, "libaio1t64", "libaio1"),
            (Bookworm, "libssl1.1", "libssl3"),
            (Trixie, "libssl1.1", "libssl3t64"),
            (Trixie, "libaio1", "libaio1t64"),
            (Trixie, "libgl1-mesa-glx", "libgl1"),
            (Trixie, "python3-distutils", "python3-setuptools"),
        ] {
            assert_eq!(
                suggest_name(release, old),
                Some(NameSuggestion::To(vec![new.to_string()])),
                "{release:?} {old}"
            );
        }
        for (release, old, new) in [
            (Bookworm, "lib32ncurses5", "lib32ncurses6"),
            (Bookworm, "openjdk-8-jdk", "openjdk-17-jdk"),
            (Bookworm, "openjdk-11-jre-headless", "openjdk-17-jre-headless"),
            (Bookworm, "libjemalloc1", "libjemalloc2"),
            (Bookworm, "libtiff5", "libtiff6"),
            (Bookworm, "libffi6", "libffi8"),
            (Bookworm, "libicu63", "libicu72"),
            (Bookworm, "libcurl3", "libcurl4"),
            (Trixie, "libicu72", "libicu76"),
            (Trixie, "python3.11", "python3.13"),
            (Trixie, "openjdk-17-jdk", "openjdk-21-jdk"),
            (Trixie, "postgresql-client-15", "postgresql-client-17"),
        ] {
            assert_eq!(
                suggest_name(release, old),
                Some(NameSuggestion::OtherVersion(new.to_string())),
                "{release:?} {old}"
            );
        }
        assert_eq!(
            suggest_name(Trixie, "build-esential"),
            Some(NameSuggestion::Spelling("build-essential".to_string()))
        );
        let Some(NameSuggestion::To(mut all)) = suggest_name(Bookworm, "netcat") else {
            panic!("several provide it")
        };
        all.sort();
        assert_eq!(all, ["netcat-openbsd", "netcat-traditional"]);
        for (release, name) in [(Bookworm, "curl"), (Trixie, "oracle-java8-installer"), (Trixie, "xx")] {
            assert_eq!(suggest_name(release, name), None, "{name}");
        }
    }
}
