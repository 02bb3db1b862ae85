//! StageNameCasing: the name of a stage with upper-case letters.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::rules::fixes;
use crate::syntax::{Arguments, Instruction, Kind, quoted};

pub static RULE: Rule = Rule {
    code: "StageNameCasing",
    name: "stage-name-casing",
    group: Group::Buildkit,
    severity: Severity::Style,
    hadolint_severity: None,
    enabled: Enabled::Default,
    fixable: Fixable::Sometimes,
    check: Check::Instruction(&[Kind::From], check),
    docs: include_str!("../../rules/StageNameCasing.md"),
};

fn check(cx: &mut Checker<'_>, from: &Instruction<'_>) {
    let Arguments::From(arguments) = &from.arguments else { return };
    // The third word of three, whatever the second one is.
    let name = match (&arguments.alias, arguments.stray.as_slice()) {
        (Some(alias), []) => &alias.name,
        (None, [_, name]) => name,
        _ => return,
    };
    if name.text.chars().any(char::is_uppercase) {
        let fix = fixes::stage_name::fix(cx, name);
        cx.report(from, name.span, format!("the stage name {} is not in lower case", quoted(&name.text)))
            .help("BuildKit lower-cases it; write it, and what refers to it, in lower case")
            .fix = fix;
    }
}
