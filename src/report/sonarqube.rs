//! `sonarqube`: SonarQube's import format for external analyzers.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::{LocatedDiagnostic, Results, hint, json_text, rule_text};
use crate::diagnostic::{Diagnostic, Severity};

#[derive(Serialize)]
struct Document<'a> {
    rules: Vec<RuleEntry<'a>>,
    issues: Vec<Entry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleEntry<'a> {
    id: &'a str,
    name: &'a str,
    description: String,
    engine_id: &'a str,
    clean_code_attribute: &'a str,
    r#type: &'a str,
    severity: &'a str,
    impacts: [Impact<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Impact<'a> {
    software_quality: &'a str,
    severity: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    rule_id: &'a str,
    primary_location: Location<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    message: String,
    file_path: &'a str,
    text_range: Range,
}

/// Lines from 1, columns from 0. A range must not be empty; without columns it is the whole line.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Range {
    start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<u32>,
}

pub(super) fn write(out: &mut dyn Write, results: &Results) -> io::Result<()> {
    let mut rules: BTreeMap<&str, RuleEntry<'_>> = BTreeMap::new();
    for (_, located) in results.diagnostics() {
        let found = &located.diagnostic;
        rules.entry(found.code).or_insert_with(|| rule_entry(found));
    }
    let issues = results.diagnostics().map(|(file, located)| Entry {
        rule_id: located.diagnostic.code,
        primary_location: Location {
            message: hint::hint_on_one_line(&located.diagnostic),
            file_path: &file.name,
            text_range: range(located),
        },
    });
    json_text::write_json_text(
        out,
        &Document { issues: issues.collect(), rules: rules.into_values().collect() },
    )?;
    writeln!(out)
}

fn rule_entry(found: &Diagnostic) -> RuleEntry<'_> {
    let (kind, old, new) = match found.severity {
        Severity::Error => ("BUG", "CRITICAL", "HIGH"),
        Severity::Warning => ("CODE_SMELL", "MAJOR", "MEDIUM"),
        Severity::Info => ("CODE_SMELL", "MINOR", "LOW"),
        Severity::Style => ("CODE_SMELL", "INFO", "LOW"),
    };
    RuleEntry {
        id: found.code,
        name: rule_text::rule_name(found),
        description: rule_text::rule_summary(found),
        engine_id: "dockwright",
        clean_code_attribute: "CONVENTIONAL",
        r#type: kind,
        severity: old,
        impacts: [Impact {
            software_quality: if kind == "BUG" { "RELIABILITY" } else { "MAINTAINABILITY" },
            severity: new,
        }],
    }
}

fn range(located: &LocatedDiagnostic) -> Range {
    let (start, end) = (located.start, located.end);
    if start == end {
        return Range { start_line: start.line, end_line: None, start_column: None, end_column: None };
    }
    Range {
        start_line: start.line,
        end_line: Some(end.line),
        start_column: Some(start.column - 1),
        end_column: Some(end.column - 1),
    }
}
