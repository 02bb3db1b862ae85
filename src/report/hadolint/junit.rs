//! `junit`: XML with a test case for each diagnostic.

use std::io::{self, Write};

use jiff::Timestamp;

use super::{ParseFailure, ReportOptions, ReportedFile, ReportedProblem};
use crate::report::xml::{hadolint_attribute as attribute, hadolint_content as content};

pub(super) fn write(
    out: &mut dyn Write,
    files: &[ReportedFile],
    options: ReportOptions<'_>,
    now: Timestamp,
) -> io::Result<()> {
    write!(
        out,
        r#"<?xml version="1.0" encoding="UTF-8"?><testsuites id="{}" name="Hadolint run at {}" time="0.001">"#,
        now.strftime("%Y%m%d_%H%M%S"),
        now.strftime("%Y-%m-%d %H:%M:%S"),
    )?;
    for file in files {
        let errors = usize::from(file.refusal.is_some());
        let failures = file.diagnostics.len() + errors;
        write!(
            out,
            r#"<testsuite errors="{errors}" failures="{failures}" id="hadolint" name="Hadolint 2.15.1" time="0.001""#
        )?;
        if failures == 0 {
            write!(out, "/>")?;
            continue;
        }
        write!(out, ">")?;
        let name = content(options.name(file));
        file.refusal.iter().try_for_each(|refusal| write_refusal(out, &name, file, refusal))?;
        file.diagnostics.iter().try_for_each(|found| write_case(out, &name, found))?;
        write!(out, "</testsuite>")?;
    }
    write!(out, "</testsuites>")
}

fn write_case(out: &mut dyn Write, name: &str, found: &ReportedProblem) -> io::Result<()> {
    let (severity, code) = (found.severity.as_str(), attribute(&found.code));
    write!(
        out,
        r#"<testcase id="hadolint.rule.{code}" time="0.001"><failure id="{code}" message="{}" type="{severity}">"#,
        attribute(&found.message),
    )?;
    write!(
        out,
        "File: {name}\nLine: {}\nCategory: Hadolint - Dockerfile Static Analysis\n{severity}: {}\n",
        found.line,
        content(&found.message),
    )?;
    write!(out, "</failure></testcase>")
}

fn write_refusal(
    out: &mut dyn Write,
    name: &str,
    file: &ReportedFile,
    refusal: &ParseFailure,
) -> io::Result<()> {
    let ParseFailure { line, column, .. } = refusal;
    write!(out, r#"<testcase id="hadolint.error" name="DL1000" time="0.001">"#)?;
    write!(out, r#"<failure message="parse error at line {line}, column {column}" type="error">"#)?;
    let text = file.refusal_with_excerpt(refusal);
    write!(out, "Parse Error in {name}\nLine: {line}\nColumn: {column}\nParse Error: {}\n", content(&text))?;
    write!(out, "</failure></testcase>")
}
