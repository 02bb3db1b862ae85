//! `checkstyle`: XML that many CI services read.

use std::io::{self, Write};

use super::xml::attribute;
use super::{Results, inert};
use crate::diagnostic::Severity;

pub(super) fn write(out: &mut dyn Write, results: &Results) -> io::Result<()> {
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<checkstyle version="4.3">"#)?;
    for file in &results.files {
        let name = inert(&file.name);
        writeln!(out, r#"  <file name="{}">"#, attribute(&name))?;
        for located in &file.diagnostics {
            let found = &located.diagnostic;
            let severity = match found.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info | Severity::Style => "info",
            };
            writeln!(
                out,
                r#"    <error line="{}" column="{}" severity="{severity}" message="{}" source="dockwright.{}"/>"#,
                located.start.line,
                located.start.column,
                attribute(&inert(&found.message)),
                found.code,
            )?;
        }
        writeln!(out, "  </file>")?;
    }
    writeln!(out, "</checkstyle>")
}
