//! Runs a rule on short Dockerfiles, for tables in tests.

use crate::diagnostic::Diagnostic;
use crate::lint::Linter;
use crate::rule::Rule;

/// The problems that the rule reports for the text; a text without a FROM is the content of a stage from Debian 12.
pub(super) fn find_problems(rule: &'static Rule, text: &str) -> Vec<Diagnostic> {
    let text = if text.contains("FROM ") { text.to_string() } else { format!("FROM debian:12\n{text}\n") };
    let mut found = Linter::with_rules([rule]).lint(text.as_bytes());
    // Build errors are reported, too.
    found.retain(|one| one.code == rule.code);
    found
}

/// Checks that the rule reports the given number of problems for each text.
pub(super) fn check_problem_counts(rule: &'static Rule, table: &[(usize, &str)]) {
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(count, text)| {
            let found = find_problems(rule, text);
            let messages: Vec<&str> = found.iter().map(|one| one.message.as_str()).collect();
            (found.len() != *count).then(|| format!("{text}\n    expected {count}, found {messages:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
