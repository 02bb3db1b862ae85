//! Helpers for tests of fixes: apply the first fix of a rule.

use crate::diagnostic::Applicability;
use crate::fix::apply_edits;
use crate::lint::Linter;
use crate::rule::Rule;

/// The result of the first fix of the rule for the text, with its class; or the reason why there is none.
pub(super) fn apply_first_fix(rule: &'static Rule, text: &str) -> Result<(Applicability, String), String> {
    let found = Linter::with_rules([rule]).lint(text.as_bytes());
    let found = found.first().unwrap_or_else(|| panic!("{text} is not reported"));
    let Some(fix) = &found.fix else { return Err(found.refused.first().cloned().unwrap_or_default()) };
    let new = apply_edits(text.as_bytes(), &fix.edits).expect("edits that fit");
    Ok((fix.applicability, String::from_utf8(new).expect("text")))
}

/// The first fix for lines below a FROM: its class and the resulting lines, or the reason why there is none.
pub(super) fn apply_first_fix_below_from(
    rule: &'static Rule,
    image: &str,
    lines: &str,
) -> (Option<Applicability>, String) {
    let from = format!("FROM {image}\n");
    match apply_first_fix(rule, &format!("{from}{lines}\n")) {
        Ok((class, text)) => (Some(class), text.trim_start_matches(&from).trim_end().to_string()),
        Err(reason) => (None, reason),
    }
}
