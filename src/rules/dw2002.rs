//! DW2002: a full base image where the slim one would do.

use crate::diagnostic::Severity;
use crate::optimize::facts;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};

pub(super) static RULE: Rule = Rule {
    code: "DW2002",
    name: "full-base-image",
    group: Group::Dockwright,
    severity: Severity::Info,
    hadolint_severity: None,
    enabled: Enabled::Preview,
    fixable: Fixable::Never,
    check: Check::File(check),
    docs: include_str!("../../rules/DW2002.md"),
};

fn check(cx: &mut Checker<'_>) {
    let Some((index, slim)) = facts::slim_base(cx.semantics) else { return };
    let Some(stage) = cx.semantics.stages.get(index) else { return };
    let message = format!("nothing here needs what `{}` has more than `{slim}`", stage.image.text());
    cx.report(stage.from, stage.image_word.span, message)
        .help("try the slim image: it is the same release without compilers and headers");
}
