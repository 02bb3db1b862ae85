//! What `optimize` says rewrites would make of the cases in `fixtures/rewrites`: no figure gets worse, what is written
//! keeps to the schema, and whatever a Dockerfile says is harmless. `tests/rewrite_real_builds.py` builds the same cases.

use std::path::Path;

use dockwright::lint::{Beside, Linter};
use dockwright::optimize::{Bytes, Inputs, context, picture};
use dockwright::plan::{Class, Eyes, Plan, plan};
use dockwright::report::optimize::{CostFormat, Costs, explain, schema, write};
use dockwright::rules;

const FORMATS: [CostFormat; 4] = [CostFormat::Text, CostFormat::Json, CostFormat::Markdown, CostFormat::Html];

/// The plan of a text, as `optimize` has it.
fn planned(source: &[u8], folder: Option<&Path>) -> Plan {
    let linter = Linter::of_rules(rules::all());
    let files =
        folder.map(|folder| context::read(folder, &folder.to_string_lossy(), None).expect("a context"));
    let beside = Beside { ignored: None, context: files.map(Into::into) };
    let inputs = Inputs { files: beside.context.as_deref(), ..Inputs::default() };
    let eyes = Eyes {
        look: &|text| linter.look_beside(text, &beside),
        wanted: &rules::is_of_optimizer,
        picture: &|text| picture("Dockerfile", text, &inputs),
    };
    plan(source, None, eyes).expect("a plan")
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

fn written(format: CostFormat, plan: &Plan) -> String {
    let costs = Costs { plans: vec![plan.clone()], unpictured: Vec::new() };
    let mut out = Vec::new();
    write(&mut out, format, &costs, false).expect("memory is writable");
    String::from_utf8(out).expect("UTF-8")
}

fn explained(plan: &Plan) -> String {
    let costs = Costs { plans: vec![plan.clone()], unpictured: Vec::new() };
    let mut out = Vec::new();
    explain(&mut out, &costs, false).expect("memory is writable");
    String::from_utf8(out).expect("UTF-8")
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
            // A COPY of its own for the manifests costs next to nothing; an install that is taken out of a build costs
            // what it did in it, which classes do not tell. A build may give an ARG another value, but no ENV.
            let slower = now.score.most > before.score.most + 0.5 && !made("DW4102") && !made("DW1104");
            if !is_less(now.waste, before.waste)
                || slower
                || now.source.weight.most > before.source.weight.most
            {
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
        for rewrite in plan.rewrites.iter().filter(|rewrite| rewrite.class.is_some()) {
            assert!(!rewrite.diff.is_empty() && !rewrite.edits.is_empty(), "{name}: {}", rewrite.code);
            let is_open = rewrite.class == Some(Class::Safe) || rewrite.missing.is_some();
            assert!(is_open, "{name}: {} does not say why it is not safe", rewrite.code);
        }
    }
}

#[test]
fn plans_keep_to_the_schema_and_to_the_screen() {
    let validator = jsonschema::validator_for(&schema().to_value()).expect("it is a schema");
    for (name, plan) in cases() {
        let json = serde_json::from_str(&written(CostFormat::Json, &plan)).expect("it is JSON");
        let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0], "{name}");
        let texts = written(CostFormat::Text, &plan) + &explained(&plan);
        for line in texts.lines().filter(|line| !line.starts_with("      ")) {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= 80, "{name}: too wide, {line}");
        }
        for format in FORMATS {
            assert!(written(format, &plan) == written(format, &plan), "{name}");
        }
    }
}

#[test]
fn what_a_dockerfile_says_is_inert() {
    let text = "FROM debian:12 AS \"<img>\"\nWORKDIR /app\nCOPY r.txt '<script>alert(1)</script>' /app/\n\
                RUN apt-get update && apt-get install -y '</td><script>' `x` '\u{1b}[31m' '::error::x'\n\
                RUN chmod +x /app/r.txt\nRUN chown -R app:app /app\nRUN echo ::error:: '</code>' > /tmp/x\nRUN rm /tmp/x\n";
    let plan = planned(text.as_bytes(), None);
    assert!(plan.rewrites.len() > 2, "{:?}", plan.rewrites);
    let pages = FORMATS.map(|format| written(format, &plan));
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
