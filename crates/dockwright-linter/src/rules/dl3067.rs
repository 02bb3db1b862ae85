//! DL3067: all of a stage copied over another.

use crate::rule::{Check, Rule, RuleChecker};
use crate::syntax::{Arguments, Instruction, Kind, Source, Word};

pub(super) static RULE: Rule = Rule {
    code: "DL3067",
    name: "copy-whole-stage",
    check: Check::Instruction(&[Kind::Copy], check),
    docs: include_str!("../../../../rules/DL3067.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, copy: &Instruction<'_>) {
    let Some(from) = copy.flag_value("from") else { return };
    let Arguments::Paths(paths) = &copy.arguments else { return };
    let Some(target) = paths.destination.as_ref().filter(|target| is_root(target)) else { return };
    if let Some(source) = paths.sources.iter().map(Source::word).find(|source| is_root(source)) {
        let message = format!("the whole file system of `{}` is copied into this stage", from.text);
        cx.report(copy, source.span.enclosing_span(target.span), message).help(format!(
            "copy only the files that you need, or use `{}` as the base of this stage",
            from.text
        ));
    }
}

fn is_root(path: &Word<'_>) -> bool {
    path.text.trim_matches(['"', '\'']) == "/"
}
