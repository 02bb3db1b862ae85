//! DL3000: a relative WORKDIR.

use crate::diagnostic::Severity;
use crate::rule::{Check, DiagnosticPairing, Fixable, Rule, RuleChecker};
use crate::rules::fixes;
use crate::semantic::text_argument;
use crate::syntax::{Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3000",
    name: "relative-workdir",
    severity: Severity::Error,
    fixable: Fixable::Sometimes,
    leads: &[("WorkdirRelativePath", DiagnosticPairing::Instruction)],
    check: Check::Instruction(&[Kind::Workdir], check),
    docs: include_str!("../../../../rules/DL3000.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, workdir: &Instruction<'_>) {
    let path = text_argument(cx.file, workdir, cx.semantics.view);
    let path = path.trim_matches(['"', '\'']);
    // An empty path is a build error, which is reported separately.
    if !path.is_empty() && !cx.semantics.may_be_absolute(path, workdir.span.start) {
        let offer = fixes::workdir::make_workdir_absolute(cx, workdir);
        let base = match cx.semantics.previous_workdir(workdir) {
            Some(previous) => format!("the `WORKDIR` on line {}", cx.semantics.line(previous)),
            None => "the base image's working directory".to_string(),
        };
        cx.report(workdir, workdir.rest.span, format!("relative `WORKDIR {path}` depends on {base}"))
            .help("use an absolute path")
            .fix_or_reason(offer);
    }
}
