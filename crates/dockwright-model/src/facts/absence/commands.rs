//! Which programs a command may provide.

use super::programs;
use super::state::{StagePrograms, UncertaintyCause};
use crate::facts::installs::AptInstalls;
use crate::semantic::effects::{self, PackageCall, PathSet, Verb};
use crate::semantic::interpreted::BOURNE_SHELLS;
use crate::semantic::paths::base_name;
use crate::shell::{CommandPlace, ShellCommand};
use crate::source::Span;

/// Commands that modify files but do not add programs with new names.
const HARMLESS: [&str; 34] = [
    "a2dismod",
    "a2enmod",
    "a2ensite",
    "addgroup",
    "adduser",
    "apt-key",
    "cat",
    "chgrp",
    "chmod",
    "chown",
    "debconf-set-selections",
    "dpkg-reconfigure",
    "echo",
    "gpg",
    "groupadd",
    "ldconfig",
    "locale-gen",
    "localedef",
    "mkdir",
    "openssl",
    "printf",
    "rm",
    "rmdir",
    "sed",
    "ssh-keygen",
    "ssh-keyscan",
    "tee",
    "touch",
    "truncate",
    "update-ca-certificates",
    "useradd",
    "usermod",
    "which",
    "xargs",
];

/// Package managers that run project scripts.
const SCRIPTED: [&str; 5] = ["npm", "yarn", "pnpm", "bun", "composer"];

/// Whether the command changes `PATH` for the rest of the script.
pub(super) fn changes_path(command: &ShellCommand, source: &[u8]) -> bool {
    let is_path = |span: &Span| span.bytes(source).starts_with(b"PATH=");
    command.is_any(&[".", "source", "eval", "alias"])
        || command.assignments.iter().any(is_path)
        || command.words.iter().any(|word| is_path(&word.span))
}

/// Removes the programs that the command may provide from those that are certainly absent.
pub(super) fn apply_command(
    command: &ShellCommand,
    next: Option<&ShellCommand>,
    installs: &AptInstalls,
    source: &[u8],
    state: &mut StagePrograms,
) {
    if state.lost.is_some() {
        return;
    }
    let at = command.span.start;
    let Some(name) = command.name.as_deref() else {
        // Builtins such as `[ … ]` have a name, so this is a variable or an unknown path.
        state.give_up_certainty(at, UncertaintyCause::UnknownCommand);
        return;
    };
    let runs_text =
        next.is_some_and(|next| next.place == CommandPlace::Quoted && command.span.contains(next.span));
    // The commands in the text are processed separately.
    if BOURNE_SHELLS.contains(&name) && runs_text {
        return;
    }
    let effects = effects::command_effects(command, source);
    if let Some(call) = &effects.packages {
        apply_install(command, call, installs, state);
        return;
    }
    if effects.unknown && !HARMLESS.contains(&name) {
        state.give_up_certainty(at, UncertaintyCause::UnknownCommand);
        return;
    }
    if matches!(name, "update-alternatives" | "alternatives") {
        for word in command.arguments() {
            state.mark_program_possible(base_name(&word.text));
        }
        return;
    }
    match &effects.writes {
        PathSet::None => {}
        PathSet::Anything if HARMLESS.contains(&name) => {}
        PathSet::Anything => state.give_up_certainty(at, UncertaintyCause::UnknownCommand),
        PathSet::Known(paths) => {
            for path in paths {
                record_written_file(command, name, path, state);
            }
        }
    }
}

fn record_written_file(command: &ShellCommand, name: &str, path: &str, state: &mut StagePrograms) {
    let at = command.span.start;
    // A file with an unknown name may be any program.
    let last = base_name(path.trim_end_matches('/'));
    state.mark_program_possible(last);
    let absolute = path.starts_with('/').then_some(path);
    if HARMLESS.contains(&name)
        || matches!(name, "curl" | "wget") && !path.ends_with('/') && last.contains('.')
    {
        state.record_write(at, absolute, true);
        return;
    }
    // Copies and links keep their names.
    if matches!(name, "cp" | "mv" | "ln" | "install") && command.arguments().iter().all(|word| word.literal) {
        let mut plain = true;
        for word in command.operands() {
            let source = base_name(word.text.trim_end_matches('/'));
            state.mark_program_possible(source);
            plain &= !source.contains(['*', '?', '[']) && !source.is_empty() && source != ".";
        }
        let recursive = command.arguments().iter().any(|word| {
            word.is_flag() && !word.text.starts_with("--") && word.text.contains(['r', 'R', 'a', 'd'])
        });
        if plain && (name == "ln" || !recursive) && name != "mv" {
            state.record_write(at, absolute, true);
            return;
        }
    }
    if matches!(name, "curl" | "wget" | "git") && path.contains('*') {
        state.give_up_certainty(at, UncertaintyCause::UnknownCommand);
        return;
    }
    let is_file = matches!(name, "curl" | "wget");
    state.record_write(at, absolute, is_file);
}

fn apply_install(
    command: &ShellCommand,
    call: &PackageCall,
    installs: &AptInstalls,
    state: &mut StagePrograms,
) {
    let at = command.span.start;
    match call.verb {
        Verb::Update | Verb::Clean | Verb::Query | Verb::Download | Verb::Configure | Verb::Remove => return,
        Verb::Upgrade => {
            state.only_system = true;
            return;
        }
        Verb::Build if SCRIPTED.contains(&call.manager) => {
            state.give_up_certainty(at, UncertaintyCause::UnknownCommand);
            return;
        }
        Verb::Install | Verb::Build => {}
    }
    match call.manager {
        "apt" => apply_apt_install(command, call, installs, state),
        "apk" => {
            for word in call.words(command) {
                let rows =
                    if word.literal { programs::programs_of_apk_package(call.name(word)) } else { None };
                // The name of a group of packages.
                let is_group = word.text.starts_with('.');
                match rows {
                    Some(rows) => state.mark_all_possible(&rows),
                    None if is_group => {}
                    None => state.give_up_certainty(at, UncertaintyCause::UnknownPackage),
                }
            }
            if !call.files.is_empty() {
                state.give_up_certainty(at, UncertaintyCause::UnknownPackage);
            }
        }
        "dpkg" | "rpm" | "yum" | "dnf" | "microdnf" | "tdnf" | "zypper" | "pacman" | "conda" => {
            state.give_up_certainty(at, UncertaintyCause::UnknownPackage);
        }
        // Language package managers may install any program except those of system packages.
        _ => {
            state.only_system = true;
            for word in call.words(command) {
                let name = call.name(word);
                state.mark_program_possible(base_name(name));
            }
        }
    }
}

fn apply_apt_install(
    command: &ShellCommand,
    call: &PackageCall,
    installs: &AptInstalls,
    state: &mut StagePrograms,
) {
    let at = command.span.start;
    if command.has_argument(&["build-dep", "satisfy"]) || !call.files.is_empty() {
        state.give_up_certainty(at, UncertaintyCause::UnknownPackage);
        return;
    }
    if let Some(install) = installs.packages_installed_by_call(command) {
        let names = install.package_names();
        for row in programs::PROGRAMS {
            if row.apt.iter().any(|package| names.contains(package)) {
                state.mark_all_possible(&[row]);
            }
        }
        // Ubuntu packages may have other dependencies.
        if !install.is_equivalent {
            return;
        }
    }
    state.mark_program_possible("python");
    for word in call.words(command) {
        let name = call.name(word);
        let rows =
            if word.literal && !name.contains('/') { programs::programs_of_apt_package(name) } else { None };
        match rows {
            Some(rows) => state.mark_all_possible(&rows),
            None => state.give_up_certainty(at, UncertaintyCause::UnknownPackage),
        }
    }
}
