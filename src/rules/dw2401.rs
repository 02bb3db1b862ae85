//! DW2401: a tool chain that ships with what it has built.

use crate::diagnostic::Severity;
use crate::facts::{about, images};
use crate::optimize::shipped_tools;
use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::fixes::runtime_stage;

pub(super) static RULE: Rule = Rule {
    code: "DW2401",
    name: "build-tools-shipped",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    // A stage that is not shipped may keep its downloads in a cache mount.
    reveals: &["DW1201"],
    check: Check::File(check),
    docs: include_str!("../../rules/DW2401.md"),
    ..Rule::DOCKWRIGHT
};

const HELP: &str = "build in a separate stage, and copy the result into a small image";

fn check(cx: &mut Checker<'_>) {
    let Some(shipped) = cx.outline().and_then(|outline| shipped_tools(outline, cx.context)) else { return };
    let made = match &shipped.plan {
        Ok(plan) => runtime_stage::fix(cx, plan),
        Err(reason) => Err(reason.clone()),
    };
    let message = format!(
        "the image still contains {1} (`{0}`), which only the build needs",
        shipped.image, shipped.what
    );
    let help = match images::size(&shipped.image) {
        Some(size) => format!("{HELP}: `{}` has ~{}", shipped.image, about(size.disk)),
        None => HELP.to_string(),
    };
    let found = cx.report(shipped.run, shipped.run.keyword.span, message).help(help);
    match made {
        Ok(fix) => found.fix(fix),
        Err(reason) => found.refuse(reason),
    };
}
