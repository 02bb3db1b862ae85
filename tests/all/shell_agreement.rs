//! How far the embedded analyzer agrees with ShellCheck as hadolint runs it.
//!
//! `DOCKERFILES=directory HADOLINT=hadolint cargo test --test all shell_agreement -- --ignored --nocapture` checks
//! every file of the directory with both and prints, for each code, how often both report it for the same RUN, and
//! how often only one does. `WHERE=2086` lists the places for a code.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use dockwright::semantic::{View, shell_span, shell_states};
use dockwright::shell::analysis::{AnalysisShell, ShellAnalyzer, ShellText, last_diagnostic};
use dockwright::shell::mask_continuations;
use dockwright::source::LineIndex;
use dockwright::syntax::{Arguments, CommandLine, Kind, parse};

/// Line, code, severity.
type ReportedCodes = BTreeSet<(u32, u32, String)>;

#[test]
#[ignore = "needs hadolint and a directory of Dockerfiles"]
#[allow(clippy::print_stdout)]
fn prints_agreement_with_shellcheck() {
    let directory = std::env::var("DOCKERFILES").expect("DOCKERFILES names a directory");
    let hadolint = std::env::var("HADOLINT").unwrap_or_else(|_| "hadolint".into());
    let wanted: Option<u32> = std::env::var("WHERE").ok().and_then(|code| code.parse().ok());
    let mut files = Vec::new();
    collect(Path::new(&directory), &mut files);
    let analyzer = ShellAnalyzer::new();
    let mut counts: BTreeMap<u32, [usize; 3]> = BTreeMap::new();
    for chunk in files.chunks(100) {
        let theirs = run_hadolint(&hadolint, chunk);
        for path in chunk {
            let Some(theirs) = theirs.get(path) else { continue };
            let ours = analyze(&analyzer, &std::fs::read(path).expect("a readable file"));
            for one in ours.union(theirs) {
                let both = usize::from(ours.contains(one)) + 2 * usize::from(theirs.contains(one));
                counts.entry(one.1).or_default()[3 - both] += 1;
                if both < 3 && wanted.is_none_or(|code| code == one.1) {
                    let who = if both == 1 { "ours  " } else { "theirs" };
                    println!("{who} {}:{} SC{} {}", path.display(), one.0, one.1, one.2);
                }
            }
        }
    }
    let mut total = [0; 3];
    for (code, [both, theirs, ours]) in &counts {
        println!("SC{code}: both {both}, only hadolint {theirs}, only we {ours}");
        total[0] += both;
        total[1] += theirs;
        total[2] += ours;
    }
    println!("all: both {}, only hadolint {}, only we {}", total[0], total[1], total[2]);
    assert!(total[0] > 0, "nothing was compared");
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> =
        std::fs::read_dir(directory).expect("a directory").flatten().map(|one| one.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, files);
        } else if path.to_string_lossy().ends_with("Dockerfile") {
            files.push(path);
        }
    }
}

/// hadolint's diagnostics by file; a file that it cannot read is omitted.
fn run_hadolint(hadolint: &str, files: &[PathBuf]) -> BTreeMap<PathBuf, ReportedCodes> {
    let output = Command::new(hadolint)
        .args(["--no-fail", "--disable-ignore-pragma", "-f", "json"])
        .args(files)
        .output()
        .expect("hadolint runs");
    let found: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut by_file: BTreeMap<PathBuf, ReportedCodes> =
        files.iter().map(|path| (path.clone(), ReportedCodes::new())).collect();
    for one in found {
        let text = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
        let (file, code) = (PathBuf::from(text("file")), text("code"));
        if code == "DL1000" {
            by_file.remove(&file);
        } else if let Some(code) = code.strip_prefix("SC")
            && let Some(said) = by_file.get_mut(&file)
        {
            let line = one["line"].as_u64().and_then(|line| u32::try_from(line).ok()).unwrap_or(0);
            said.insert((line, code.parse().unwrap_or(0), text("level")));
        }
    }
    by_file
}

fn analyze(analyzer: &ShellAnalyzer, source: &[u8]) -> ReportedCodes {
    let file = parse(source);
    let lines = LineIndex::new(source);
    let states = shell_states(&file, View::Hadolint);
    let mut said = ReportedCodes::new();
    for outer in file.instructions() {
        let instruction = match &outer.arguments {
            Arguments::Onbuild(inner) => inner.as_ref(),
            _ => outer,
        };
        let Arguments::Command(CommandLine::Shell(text)) = &instruction.arguments else { continue };
        let (Kind::Run, Some(state)) = (instruction.kind, states.get(&instruction.span.start)) else {
            continue;
        };
        let span = shell_span(source, instruction, text.span, View::Hadolint);
        let masked = mask_continuations(source, span, &instruction.continuations);
        let analysis = analyzer.analyze(&ShellText {
            text: &masked,
            offset: span.start,
            original: span.bytes(source),
            shell: AnalysisShell::from_command(&state.shell),
            names: state,
        });
        if let Some(one) = last_diagnostic(&analysis.diagnostics) {
            let line = lines.line(outer.span.start);
            said.insert((line, one.code, one.severity.as_str().to_owned()));
        }
    }
    said
}
