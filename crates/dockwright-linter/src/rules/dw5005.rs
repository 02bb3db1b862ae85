//! DW5005: a release whose packages have been moved to an archive.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::Run;
use crate::semantic::base_image::BaseImage;
use crate::semantic::effects::{self, Verb};
use crate::shell::ShellCommand;

pub(super) static RULE: Rule = Rule {
    code: "DW5005",
    name: "archive-gone",
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW5005.md"),
    ..Rule::BUILD
};

const DEBIAN: [&str; 6] = ["lenny", "squeeze", "wheezy", "jessie", "stretch", "buster"];

/// Releases past their end of life without long-term support, and the oldest of the others.
const UBUNTU: [(&str, &str); 22] = [
    ("maverick", "10.10"),
    ("natty", "11.04"),
    ("oneiric", "11.10"),
    ("quantal", "12.10"),
    ("raring", "13.04"),
    ("saucy", "13.10"),
    ("utopic", "14.10"),
    ("vivid", "15.04"),
    ("wily", "15.10"),
    ("yakkety", "16.10"),
    ("zesty", "17.04"),
    ("artful", "17.10"),
    ("cosmic", "18.10"),
    ("disco", "19.04"),
    ("eoan", "19.10"),
    ("groovy", "20.10"),
    ("hirsute", "21.04"),
    ("impish", "21.10"),
    ("kinetic", "22.10"),
    ("lunar", "23.04"),
    ("mantic", "23.10"),
    ("oracular", "24.10"),
];

/// The day of the lists above.
const DATE: &str = "2026-11-29";

/// Options of yum that name other repositories.
const OTHER: [&str; 7] =
    ["c", "config", "disablerepo", "enablerepo", "repofrompath", "setopt", "installroot"];

fn check(cx: &mut RuleChecker<'_>) {
    let semantics = cx.semantics;
    let mut seen: Vec<usize> = Vec::new();
    for run in &semantics.runs {
        let Some(stage) = run.stage.filter(|stage| !seen.contains(stage)) else { continue };
        if check_run(cx, run, stage) {
            seen.push(stage);
        }
    }
}

/// Reports the first command of a RUN that needs the moved packages; returns whether there is one.
fn check_run(cx: &mut RuleChecker<'_>, run: &Run<'_>, stage: usize) -> bool {
    let (Some(installs), Some(absence)) = (cx.installs(), cx.program_absence()) else { return false };
    let base = cx.semantics.base_image(stage).filter(|base| base.certain && base.image.official);
    let Some((name, archive)) = base
        .and_then(|base| archived_release(&base.image))
        .filter(|_| cx.build_runs_instruction_at(run.outer.span.start))
    else {
        return false;
    };
    let fetches = |command: &&ShellCommand| {
        installs.has_original_sources(command)
            && absence.run_fails_with_command(command)
            && needs_package_lists(command, cx.file.source)
    };
    let Some(command) = run.script.commands.iter().find(fetches) else { return false };
    let message = format!("{name} packages are no longer on the distribution's servers (as of {DATE})");
    cx.report(run.outer, command.span, message)
        .help(format!("use a newer base image, or change the sources to `{archive}` first"));
    true
}

/// The release of an image whose packages have been moved, and their new location.
fn archived_release(image: &BaseImage) -> Option<(String, &'static str)> {
    let release = image.release.as_deref()?;
    match image.facts.distro.as_deref()? {
        "debian" => DEBIAN.contains(&release).then(|| (format!("Debian {release}"), "archive.debian.org")),
        "ubuntu" => {
            let found = UBUNTU.iter().find(|(name, number)| *name == release || *number == release)?;
            Some((format!("Ubuntu {}", found.1), "old-releases.ubuntu.com"))
        }
        "centos" if image.name == "centos" => {
            let major = release.split('.').next()?;
            ["5", "6", "7", "8"].contains(&major).then(|| (format!("CentOS {major}"), "vault.centos.org"))
        }
        _ => None,
    }
}

/// Whether a command needs the package lists of the release.
fn needs_package_lists(command: &ShellCommand, source: &[u8]) -> bool {
    let Some(call) = effects::command_effects(command, source).packages else { return false };
    let is_from_elsewhere = command.arguments().iter().any(|word| {
        let option = word.text.trim_start_matches('-').split('=').next().unwrap_or_default();
        (word.is_flag() && OTHER.contains(&option)) || word.text.contains('/') || word.text.ends_with(".rpm")
    });
    let needs_lists = match call.manager {
        "apt" => command.has_argument(&["update", "install", "upgrade", "dist-upgrade"]),
        "yum" | "dnf" => matches!(call.verb, Verb::Update | Verb::Install | Verb::Upgrade),
        _ => false,
    };
    needs_lists
        && !is_from_elsewhere
        && !command.may_have_options
        && command.words.iter().all(|word| word.literal || !word.is_flag())
}
