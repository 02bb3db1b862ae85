//! [`RuleSelector`]: how a user names rules, by code, name, prefix or group.

use crate::error_text::ErrorText;
use crate::foreign::{self, ForeignCode};
use crate::rule::{Rule, RuleActivation, RuleGroup};
use crate::rule_version::RuleVersion;
use crate::rules;

/// One entry of `select`, `ignore` or `severity`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleSelector {
    /// All rules.
    All,
    /// The rules that run by default.
    Recommended,
    /// The rules of one family, without those that must be selected individually.
    Group(RuleGroup),
    /// The rules that `dockwright optimize` runs.
    Optimizer,
    /// The rules about security, without those that must be selected individually.
    Security,
    /// The policies of the configuration.
    Policy,
    /// The rules whose codes start with this.
    Prefix(String),
    /// One rule, by its code.
    Code(String),
    /// The rules that report the same as a check of another tool, as it was written.
    Foreign { written: String, codes: Vec<&'static str> },
}

/// A name that no rule has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownRule {
    pub written: String,
    /// The code or name that is spelled most like it.
    pub nearest: Option<String>,
}

pub(super) const GROUPS: [(&str, RuleSelector); 10] = [
    ("all", RuleSelector::All),
    ("recommended", RuleSelector::Recommended),
    ("hadolint", RuleSelector::Group(RuleGroup::Hadolint)),
    ("shellcheck", RuleSelector::Group(RuleGroup::ShellCheck)),
    ("buildkit", RuleSelector::Group(RuleGroup::Buildkit)),
    ("dockwright", RuleSelector::Group(RuleGroup::Dockwright)),
    ("build", RuleSelector::Group(RuleGroup::Build)),
    ("optimizer", RuleSelector::Optimizer),
    ("security", RuleSelector::Security),
    ("policy", RuleSelector::Policy),
];

impl RuleSelector {
    /// Reads what a user wrote; upper and lower case are the same.
    ///
    /// # Errors
    /// No rule has this code or name.
    pub fn parse(written: &str) -> Result<Self, UnknownRule> {
        let text = written.trim();
        if let Some((_, group)) = GROUPS.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
            return Ok(group.clone());
        }
        if let Some(rule) = find_rule(text) {
            return Ok(Self::Code(rule.code.to_string()));
        }
        if is_shellcheck_code(text) {
            return Ok(Self::Code(text.to_ascii_uppercase()));
        }
        let prefix = text.strip_suffix('*').unwrap_or(text);
        if is_code_prefix(prefix) {
            return Ok(Self::Prefix(prefix.to_ascii_uppercase()));
        }
        match foreign::find_foreign_code(text) {
            Some(ForeignCode::Rules { codes, .. }) => Ok(Self::Foreign { written: text.to_string(), codes }),
            // Lists of ignored checks may be shared between several kinds of files.
            Some(ForeignCode::OtherFiles) => {
                Ok(Self::Foreign { written: text.to_string(), codes: Vec::new() })
            }
            None => Err(UnknownRule { written: written.to_string(), nearest: nearest_rule(text) }),
        }
    }

    /// The names of all groups.
    pub(crate) fn groups() -> impl Iterator<Item = &'static str> {
        GROUPS.iter().map(|(name, _)| *name)
    }

    /// A selector for a policy or a prefix (`ACME*`), if one of `policies` matches.
    pub(super) fn parse_policy<'p>(
        written: &str,
        mut policies: impl Iterator<Item = &'p str>,
    ) -> Option<Self> {
        let text = written.trim();
        match text.strip_suffix('*') {
            Some("") => None,
            Some(prefix) => policies
                .any(|code| starts_with_ignore_case(code, prefix))
                .then(|| Self::Prefix(prefix.to_ascii_uppercase())),
            None => {
                policies.find(|code| code.eq_ignore_ascii_case(text)).map(|code| Self::Code(code.to_string()))
            }
        }
    }

    /// As [`RuleSelector::parse`], but also codes that only a configuration can define: see
    /// [`RuleSelector::is_undefined`].
    ///
    /// # Errors
    /// Neither a rule nor a policy can have this code or name.
    pub(crate) fn parse_for_policies(written: &str) -> Result<Self, UnknownRule> {
        let text = written.trim();
        let (code, has_star) = match text.strip_suffix('*') {
            Some(prefix) => (format!("{prefix}0"), true),
            None => (text.to_string(), false),
        };
        Self::parse(written).or_else(|unknown| match is_policy_code(&code) && !is_reserved_code(&code) {
            true if has_star => Ok(Self::Prefix(text.trim_end_matches('*').to_ascii_uppercase())),
            true => Ok(Self::Code(text.to_ascii_uppercase())),
            false => Err(unknown),
        })
    }

    /// Whether it names neither a rule nor one of these policies.
    #[must_use]
    pub(crate) fn is_undefined<'p>(&self, mut policies: impl Iterator<Item = &'p str>) -> bool {
        match self {
            Self::Code(code) => {
                find_rule(code).is_none() && !is_shellcheck_code(code) && !policies.any(|known| known == code)
            }
            Self::Prefix(prefix) => {
                !is_code_prefix(prefix) && !policies.any(|known| starts_with_ignore_case(known, prefix))
            }
            _ => false,
        }
    }

    /// A warning if selecting it has no effect because no rule corresponds to the check.
    ///
    /// # Errors
    /// The check is one of other files than Dockerfiles.
    pub fn selection_warning(&self) -> Result<Option<String>, ErrorText> {
        let Self::Foreign { written, .. } = self else { return Ok(None) };
        match foreign::find_foreign_code(written) {
            Some(ForeignCode::OtherFiles) => {
                Err(ErrorText::new(format!("`{written}` is not a check of Dockerfiles"))
                    .help("`dockwright rule --all` lists the rules"))
            }
            Some(ForeignCode::Rules { reason: Some(reason), .. }) => {
                Ok(Some(format!("`{written}` has no rule in dockwright because {reason}")))
            }
            _ => Ok(None),
        }
    }

    /// Whether it names the rule with this code.
    #[must_use]
    pub fn matches(&self, code: &str, defaults: DefaultRules) -> bool {
        match self {
            Self::All => true,
            Self::Code(only) => only == code,
            Self::Foreign { codes, .. } => codes.contains(&code),
            Self::Optimizer => rules::is_optimizer_rule(code),
            Self::Security => {
                rules::is_security_rule(code)
                    && find_rule(code).is_some_and(|rule| rule.enabled != RuleActivation::Selected)
            }
            Self::Prefix(prefix) => starts_with_ignore_case(code, prefix),
            Self::Policy => find_rule(code).is_none() && !is_shellcheck_code(code),
            Self::Recommended => find_rule(code).is_none_or(|rule| defaults.includes_rule(rule)),
            Self::Group(group) => match find_rule(code) {
                Some(rule) => rule.group == *group && rule.enabled != RuleActivation::Selected,
                None => *group == RuleGroup::ShellCheck && is_shellcheck_code(code),
            },
        }
    }
}

/// The rule that has this code or name, in any case.
#[must_use]
pub(crate) fn find_rule(text: &str) -> Option<&'static Rule> {
    let is_named =
        |rule: &&'static Rule| rule.code.eq_ignore_ascii_case(text) || rule.name.eq_ignore_ascii_case(text);
    // Nearly all callers have a code in its usual spelling. Comparing it with all names would take a thousand times
    // longer.
    rules::find_by_code(text).or_else(|| rules::all_rules().find(is_named))
}

/// The code or name of a rule, or the name of a group, that is spelled most like `text`.
#[must_use]
pub(crate) fn nearest_rule(text: &str) -> Option<String> {
    // Codes are often quoted by their numbers.
    let numbered =
        ["DL", "SC", "DW"].iter().find_map(|family| rules::find_by_code(&format!("{family}{text}")));
    if let Some(rule) = numbered {
        return Some(rule.code.to_string());
    }
    let upper = text.to_ascii_uppercase();
    let letters = upper.trim_end_matches(|c: char| c.is_ascii_digit());
    if letters.len() == 2 && letters.len() < upper.len() {
        return nearest_code(&upper);
    }
    let names = rules::all_rules().flat_map(|rule| [rule.code, rule.name]);
    nearest_name(text, names.chain(GROUPS.iter().map(|(name, _)| *name)))
}

/// The code that begins with what was written, or differs from it in one character. Codes with their own page are more
/// common.
fn nearest_code(written: &str) -> Option<String> {
    let has_page = |rule: &&Rule| rule.docs.starts_with(&format!("# {} ", rule.code));
    let longer = rules::all_rules().filter(|rule| rule.code.starts_with(written));
    let longer = longer.min_by_key(|rule| !has_page(rule));
    longer.map(|rule| rule.code.to_string()).or_else(|| {
        let is_near = |rule: &&Rule| strsim::damerau_levenshtein(written, rule.code) == 1;
        rules::all_rules().find(|rule| is_near(rule)).map(|rule| rule.code.to_string())
    })
}

/// The candidate with the most similar spelling, if one is similar enough; otherwise the only candidate that starts
/// with `text`, or that `text` starts with: `warning` for `warn`.
pub(crate) fn nearest_name<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    /// Shorter texts are prefixes of too many others.
    const SHORTEST_START: usize = 3;
    let wanted = text.to_lowercase();
    let most = (wanted.chars().count() / 3).max(1);
    let mut nearest: Option<(usize, &str)> = None;
    let mut longer = Vec::new();
    for candidate in candidates {
        let name = candidate.to_lowercase();
        let distance = strsim::damerau_levenshtein(&wanted, &name);
        if distance <= most && nearest.is_none_or(|(least, _)| distance < least) {
            nearest = Some((distance, candidate));
        }
        if wanted.len().min(name.len()) >= SHORTEST_START
            && (name.starts_with(&wanted) || wanted.starts_with(&name))
        {
            longer.push(candidate);
        }
    }
    let only = || <[&str; 1]>::try_from(longer).ok().map(|[only]| only);
    nearest.map(|(_, candidate)| candidate).or_else(only).map(str::to_string)
}

/// Which rules run by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DefaultRules {
    /// Whether rules in preview also run.
    pub preview: bool,
    /// The rules that ran by default in this version.
    pub(crate) rules_of: RuleVersion,
}

impl DefaultRules {
    /// The rules of this version.
    pub(crate) const CURRENT: Self = Self { preview: false, rules_of: RuleVersion::CURRENT };
    /// The rules of this version, and those in preview.
    pub(crate) const PREVIEW: Self = Self { preview: true, ..Self::CURRENT };

    /// Whether the rule is one of them.
    #[must_use]
    pub fn includes_rule(self, rule: &Rule) -> bool {
        match rule.enabled {
            RuleActivation::Default => self.preview || rule.since <= self.rules_of,
            RuleActivation::Preview => self.preview,
            RuleActivation::Selected => false,
        }
    }
}

/// Whether a policy can have this code: 2 to 12 letters and a number of up to 6 digits, optionally with a `-` or `_`
/// between.
pub(super) fn is_policy_code(text: &str) -> bool {
    let letters = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = text.len() - letters.len();
    let letters = letters.strip_suffix(['-', '_']).unwrap_or(letters);
    (1..=6).contains(&digits)
        && (2..=12).contains(&letters.len())
        && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Whether a code begins like those of rules, or of other tools.
pub(super) fn is_reserved_code(code: &str) -> bool {
    let letters = code.trim_end_matches(|c: char| c.is_ascii_digit());
    ["DL", "SC", "DW", "CKV", "KSV", "AVD", "DS", "DS-", "CVE", "CWE"]
        .iter()
        .any(|family| family.eq_ignore_ascii_case(letters))
}

fn is_shellcheck_code(text: &str) -> bool {
    let digits = text.get(2..).unwrap_or_default();
    starts_with_ignore_case(text, "SC") && digits.len() == 4 && digits.bytes().all(|c| c.is_ascii_digit())
}

/// Whether the text consists of the letters of a family and digits, and some code starts with it.
fn is_code_prefix(text: &str) -> bool {
    let letters = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = text.len() - letters.len();
    ["DL", "SC", "DW"].iter().any(|family| family.eq_ignore_ascii_case(letters))
        && digits < 4
        && (letters.eq_ignore_ascii_case("SC")
            || digits == 0
            || rules::all_rules().any(|rule| starts_with_ignore_case(rule.code, text)))
}

fn starts_with_ignore_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read() {
        for (written, meant) in [
            ("DL3007", RuleSelector::Code("DL3007".into())),
            ("dl3007", RuleSelector::Code("DL3007".into())),
            (" SC2086 ", RuleSelector::Code("SC2086".into())),
            ("SC*", RuleSelector::Prefix("SC".into())),
            ("sc20", RuleSelector::Prefix("SC20".into())),
            ("DL30", RuleSelector::Prefix("DL30".into())),
            ("ALL", RuleSelector::All),
            ("all", RuleSelector::All),
            ("buildkit", RuleSelector::Group(RuleGroup::Buildkit)),
        ] {
            assert_eq!(RuleSelector::parse(written), Ok(meant), "{written}");
        }
    }

    #[test]
    fn unknown_names_are_refused() {
        for written in ["", "*", "DL9", "DL30070", "SC20866", "D", "XX1000", "buildkid!", "DL3007x"] {
            assert!(RuleSelector::parse(written).is_err(), "{written}");
        }
        let nearest = |written| RuleSelector::parse(written).expect_err("unknown").nearest;
        assert_eq!(nearest("hadolnt").as_deref(), Some("hadolint"));
        assert_eq!(nearest("3008").as_deref(), Some("DL3008"));
        assert_eq!(nearest("quite-another-thing-altogether"), None);
        for (written, expected) in [
            ("warn", Some("warning")),
            ("errors", Some("error")),
            ("WARNIGN", Some("warning")),
            ("er", None),
            ("", None),
        ] {
            let found = nearest_name(written, ["error", "warning", "info"]);
            assert_eq!(found.as_deref(), expected, "{written}");
        }
        assert_eq!(nearest_name("trusted", ["trusted-registries", "trusted-indexes"]), None);
    }

    #[test]
    fn later_rules_stay_off_until_the_number_is_raised() {
        let version = |text: &str| text.parse::<RuleVersion>().expect("a version");
        let rule = |enabled, since| Rule { enabled, since: version(since), ..Rule::DOCKWRIGHT };
        for (enabled, since, rules_of, preview, expected) in [
            (RuleActivation::Default, "0.1", "0.1", false, true),
            (RuleActivation::Default, "0.2", "0.1", false, false),
            (RuleActivation::Default, "0.10", "0.9", false, false),
            (RuleActivation::Default, "0.2", "1.0", false, true),
            (RuleActivation::Default, "0.2", "0.1", true, true),
            (RuleActivation::Preview, "0.1", "0.1", false, false),
            (RuleActivation::Preview, "0.1", "0.1", true, true),
            (RuleActivation::Selected, "0.1", "0.1", true, false),
        ] {
            let defaults = DefaultRules { preview, rules_of: version(rules_of) };
            assert_eq!(defaults.includes_rule(&rule(enabled, since)), expected, "{since} {rules_of}");
        }
    }

    #[test]
    fn distinguishes_policy_codes_from_misspelled_rules() {
        for (written, is_known) in [
            ("ACME001", true),
            ("acme-1", true),
            ("ACME*", true),
            ("DL9999", false),
            ("DL30070", false),
            ("latest-tga", false),
            ("*", false),
            ("A1", false),
        ] {
            assert_eq!(RuleSelector::parse_for_policies(written).is_ok(), is_known, "{written}");
        }
        let acme = RuleSelector::parse_for_policies("acme001").expect("a code");
        assert!(acme.is_undefined(["ACME002"].into_iter()) && !acme.is_undefined(["ACME001"].into_iter()));
        let rule = RuleSelector::parse_for_policies("SC2086").expect("a code");
        assert!(!rule.is_undefined(std::iter::empty()));
    }

    #[test]
    fn codes_of_other_scanners_select_rules() {
        let selector = RuleSelector::parse("CKV_DOCKER_8").expect("a code of Checkov");
        assert!(
            selector.matches("DL3002", DefaultRules::CURRENT)
                && !selector.matches("DL3004", DefaultRules::CURRENT)
        );
    }
}
