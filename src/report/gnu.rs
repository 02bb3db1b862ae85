//! `gnu`: one line for each diagnostic, in the form of GNU compilers, which editors can parse.

use std::io::{self, Write};

use super::{Results, hint, neutralize};
use crate::diagnostic::Severity;

pub(super) fn write(out: &mut dyn Write, results: &Results) -> io::Result<()> {
    for (file, located) in results.diagnostics() {
        let found = &located.diagnostic;
        let severity = match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info | Severity::Style => "note",
        };
        let (line, column) = (located.start.line, located.start.column);
        let (name, message) =
            (neutralize(&file.name), neutralize(&hint::hint_on_one_line(found)).into_owned());
        writeln!(out, "{name}:{line}:{column}: {severity}: {message} [{}]", found.code)?;
    }
    Ok(())
}
