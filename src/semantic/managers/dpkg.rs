//! dpkg: packages of Debian from files.

use super::Verb::{Configure, Install, Query, Remove};
use super::{Family, Manager, apt};
use crate::semantic::Program;
use crate::semantic::effects::{Effects, Paths, about_operands, configures, read};
use crate::shell::Command;

const VALUED: &str = "root admindir instdir D";

const QUERIES: [&str; 23] = [
    "l",
    "list",
    "L",
    "listfiles",
    "s",
    "status",
    "S",
    "search",
    "p",
    "V",
    "verify",
    "print-architecture",
    "print-foreign-architectures",
    "get-selections",
    "compare-versions",
    "version",
    "W",
    "show",
    "c",
    "C",
    "contents",
    "I",
    "info",
];

pub static MANAGERS: &[Manager] = &[Manager {
    name: "dpkg",
    program: Program { names: &["dpkg"], valued: VALUED, ..Program::DEFAULT },
    family: Some(Family::Apt),
    only_files: true,
    programs: &[
        ("dpkg", dpkg),
        ("dpkg-query", apt::queries),
        ("dpkg-architecture", apt::queries),
        ("dpkg-divert", |_| Some(Effects::writing(Paths::Anything))),
        ("dpkg-statoverride", |_| Some(Effects::writing(Paths::Anything))),
        ("dpkg-deb", |command| {
            let reads = Paths::of(read(command, "Z z").operands.iter().copied());
            Some(Effects { reads, ..Effects::writing(Paths::Anything) })
        }),
    ],
    package_name: |text| text.split(['=', '/', ':']).next().unwrap_or_default(),
    ..Manager::DEFAULT
}];

fn dpkg(command: &Command) -> Option<Effects> {
    let call = read(command, VALUED);
    let one = |options: &[&str]| call.has_any(options);
    let about = |verb| Some(about_operands("dpkg", verb, false, command, VALUED));
    if one(&["i", "install", "unpack", "configure", "A", "record-avail"]) {
        about(Install)
    } else if one(&["r", "remove", "P", "purge"]) {
        about(Remove)
    } else if one(&["add-architecture", "remove-architecture", "set-selections", "clear-selections"]) {
        Some(Effects { network: false, ..configures("dpkg", Configure, &["/var/lib/dpkg"]) })
    } else if one(&["x", "extract", "X", "vextract"]) {
        let folder = Paths::of(call.operands.get(1).copied());
        Some(Effects { reads: Paths::of(call.operands.first().copied()), ..Effects::writing(folder) })
    } else if one(&QUERIES) || one(&["audit"]) {
        about(Query)
    } else {
        None
    }
}
