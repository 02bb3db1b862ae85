//! DL3000: a relative WORKDIR.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Fixable, Pairing, Rule};
use crate::rules::fixes;
use crate::semantic::text_argument;
use crate::syntax::{Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3000",
    name: "relative-workdir",
    severity: Severity::Error,
    fixable: Fixable::Sometimes,
    leads: &[("WorkdirRelativePath", Pairing::Instruction)],
    check: Check::Instruction(&[Kind::Workdir], check),
    docs: include_str!("../../rules/DL3000.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut Checker<'_>, workdir: &Instruction<'_>) {
    let path = text_argument(cx.file, workdir, cx.semantics.view);
    let path = path.trim_matches(['"', '\'']);
    if !(path.starts_with(['/', '$']) || has_drive(path)) {
        let offer = fixes::workdir::fix(cx, workdir);
        cx.report(workdir, workdir.rest.span, format!("`{path}` depends on the `WORKDIR` before it"))
            .help("write the whole path, from `/` on")
            .offer(offer);
    }
}

/// `C:`, with or without a path behind it.
fn has_drive(path: &str) -> bool {
    let mut chars = path.chars();
    chars.next().is_some_and(char::is_alphabetic) && chars.next() == Some(':')
}
