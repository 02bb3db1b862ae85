//! ReservedStageName: a stage named `scratch` or `context`.

use crate::rule::{Check, DiagnosticPairing, Rule, RuleChecker};
use crate::semantic::build::BuildCheckTiming;
use crate::syntax::{Arguments, Instruction, Kind, quote_excerpt};

pub(crate) static RULE: Rule = Rule {
    code: "ReservedStageName",
    name: "reserved-name-of-stage",
    leads: &[("StageNameCasing", DiagnosticPairing::Instruction)],
    moment: BuildCheckTiming::Stages,
    check: Check::Instruction(&[Kind::From], check),
    docs: include_str!("../../../../rules/ReservedStageName.md"),
    ..Rule::BUILDKIT
};

fn check(cx: &mut RuleChecker<'_>, from: &Instruction<'_>) {
    let Arguments::From(arguments) = &from.arguments else { return };
    let Some(alias) = &arguments.alias else { return };
    if matches!(alias.name.text.to_lowercase().as_str(), "scratch" | "context") {
        let message =
            format!("{} is a reserved name and cannot name a stage", quote_excerpt(&alias.name.text));
        cx.report(from, alias.name.span, message).help("give the stage another name");
    }
}
