//! The effect of fixes that `optimize` reports for the cases in `fixtures/rewrites`: no metric gets worse, reports conform to
//! the schema, and whatever a Dockerfile contains is inert. `tests/rewrite_real_builds.py` builds the same cases.

use std::path::Path;

use dockwright::lint::{Beside, Linter};
use dockwright::optimize::{Bytes, Inputs, context, picture};
use dockwright::plan::{Analyzer, Class, Figures, Plan, plan};
use dockwright::report::optimize::{CostFormat, Costs, Detail, TextStyle, schema, write};
use dockwright::rules;

const FORMATS: [CostFormat; 4] = [CostFormat::Text, CostFormat::Json, CostFormat::Markdown, CostFormat::Html];

/// The plan of a text.
fn planned(source: &[u8], folder: Option<&Path>) -> Plan {
    let linter = Linter::of_rules(rules::all());
    let files =
        folder.map(|folder| context::read(folder, &folder.to_string_lossy(), None).expect("a context"));
    let beside = Beside { ignored: None, context: files.map(Into::into) };
    let inputs = Inputs { files: beside.context.as_deref(), ..Inputs::default() };
    let analyzer = Analyzer {
        look: &|text| linter.look_beside(text, &beside),
        is_listed: &rules::is_of_optimizer,
        is_fixed: &rules::is_of_optimizer,
        picture: &|text| picture("Dockerfile", text, &inputs),
    };
    plan(source, None, analyzer).expect("a plan")
}

fn cases() -> Vec<(String, Plan)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rewrites");
    let mut folders: Vec<_> =
        std::fs::read_dir(root).expect("cases").map(|entry| entry.expect("read").path()).collect();
    folders.sort();
    folders
        .into_iter()
        .map(|folder| {
            let source = std::fs::read(folder.join("Dockerfile")).expect("a Dockerfile");
            let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
            (name, planned(&source, Some(&folder)))
        })
        .collect()
}

fn written(format: CostFormat, plan: &Plan, detail: Detail) -> String {
    let costs = Costs { plans: vec![plan.clone()], skipped: Vec::new() };
    let mut out = Vec::new();
    write(&mut out, format, &costs, TextStyle { detail, color: false, width: 80 })
        .expect("memory is writable");
    String::from_utf8(out).expect("UTF-8")
}

fn explained(plan: &Plan) -> String {
    written(CostFormat::Text, plan, Detail::Explain)
}

/// What an expert would say first of a file, or nothing.
#[test]
fn the_most_expensive_problem_is_first() {
    for (text, expected) in [
        (
            "FROM python:3.12-slim\nCOPY . /app\nRUN pip install --no-cache-dir -r /app/requirements.txt\nCMD [\"x\"]\n",
            "DW1104",
        ),
        // The dependencies are there already: only the project is installed again.
        (
            "FROM python:3.12-slim\nCOPY uv.lock pyproject.toml ./\nRUN --mount=type=cache,target=/root/.cache/uv uv sync --no-install-project\nCOPY . .\nRUN --mount=type=cache,target=/root/.cache/uv uv sync\nCMD [\"x\"]\n",
            "",
        ),
        (
            "FROM golang:1.22 AS b\nCOPY . .\nRUN --mount=type=cache,target=/root/.cache/go-build --mount=type=cache,target=/go/pkg/mod go build -o /a .\nFROM scratch\nCOPY --from=b /a /a\nCMD [\"/a\"]\n",
            "DW1104",
        ),
        // After a step that may use the value, another place for the argument saves nothing.
        (
            "FROM node:22-slim\nARG GIT_SHA\nRUN ./build.sh\nRUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*\nCMD [\"x\"]\n",
            "",
        ),
        (
            "FROM debian:12-slim\nARG GIT_SHA\nRUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*\nLABEL sha=$GIT_SHA\nCMD [\"x\"]\n",
            "DW1105",
        ),
        (
            "FROM debian:12-slim\nADD https://example.org/tool /usr/bin/tool\nRUN chmod +x /usr/bin/tool\nCMD [\"x\"]\n",
            "DW2201",
        ),
        ("FROM debian:12-slim\nRUN ./setup.sh\nRUN mkdir /run/x && chown -R 1000 /run/x\nCMD [\"x\"]\n", ""),
        ("FROM debian:12\nRUN echo a > /b\nCMD [\"x\"]\n", "DW2002"),
        ("FROM debian:12-slim\nCOPY .env /app/\nRUN apt-get update\nCMD [\"x\"]\n", "DW3001"),
        ("FROM golang:1.22\nRUN go build -o /a .\nCMD [\"/a\"]\n", "DW2401"),
    ] {
        let plan = planned(text.as_bytes(), None);
        let first = plan
            .problems
            .iter()
            .find(|problem| problem.saves.weight() > 1.0)
            .map_or("", |problem| problem.code);
        assert_eq!(first, expected, "{:?}\n{text}", plan.problems);
    }
}

/// A fix never makes worse what its rule is about.
#[test]
fn no_fix_worsens_its_own_metric() {
    for (name, plan) in cases() {
        for problem in &plan.problems {
            let Some(change) = &problem.change else { continue };
            let rebuilds = problem.code.starts_with("DW11") || problem.code == "DW1201";
            // The dependency files are copied twice.
            let tiny = 1_000;
            let worse = if rebuilds {
                change.source > 0.5 || change.dependency > 0.5 || change.full_build > 0.5
            } else {
                change.wasted.known > tiny || change.wasted.measured > 0 || change.image.known > tiny
            };
            assert!(!worse, "{name}: {} {change:?}\n{}", problem.code, problem.diff);
        }
    }
}

#[test]
fn no_figure_gets_worse() {
    let mut wrong = Vec::new();
    for (name, plan) in cases() {
        let before = &plan.before;
        for after in &plan.after {
            let now = &after.figures;
            let made = |code: &str| after.made.iter().any(|made| made.code == code);
            // The manifests are copied twice.
            let twice = if made("DW1104") { 1_000 } else { 0 };
            let is_less = |now: Bytes, then: Bytes| {
                now.known <= then.known + twice
                    && now.measured <= then.measured
                    && now.unknown <= then.unknown
            };
            let seconds = |figures: &Figures| {
                [&figures.source, &figures.dependency, &figures.full_build]
                    .map(|rebuild| rebuild.seconds.most)
            };
            let slower = seconds(now).iter().zip(seconds(before)).any(|(now, before)| *now > before + 0.5);
            if !is_less(now.wasted, before.wasted) || slower {
                wrong.push(format!(
                    "{name}, {:?}: {before:?}\n  becomes {now:?}\n{}",
                    after.level, after.diff
                ));
            }
            assert_eq!(after.diff.is_empty(), after.made.is_empty(), "{name} {:?}", after.level);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_offered_has_edits_and_says_what_is_missing() {
    for (name, plan) in cases() {
        for problem in plan.problems.iter().filter(|problem| problem.class.is_some()) {
            assert!(!problem.diff.is_empty() && !problem.edits.is_empty(), "{name}: {}", problem.code);
            let is_open = problem.class == Some(Class::Safe)
                || problem.missing.is_some()
                || !problem.refused.is_empty();
            assert!(is_open, "{name}: {} does not say why it is not safe", problem.code);
        }
    }
}

#[test]
fn plans_keep_to_the_schema_and_to_the_screen() {
    let validator = jsonschema::validator_for(&schema().to_value()).expect("it is a schema");
    for (name, plan) in cases() {
        let json =
            serde_json::from_str(&written(CostFormat::Json, &plan, Detail::Summary)).expect("it is JSON");
        let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0], "{name}");
        let texts = written(CostFormat::Text, &plan, Detail::All) + &explained(&plan);
        for line in texts.lines().filter(|line| !line.starts_with("      ")) {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= 80, "{name}: too wide, {line}");
        }
        for format in FORMATS {
            assert!(
                written(format, &plan, Detail::Summary) == written(format, &plan, Detail::Summary),
                "{name}"
            );
        }
    }
}

#[test]
fn what_a_dockerfile_says_is_inert() {
    let text = "FROM debian:12 AS \"<img>\"\nWORKDIR /app\nCOPY r.txt '<script>alert(1)</script>' /app/\n\
                RUN apt-get update && apt-get install -y '</td><script>' `x` '\u{1b}[31m' '::error::x'\n\
                RUN chmod +x /app/r.txt\nRUN chown -R app:app /app\nRUN echo ::error:: '</code>' > /tmp/x\nRUN rm /tmp/x\n";
    let plan = planned(text.as_bytes(), None);
    assert!(plan.problems.len() > 2, "{:?}", plan.problems);
    let pages = FORMATS.map(|format| written(format, &plan, Detail::All));
    for page in pages.iter().chain([&explained(&plan)]) {
        assert!(!page.contains('\u{1b}'), "{page}");
    }
    let html = &pages[3];
    for markup in ["<script", "<img", "</td><", "http://", "https://"] {
        // Our own tables close cells before rows.
        let own = if markup == "</td><" {
            html.matches("</td><script").count()
        } else {
            html.matches(markup).count()
        };
        assert_eq!(own, 0, "{markup}");
    }
    for page in [&pages[0], &pages[2], &explained(&plan)] {
        assert!(page.lines().all(|line| !line.trim_start().starts_with("::")), "{page}");
    }
}
