//! `concise`: one line for each diagnostic, `file:line:column: severity code message`.

use std::io::{self, Write};

use super::full::{Look, severity_style};
use super::{Results, inert};

pub(super) fn write(out: &mut dyn Write, results: &Results, look: Look) -> io::Result<()> {
    for (file, located) in results.diagnostics() {
        let diagnostic = &located.diagnostic;
        let style = severity_style(diagnostic.severity, look);
        writeln!(
            out,
            "{}:{}:{}: {style}{}{style:#} {} {}",
            inert(&file.name),
            located.start.line,
            located.start.column,
            diagnostic.severity.as_str(),
            diagnostic.code,
            inert(&diagnostic.message),
        )?;
    }
    Ok(())
}
