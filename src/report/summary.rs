//! The sentence at the end of a report for people.

use super::Results;
use crate::diagnostic::Severity;
use crate::facts::count_noun;

/// The number of problems, and the number of fixes that each command would apply.
pub(super) fn summary_sentence(results: &Results) -> String {
    let summary = results.summary();
    let files = count_noun(summary.files, "file");
    if summary.files == 0 {
        return "No files were checked.".to_string();
    }
    if summary.total() == 0 {
        return format!("No problems found in {files}.");
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
            Severity::Error | Severity::Warning => count_noun(*number, severity.as_str()),
            Severity::Info | Severity::Style => format!("{number} {}", severity.as_str()),
        })
        .collect();
    let found = format!("{} in {files} ({}).", count_noun(summary.total(), "problem"), kinds.join(", "));
    let mut fixable = Vec::new();
    let mut before = 0;
    for (command, number) in results.fix_counts.commands() {
        if number > before {
            fixable.push(match before {
                0 => format!("{number} fixable with `{command}`"),
                _ => format!("{} more with `{command}`", number - before),
            });
            before = number;
        }
    }
    if fixable.is_empty() { found } else { format!("{found} {}.", fixable.join(", ")) }
}
