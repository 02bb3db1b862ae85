//! Facts about rpm, which installs packages of Fedora, Red Hat and SUSE from files.

use super::PackageManager;
use super::Verb::{Configure, Install, Query, Remove};
use crate::semantic::ProgramSyntax;
use crate::semantic::effects::{Effects, PathSet, operand_effects, read_call};
use crate::shell::ShellCommand;

const VALUED: &str = "D E root dbpath prefix qf queryformat define eval excludepath relocate rcfile";

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
    name: "rpm",
    program: ProgramSyntax { names: &["rpm"], valued: VALUED, ..ProgramSyntax::DEFAULT },
    only_files: true,
    programs: &[("rpm", rpm_effects)],
    ..PackageManager::DEFAULT
}];

fn rpm_effects(command: &ShellCommand) -> Option<Effects> {
    let call = read_call(command, VALUED);
    let about = |verb| Some(operand_effects("rpm", verb, false, command, VALUED));
    if call.has_option("import") {
        Some(Effects { writes: PathSet::from_path("/var/lib/rpm"), ..about(Configure)? })
    } else if call
        .has_any_of_options(&["q", "query", "V", "verify", "K", "checksig", "E", "eval", "version", "showrc"])
    {
        about(Query)
    } else if call.has_any_of_options(&["e", "erase"]) {
        about(Remove)
    } else if call.has_any_of_options(&[
        "i",
        "install",
        "U",
        "upgrade",
        "F",
        "freshen",
        "reinstall",
        "rebuilddb",
    ]) {
        about(Install)
    } else {
        None
    }
}

const ARCHITECTURES: [&str; 6] = [".x86_64", ".aarch64", ".noarch", ".i686", ".ppc64le", ".s390x"];

/// The name in `name-version` or `name-version-release`, each with or without `.arch`.
pub fn package_name(text: &str) -> &str {
    let arch = ARCHITECTURES.iter().find_map(|arch| text.strip_suffix(arch));
    let text = arch.unwrap_or(text);
    let begins_with_digit = |part: &str| part.starts_with(|c: char| c.is_ascii_digit());
    match text.rsplit_once('-').filter(|(_, last)| begins_with_digit(last)) {
        Some((front, _)) => match front.rsplit_once('-') {
            Some((name, version)) if begins_with_digit(version) => name,
            _ => front,
        },
        None => text,
    }
}

/// Whether the text is `-version-release`. A single part may also be the rest of a longer name, such as
/// `compat-gcc-34`.
pub(super) fn is_version(rest: &str) -> bool {
    let mut parts = rest.split('-');
    parts.next() == Some("")
        && parts.by_ref().take(2).filter(|part| part.starts_with(|c: char| c.is_ascii_digit())).count() == 2
        && parts.next().is_none()
        && !ARCHITECTURES.iter().any(|arch| rest.ends_with(arch))
}
