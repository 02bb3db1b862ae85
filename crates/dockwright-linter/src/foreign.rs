//! The checks of other scanners (Checkov, Trivy, KICS, dockle, semgrep, Sonar, the CIS benchmark), and the rules that
//! report the same. `data/foreign-codes.toml` is the table.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A scanner, or a list of checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tool {
    Checkov,
    Trivy,
    Kics,
    Dockle,
    Semgrep,
    Sonar,
    Cis,
}

impl Tool {
    const fn name(self) -> &'static str {
        match self {
            Self::Checkov => "Checkov",
            Self::Trivy => "Trivy",
            Self::Kics => "KICS",
            Self::Dockle => "dockle",
            Self::Semgrep => "semgrep",
            Self::Sonar => "Sonar",
            Self::Cis => "CIS benchmark",
        }
    }
}

/// The meaning of a code of another tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForeignCode {
    /// The rules that report the same problem. Empty if dockwright deliberately does not report it; the text
    /// gives the reason.
    Rules { codes: Vec<&'static str>, reason: Option<&'static str> },
    /// A check of files other than Dockerfiles.
    OtherFiles,
}

type Table = BTreeMap<String, BTreeMap<String, toml::Value>>;

/// One check of another tool.
#[derive(Debug)]
struct ForeignCheck {
    tool: Tool,
    code: String,
    rules: Vec<&'static str>,
}

const TOOLS: [(&str, Tool); 7] = [
    ("checkov", Tool::Checkov),
    ("trivy", Tool::Trivy),
    ("kics", Tool::Kics),
    ("dockle", Tool::Dockle),
    ("semgrep", Tool::Semgrep),
    ("sonar", Tool::Sonar),
    ("cis", Tool::Cis),
];

static TABLE: LazyLock<(Vec<ForeignCheck>, BTreeMap<String, &'static str>)> = LazyLock::new(|| {
    // The table is a part of the program, and a test parses it.
    let table: Table = toml::from_str(include_str!("../../../data/foreign-codes.toml")).unwrap_or_default();
    let leak = |text: &str| -> &'static str { Box::leak(text.to_string().into_boxed_str()) };
    let mut checks = Vec::new();
    let mut reasons = BTreeMap::new();
    for (section, entries) in &table {
        let tool = TOOLS.iter().find(|(name, _)| name == section).map(|(_, tool)| *tool);
        for (code, value) in entries {
            match (tool, value) {
                (Some(tool), toml::Value::Array(rules)) => checks.push(ForeignCheck {
                    tool,
                    code: code.clone(),
                    rules: rules.iter().filter_map(|rule| rule.as_str()).map(leak).collect(),
                }),
                (None, toml::Value::String(reason)) => {
                    reasons.insert(code.clone(), leak(reason));
                }
                _ => {}
            }
        }
    }
    (checks, reasons)
});

/// What a code of another tool means, in any of the spellings that the tools accept; upper and lower case are the
/// same. `PREFIX*` and the name of a tool mean all of its checks. `None` if no tool has such a code.
#[must_use]
pub fn find_foreign_code(written: &str) -> Option<ForeignCode> {
    let text = written.trim();
    let (checks, reasons) = &*TABLE;
    let code = normalize_code(text);
    let by_name = TOOLS.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, tool)| *tool);
    let prefix = text.strip_suffix('*').filter(|prefix| prefix.len() >= 3).map(str::to_ascii_lowercase);
    let is_meant = |check: &&ForeignCheck| {
        let own = check.code.to_ascii_lowercase();
        own == code
            || by_name == Some(check.tool)
            || prefix.as_ref().is_some_and(|prefix| own.starts_with(prefix))
            || (check.tool == Tool::Kics && code.len() == 8 && own.starts_with(&code))
    };
    let found: Vec<&ForeignCheck> = checks.iter().filter(is_meant).collect();
    let Some(first) = found.first() else {
        return is_check_of_other_files(text).then_some(ForeignCode::OtherFiles);
    };
    let mut codes: Vec<&'static str> = Vec::new();
    for rule in found.iter().flat_map(|check| &check.rules) {
        if !codes.contains(rule) {
            codes.push(rule);
        }
    }
    let reason = reasons.get(&first.code).copied().filter(|_| codes.is_empty());
    Some(ForeignCode::Rules { codes, reason })
}

/// The codes of other tools that report the same as a rule, in the order of the table.
#[must_use]
pub fn equivalent_codes(rule: &str) -> Vec<&'static str> {
    TABLE.0.iter().filter(|check| check.rules.contains(&rule)).map(|check| check.code.as_str()).collect()
}

/// The tools and codes of [`equivalent_codes`], in the same order; one tool's codes are next to each other.
#[must_use]
pub fn equivalent_checks(rule: &str) -> Vec<(&'static str, &'static str)> {
    let checks = TABLE.0.iter().filter(|check| check.rules.contains(&rule));
    checks.map(|check| (check.tool.name(), check.code.as_str())).collect()
}

/// Whether a check of the tool reports the same as the rule; `code` is `None` for any check.
#[must_use]
pub(crate) fn is_covered_by(tool: Tool, code: Option<&str>, rule: &str) -> bool {
    let wanted = code.map(normalize_code);
    TABLE.0.iter().filter(|check| check.tool == tool && check.rules.contains(&rule)).any(|check| {
        let own = check.code.to_ascii_lowercase();
        wanted.as_ref().is_none_or(|wanted| {
            own == *wanted || (tool == Tool::Kics && wanted.len() == 8 && own.starts_with(wanted))
        })
    })
}

/// The code in the spelling of the table, in lower case.
fn normalize_code(written: &str) -> String {
    let lower = written.trim().to_ascii_lowercase();
    let digits = |text: &str| text.len() >= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    let trivy = lower.strip_prefix("avd-").unwrap_or(&lower);
    if let Some(number) =
        trivy.strip_prefix("ds-").or_else(|| trivy.strip_prefix("ds")).filter(|rest| digits(rest))
    {
        return format!("ds-{number:0>4}");
    }
    if matches!(lower.as_str(), "least-privilege-user" | "docker-least-privilege-user") {
        return "ds-0002".to_string();
    }
    if let Some(key) = lower.strip_prefix("docker:").or_else(|| lower.strip_prefix("dockerfile:")) {
        return key.to_string();
    }
    // The IDs of semgrep start with directories.
    if lower.contains('.') && !lower.starts_with("cis-") {
        return lower.rsplit('.').next().unwrap_or(&lower).to_string();
    }
    lower
}

/// Whether the text looks like a check of one of the tools for other files: `CKV_AWS_1`, `AVD-KSV-0001`,
/// `S1192`.
fn is_check_of_other_files(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    let ends_in_number = upper.bytes().last().is_some_and(|byte| byte.is_ascii_digit());
    let is_sonar = upper.strip_prefix('S').is_some_and(|digits| {
        (3..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    let is_of_dockerfiles =
        ["CKV_DOCKER_", "CKV2_DOCKER_", "AVD-DS-"].iter().any(|start| upper.starts_with(start));
    ends_in_number
        && !is_of_dockerfiles
        && (["CKV_", "CKV2_", "AVD-"].iter().any(|start| upper.starts_with(start)) || is_sonar)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_of_the_table_exists() {
        assert_eq!(TABLE.0.len(), 209);
        for check in &TABLE.0 {
            for rule in &check.rules {
                let known = crate::rules::find_by_code(rule).is_some();
                assert!(known || rule.starts_with("SC"), "{}: {rule}", check.code);
            }
            let reason = TABLE.1.contains_key(&check.code);
            assert_eq!(check.rules.is_empty(), reason, "{}", check.code);
        }
    }

    #[test]
    fn accepts_all_spellings_of_tools() {
        let codes = |written: &str| match find_foreign_code(written) {
            Some(ForeignCode::Rules { codes, .. }) => codes.join(" "),
            Some(ForeignCode::OtherFiles) => "other".to_string(),
            None => "none".to_string(),
        };
        for (written, expected) in [
            ("CKV_DOCKER_3", "DW3101"),
            (" ckv_docker_3 ", "DW3101"),
            ("DS-0002", "DW3101 DL3002"),
            ("AVD-DS-0002", "DW3101 DL3002"),
            ("DS002", "DW3101 DL3002"),
            ("least-privilege-user", "DW3101 DL3002"),
            ("fd54f200-402c-4333-a5a4-36ef6709af2f", "DW3101"),
            ("FD54F200", "DW3101"),
            ("CIS-DI-0009", "DL3020"),
            ("dockerfile.security.missing-user.missing-user", "DW3101"),
            ("docker:S2612", "DW3103"),
            ("CIS-4.9", "DL3020"),
            ("DS-0024", "DW2408"),
            ("CIS-DI-0005", ""),
            ("CKV_AWS_1", "other"),
            ("S1192", "other"),
            ("CKV_DOCKER", "none"),
            ("CKV_DOCKER_99", "none"),
            ("ds", "none"),
        ] {
            assert_eq!(codes(written), expected, "{written}");
        }
        assert!(codes("CKV2_DOCKER_*").contains("DW3201"));
        assert!(codes("checkov").contains("DL3057"));
        assert!(equivalent_codes("DW3101").contains(&"CKV_DOCKER_3"));
    }
}
