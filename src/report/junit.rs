//! `junit`: a suite for each file, and a case for each diagnostic; a file without diagnostics is a passing case.

use std::io::{self, Write};

use quick_xml::Writer;

use super::xml::{escaped_text, open_document, replace_illegal_characters};
use super::{FileResult, LocatedDiagnostic, Results, hint, neutralize};

pub(super) fn write(out: &mut dyn Write, results: &Results) -> io::Result<()> {
    let failures = results.summary().total();
    let cases: usize = results.files.iter().map(|file| file.diagnostics.len().max(1)).sum();
    let mut xml = open_document(out)?;
    xml.create_element("testsuites")
        .with_attribute(("name", "dockwright"))
        .with_attributes(
            count_attributes(cases, failures).iter().map(|(name, count)| (*name, count.as_str())),
        )
        .write_inner_content(|xml| results.files.iter().try_for_each(|file| write_suite(xml, file)))?;
    writeln!(xml.into_inner())
}

fn count_attributes(cases: usize, failures: usize) -> [(&'static str, String); 3] {
    [("tests", cases.to_string()), ("failures", failures.to_string()), ("errors", "0".to_string())]
}

fn write_suite<W: Write>(xml: &mut Writer<W>, file: &FileResult) -> io::Result<()> {
    let name = neutralize(&file.name);
    let name = &*replace_illegal_characters(&name);
    let failures = file.diagnostics.len();
    xml.create_element("testsuite")
        .with_attribute(("name", name))
        .with_attributes(
            count_attributes(failures.max(1), failures).iter().map(|(name, count)| (*name, count.as_str())),
        )
        .write_inner_content(|xml| {
            if failures == 0 {
                xml.create_element("testcase")
                    .with_attribute(("name", "dockwright"))
                    .with_attribute(("classname", name))
                    .write_empty()?;
            }
            file.diagnostics.iter().try_for_each(|located| write_case(xml, name, located))
        })?;
    Ok(())
}

fn write_case<W: Write>(xml: &mut Writer<W>, name: &str, located: &LocatedDiagnostic) -> io::Result<()> {
    let found = &located.diagnostic;
    let (line, column) = (located.start.line, located.start.column);
    let (code, severity) = (found.code, found.severity.as_str());
    let message = neutralize(&found.message);
    let lines: Vec<String> =
        hint::problem_text_lines(found).iter().map(|line| neutralize(line).into_owned()).collect();
    let details = format!("{name}:{line}:{column}: {severity} {code} {}", lines.join("\n"));
    xml.create_element("testcase")
        .with_attribute(("name", format!("{code} at {line}:{column}").as_str()))
        .with_attribute(("classname", name))
        .write_inner_content(|xml| {
            xml.create_element("failure")
                .with_attribute(("message", &*replace_illegal_characters(&message)))
                .with_attribute(("type", severity))
                .write_text_content(escaped_text(&details))?;
            Ok(())
        })?;
    Ok(())
}
