//! DL3021: several sources, and a destination that does not end with a slash.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::syntax::{Arguments, Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3021",
    name: "copy-target-without-slash",
    severity: Severity::Error,
    check: Check::Instruction(&[Kind::Copy], check),
    docs: include_str!("../../../../rules/DL3021.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, copy: &Instruction<'_>) {
    let Arguments::Paths(paths) = &copy.arguments else { return };
    let Some(target) = &paths.destination else { return };
    let path = target.text.trim_matches(['"', '\'']);
    let view = cx.semantics.view;
    let among_flags = view.count_sources_among_flags(cx.file, copy);
    // An array after a path is read as words, the last of which is `]`.
    let is_array_of_words = among_flags > 0 && paths.exec;
    let is_directory = !is_array_of_words
        && (path.ends_with('/')
            || (!view.slash_alone_is_a_directory && (path == "." || path.ends_with('\\'))));
    let sources = paths.sources.len() + among_flags;
    if sources > 1 && !is_directory {
        let message = format!("`{path}` must end with `/` because there are {sources} sources");
        cx.report(copy, target.span, message).help(format!("write `{path}/`"));
    }
}
