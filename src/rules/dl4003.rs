//! DL4003: more than one CMD in a stage.

use crate::rule::{Check, Checker, Fixable, Pairing, Rule};
use crate::rules::fixes::place;
use crate::semantic::repeated_in_stage;
use crate::syntax::Kind;

pub(super) static RULE: Rule = Rule {
    code: "DL4003",
    name: "multiple-cmd",
    fixable: Fixable::Sometimes,
    leads: &[("MultipleInstructionsDisallowed", Pairing::Stage(Kind::Cmd))],
    check: Check::File(check),
    docs: include_str!("../../rules/DL4003.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut Checker<'_>) {
    for (before, cmd) in repeated_in_stage(cx.file, Kind::Cmd) {
        cx.report(
            cmd,
            cmd.keyword.span,
            "only the last `CMD` of a stage counts; this one replaces another",
        )
        .help("keep the one that is meant")
        .fix = Some(place::deletion(before, cx.file.source));
    }
}
