//! `checkstyle`: XML that many CI services read.

use std::io::{self, Write};

use super::xml::{open_document, replace_illegal_characters};
use super::{Results, hint, neutralize};
use crate::diagnostic::Severity;

pub(super) fn write(out: &mut dyn Write, results: &Results) -> io::Result<()> {
    let mut xml = open_document(out)?;
    xml.create_element("checkstyle").with_attribute(("version", "4.3")).write_inner_content(|xml| {
        for file in &results.files {
            let element = xml
                .create_element("file")
                .with_attribute(("name", &*replace_illegal_characters(&neutralize(&file.name))));
            if file.diagnostics.is_empty() {
                element.write_empty()?;
                continue;
            }
            element.write_inner_content(|xml| {
                for located in &file.diagnostics {
                    let found = &located.diagnostic;
                    let severity = match found.severity {
                        Severity::Error => "error",
                        Severity::Warning => "warning",
                        Severity::Info | Severity::Style => "info",
                    };
                    xml.create_element("error")
                        .with_attribute(("line", located.start.line.to_string().as_str()))
                        .with_attribute(("column", located.start.column.to_string().as_str()))
                        .with_attribute(("severity", severity))
                        .with_attribute((
                            "message",
                            &*replace_illegal_characters(&neutralize(&hint::hint_on_one_line(found))),
                        ))
                        .with_attribute(("source", format!("dockwright.{}", found.code).as_str()))
                        .write_empty()?;
                }
                Ok(())
            })?;
        }
        Ok(())
    })?;
    writeln!(xml.into_inner())
}
