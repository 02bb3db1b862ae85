//! `fixtures/shell/scripts/` holds Dockerfiles with a script of 30 lines in a heredoc, and in `expected.json` what
//! ShellCheck 0.11.0 reports for each script: line, column, code, severity. `check` must report the same, except for
//! codes that the embedded analysis does not look for (rules/ShellCheck.md). `shell_scripts.py` runs ShellCheck.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use dockwright::lint::Linter;
use dockwright::rule::RuleGroup;
use dockwright::rules;
use dockwright::shell::analysis::codes;
use dockwright::source::LineIndex;

type Found = BTreeSet<(u32, u32, String, String)>;

#[test]
fn scripts_in_heredocs() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shell/scripts");
    let expected = std::fs::read_to_string(directory.join("expected.json")).expect("expected.json");
    let expected: BTreeMap<String, Found> = serde_json::from_str(&expected).expect("findings for each file");
    let files = std::fs::read_dir(&directory).expect("a directory").flatten();
    let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
    let names: BTreeSet<String> = names.filter(|name| name.ends_with(".Dockerfile")).collect();
    assert_eq!(names, expected.keys().cloned().collect(), "the files and expected.json");
    let linter = Linter::with_rules(rules::all_rules().filter(|rule| rule.group == RuleGroup::ShellCheck));
    let (mut wrong, mut compared) = (String::new(), 0);
    for (name, theirs) in &expected {
        let source = std::fs::read(directory.join(name)).expect("a readable file");
        let lines = LineIndex::new(&source);
        let ours: Found = linter
            .lint(&source)
            .iter()
            .map(|one| {
                let at = lines.position(one.span.start, &source);
                (at.line, at.column, one.code.to_string(), one.severity.as_str().to_string())
            })
            .collect();
        let is_checked = |code: &str| {
            code.trim_start_matches("SC").parse().is_ok_and(|number| codes::find_code(number).is_some())
        };
        let theirs: Found = theirs.iter().filter(|one| is_checked(&one.2)).cloned().collect();
        compared += theirs.len();
        for one in theirs.difference(&ours) {
            let _ = writeln!(wrong, "{name}: not reported: {one:?}");
        }
        for one in ours.difference(&theirs) {
            let _ = writeln!(wrong, "{name}: ShellCheck does not report {one:?}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(expected.len() >= 40 && compared > 250, "{} files, {compared} findings", expected.len());
}
