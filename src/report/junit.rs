//! `junit`: a suite for each file, a case for each diagnostic; a file without one is a case that passes.

use std::io::{self, Write};

use super::xml::{attribute, content};
use super::{FileResult, Located, Results, inert};

pub(super) fn write(out: &mut dyn Write, results: &Results) -> io::Result<()> {
    let failures = results.summary().total();
    let cases: usize = results.files.iter().map(|file| file.diagnostics.len().max(1)).sum();
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<testsuites name="dockwright" tests="{cases}" failures="{failures}" errors="0">"#)?;
    results.files.iter().try_for_each(|file| write_suite(out, file))?;
    writeln!(out, "</testsuites>")
}

fn write_suite(out: &mut dyn Write, file: &FileResult) -> io::Result<()> {
    let name = inert(&file.name);
    let name = attribute(&name);
    let failures = file.diagnostics.len();
    let cases = failures.max(1);
    writeln!(out, r#"  <testsuite name="{name}" tests="{cases}" failures="{failures}" errors="0">"#)?;
    if failures == 0 {
        writeln!(out, r#"    <testcase name="dockwright" classname="{name}"/>"#)?;
    }
    file.diagnostics.iter().try_for_each(|located| write_case(out, &name, located))?;
    writeln!(out, "  </testsuite>")
}

fn write_case(out: &mut dyn Write, name: &str, located: &Located) -> io::Result<()> {
    let found = &located.diagnostic;
    let (line, column) = (located.start.line, located.start.column);
    let (code, severity) = (found.code, found.severity.as_str());
    let message = inert(&found.message);
    writeln!(out, r#"    <testcase name="{code} at {line}:{column}" classname="{name}">"#)?;
    write!(out, r#"      <failure message="{}" type="{severity}">"#, attribute(&message))?;
    write!(out, "{name}:{line}:{column}: {severity} {code} {}", content(&message))?;
    if let Some(help) = &found.help {
        write!(out, "\n{}", content(&inert(help)))?;
    }
    writeln!(out, "</failure>\n    </testcase>")
}
