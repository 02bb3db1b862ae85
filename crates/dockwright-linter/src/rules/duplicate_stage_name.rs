//! DuplicateStageName: a second stage with the same name.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::build::BuildCheckTiming;
use crate::syntax::{Arguments, quote_excerpt};

pub(crate) static RULE: Rule = Rule {
    code: "DuplicateStageName",
    name: "repeated-stage-name",
    moment: BuildCheckTiming::Stages,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DuplicateStageName.md"),
    ..Rule::BUILDKIT
};

fn check(cx: &mut RuleChecker<'_>) {
    let file = cx.file;
    let mut names = std::collections::HashSet::new();
    for from in file.instructions() {
        let Arguments::From(arguments) = &from.arguments else { continue };
        let Some(alias) = &arguments.alias else { continue };
        if !names.insert(alias.name.text.to_lowercase()) {
            let message = format!("an earlier stage is already named {}", quote_excerpt(&alias.name.text));
            cx.report(from, alias.name.span, message).help("give each stage a unique name");
        }
    }
}
