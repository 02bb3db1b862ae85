//! BuildKit's checks and verdicts, file by file: `fixtures/buildkit/checks.json` lists which checks report which
//! line, and on which line BuildKit rejects the file (0 if it reports none); `check --select buildkit` must report
//! the same. `parser.json` lists the same for BuildKit's tests of the parser, instructions and variables.

use std::collections::BTreeMap;
use std::sync::Arc;

use dockwright::config::{RuleSelector, Settings, SettingsLayer};
use dockwright::diagnostic::Severity;
use dockwright::lint::BuildContext;
use dockwright::semantic::{BuildInputs, IgnoreFile};
use dockwright::source::LineIndex;

#[derive(serde::Deserialize)]
struct Case {
    about: String,
    text: String,
    /// Check and line, once for each report.
    warnings: Vec<(String, u32)>,
    /// The line of the first error.
    error: Option<u32>,
    /// The content of the ignore file.
    ignore: Option<String>,
    /// Build arguments.
    #[serde(default)]
    args: BTreeMap<String, String>,
    target: Option<String>,
    /// A part of the help of a diagnostic.
    help: Option<String>,
    /// Whether the warnings are errors.
    #[serde(default)]
    fails: bool,
}

#[test]
fn checks_report_what_buildkit_reports() {
    compare(include_str!("../../fixtures/buildkit/checks.json"));
}

#[test]
fn rejects_files_where_buildkit_does() {
    compare(include_str!("../../fixtures/buildkit/parser.json"));
}

fn compare(cases: &str) {
    let cases: Vec<Case> = serde_json::from_str(cases).expect("the fixtures are JSON");
    let mut settings = Settings::default();
    let buildkit = RuleSelector::parse("buildkit").expect("a group");
    settings.apply(&SettingsLayer { select: Some(vec![buildkit]), ..SettingsLayer::default() });
    let mut linter = settings.linter();
    let mut wrong = Vec::new();
    for case in &cases {
        let ignored = case.ignore.as_ref().map(|ignore| Arc::new(IgnoreFile::parse(ignore.as_bytes())));
        linter.inputs =
            BuildInputs { args: case.args.clone(), target: case.target.clone(), ..BuildInputs::default() };
        let source = case.text.as_bytes();
        let lines = LineIndex::new(source);
        let found = linter.lint_in_context(source, &BuildContext { ignored, ..BuildContext::default() });
        let (refused, found): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|diagnostic| diagnostic.code == "DL1000");
        let mut warnings: Vec<(String, u32)> = found
            .iter()
            .map(|diagnostic| (diagnostic.code.to_string(), lines.line(diagnostic.anchor.start)))
            .collect();
        warnings.sort();
        let mut expected = case.warnings.clone();
        expected.sort();
        if warnings != expected {
            wrong.push(format!("{}\n  reports  {warnings:?}\n  expected {expected:?}", case.about));
        }
        let lines: Vec<u32> = refused.iter().map(|error| lines.line(error.anchor.start)).collect();
        let as_expected = match case.error {
            None => lines.is_empty(),
            Some(0) => lines.len() == 1,
            Some(line) => lines == [line],
        };
        if !as_expected {
            wrong.push(format!("{}\n  refused at {lines:?}\n  expected {:?}", case.about, case.error));
        }
        let fails = found.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
        if fails != case.fails {
            wrong.push(format!("{}\n  fails {fails}", case.about));
        }
        if let Some(help) = &case.help
            && !refused
                .iter()
                .chain(&found)
                .any(|one| one.help.as_ref().is_some_and(|text| text.contains(help)))
        {
            wrong.push(format!("{}\n  no help with {help}", case.about));
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
