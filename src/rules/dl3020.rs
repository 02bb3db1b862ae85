//! DL3020: `ADD` where `COPY` would do.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::semantic::archive;
use crate::syntax::{Arguments, Instruction, Kind, Source};

pub(super) static RULE: Rule = Rule {
    code: "DL3020",
    name: "add-for-local-files",
    group: Group::Hadolint,
    severity: Severity::Error,
    hadolint_severity: None,
    enabled: Enabled::Default,
    fixable: Fixable::Sometimes,
    check: Check::Instruction(&[Kind::Add], check),
    docs: include_str!("../../rules/DL3020.md"),
};

fn check(cx: &mut Checker<'_>, add: &Instruction<'_>) {
    let Arguments::Paths(paths) = &add.arguments else { return };
    if paths.sources.iter().all(needs_add) {
        return;
    }
    cx.report(add, add.keyword.span, "`ADD` used for a local file; `COPY` does only that")
        .help("use `COPY`, which neither fetches nor unpacks");
}

/// Whether `ADD` does something for this source that `COPY` cannot.
fn needs_add(source: &Source<'_>) -> bool {
    let path = source.word().text.trim_matches(['"', '\'']);
    path.starts_with("http://") || path.starts_with("https://") || archive::has_suffix(path)
}
