//! DW4102: a variable of the image that only the build uses.

use crate::diagnostic::Severity;
use crate::optimize::{BuildVariable, find_build_variables};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::build_argument;

pub(super) static RULE: Rule = Rule {
    code: "DW4102",
    name: "env-only-for-build",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW4102.md"),
    ..Rule::DOCKWRIGHT
};

fn check(cx: &mut RuleChecker<'_>) {
    let Some(outline) = cx.outline() else { return };
    let variables = find_build_variables(outline);
    // Version variables that a program in the image may read are usually intended. Variables for apt are read by
    // nothing else.
    let is_reported =
        |variable: &&BuildVariable<'_>| variable.reader.is_none() || variable.name == "DEBIAN_FRONTEND";
    for variable in variables.iter().filter(is_reported) {
        let made = build_argument::change_env_to_arg(cx, variable, &variables);
        let message = format!("`ENV {}` is only needed during the build", variable.name);
        let found = cx.report(variable.env, variable.key, message).help("use `ARG`");
        match made {
            Ok(fix) => found.fix(fix),
            Err(reason) => found.add_reason_not_fixed(reason),
        };
    }
}
