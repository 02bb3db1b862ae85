//! `sarif`: SARIF 2.1.0, for code scanning.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::fingerprint::Fingerprints;
use super::uri::encode_path;
use super::{FileResult, LocatedDiagnostic, Results, hint, json_text, rule_text};
use crate::config::find_rule;
use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::foreign;
use crate::pages;
use crate::rule::Rule;
use crate::rule_links::rule_page;
use crate::rules;
use crate::source::LineColumn;

#[derive(Serialize)]
struct SarifLog<'a> {
    #[serde(rename = "$schema")]
    schema: &'a str,
    version: &'a str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: ReportTool<'a>,
    column_kind: &'a str,
    results: Vec<SarifResult<'a>>,
}

#[derive(Serialize)]
struct ReportTool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
struct Driver<'a> {
    name: &'a str,
    version: &'a str,
    rules: Vec<RuleEntry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleEntry<'a> {
    id: &'a str,
    name: &'a str,
    short_description: SummaryText,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Help>,
    default_configuration: Configuration<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Properties>,
}

/// Properties for GitHub's code scanning: a rule with a severity of 0.0 to 10.0 is about security.
#[derive(Serialize)]
struct Properties {
    tags: Vec<&'static str>,
    #[serde(rename = "security-severity")]
    security_severity: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    elsewhere: Vec<&'static str>,
}

#[derive(Serialize)]
struct SummaryText {
    text: String,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration<'a> {
    level: &'a str,
}

#[derive(Serialize)]
struct SarifMessage<'a> {
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'a str,
    message: SummaryText,
    locations: [Location; 1],
    partial_fingerprints: PartialFingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<FixEntry<'a>>,
}

/// The name of the fingerprint ends with the version of its algorithm.
#[derive(Serialize)]
struct PartialFingerprints {
    #[serde(rename = "dockwright/v1")]
    own: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FixEntry<'a> {
    description: SarifMessage<'a>,
    artifact_changes: [Change<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    artifact_location: Artifact,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    inserted_content: SarifMessage<'a>,
}

pub(super) fn write(out: &mut dyn Write, results: &Results) -> io::Result<()> {
    let mut codes: BTreeMap<&str, &Diagnostic> = BTreeMap::new();
    for (_, located) in results.diagnostics() {
        codes.entry(located.diagnostic.code).or_insert(&located.diagnostic);
    }
    let indices: BTreeMap<&str, usize> = codes.keys().enumerate().map(|(at, code)| (*code, at)).collect();
    let mut fingerprints = Fingerprints::default();
    let run = Run {
        tool: ReportTool {
            driver: Driver {
                name: env!("CARGO_PKG_NAME"),
                version: env!("CARGO_PKG_VERSION"),
                rules: codes.values().map(|found| rule_entry(found)).collect(),
            },
        },
        column_kind: "unicodeCodePoints",
        results: results
            .diagnostics()
            .map(|(file, located)| {
                let index = indices.get(located.diagnostic.code).copied().unwrap_or_default();
                result_entry(file, located, index, fingerprints.next(file, located))
            })
            .collect(),
    };
    let schema = "https://json.schemastore.org/sarif-2.1.0.json";
    json_text::write_json_text(out, &SarifLog { schema, version: "2.1.0", runs: [run] })?;
    writeln!(out)
}

/// The rule of a problem.
fn rule_entry(found: &Diagnostic) -> RuleEntry<'_> {
    let (id, severity) = (found.code, found.severity);
    let known = find_rule(id);
    RuleEntry {
        id,
        name: rule_text::rule_name(found),
        short_description: SummaryText { text: rule_text::rule_summary(found) },
        help_uri: rule_page(id),
        help: known.map(|rule| Help {
            text: pages::page_without_markup(rule),
            markdown: pages::markdown_page(rule),
        }),
        default_configuration: Configuration {
            level: level_name(known.map_or(severity, |rule| rule.severity)),
        },
        properties: known.filter(|rule| rules::is_security_rule(rule.code)).map(rule_properties),
    }
}

fn rule_properties(rule: &Rule) -> Properties {
    // GitHub's bounds are 9.0 critical, 7.0 high, 4.0 medium.
    let security_severity = match rule.severity {
        Severity::Error => "8.0",
        Severity::Warning => "5.5",
        Severity::Info | Severity::Style => "3.0",
    };
    let mut tags = vec!["security"];
    tags.extend(cwe_tag_of_rule(rule.code));
    Properties { tags, security_severity, elsewhere: foreign::equivalent_codes(rule.code) }
}

/// The CWE of a rule, as a tag for GitHub.
fn cwe_tag_of_rule(code: &str) -> Option<&'static str> {
    Some(match code {
        "DL3064" | "SecretsUsedInArgOrEnv" | "DW3002" | "DW3003" | "DW3005" => "external/cwe/cwe-798",
        "DW3001" | "DW3004" => "external/cwe/cwe-538",
        "DW3006" => "external/cwe/cwe-321",
        "DL3002" | "DL3004" | "DW3101" | "DW3102" | "DW3104" => "external/cwe/cwe-250",
        "DW3103" | "DW3105" => "external/cwe/cwe-732",
        "DW3201" | "DW3202" => "external/cwe/cwe-295",
        "DW3203" => "external/cwe/cwe-322",
        "DW3204" => "external/cwe/cwe-319",
        "DW3301" | "DW3302" | "DW3303" | "DW3304" => "external/cwe/cwe-347",
        "DW3305" | "DW3306" | "DW3307" | "DW3308" => "external/cwe/cwe-494",
        "DW3309" => "external/cwe/cwe-427",
        "DW3404" => "external/cwe/cwe-306",
        "DW3405" => "external/cwe/cwe-489",
        _ => return None,
    })
}

fn result_entry<'a>(
    file: &FileResult,
    located: &'a LocatedDiagnostic,
    rule_index: usize,
    fingerprint: String,
) -> SarifResult<'a> {
    let found = &located.diagnostic;
    SarifResult {
        rule_id: found.code,
        rule_index,
        level: level_name(found.severity),
        message: SummaryText { text: hint::problem_text_lines(found).join("\n") },
        locations: [Location {
            physical_location: PhysicalLocation {
                artifact_location: Artifact { uri: encode_path(&file.name) },
                region: sarif_region((located.start, located.end)),
            },
        }],
        partial_fingerprints: PartialFingerprints { own: fingerprint },
        fixes: found.fix.iter().map(|fix| fix_entry(file, located, fix)).collect(),
    }
}

fn fix_entry<'a>(file: &FileResult, located: &'a LocatedDiagnostic, fix: &'a Fix) -> FixEntry<'a> {
    let replacements = fix
        .edits
        .iter()
        .zip(&located.edits)
        .map(|(edit, place)| Replacement {
            deleted_region: sarif_region(*place),
            inserted_content: SarifMessage { text: &edit.text },
        })
        .collect();
    let artifact_location = Artifact { uri: encode_path(&file.name) };
    FixEntry {
        description: SarifMessage { text: &fix.title },
        artifact_changes: [Change { artifact_location, replacements }],
    }
}

const fn sarif_region((start, end): (LineColumn, LineColumn)) -> Region {
    Region { start_line: start.line, start_column: start.column, end_line: end.line, end_column: end.column }
}

const fn level_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Style => "note",
    }
}
