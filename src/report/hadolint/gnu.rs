//! `gnu`: one line for each diagnostic, as GNU programs write errors.

use std::io::{self, Write};

use super::{ReportedFile, neutralize};

pub(super) fn write(out: &mut dyn Write, files: &[ReportedFile]) -> io::Result<()> {
    for file in files {
        if let Some(refusal) = &file.refusal {
            let name = neutralize(&file.source_name);
            // The space at the end replaces a line end in hadolint's output.
            writeln!(out, "hadolint:{name}:{}:{}: {} ", refusal.line, refusal.column, refusal.message)?;
        }
        for found in &file.diagnostics {
            let (name, severity) = (neutralize(&file.name), found.severity.as_str());
            writeln!(out, "hadolint:{name}:{}: {} {severity}: {}", found.line, found.code, found.message)?;
        }
    }
    Ok(())
}
