//! InvalidDefaultArgInFrom: an image reference that is only valid with a build argument.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::build::BuildCheckTiming;
use crate::syntax::quote_excerpt;

pub(crate) static RULE: Rule = Rule {
    code: "InvalidDefaultArgInFrom",
    name: "invalid-default-arg-in-from",
    moment: BuildCheckTiming::Stages,
    check: Check::File(check),
    docs: include_str!("../../../../rules/InvalidDefaultArgInFrom.md"),
    ..Rule::BUILDKIT
};

fn check(cx: &mut RuleChecker<'_>) {
    let semantics = cx.semantics;
    for (stage, error) in semantics.build.invalid_default_images() {
        let image = &stage.arguments.image;
        let message = format!(
            "without build arguments, {} is not a valid image name ({})",
            quote_excerpt(&image.text),
            error.kind
        );
        cx.report(stage.from, image.span, message)
            .help("give its `ARG`s defaults that form a valid image name");
    }
}
