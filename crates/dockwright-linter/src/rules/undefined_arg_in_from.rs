//! UndefinedArgInFrom: a variable in FROM that no global ARG declares.

use crate::rule::{Check, DiagnosticPairing, Rule, RuleChecker};
use crate::semantic::build::BuildCheckTiming;
use crate::syntax::quote_excerpt;

pub(crate) static RULE: Rule = Rule {
    code: "UndefinedArgInFrom",
    name: "undefined-arg-in-from",
    leads: &[("InvalidDefaultArgInFrom", DiagnosticPairing::Instruction)],
    moment: BuildCheckTiming::Headers,
    check: Check::File(check),
    docs: include_str!("../../../../rules/UndefinedArgInFrom.md"),
    ..Rule::BUILDKIT
};

fn check(cx: &mut RuleChecker<'_>) {
    let semantics = cx.semantics;
    for found in &semantics.build.facts.undefined_in_from {
        let Some(stage) = semantics.build.stages.get(found.stage) else { continue };
        let name = quote_excerpt(&found.name);
        cx.report(stage.from, found.span, format!("{name} is not declared before the first `FROM`")).help(
            match &found.nearest {
                Some(near) => format!("did you mean {}?", quote_excerpt(near)),
                None => format!("declare it with `ARG {}` before the first `FROM`", found.name),
            },
        );
    }
}
