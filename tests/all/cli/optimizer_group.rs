//! `check --select optimizer` and `optimize` list the same problems.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Sandbox, run};

type Found = BTreeSet<(String, String, String, String)>;

/// What a command reports below a directory: file, code, place and message. Files that cannot be built (DL1000) are
/// always reported by `check`, whatever is selected.
fn found(directory: &Path, arguments: &str) -> Found {
    let mut program = Sandbox::empty().command(Path::new(env!("CARGO_BIN_EXE_dockwright")));
    program.args(arguments.split(' ')).args([
        "--format=json",
        "--isolated",
        "--no-respect-gitignore",
        "--quiet",
    ]);
    let run = run(
        {
            program.arg(".").current_dir(directory);
            program
        },
        "",
    );
    let json: Value = serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {run:?}"));
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    let all = json["diagnostics"].as_array().expect("diagnostics").iter();
    all.filter(|one| one["code"] != "DL1000")
        .map(|one| (text(&one["file"]), text(&one["code"]), one["range"].to_string(), text(&one["message"])))
        .collect()
}

fn fixtures(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

fn differences(directory: &Path, context: &str) -> Vec<String> {
    let checked = found(directory, format!("check --select=optimizer {context}").trim());
    let without = if context.is_empty() { "--no-context" } else { context };
    let optimized = found(directory, &format!("optimize {without}"));
    let only = |name: &str, a: &Found, b: &Found| -> Vec<String> {
        a.difference(b).map(|one| format!("only {name}: {one:?}")).collect()
    };
    let mut all = only("check", &checked, &optimized);
    all.extend(only("optimize", &optimized, &checked));
    all
}

#[test]
fn both_commands_report_the_same_without_a_context() {
    for name in ["cases", "copy-split", "mounts", "optimize", "rewrites"] {
        assert_eq!(differences(&fixtures(name), ""), [""; 0], "{name}");
    }
}

#[test]
fn both_commands_report_the_same_with_a_context() {
    let mut contexts = 0;
    for name in ["copy-split", "optimize", "rewrites"] {
        for entry in fixtures(name).read_dir().expect("cases") {
            let directory = entry.expect("a case").path();
            assert_eq!(differences(&directory, "--context=."), [""; 0], "{}", directory.display());
            contexts += 1;
        }
    }
    assert!(contexts > 70, "{contexts}");
}
