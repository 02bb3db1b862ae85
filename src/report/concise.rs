//! `concise`: one line for each problem, `file:line:column: severity code message; help [option that fixes it]`.

use std::io::{self, Write};

use super::full::{ReportStyle, severity_style};
use super::{Results, hint, neutralize};

pub(super) fn write(out: &mut dyn Write, results: &Results, report_style: ReportStyle) -> io::Result<()> {
    for (file, located) in results.diagnostics() {
        let diagnostic = &located.diagnostic;
        let style = severity_style(diagnostic.severity, report_style);
        writeln!(
            out,
            "{}:{}:{}: {style}{}{style:#} {} {}",
            neutralize(&file.name),
            located.start.line,
            located.start.column,
            diagnostic.severity.as_str(),
            diagnostic.code,
            neutralize(&hint::hint_on_one_line(diagnostic)),
        )?;
    }
    Ok(())
}
