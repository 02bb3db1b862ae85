//! `fixtures/hadolint/` holds small Dockerfiles and, in `expected.json`, each problem that hadolint 2.15.1 reports for
//! them: line, code and severity. The hadolint mode must report the same. `hadolint_triples.py` runs hadolint again.
//!
//! A file `NAME.args` beside `NAME.Dockerfile` holds arguments for that one, a line each.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use dockwright::diagnostic::Severity;
use dockwright::lint::{CompatMode, Linter};
use dockwright::rule::{RuleActivation, RuleGroup, RuleOptions};
use dockwright::rules;
use dockwright::source::LineIndex;

/// Line, code, severity.
type Triple = (usize, String, String);

/// The linter for the arguments.
fn linter(arguments: &str) -> Linter {
    let mut options = RuleOptions { hadolint: true, ..RuleOptions::default() };
    let mut severities = BTreeMap::new();
    let mut ignored = Vec::new();
    let mut inline_ignores = true;
    let mut lines = arguments.lines();
    while let Some(option) = lines.next() {
        let mut value = || lines.next().expect("the option has a value").to_string();
        match option {
            "--strict-labels" => options.strict_labels = true,
            "--disable-ignore-pragma" => inline_ignores = false,
            "--ignore" => ignored.push(value()),
            "--trusted-registry" => options.trusted_registries.push(value()),
            "--require-label" => {
                let label = value();
                let (name, kind) = label.split_once(':').unwrap_or((&label, ""));
                let kind = kind.parse().expect("the type of the label is known");
                options.label_schema.insert(name.to_string(), kind);
            }
            "--error" => _ = severities.insert(value(), Severity::Error),
            "--warning" => _ = severities.insert(value(), Severity::Warning),
            "--info" => _ = severities.insert(value(), Severity::Info),
            "--style" => _ = severities.insert(value(), Severity::Style),
            _ => panic!("{option} is not known here"),
        }
    }
    let chosen = rules::all_rules().filter(|rule| {
        let runs = rule.enabled == RuleActivation::Default || severities.contains_key(rule.code);
        matches!(rule.group, RuleGroup::Hadolint | RuleGroup::ShellCheck)
            && runs
            && !ignored.iter().any(|code| code == rule.code)
    });
    Linter {
        options,
        inline_ignores,
        severities: severities.clone(),
        merges_pairs: false,
        compat_mode: CompatMode::Hadolint,
        ..Linter::with_rules(chosen)
    }
}

fn triples(source: &[u8], arguments: &str) -> Vec<Triple> {
    let lines = LineIndex::new(source);
    let found = linter(arguments).lint(source);
    let mut triples: Vec<Triple> = found
        .iter()
        .map(|diagnostic| {
            let line = lines.line(diagnostic.anchor.start) as usize;
            (line, diagnostic.code.to_string(), diagnostic.severity.as_str().to_string())
        })
        .collect();
    triples.sort();
    triples
}

/// The triples of `some` that are not in `others`, counting repetitions.
fn subtract<'a>(some: &'a [Triple], others: &[Triple]) -> Vec<&'a Triple> {
    let mut others: Vec<&Triple> = others.iter().collect();
    let mut lone = some.iter().collect::<Vec<_>>();
    lone.retain(|triple| {
        let same = others.iter().position(|other| other == triple);
        same.map(|at| others.swap_remove(at)).is_none()
    });
    lone
}

#[test]
fn counts_how_often_a_triple_occurs() {
    let triple = |code: &str| (2, code.to_string(), "info".to_string());
    let (a, b) = (triple("SC2086"), triple("DL3059"));
    assert_eq!(subtract(&[a.clone(), a.clone(), b.clone()], &[a.clone(), b.clone()]), [&a]);
    assert!(subtract(&[a.clone(), b.clone()], &[b, a.clone(), a]).is_empty());
}

#[test]
fn matches_hadolint() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/hadolint");
    let expected =
        std::fs::read_to_string(directory.join("expected.json")).expect("expected.json can be read");
    let expected: BTreeMap<String, Vec<Triple>> =
        serde_json::from_str(&expected).expect("expected.json is what hadolint_triples.py writes");
    let mut files: Vec<String> = std::fs::read_dir(&directory)
        .expect("the directory can be read")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".Dockerfile"))
        .collect();
    files.sort();
    assert_eq!(files, expected.keys().cloned().collect::<Vec<_>>(), "run tests/hadolint_triples.py");

    let mut wrong = String::new();
    for (name, expected) in expected {
        let source = std::fs::read(directory.join(&name)).expect("the fixture can be read");
        let arguments = std::fs::read_to_string(directory.join(name.replace(".Dockerfile", ".args")));
        let ours = triples(&source, &arguments.unwrap_or_default());
        for (what, some, others) in [("only hadolint", &expected, &ours), ("only ours", &ours, &expected)] {
            for (line, code, severity) in subtract(some, others) {
                let text = String::from_utf8_lossy(&source);
                let text = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
                let _ = writeln!(wrong, "{name}:{line} {what}, {code} {severity} | {text}");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
