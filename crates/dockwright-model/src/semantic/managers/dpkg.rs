//! Facts about dpkg, which installs Debian packages from files.

use super::Verb::{Configure, Install, Query, Remove};
use super::{DistributionFamily, PackageManager, apt};
use crate::semantic::ProgramSyntax;
use crate::semantic::effects::{Effects, PathSet, configuration_effects, operand_effects, read_call};
use crate::shell::ShellCommand;

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

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
    name: "dpkg",
    program: ProgramSyntax { names: &["dpkg"], valued: VALUED, ..ProgramSyntax::DEFAULT },
    family: Some(DistributionFamily::Apt),
    only_files: true,
    programs: &[
        ("dpkg", dpkg_effects),
        ("dpkg-query", apt::query_effects),
        ("dpkg-architecture", apt::query_effects),
        ("dpkg-divert", |_| Some(Effects::with_writes(PathSet::Anything))),
        ("dpkg-statoverride", |_| Some(Effects::with_writes(PathSet::Anything))),
        ("dpkg-deb", |command| {
            let reads = PathSet::from_words(read_call(command, "Z z").operands.iter().copied());
            Some(Effects { reads, ..Effects::with_writes(PathSet::Anything) })
        }),
    ],
    package_name: |text| text.split(['=', '/', ':']).next().unwrap_or_default(),
    ..PackageManager::DEFAULT
}];

fn dpkg_effects(command: &ShellCommand) -> Option<Effects> {
    let call = read_call(command, VALUED);
    let one = |options: &[&str]| call.has_any_of_options(options);
    let about = |verb| Some(operand_effects("dpkg", verb, false, command, VALUED));
    if one(&["i", "install", "unpack", "configure", "A", "record-avail"]) {
        about(Install)
    } else if one(&["r", "remove", "P", "purge"]) {
        about(Remove)
    } else if one(&["add-architecture", "remove-architecture", "set-selections", "clear-selections"]) {
        Some(Effects { network: false, ..configuration_effects("dpkg", Configure, &["/var/lib/dpkg"]) })
    } else if one(&["x", "extract", "X", "vextract"]) {
        let directory = PathSet::from_words(call.operands.get(1).copied());
        Some(Effects {
            reads: PathSet::from_words(call.operands.first().copied()),
            ..Effects::with_writes(directory)
        })
    } else if one(&QUERIES) || one(&["audit"]) {
        about(Query)
    } else {
        None
    }
}
