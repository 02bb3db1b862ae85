//! BuildKit's checks, file by file: `fixtures/buildkit/checks.json` says which of them report which line, and
//! on which line BuildKit refuses the file (0 where it names none).

use dockwright::lint::Linter;
use dockwright::rule::Group;
use dockwright::rules;
use dockwright::semantic::build::Reach;
use dockwright::semantic::{IgnoreFile, Semantics, View};
use dockwright::source::LineIndex;
use dockwright::syntax;

#[derive(serde::Deserialize)]
struct Case {
    about: String,
    text: String,
    /// Check and line, each as often as it is reported.
    warnings: Vec<(String, u32)>,
    error: Option<u32>,
    /// The ignore file.
    ignore: Option<String>,
    /// Refused only where build arguments are missing, of which dockwright does not complain.
    #[serde(default)]
    needs_args: bool,
}

#[test]
fn checks_report_what_buildkit_reports() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../fixtures/buildkit/checks.json"))
        .expect("the fixtures are JSON");
    let rules = rules::ALL.iter().filter(|rule| rule.group == Group::Buildkit).copied();
    let mut linter = Linter::of_rules(rules);
    linter.merges_pairs = false;
    let mut wrong = Vec::new();
    for case in &cases {
        linter.options.ignore_file =
            case.ignore.as_ref().map(|ignore| IgnoreFile::parse(ignore.as_bytes()).into());
        let source = case.text.as_bytes();
        let lines = LineIndex::new(source);
        let file = syntax::parse(source);
        let semantics = Semantics::new(&file, View::Exact);
        let reach = Reach::new(&file, &semantics.build);
        let (refused, found): (Vec<_>, Vec<_>) =
            linter.lint(source).into_iter().partition(|diagnostic| diagnostic.code == "DL1000");
        let mut warnings: Vec<(String, u32)> = found
            .iter()
            .filter(|diagnostic| case.needs_args || reach.covers(diagnostic.code, diagnostic.anchor.start))
            .map(|diagnostic| (diagnostic.code.to_string(), lines.line(diagnostic.anchor.start)))
            .collect();
        warnings.sort();
        let mut expected = case.warnings.clone();
        expected.sort();
        if warnings != expected {
            wrong.push(format!("{}\n  reports  {warnings:?}\n  expected {expected:?}", case.about));
        }
        let refused: Vec<u32> = refused.iter().map(|error| lines.line(error.anchor.start)).collect();
        let as_expected = match case.error.filter(|_| !case.needs_args) {
            None => refused.is_empty(),
            Some(0) => !refused.is_empty(),
            Some(line) => refused.contains(&line),
        };
        if !as_expected {
            wrong.push(format!("{}\n  refused at {refused:?}\n  expected {:?}", case.about, case.error));
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
