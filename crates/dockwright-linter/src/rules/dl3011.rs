//! DL3011: a port number out of range.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::View;
use crate::syntax::{Arguments, Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3011",
    name: "port-out-of-range",
    severity: Severity::Error,
    check: Check::Instruction(&[Kind::Expose], check),
    docs: include_str!("../../../../rules/DL3011.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, expose: &Instruction<'_>) {
    let Arguments::List { words, .. } = &expose.arguments else { return };
    let view = cx.semantics.view;
    let bad = words.iter().filter(|word| is_out_of_range(&word.text, view));
    for port in view.limit_reports_per_instruction(bad) {
        cx.report(expose, port.span, format!("invalid port `{}`", port.text))
            .help("use a port from 0 to 65535");
    }
}

/// Whether a port, or one of the ends of a range, is too high. A variable on either side is not checked.
fn is_out_of_range(spec: &str, view: View) -> bool {
    let ports = spec.split('/').next().unwrap_or_default();
    let ends: Option<Vec<i64>> = ports.split('-').map(|end| parse_port(end, view)).collect();
    ends.is_some_and(|ends| ends.into_iter().any(|port| port > 65535))
}

fn parse_port(text: &str, view: View) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let next = |number: i64, digit: u8| {
        let digit = i64::from(digit - b'0');
        if view.numbers_wrap {
            number.wrapping_mul(10).wrapping_add(digit)
        } else {
            number.saturating_mul(10).saturating_add(digit)
        }
    };
    Some(text.bytes().fold(0, next))
}
