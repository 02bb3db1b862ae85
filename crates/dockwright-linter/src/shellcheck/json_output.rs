//! [`ShellCheckComment`]: a ShellCheck problem in its format `json1`.

use serde::Deserialize;

use crate::diagnostic::Severity;
use crate::library_errors::describe_json_error;

/// One ShellCheck problem in a script. Lines and columns count from 1, columns in characters; the end is
/// exclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShellCheckComment {
    pub code: u32,
    pub severity: Severity,
    pub start: (u32, u32),
    pub end: (u32, u32),
    pub message: String,
}

#[derive(Deserialize)]
struct JsonReport {
    comments: Vec<JsonComment>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JsonComment {
    file: String,
    line: u32,
    end_line: u32,
    column: u32,
    end_column: u32,
    level: ShellCheckLevel,
    code: u32,
    message: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum ShellCheckLevel {
    Error,
    Warning,
    Info,
    Style,
}

/// The problems of each of `count` scripts; `number` maps a file name to the index of a script.
pub(super) fn parse_output(
    answer: &[u8],
    scripts: usize,
    number: impl Fn(&str) -> Option<usize>,
) -> Result<Vec<Vec<ShellCheckComment>>, String> {
    let report: JsonReport = serde_json::from_slice(answer).map_err(|error| describe_json_error(&error))?;
    let mut said = vec![Vec::new(); scripts];
    for row in report.comments {
        let of_script = number(&row.file).and_then(|number| said.get_mut(number));
        let comments = of_script.ok_or_else(|| format!("unknown file `{}`", row.file))?;
        let severity = match row.level {
            ShellCheckLevel::Error => Severity::Error,
            ShellCheckLevel::Warning => Severity::Warning,
            ShellCheckLevel::Info => Severity::Info,
            ShellCheckLevel::Style => Severity::Style,
        };
        let (start, end) = ((row.line, row.column), (row.end_line, row.end_column));
        comments.push(ShellCheckComment { code: row.code, severity, start, end, message: row.message });
    }
    Ok(said)
}

/// The only problem of a RUN that hadolint 2.15.1 reports: the last by position, then the least severe, then the one
/// with the highest code.
pub(crate) fn last_comment(comments: &[ShellCheckComment]) -> Option<&ShellCheckComment> {
    comments.iter().max_by_key(|one| (one.start, std::cmp::Reverse(one.severity), one.code))
}
