//! `check --select optimizer` and `optimize` list the same problems.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Sandbox, run};

type Found = BTreeSet<(String, String, String, String)>;

/// What a command prints as JSON for a directory.
fn json(directory: &Path, arguments: &str) -> Value {
    let mut program = Sandbox::empty().command(Path::new(env!("CARGO_BIN_EXE_dockwright")));
    program.args(arguments.split(' ')).args([
        "--format=json",
        "--isolated",
        "--no-respect-gitignore",
        "--quiet",
    ]);
    program.arg(".").current_dir(directory);
    let run = run(program, "");
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {run:?}"))
}

/// File, code, position and message of each problem. `check` always reports files that cannot be built (DL1000),
/// whatever is selected.
fn find_problems(json: &Value, is_counted: impl Fn(&Value) -> bool) -> Found {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    let all = json["diagnostics"].as_array().expect("diagnostics").iter();
    all.filter(|one| one["code"] != "DL1000" && is_counted(one))
        .map(|one| (text(&one["file"]), text(&one["code"]), one["range"].to_string(), text(&one["message"])))
        .collect()
}

/// The files, with their stages that are not built (by name or number): `optimize` only reports that nothing needs
/// them (DW1001).
fn not_built(optimized: &Value) -> BTreeSet<(String, String)> {
    let files = optimized["files"].as_array().expect("files").iter();
    files
        .flat_map(|file| {
            let stages = file["stages"].as_array().expect("stages").iter();
            let stages = stages.filter(|stage| stage["built"] == false);
            stages.map(|stage| {
                let name = stage["name"].as_str().map_or_else(|| stage["index"].to_string(), str::to_string);
                (file["file"].as_str().expect("a name").to_string(), name)
            })
        })
        .collect()
}

fn fixtures(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

fn differences(directory: &Path, context: &str) -> Vec<String> {
    let without = if context.is_empty() { "--no-context" } else { context };
    let optimized = json(directory, &format!("optimize {without}"));
    let not_built = not_built(&optimized);
    let is_counted = |one: &Value| {
        let of = |key: &str| one[key].as_str().unwrap_or_default().to_string();
        one["code"] == "DW1001" || !not_built.contains(&(of("file"), of("stage")))
    };
    let checked =
        find_problems(&json(directory, format!("check --select=optimizer {context}").trim()), is_counted);
    let optimized = find_problems(&optimized, |_| true);
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
