//! DW2401: a toolchain in the final image.

mod jdk;

use crate::diagnostic::{ProblemCost, Severity};
use crate::facts::format_size;
use crate::optimize::find_shipped_toolchain;
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::runtime_stage;

pub(super) static RULE: Rule = Rule {
    code: "DW2401",
    name: "toolchain-in-final-image",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    // A stage that is not part of the image may keep its downloads in a cache mount.
    reveals: &["DW1201"],
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW2401.md"),
    ..Rule::OPTIMIZER
};

fn check(cx: &mut RuleChecker<'_>) {
    jdk::check(cx);
    let Some(shipped) = cx.outline().and_then(|outline| find_shipped_toolchain(outline, cx.context)) else {
        return;
    };
    let made = match &shipped.plan {
        Ok(plan) => runtime_stage::add_runtime_stage(cx, plan),
        Err(reason) => Err(reason.clone()),
    };
    let builds = shipped.built.is_some();
    let message = if builds {
        format!(
            "the image still contains {1} (`{0}`), which only the build needs",
            shipped.image, shipped.what
        )
    } else {
        format!("the image contains {1} (`{0}`), but this stage builds nothing", shipped.image, shipped.what)
    };
    let smaller =
        shipped.saves.map(|bytes| format!(" (~{} smaller)", format_size(bytes))).unwrap_or_default();
    let help = match (&shipped.runtime, builds) {
        (Some(runtime), true) => {
            format!("build in a separate stage, and copy the result into `{runtime}`{smaller}")
        }
        (Some(runtime), false) => format!("use the runtime image `{runtime}`{smaller}"),
        (None, true) => "build in a separate stage, and copy the result into a small image".to_string(),
        (None, false) => format!("use a base image without {}", shipped.what),
    };
    let loss = shipped.saves.map_or(ProblemCost::UnknownSize { usual_megabytes: 400 }, ProblemCost::Image);
    // The diagnostic describes the image, but is reported for the step that needs the tools.
    let step = shipped.built.unwrap_or(shipped.from);
    let found = cx.report_at(step.span, shipped.from.head_span(), message).help(help).set_cost(loss);
    match made {
        Ok(fix) => found.fix(fix),
        Err(reason) => found.add_reason_not_fixed(reason),
    };
}

#[cfg(test)]
mod tests {
    use crate::lint::Linter;

    /// The problem is shown at the image and belongs to the build step: a comment above either ignores it.
    #[test]
    fn comments_above_both_lines_ignore_it() {
        let linter = Linter::with_rules([&super::RULE]);
        let found = |image: &str, step: &str| {
            let text = format!("{image}FROM golang:1.22\n{step}RUN go build -o /bin/a .\nCMD [\"/bin/a\"]\n");
            linter.lint(text.as_bytes()).len()
        };
        let comment = "# dockwright ignore=DW2401\n";
        assert_eq!([found("", ""), found(comment, ""), found("", comment)], [1, 0, 0]);
    }
}
