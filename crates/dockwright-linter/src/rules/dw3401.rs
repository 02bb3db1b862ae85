//! DW3401: build steps outside the builder's sandbox.

use crate::diagnostic::{Applicability, Edit, Fix};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::source::Span;

pub(crate) static RULE: Rule = Rule {
    code: "DW3401",
    name: "sandbox-off",
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3401.md"),
    ..Rule::SECURITY
};

fn check(cx: &mut RuleChecker<'_>) {
    for run in &cx.semantics.runs {
        for flag in &run.instruction.flags {
            let Some(value) = &flag.value else { continue };
            let text = cx.semantics.value_of(value.text.as_ref(), run.outer.span.start);
            let message = match (flag.name.text.as_ref(), text.as_str()) {
                ("security", "insecure") => {
                    "`--security=insecure` gives this step full privileges on the build host"
                }
                ("network", "host") => {
                    "`--network=host` gives this step the build host's network, including its services"
                }
                _ => continue,
            };
            let problem = cx
                .report_at(run.outer.span, flag.span, message)
                .help("remove the flag, or use it only for a step that runs no downloaded or copied code");
            if flag.name.text == "network" {
                let edit = Edit::delete(Span::new(flag.span.start.saturating_sub(1), flag.span.end));
                problem.fix(
                    Fix::new(Applicability::Suggestion, "remove `--network=host`", [edit])
                        .with_risk("the step may connect to a service on the build host"),
                );
            } else {
                problem.add_reason_not_fixed("the step may need the privileges");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::check_problem_counts;

    #[test]
    fn reports_flags_that_disable_sandbox() {
        check_problem_counts(
            &RULE,
            &[
                (1, "RUN --network=host pip install -r r.txt"),
                (2, "RUN --network=host --security=insecure x"),
                (1, "ARG S=insecure\nRUN --security=$S x"),
                (1, "ONBUILD RUN --network=host x"),
                (0, "RUN --network=none x"),
                (0, "RUN --security=sandbox x"),
                (0, "RUN docker run --network=host x"),
            ],
        );
    }
}
