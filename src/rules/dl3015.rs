//! DL3015: `apt-get install` with recommended packages.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::rules::fixes::packages;
use crate::semantic::Run;

pub(super) static RULE: Rule = Rule {
    code: "DL3015",
    name: "apt-recommends",
    group: Group::Hadolint,
    severity: Severity::Info,
    hadolint_severity: None,
    enabled: Enabled::Default,
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../rules/DL3015.md"),
};

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    let install = run.commands("apt-get", &["install"]).find(|command| {
        !command.has_flag("no-install-recommends") && !command.has_argument(&["APT::Install-Recommends=false"])
    });
    let Some(install) = install else { return };
    let word = install.arguments().iter().find(|word| word.text == "install");
    let span = word.map_or(install.span, |word| word.span);
    let fix = packages::no_recommends(cx, run, install);
    cx.report(run.outer, span, "recommended packages are installed along with those named")
        .help("add `--no-install-recommends` and name what is really needed").fix = fix;
}
