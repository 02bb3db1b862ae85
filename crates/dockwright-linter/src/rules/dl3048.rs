//! DL3048: a label key that breaks Docker's rules for keys.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::parse_settings;
use crate::syntax::{Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3048",
    name: "label-key",
    severity: Severity::Style,
    check: Check::Instruction(&[Kind::Label], check),
    docs: include_str!("../../../../rules/DL3048.md"),
    ..Rule::HADOLINT
};

const RESERVED: [&str; 3] = ["com.docker.", "io.docker.", "org.dockerproject."];

fn check(cx: &mut RuleChecker<'_>, label: &Instruction<'_>) {
    let view = cx.semantics.view;
    let settings = parse_settings(cx.file, label, view);
    let bad = settings.iter().filter_map(|label| {
        let is_unknown = label.key.contains('$') && !view.variables_are_text;
        if is_unknown { None } else { Some((label, find_key_fault(&label.key)?)) }
    });
    for (setting, (fault, help)) in view.limit_reports_per_instruction(bad) {
        cx.report(label, setting.pair.key.span, format!("label key `{}` {fault}", setting.key)).help(help);
    }
}

/// What is wrong with a key, and what to do.
fn find_key_fault(key: &str) -> Option<(String, &'static str)> {
    let allowed = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '.' | '-' | '_' | '/');
    if let Some(other) = key.chars().find(|c| !allowed(*c)) {
        let fault = match other {
            ' ' => "contains a space".to_string(),
            'A'..='Z' => format!("contains the uppercase letter `{other}`"),
            _ => format!("contains `{other}`"),
        };
        Some((fault, "use only lowercase letters, digits, `.` and `-`"))
    } else if !key.starts_with(|c: char| c.is_ascii_lowercase()) {
        Some(("does not start with a lowercase letter".into(), "start it with a lowercase letter"))
    } else if !key.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit()) {
        Some((
            "does not end with a lowercase letter or a digit".into(),
            "end it with a lowercase letter or a digit",
        ))
    } else if let Some(reserved) = RESERVED.iter().find(|reserved| key.starts_with(**reserved)) {
        Some((
            format!("starts with `{reserved}`, which is reserved for Docker"),
            "use a prefix of your own domain, as in `com.example.team`",
        ))
    } else {
        let double = ["..", "--"].into_iter().find(|double| key.contains(*double))?;
        Some((format!("contains `{double}`"), "separate its parts with a single `.` or `-`"))
    }
}
