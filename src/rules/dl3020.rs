//! DL3020: `ADD` where `COPY` would do.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::fixes;
use crate::semantic::{View, archive};
use crate::syntax::{Arguments, Instruction, Kind, Source};

pub(super) static RULE: Rule = Rule {
    code: "DL3020",
    name: "add-for-local-files",
    severity: Severity::Error,
    fixable: Fixable::Sometimes,
    // Rules about COPY do not look at ADD.
    reveals: &["DL3021", "DL3022", "DL3045"],
    check: Check::Instruction(&[Kind::Add], check),
    docs: include_str!("../../rules/DL3020.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut Checker<'_>, add: &Instruction<'_>) {
    let Arguments::Paths(paths) = &add.arguments else { return };
    let view = cx.semantics.view;
    let flagged = !view.knows_few_uses_of_add() && ADD_ONLY.iter().any(|flag| add.flag(flag).is_some());
    if flagged || paths.sources.iter().all(|source| needs_add(source, view)) {
        return;
    }
    let source = cx.file.source;
    let offer = fixes::add_to_copy::fix(add, source, cx.context);
    cx.report(add, add.keyword.span, "`ADD` copies local files here; `COPY` is enough")
        .help("use `COPY`, which never downloads or unpacks")
        .offer(offer);
}

/// The flags that `COPY` lacks.
const ADD_ONLY: [&str; 3] = ["checksum", "keep-git-dir", "unpack"];

/// Whether `ADD` does something for this source that `COPY` cannot, or may do so.
fn needs_add(source: &Source<'_>, view: View) -> bool {
    let path = source.word().text.trim_matches(['"', '\'']);
    let is_git = ["git@", "git://", "ssh://"].iter().any(|start| path.starts_with(start));
    path.starts_with("http://")
        || path.starts_with("https://")
        || archive::has_suffix(path)
        || (!view.knows_few_uses_of_add()
            && (is_git || path.starts_with('$') || archive::pattern_may_match(path)))
}
