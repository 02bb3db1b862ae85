//! Each number that `dockwright optimize` prints is in its JSON, sums are correct, and a second run prints the same.
//! `DOCKWRIGHT_OPTIMIZE_DIR=DIRECTORY cargo test --test all optimize_numbers -- --ignored --nocapture` checks all
//! Dockerfiles below a directory; `DOCKWRIGHT_PROGRAM` may be the path of a faster build of the program.

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn optimize(directory: &Path, more: &[&str]) -> String {
    let program = std::env::var_os("DOCKWRIGHT_PROGRAM");
    let mut command = Command::new(program.unwrap_or_else(|| env!("CARGO_BIN_EXE_dockwright").into()));
    command.args(["optimize", "--quiet", "--color=never", "--isolated", "--no-respect-gitignore"]).args(more);
    let output = command.arg(".").current_dir(directory).output().expect("it runs");
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(!complaints.contains("panicked"), "{complaints}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The numbers of a JSON value: its numbers, the lengths of its lists, and numbers in its texts.
#[derive(Default)]
struct Numbers {
    all: Vec<f64>,
    words: HashSet<String>,
}

impl Numbers {
    fn from_json(value: &Value) -> Self {
        let mut numbers = Self::default();
        numbers.add(value);
        numbers.all.sort_by(f64::total_cmp);
        numbers
    }

    fn add(&mut self, value: &Value) {
        match value {
            Value::Number(number) => self.all.extend(number.as_f64().map(f64::abs)),
            Value::String(text) => {
                self.words.extend(words(text).filter(|word| word.parse::<f64>().is_ok()).map(str::to_string));
            }
            Value::Array(values) => {
                self.all.push(u32::try_from(values.len()).map_or(f64::NAN, f64::from));
                for value in values {
                    self.add(value);
                }
            }
            Value::Object(map) => {
                for value in map.values() {
                    self.add(value);
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// Whether they contain a number that is written like this, with as many digits, multiplied by `unit` if there is
    /// one.
    fn contain_number(&self, written: &str, unit: Option<f64>) -> bool {
        let Ok(number) = written.parse::<f64>() else { return false };
        let digits = written.split_once('.').map_or(0, |(_, digits)| digits.len());
        let times = unit.unwrap_or(1.0);
        let near = times * 0.501 / 10_f64.powi(i32::try_from(digits).unwrap_or_default());
        let near = match unit {
            None if digits == 0 => 0.0,
            // Estimates have two significant digits.
            Some(_) if digits == 0 && number >= 100.0 => near * 10.0,
            _ => near,
        };
        let (least, most) = (number * times - near, number * times + near);
        let from = self.all.partition_point(|known| *known < least);
        self.all.get(from).is_some_and(|known| *known <= most)
            || (unit.is_none() && self.words.contains(written))
    }
}

/// Words, without the signs around them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || "()[],;".contains(c))
        .map(|word| {
            let word = word.trim_start_matches(['~', '≥', '−', '-', '+']).trim_end_matches(['.', ':', '%']);
            word.strip_suffix("/build").unwrap_or(word)
        })
        .filter(|word| !word.is_empty())
}

/// The sizes and durations in a report on one file that are not in its JSON, and the number of all of them.
fn numbers_without_source(report: &str, known: &Numbers) -> (Vec<String>, usize) {
    const UNITS: [(&str, f64); 7] =
        [("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1.0), ("h", 3600.0), ("min", 60.0), ("s", 1.0)];
    // Numbers from the file itself do not count.
    let own: String = report.split('`').step_by(2).collect::<Vec<_>>().join(" x ");
    let words: Vec<&str> = words(&own).collect();
    let (mut strange, mut count) = (Vec::new(), 0);
    for (at, word) in words.iter().enumerate() {
        let unit = UNITS.iter().find(|(name, _)| words.get(at + 1) == Some(name)).map(|(_, unit)| *unit);
        if unit.is_none() || !word.starts_with(|c: char| c.is_ascii_digit()) || word.parse::<f64>().is_err() {
            continue;
        }
        count += 1;
        if !known.contain_number(word, unit) {
            let before = words.get(at.saturating_sub(4)..=at + 1).unwrap_or_default();
            strange.push(before.join(" "));
        }
    }
    (strange, count)
}

fn sum(values: &Value, key: &str, of: impl Fn(&Value) -> bool) -> f64 {
    let one =
        |value: &Value| value["bytes"].get(key).or_else(|| value["adds"].get(key)).and_then(Value::as_f64);
    values.as_array().into_iter().flatten().filter(|value| of(value)).filter_map(one).sum()
}

/// The totals that are not the sum of their parts.
fn inconsistent_totals(plan: &Value) -> Vec<String> {
    let totals = &plan["totals"];
    let ships = |step: &Value| step["ships"] == true && step["layer"] == true;
    let layers = plan["steps"].as_array().map_or(0, |steps| steps.iter().filter(|step| ships(step)).count());
    let mut wrong = Vec::new();
    let mut expect = |what: &str, found: f64, total: &Value| {
        if total.as_f64() != Some(found) {
            wrong.push(format!("{what} {found} {total}"));
        }
    };
    expect("layers", u32::try_from(layers).map_or(f64::NAN, f64::from), &totals["layers"]);
    for key in ["known", "measured", "estimated", "unknown"] {
        expect("adds", sum(&plan["steps"], key, ships), &totals["adds"][key]);
        expect("waste", sum(&plan["waste"], key, |_| true), &totals["waste"][key]);
        expect("by cause", sum(&totals["by_cause"], key, |_| true), &totals["waste"][key]);
    }
    wrong
}

/// Checks all files below a directory; returns the number of files and numbers.
fn check_directory(directory: &Path) -> (usize, usize) {
    let (json, text) = std::thread::scope(|scope| {
        let runs = [&["--format=json"][..], &["--format=json"], &[], &[]]
            .map(|more| scope.spawn(|| optimize(directory, more)));
        let [json, json_again, text, text_again] = runs.map(|run| run.join().expect("it ends"));
        assert!(json == json_again && text == text_again, "twice the same");
        (json, text)
    });
    let document: Value = serde_json::from_str(&json).expect("it is JSON");
    let plans = document["files"].as_array().expect("files");
    let (mut rest, mut count, mut wrong) = (text.as_str(), 0, Vec::new());
    for (at, plan) in plans.iter().enumerate() {
        let name = plan["file"].as_str().expect("a name");
        assert!(rest.starts_with(name), "{name}: {}", rest.lines().next().unwrap_or_default());
        let next = plans.get(at + 1).and_then(|plan| plan["file"].as_str());
        let end = next.and_then(|next| rest.find(&format!("\n{next}  "))).map_or(rest.len(), |at| at + 1);
        let (report, after) = rest.split_at(end);
        rest = after;
        let known = Numbers::from_json(plan);
        let (strange, numbers) = numbers_without_source(report, &known);
        count += numbers;
        wrong
            .extend(strange.into_iter().chain(inconsistent_totals(plan)).map(|one| format!("{name}: {one}")));
        let wide = report.lines().find(|line| unicode_width::UnicodeWidthStr::width(*line) > 100);
        wrong.extend(wide.filter(|line| *line != name).map(|line| format!("{name}: too wide, {line}")));
    }
    assert!(wrong.is_empty(), "{} of {count} numbers\n{}", wrong.len(), wrong.join("\n"));
    (plans.len(), count)
}

#[test]
fn each_number_of_the_text_is_in_the_json() {
    let (files, numbers) = check_directory(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/optimize"));
    assert!(files > 20 && numbers > 110, "{files} files, {numbers} numbers");
}

#[test]
fn detects_wrong_numbers() {
    let known = Numbers::from_json(&serde_json::json!({"a": 1_234_567, "b": [3, 4], "c": 180}));
    for (text, strange) in [
        ("x\n  1.2 MB in 3 files, 2 of 4\n", 0),
        ("x\n  ~1.3 MB\n", 1),
        ("x\n  ~3 min/build `99 MB`\n", 0),
        ("x\n  4 min\n", 1),
        ("x\n  3 s\n", 0),
        ("x\n  9 s\n", 1),
    ] {
        assert_eq!(numbers_without_source(text, &known).0.len(), strange, "{text}");
    }
}

#[test]
#[ignore = "needs a directory of Dockerfiles in DOCKWRIGHT_OPTIMIZE_DIR"]
#[expect(clippy::print_stdout, reason = "somebody reads it")]
fn checks_reports_below_directory() {
    let Some(directory) = std::env::var_os("DOCKWRIGHT_OPTIMIZE_DIR") else { return };
    let (files, numbers) = check_directory(Path::new(&directory));
    println!("{files} files, {numbers} numbers");
}
