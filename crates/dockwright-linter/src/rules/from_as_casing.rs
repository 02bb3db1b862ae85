//! FromAsCasing: `AS` in a different case than its FROM.

use super::fixes::instruction_edit;
use crate::diagnostic::{Edit, Fix, Severity};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::semantic::build::BuildCheckTiming;
use crate::syntax::{Arguments, Instruction, Kind, quote_excerpt};

pub(crate) static RULE: Rule = Rule {
    code: "FromAsCasing",
    name: "from-as-casing",
    severity: Severity::Style,
    fixable: Fixable::Sometimes,
    is_notation: true,
    moment: BuildCheckTiming::Node,
    check: Check::Instruction(&[Kind::From], check),
    docs: include_str!("../../../../rules/FromAsCasing.md"),
    ..Rule::BUILDKIT
};

fn check(cx: &mut RuleChecker<'_>, from: &Instruction<'_>) {
    let Arguments::From(arguments) = &from.arguments else { return };
    // The second word of three or more, in any case.
    let keyword = match (&arguments.alias, arguments.stray.as_slice()) {
        (Some(alias), _) => &alias.keyword,
        (None, [keyword, _, ..]) => keyword,
        _ => return,
    };
    let (lower, upper) = (from.keyword.text.to_lowercase(), from.keyword.text.to_uppercase());
    let wanted = if from.keyword.text == lower {
        keyword.text.to_lowercase()
    } else if from.keyword.text == upper {
        keyword.text.to_uppercase()
    } else {
        return;
    };
    if keyword.text == wanted {
        return;
    }
    let message =
        format!("{} and {} differ in case", quote_excerpt(&from.keyword.text), quote_excerpt(&keyword.text));
    let is_as = keyword.is_verbatim(cx.file.source) && keyword.text.eq_ignore_ascii_case("as");
    let found = cx.report(from, keyword.span, message).help(format!("write {}", quote_excerpt(&wanted)));
    found.fix_or_reason(if is_as {
        Ok(Fix::safe(format!("write `{wanted}`"), [Edit::replace(keyword.span, wanted)]))
    } else {
        Err(instruction_edit::BROKEN_KEYWORD.into())
    });
}
