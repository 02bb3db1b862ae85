//! The sentence at the end of a report for people.

use super::Results;
use crate::diagnostic::{Applicability, Severity};

/// How much was found, and how much of it can be mended.
pub(super) fn sentence(results: &Results) -> String {
    let summary = results.summary();
    let files = count(summary.files, "file");
    if summary.total() == 0 {
        return format!("No diagnostics in {files}.");
    }
    let kinds = [
        (summary.error, Severity::Error),
        (summary.warning, Severity::Warning),
        (summary.info, Severity::Info),
        (summary.style, Severity::Style),
    ];
    let kinds: Vec<String> = kinds
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, severity)| match severity {
            Severity::Error | Severity::Warning => count(*number, severity.as_str()),
            Severity::Info | Severity::Style => format!("{number} {}", severity.as_str()),
        })
        .collect();
    let found = format!("{} in {files} ({}).", count(summary.total(), "diagnostic"), kinds.join(", "));
    let fixable = |least| results.diagnostics().filter(|(_, located)| located.is_fixable(least)).count();
    let all_safe = fixable(Applicability::Safe);
    let more = fixable(Applicability::UnsafeHigh) - all_safe;
    let safe = if results.fixed { 0 } else { all_safe };
    match (safe, more) {
        (0, 0) => found,
        (0, more) => format!("{found} `--fix --unsafe-fixes` can mend {more}."),
        (safe, 0) => format!("{found} `--fix` can mend {safe}."),
        (safe, more) => format!("{found} `--fix` can mend {safe}, `--unsafe-fixes` {more} more."),
    }
}

/// `1 file`, `2 files`.
pub(super) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
