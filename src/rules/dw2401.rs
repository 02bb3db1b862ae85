//! DW2401: a toolchain in the final image.

use crate::diagnostic::{ProblemCost, Severity};
use crate::facts::describe_size;
use crate::optimize::shipped_tools;
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::runtime_stage;
use crate::syntax::Kind;

pub(super) static RULE: Rule = Rule {
    code: "DW2401",
    name: "toolchain-in-final-image",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    // A stage that is not part of the image may keep its downloads in a cache mount.
    reveals: &["DW1201"],
    check: Check::File(check),
    docs: include_str!("../../rules/DW2401.md"),
    ..Rule::OPTIMIZER
};

fn check(cx: &mut RuleChecker<'_>) {
    let Some(shipped) = cx.outline().and_then(|outline| shipped_tools(outline, cx.context)) else { return };
    let made = match &shipped.plan {
        Ok(plan) => runtime_stage::add_runtime_stage(cx, plan),
        Err(reason) => Err(reason.clone()),
    };
    let builds = shipped.at.kind == Kind::Run;
    let message = if builds {
        format!(
            "the image still contains {1} (`{0}`), which only the build needs",
            shipped.image, shipped.what
        )
    } else {
        format!("the image contains {1} (`{0}`), but this stage builds nothing", shipped.image, shipped.what)
    };
    let smaller =
        shipped.saves.map(|bytes| format!(", ~{} smaller", describe_size(bytes))).unwrap_or_default();
    let help = match (&shipped.runtime, builds) {
        (Some(runtime), true) => {
            format!(
                "build in a separate stage, and copy the result into a runtime image such as `{runtime}`{smaller}"
            )
        }
        (Some(runtime), false) => format!("use the runtime image `{runtime}`{smaller}"),
        (None, _) => "build in a separate stage, and copy the result into a small image".to_string(),
    };
    let loss = shipped.saves.map_or(ProblemCost::UnknownSize, ProblemCost::Image);
    let span = if builds { shipped.at.keyword.span } else { shipped.at.head() };
    let found = cx.report(shipped.at, span, message).help(help).costs(loss);
    match made {
        Ok(fix) => found.fix(fix),
        Err(reason) => found.refuse(reason),
    };
}
