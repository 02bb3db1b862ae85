//! `github`: workflow commands, which GitHub shows as annotations.

use std::io::{self, Write};

use super::{Results, hint, neutralize};
use crate::diagnostic::Severity;

pub(super) fn write(out: &mut dyn Write, results: &Results) -> io::Result<()> {
    for (file, located) in results.diagnostics() {
        let found = &located.diagnostic;
        let command = match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info | Severity::Style => "notice",
        };
        let (start, end) = (located.start, located.end);
        write!(
            out,
            "::{command} file={},line={},endLine={}",
            escape_property(&file.name),
            start.line,
            end.line
        )?;
        // GitHub rejects columns for annotations that span several lines.
        if start.line == end.line {
            write!(out, ",col={},endColumn={}", start.column, end.column.max(start.column))?;
        }
        let text = hint::problem_text_lines(found)
            .iter()
            .map(|line| escape_data(line))
            .collect::<Vec<_>>()
            .join("%0A");
        writeln!(out, ",title=dockwright {}::{text}", escape_property(found.code))?;
    }
    Ok(())
}

/// Escapes the text after the command.
fn escape_data(text: &str) -> String {
    neutralize(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property.
fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}
