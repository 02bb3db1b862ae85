//! DL3021: several sources copied to what is not written as a directory.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::syntax::{Arguments, Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3021",
    name: "copy-target-without-slash",
    group: Group::Hadolint,
    severity: Severity::Error,
    hadolint_severity: None,
    enabled: Enabled::Default,
    fixable: Fixable::Never,
    check: Check::Instruction(&[Kind::Copy], check),
    docs: include_str!("../../rules/DL3021.md"),
};

fn check(cx: &mut Checker<'_>, copy: &Instruction<'_>) {
    let Arguments::Paths(paths) = &copy.arguments else { return };
    let Some(target) = &paths.destination else { return };
    let path = target.text.trim_matches(['"', '\'']);
    let is_directory = path.ends_with('/') || (!cx.semantics.view.slash_alone_is_a_directory() && (path == "." || path.ends_with('\\')));
    if paths.sources.len() > 1 && !is_directory {
        let message = format!("{} sources, but `{path}` is not written as a directory", paths.sources.len());
        cx.report(copy, target.span, message).help(format!("write `{path}/`"));
    }
}
