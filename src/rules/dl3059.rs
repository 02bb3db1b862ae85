//! DL3059: several RUNs in a row.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::semantic::{Run, View};
use crate::syntax::{Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3059",
    name: "consecutive-runs",
    group: Group::Hadolint,
    severity: Severity::Info,
    hadolint_severity: None,
    enabled: Enabled::Default,
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../rules/DL3059.md"),
};

fn check(cx: &mut Checker<'_>) {
    let (file, semantics) = (cx.file, cx.semantics);
    let mut runs = semantics.runs.iter().filter(|run| !run.onbuild).peekable();
    let mut before: Option<&Run<'_>> = None;
    for instruction in file.instructions() {
        if instruction.kind != Kind::Run {
            before = None;
            continue;
        }
        let Some(run) = runs.next_if(|run| run.outer.span == instruction.span) else { continue };
        match before {
            Some(first) if is_simple(first) && is_simple(run) && equal_flags(first.instruction, instruction) => {
                if semantics.view == View::Hadolint || (run.ships && deletes(run)) {
                    report(cx, run);
                }
            }
            _ => before = Some(run),
        }
    }
}

fn report(cx: &mut Checker<'_>, run: &Run<'_>) {
    cx.report(run.outer, run.outer.keyword.span, "this `RUN` could be part of the one before it")
        .help("join the two with `&&`: what one layer adds, a later one cannot take away");
}

fn is_simple(run: &Run<'_>) -> bool {
    run.script.commands.iter().filter(|command| command.name.is_some()).count() < 2
}

fn equal_flags(a: &Instruction<'_>, b: &Instruction<'_>) -> bool {
    let flags = |run: &Instruction<'_>| {
        let mut flags: Vec<(String, String)> = run
            .flags
            .iter()
            .map(|flag| {
                let value = flag.value.as_ref().map(|value| value.text.to_string()).unwrap_or_default();
                (flag.name.text.to_string(), value)
            })
            .collect();
        flags.sort();
        flags.dedup();
        flags
    };
    flags(a) == flags(b)
}

/// Whether it takes away files, so that joined with what made them it makes the image smaller.
fn deletes(run: &Run<'_>) -> bool {
    run.script.commands.iter().any(|command| {
        command.is("rm")
            || (command.is_any(&["apt-get", "apt", "aptitude", "yum", "dnf", "microdnf", "zypper", "apk"])
                && command.has_argument(&["clean", "purge", "remove", "autoremove", "autoclean", "del"]))
    })
}
