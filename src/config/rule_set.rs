//! [`RuleSet`]: a set of rule codes.

use super::{DefaultRules, RuleSelector};
use crate::rule::RuleGroup;
use crate::rules;

/// A set of rule codes, stored as selectors, because there are too many ShellCheck codes to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleSet {
    selectors: Vec<RuleSelector>,
}

impl RuleSet {
    /// Adds the rules that `selector` names.
    pub fn insert(&mut self, selector: RuleSelector) {
        if !self.selectors.contains(&selector) {
            self.selectors.push(selector);
        }
    }

    /// Whether the rule with this code is in the set, given the default rules.
    #[must_use]
    pub fn contains(&self, code: &str, defaults: DefaultRules) -> bool {
        self.selectors.iter().any(|selector| selector.matches(code, defaults))
    }

    /// Whether it names a whole family by its group.
    #[must_use]
    pub(crate) fn has_rule_group(&self, group: RuleGroup) -> bool {
        self.selectors.contains(&RuleSelector::Group(group))
    }

    /// Whether a selector enables the rule with this code although it is off by default: by code, by prefix, or
    /// with `ALL`.
    #[must_use]
    pub(crate) fn enables_explicitly(&self, code: &str) -> bool {
        let by_itself = |selector: &&RuleSelector| {
            !matches!(
                selector,
                RuleSelector::Group(_)
                    | RuleSelector::Optimizer
                    | RuleSelector::Security
                    | RuleSelector::Policy
                    | RuleSelector::Recommended
            )
        };
        self.selectors.iter().filter(by_itself).any(|selector| selector.matches(code, DefaultRules::CURRENT))
    }

    /// The listed codes of the set, in the order of the table of rules.
    pub fn codes(&self, defaults: DefaultRules) -> impl Iterator<Item = &'static str> {
        rules::all_rules().map(|rule| rule.code).filter(move |code| self.contains(code, defaults))
    }
}

impl FromIterator<RuleSelector> for RuleSet {
    fn from_iter<I: IntoIterator<Item = RuleSelector>>(selectors: I) -> Self {
        let mut set = Self::default();
        selectors.into_iter().for_each(|selector| set.insert(selector));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(selectors: &[&str]) -> RuleSet {
        selectors.iter().map(|selector| RuleSelector::parse(selector).expect("a known name")).collect()
    }

    #[test]
    fn selects_codes_by_prefix_and_code() {
        for (selectors, code, expected) in [
            (&["SC"][..], "SC2086", true),
            (&["recommended"], "SC2086", true),
            (&["shellcheck"], "SC2086", true),
            (&["DL"], "SC2086", false),
            (&["DL30"], "DL3007", true),
            (&["DL40", "DL3007"], "DL3007", true),
            (&["DL40"], "DL3007", false),
            (&[], "DL3007", false),
        ] {
            assert_eq!(
                set(selectors).contains(code, DefaultRules::CURRENT),
                expected,
                "{selectors:?} {code}"
            );
        }
    }

    #[test]
    fn lists_codes_in_table_order() {
        let all: Vec<_> = set(&["ALL"]).codes(DefaultRules::CURRENT).collect();
        assert_eq!(all, rules::all_rules().map(|rule| rule.code).collect::<Vec<_>>());
    }
}
