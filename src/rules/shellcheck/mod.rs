//! ShellCheck's codes as rules. What is found comes from the shell analysis; here stands what is said of it.
//!
//! Numbers and severities are those of ShellCheck 0.11.0, as facts; names and texts are our own.

mod bashisms;
mod commands;
mod found;
mod pages;
mod syntax;
mod words;

pub use found::diagnostics;

use crate::diagnostic::Severity;
use crate::rule::{Check, Enabled, Fixable, Group, Rule};

/// A code with what is said of it.
#[derive(Debug)]
pub struct ShellRule {
    pub number: u32,
    pub rule: Rule,
    /// What is wrong; one line.
    pub message: &'static str,
    /// What to do.
    pub help: &'static str,
}

/// A table of codes: number, severity, name, message, help.
macro_rules! codes {
    ($($number:literal $severity:ident $name:literal $message:literal $help:literal)+) => {
        pub(super) static CODES: &[super::ShellRule] = &[$(super::ShellRule {
            number: $number,
            rule: super::rule(concat!("SC", $number), $name, super::Severity::$severity),
            message: $message,
            help: $help,
        }),+];
    };
}
use codes;

const fn rule(code: &'static str, name: &'static str, severity: Severity) -> Rule {
    Rule {
        code,
        name,
        group: Group::ShellCheck,
        severity,
        hadolint_severity: None,
        enabled: Enabled::Default,
        fixable: Fixable::Sometimes,
        check: Check::Engine,
        docs: pages::page(code),
    }
}

/// Every code, in order.
pub fn all() -> impl Iterator<Item = &'static ShellRule> {
    syntax::CODES.iter().chain(words::CODES).chain(commands::CODES).chain(bashisms::CODES)
}

/// The code with that number: 2086 for `SC2086`.
pub fn get(number: u32) -> Option<&'static ShellRule> {
    let table = match number {
        ..2000 => syntax::CODES,
        2000..2100 => words::CODES,
        2100..3000 => commands::CODES,
        3000.. => bashisms::CODES,
    };
    let at = table.binary_search_by_key(&number, |code| code.number).ok()?;
    table.get(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found_and_speaks_plainly() {
        let mut last = 0;
        let mut names = std::collections::HashSet::new();
        for code in all() {
            assert!(code.number > last, "SC{} is out of order", code.number);
            last = code.number;
            assert_eq!(code.rule.code, format!("SC{}", code.number));
            assert_eq!(get(code.number).map(|found| found.number), Some(code.number));
            assert!(names.insert(code.rule.name), "{} is taken twice", code.rule.name);
            assert!(!code.message.contains(": ") && !code.message.ends_with('.'), "SC{}", code.number);
        }
        assert!(get(2087).is_none());
    }
}
