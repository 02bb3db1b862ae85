//! `checkstyle`: XML with an element for each file.

use std::io::{self, Write};

use super::{ReportOptions, ReportedFile};
use crate::report::xml::hadolint_attribute as attribute;

pub(super) fn write(
    out: &mut dyn Write,
    files: &[ReportedFile],
    options: ReportOptions<'_>,
) -> io::Result<()> {
    write!(out, r#"<?xml version="1.0" encoding="UTF-8"?><checkstyle version="4.3">"#)?;
    for file in files {
        write!(out, r#"<file name="{}""#, attribute(options.name(file)))?;
        if file.refusal.is_none() && file.diagnostics.is_empty() {
            write!(out, "/>")?;
            continue;
        }
        write!(out, ">")?;
        if let Some(refusal) = &file.refusal {
            let message = file.refusal_with_excerpt(refusal);
            write!(
                out,
                r#"<error column="{}" line="{}" message="{}" severity="error"/>"#,
                refusal.column,
                refusal.line,
                attribute(&message),
            )?;
        }
        for found in &file.diagnostics {
            write!(
                out,
                r#"<error column="1" line="{}" message="{}" severity="{}" source="{}"/>"#,
                found.line,
                attribute(&found.message),
                found.severity.as_str(),
                attribute(&found.code),
            )?;
        }
        write!(out, "</file>")?;
    }
    write!(out, "</checkstyle>")
}
