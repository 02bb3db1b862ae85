//! DW5019: pip in a Python that the system's package manager manages.

use crate::rule::{Check, Rule, RuleActivation, RuleChecker};
use crate::semantic::Run;
use crate::semantic::base_image::BaseImage;
use crate::semantic::effects::{self, Verb};
use crate::shell::ShellCommand;

pub(super) static RULE: Rule = Rule {
    code: "DW5019",
    name: "externally-managed-python",
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW5019.md"),
    enabled: RuleActivation::Preview,
    ..Rule::BUILD
};

/// Text in a file that indicates another place of installation, or that allows pip to install.
const WAYS_OUT: [&str; 12] = [
    "break-system-packages",
    "BREAK_SYSTEM_PACKAGES",
    "EXTERNALLY-MANAGED",
    "venv",
    "virtualenv",
    "get-pip",
    "conda",
    "pyenv",
    "pip.conf",
    "pip config",
    "PIP_",
    "PYTHON",
];

/// Options with which pip does not change the system's packages.
const HARMLESS_OPTIONS: [&str; 7] = ["t", "target", "prefix", "root", "dry-run", "python", "help"];

/// Images with a separate Python, outside of the package manager.
const WITH_PYTHON: [&str; 3] = ["python", "pypy", "mambaorg"];

fn check(cx: &mut RuleChecker<'_>) {
    let Some(absence) = cx.program_absence() else { return };
    let text = String::from_utf8_lossy(cx.file.source);
    if WAYS_OUT.iter().any(|way| text.contains(way)) {
        return;
    }
    for run in &cx.semantics.runs {
        let start = run.outer.span.start;
        let Some(state) = absence.programs_before_run(start).filter(|state| state.lost.is_none()) else {
            continue;
        };
        let Some(image) = state.image().filter(|image| has_managed_python(image)) else { continue };
        if run.onbuild || !cx.build_runs_instruction_at(start) || !run.mounts.is_empty() {
            continue;
        }
        let release = image.release.clone().unwrap_or_default();
        let distribution = match image.facts.distro.as_deref() {
            Some("ubuntu") => "Ubuntu",
            Some("alpine") => "Alpine",
            _ => "Debian",
        };
        let Some(command) = run.script.commands.iter().enumerate().find_map(|(at, command)| {
            let fails =
                absence.run_fails_with_command(command) && installs_into_system(command, cx.file.source);
            (fails && only_packages_before(run, at, cx.file.source)).then_some(command)
        }) else {
            continue;
        };
        let message = format!(
            "the Python of {distribution} {release} is externally managed, so pip refuses to install packages"
        );
        cx.report(run.outer, command.span_of_argument(&["install"]), message)
            .help("install into a virtual environment (`python3 -m venv`), or add `--break-system-packages`");
        return;
    }
}

/// Whether the system's package manager marks its Python: Debian since 12, Ubuntu since 23.04, Alpine since 3.19.
fn has_managed_python(image: &BaseImage) -> bool {
    let Some(release) = image.release.as_deref().filter(|_| image.official && !image.pinned) else {
        return false;
    };
    if WITH_PYTHON.contains(&image.name.as_str()) {
        return false;
    }
    let number = |text: &str| -> Option<(u32, u32)> {
        let (major, minor) = text.split_once('.')?;
        Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
    };
    match image.facts.distro.as_deref() {
        Some("debian") => ["bookworm", "trixie"].contains(&release),
        Some("ubuntu") => {
            ["lunar", "mantic", "noble", "oracular", "plucky", "questing"].contains(&release)
                || number(release).is_some_and(|number| number >= (23, 4))
        }
        Some("alpine") => number(release).is_some_and(|number| number >= (3, 19)),
        _ => false,
    }
}

/// Whether the command is `pip install` without an option that installs elsewhere.
fn installs_into_system(command: &ShellCommand, source: &[u8]) -> bool {
    let call = effects::command_effects(command, source).packages;
    let is_pip = command.is_any(&["pip", "pip3"])
        || (command.is("python3")
            && matches!(command.arguments(), [m, pip, ..] if m.text == "-m" && pip.text == "pip"));
    let is_plain = command.wrappers.is_empty() && command.assignments.is_empty() && !command.may_have_options;
    let is_install = call.is_some_and(|call| call.manager == "pip" && call.verb == Verb::Install);
    is_pip
        && is_install
        && is_plain
        && command.has_argument(&["install"])
        && !HARMLESS_OPTIONS.iter().any(|option| command.has_flag(option))
}

/// Whether the commands before `at` can only have installed system packages.
fn only_packages_before(run: &Run<'_>, at: usize, source: &[u8]) -> bool {
    run.script.commands.iter().take(at).all(|command| {
        let effects = effects::command_effects(command, source);
        let is_system = effects.packages.as_ref().is_some_and(|call| matches!(call.manager, "apt" | "apk"));
        is_system
            || (!effects.unknown && effects.packages.is_none() && !command.is_any(&["ln", "mv", "rm", "cp"]))
            || (command.is("rm") && command.arguments().iter().all(|word| !word.text.contains("python")))
    })
}
