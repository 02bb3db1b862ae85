//! The name and the summary of the rule of a problem, for formats that list the rules.

use crate::config::find_rule;
use crate::diagnostic::Diagnostic;
use crate::policy;
use crate::rule::Rule;

/// The name of the rule; the code of a policy, because policies have no names.
pub(super) fn rule_name(found: &Diagnostic) -> &str {
    if found.name == policy::NAME { found.code } else { found.name }
}

/// The summary of the rule; the message of a policy, which is always the same.
pub(super) fn rule_summary(found: &Diagnostic) -> String {
    let otherwise = if found.name == policy::NAME { &found.message } else { found.name };
    find_rule(found.code).map_or_else(|| otherwise.to_string(), Rule::summary)
}
