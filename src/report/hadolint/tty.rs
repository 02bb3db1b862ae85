//! `tty`: one line for each diagnostic, for people.

use std::io::{self, Write};

use super::{ReportedFile, neutralize};
use crate::diagnostic::Severity;

pub(super) fn write(out: &mut dyn Write, files: &[ReportedFile], color: bool) -> io::Result<()> {
    for file in files {
        if let Some(refusal) = &file.refusal {
            let name = neutralize(&file.source_name);
            // The space at the end replaces a line end in hadolint's output.
            writeln!(out, "{name}:{}:{} {} ", refusal.line, refusal.column, refusal.message)?;
        }
        for found in &file.diagnostics {
            let word = if color { colored_severity(found.severity) } else { found.severity.as_str() };
            writeln!(
                out,
                "{}:{} {} {word}: {}",
                neutralize(&file.name),
                found.line,
                found.code,
                found.message
            )?;
        }
    }
    Ok(())
}

const fn colored_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "\u{1b}[1m\u{1b}[91merror\u{1b}[0m",
        Severity::Warning => "\u{1b}[1m\u{1b}[93mwarning\u{1b}[0m",
        Severity::Info => "\u{1b}[92minfo\u{1b}[0m",
        Severity::Style => "\u{1b}[96mstyle\u{1b}[0m",
    }
}
