//! Programs, and the packages that provide them.

use std::cell::RefCell;

use crate::facts::packages::{self, DebianRelease};
use crate::memo::{self, ThreadCache};

/// A program that images often lack.
#[derive(Debug)]
pub struct KnownProgram {
    /// The first one names it.
    pub names: &'static [&'static str],
    /// Its name in the table of base images; empty if it is not recorded there.
    pub(crate) fact: &'static str,
    /// Packages of Debian and Ubuntu that contain it; the first one is suggested.
    pub apt: &'static [&'static str],
    /// Alpine packages.
    pub apk: &'static [&'static str],
    /// Whether BusyBox has this program.
    pub(crate) in_busybox: bool,
    /// Whether language package managers may install it.
    pub(crate) by_language: bool,
}

const ROW: KnownProgram =
    KnownProgram { names: &[], fact: "", apt: &[], apk: &[], in_busybox: false, by_language: false };

/// The table. A package provides a program if it, or a package that is always installed with it, contains the
/// program.
pub static PROGRAMS: &[KnownProgram] = &[
    KnownProgram { names: &["curl"], fact: "curl", apt: &["curl"], apk: &["curl"], ..ROW },
    KnownProgram { names: &["wget"], fact: "wget", apt: &["wget"], apk: &["wget"], in_busybox: true, ..ROW },
    KnownProgram { names: &["git"], fact: "git", apt: &["git"], apk: &["git"], ..ROW },
    KnownProgram {
        names: &["unzip"],
        fact: "unzip",
        apt: &["unzip"],
        apk: &["unzip"],
        in_busybox: true,
        ..ROW
    },
    KnownProgram { names: &["zip"], apt: &["zip"], apk: &["zip"], ..ROW },
    KnownProgram {
        names: &["bzip2"],
        fact: "bzip2",
        apt: &["bzip2"],
        apk: &["bzip2"],
        in_busybox: true,
        ..ROW
    },
    KnownProgram {
        names: &["xz", "unxz"],
        fact: "xz",
        apt: &["xz-utils"],
        apk: &["xz"],
        in_busybox: true,
        ..ROW
    },
    KnownProgram {
        names: &["gcc", "cc"],
        fact: "gcc",
        apt: &["gcc"],
        apk: &["gcc", "build-base", "clang"],
        ..ROW
    },
    KnownProgram {
        names: &["g++", "c++"],
        fact: "gcc",
        apt: &["g++"],
        apk: &["g++", "build-base", "clang"],
        ..ROW
    },
    KnownProgram { names: &["make"], fact: "make", apt: &["make"], apk: &["make", "build-base"], ..ROW },
    KnownProgram { names: &["cmake"], apt: &["cmake"], apk: &["cmake"], by_language: true, ..ROW },
    KnownProgram {
        names: &["python"],
        fact: "python",
        apt: &["python-is-python3"],
        apk: &["python3"],
        ..ROW
    },
    KnownProgram { names: &["python3"], fact: "python3", apt: &["python3"], apk: &["python3"], ..ROW },
    KnownProgram {
        names: &["pip3", "pip"],
        fact: "python3",
        apt: &["python3-pip"],
        apk: &["py3-pip"],
        by_language: true,
        ..ROW
    },
    KnownProgram { names: &["node"], apt: &["nodejs"], apk: &["nodejs"], by_language: true, ..ROW },
    KnownProgram { names: &["npm", "npx"], apt: &["npm"], apk: &["npm"], by_language: true, ..ROW },
    KnownProgram { names: &["bash"], fact: "bash", apt: &["bash"], apk: &["bash"], ..ROW },
    KnownProgram {
        names: &["ps", "top", "pkill", "pgrep"],
        fact: "procps",
        apt: &["procps"],
        apk: &["procps"],
        in_busybox: true,
        ..ROW
    },
    KnownProgram { names: &["ping"], apt: &["iputils-ping"], apk: &["iputils"], in_busybox: true, ..ROW },
    KnownProgram { names: &["gpg"], fact: "gnupg", apt: &["gnupg", "gpg"], apk: &["gnupg"], ..ROW },
    KnownProgram {
        names: &["ssh", "ssh-keyscan", "ssh-keygen"],
        fact: "ssh",
        apt: &["openssh-client"],
        apk: &["openssh-client"],
        ..ROW
    },
    KnownProgram { names: &["sudo"], fact: "sudo", apt: &["sudo"], apk: &["sudo"], ..ROW },
    KnownProgram { names: &["jq"], fact: "jq", apt: &["jq"], apk: &["jq"], ..ROW },
    KnownProgram { names: &["rsync"], apt: &["rsync"], apk: &["rsync"], ..ROW },
    KnownProgram { names: &["svn"], fact: "svn", apt: &["subversion"], apk: &["subversion"], ..ROW },
    KnownProgram {
        names: &["hg"],
        fact: "hg",
        apt: &["mercurial"],
        apk: &["mercurial"],
        by_language: true,
        ..ROW
    },
    KnownProgram {
        names: &["envsubst"],
        apt: &["gettext-base"],
        apk: &["gettext", "gettext-envsubst"],
        ..ROW
    },
    KnownProgram { names: &["add-apt-repository"], apt: &["software-properties-common"], ..ROW },
    KnownProgram { names: &["lsb_release"], apt: &["lsb-release"], apk: &["lsb-release-minimal"], ..ROW },
    KnownProgram {
        names: &["netstat", "ifconfig"],
        apt: &["net-tools"],
        apk: &["net-tools"],
        in_busybox: true,
        ..ROW
    },
    KnownProgram {
        names: &["nslookup", "dig"],
        apt: &["dnsutils", "bind9-dnsutils"],
        apk: &["bind-tools"],
        in_busybox: true,
        ..ROW
    },
    KnownProgram { names: &["vim"], apt: &["vim", "vim-tiny"], apk: &["vim"], ..ROW },
    KnownProgram {
        names: &["useradd", "groupadd"],
        fact: "useradd",
        apt: &["passwd"],
        apk: &["shadow"],
        ..ROW
    },
    KnownProgram { names: &["locale-gen"], apt: &["locales"], ..ROW },
    KnownProgram {
        names: &["adduser", "addgroup"],
        apt: &["adduser"],
        apk: &["busybox"],
        in_busybox: true,
        ..ROW
    },
    KnownProgram { names: &["systemctl"], apt: &["systemd"], apk: &[], ..ROW },
    KnownProgram { names: &["file"], apt: &["file"], apk: &["file"], ..ROW },
    KnownProgram { names: &["less"], apt: &["less"], apk: &["less"], in_busybox: true, ..ROW },
    KnownProgram { names: &["nano"], apt: &["nano"], apk: &["nano"], ..ROW },
    KnownProgram { names: &["patch"], apt: &["patch"], apk: &["patch"], in_busybox: true, ..ROW },
    KnownProgram { names: &["bc"], apt: &["bc"], apk: &["bc"], in_busybox: true, ..ROW },
    KnownProgram { names: &["lsof"], apt: &["lsof"], apk: &["lsof"], in_busybox: true, ..ROW },
    KnownProgram { names: &["strace"], apt: &["strace"], apk: &["strace"], ..ROW },
    KnownProgram { names: &["killall"], apt: &["psmisc"], apk: &["psmisc"], in_busybox: true, ..ROW },
    KnownProgram { names: &["openssl"], apt: &["openssl"], apk: &["openssl"], ..ROW },
    KnownProgram { names: &["sqlite3"], apt: &["sqlite3"], apk: &["sqlite"], ..ROW },
    KnownProgram { names: &["autoconf", "autoreconf"], apt: &["autoconf"], apk: &["autoconf"], ..ROW },
    KnownProgram {
        names: &["supervisord"],
        apt: &["supervisor"],
        apk: &["supervisor"],
        by_language: true,
        ..ROW
    },
    KnownProgram {
        names: &["update-ca-certificates"],
        apt: &["ca-certificates"],
        apk: &["ca-certificates"],
        ..ROW
    },
];

/// Programs in official images that do not come from packages.
const OWN: [(&str, &[&str]); 8] = [
    ("python", &["python", "python3", "pip", "pip3"]),
    ("node", &["node", "npm", "npx", "yarn"]),
    ("golang", &["go", "gofmt"]),
    ("rust", &["cargo", "rustc", "rustup"]),
    ("ruby", &["ruby", "gem", "bundle"]),
    ("php", &["php", "pecl", "pear"]),
    ("openjdk", &["java", "javac"]),
    ("perl", &["perl", "cpan", "cpanm"]),
];

/// The row of a program.
pub(crate) fn find_program(name: &str) -> Option<&'static KnownProgram> {
    PROGRAMS.iter().find(|program| program.names.contains(&name))
}

/// Whether the Dockerfile of an official image builds the program from source, so that no package contains it.
pub(crate) fn is_built_into(image: &str, name: &str) -> bool {
    OWN.iter().any(|(own, names)| *own == image && names.contains(&name))
}

/// Which programs an installation of a Debian or Ubuntu package may add, in any release. `None` if the package is
/// not known.
pub(crate) fn programs_of_apt_package(name: &str) -> Option<Vec<&'static KnownProgram>> {
    let find = || find_programs_of_apt_package(name);
    memo::get_or_insert_with(&ADDED, MAX_ADDED, name.to_string(), find)
}

/// The number of packages that each thread caches.
const MAX_ADDED: usize = 1024;

thread_local! {
    /// What packages add, by name: files name the same ones, and a package is resolved in every release.
    static ADDED: ThreadCache<String, Option<Vec<&'static KnownProgram>>> = RefCell::default();
}

fn find_programs_of_apt_package(name: &str) -> Option<Vec<&'static KnownProgram>> {
    let mut known = false;
    let mut found: Vec<&'static KnownProgram> = Vec::new();
    for release in DebianRelease::ALL {
        let empty = packages::InstalledSystem::with_packages(release, [], false);
        let Ok(added) = empty.resolve_install(&[name], true) else { continue };
        known = true;
        let names: Vec<&str> = added.packages.iter().map(|package| empty.name(*package)).collect();
        found.extend(PROGRAMS.iter().filter(|row| row.apt.iter().any(|package| names.contains(package))));
    }
    known.then_some(found)
}

/// Alpine packages that add libraries and no programs of the table except those with their own names.
const NARROW: [&str; 74] = [
    "autoconf",
    "automake",
    "bash-completion",
    "bind-tools",
    "binutils",
    "bison",
    "busybox-extras",
    "bzip2",
    "ca-certificates",
    "coreutils",
    "curl",
    "dcron",
    "dumb-init",
    "expat",
    "ffmpeg",
    "file",
    "findutils",
    "flex",
    "fontconfig",
    "freetype",
    "gawk",
    "gcompat",
    "gettext",
    "git",
    "gmp",
    "gnupg",
    "grep",
    "gzip",
    "icu-libs",
    "imagemagick",
    "iproute2",
    "iptables",
    "iputils",
    "jq",
    "krb5-libs",
    "less",
    "linux-headers",
    "logrotate",
    "m4",
    "make",
    "mariadb-client",
    "musl",
    "musl-dev",
    "nano",
    "ncurses",
    "net-tools",
    "netcat-openbsd",
    "nginx",
    "openssh-client",
    "openssl",
    "patch",
    "pcre",
    "pcre2",
    "pkgconf",
    "pkgconfig",
    "postgresql-client",
    "procps",
    "readline",
    "redis",
    "rsync",
    "sed",
    "shadow",
    "socat",
    "sqlite",
    "su-exec",
    "sudo",
    "tar",
    "tini",
    "tree",
    "tzdata",
    "unzip",
    "wget",
    "xz",
    "zip",
];

/// Which programs an installation of an Alpine package may add. `None` if that is not known.
pub(crate) fn programs_of_apk_package(name: &str) -> Option<Vec<&'static KnownProgram>> {
    let own = PROGRAMS.iter().filter(|row| row.apk.contains(&name));
    let mut found: Vec<&'static KnownProgram> = own.collect();
    let is_library = (name.starts_with("lib") && !name.ends_with("-dev"))
        || name.ends_with("-libs")
        || name.starts_with("ttf-");
    let with_more: &[&str] = match name {
        "build-base" => &["gcc", "g++", "make"],
        "gcc" | "g++" => &["gcc", "g++"],
        "python3" | "py3-pip" => &["python", "python3", "pip3"],
        "nodejs" => &["node"],
        "npm" => &["node", "npm"],
        "bash" => &["bash"],
        "busybox" => &["adduser"],
        // Development packages may depend on tools.
        _ if name.ends_with("-dev") => &["python", "python3", "bash", "gcc", "g++", "make", "cmake", "node"],
        "mercurial" => &["python3"],
        _ if is_library || NARROW.contains(&name) || !found.is_empty() => &[],
        _ => return None,
    };
    found.extend(with_more.iter().filter_map(|name| find_program(name)));
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_exist_in_the_index() {
        for row in PROGRAMS {
            for package in row.apt {
                let release =
                    DebianRelease::ALL.into_iter().any(|release| packages::package_exists(release, package));
                assert!(release, "{package}");
            }
        }
    }

    #[test]
    fn installing_the_package_adds_the_program() {
        for row in PROGRAMS {
            let Some(package) = row.apt.first() else { continue };
            let added = programs_of_apt_package(package).unwrap_or_else(|| panic!("{package} is not known"));
            assert!(added.iter().any(|other| other.names == row.names), "{package}");
            if let Some(package) = row.apk.first() {
                let added = programs_of_apk_package(package).unwrap_or_default();
                assert!(added.iter().any(|other| other.names == row.names), "{package}");
            }
        }
    }

    #[test]
    fn lists_programs_of_packages() {
        let names = |found: Option<Vec<&'static KnownProgram>>| {
            found.map(|rows| rows.iter().map(|row| row.names[0]).collect::<Vec<_>>())
        };
        assert!(
            names(programs_of_apt_package("build-essential"))
                .is_some_and(|all| all.contains(&"gcc") && all.contains(&"make"))
        );
        assert!(names(programs_of_apt_package("ca-certificates")).is_some_and(|all| !all.contains(&"curl")));
        assert_eq!(names(programs_of_apt_package("no-such-package")), None);
        assert_eq!(names(programs_of_apk_package("ca-certificates")), Some(vec!["update-ca-certificates"]));
        assert_eq!(names(programs_of_apk_package("tzdata")), Some(vec![]));
        assert_eq!(names(programs_of_apk_package("alpine-sdk")), None);
    }
}
