//! The effect of fixes that `optimize` reports for the cases in `fixtures/rewrites`: no metric gets worse, reports
//! conform to the schema, and the content of a Dockerfile is never interpreted as markup.
//! `tests/rewrite_real_builds.py` builds the same cases.

use std::path::Path;

use dockwright::lint::{BuildContext, Linter};
use dockwright::optimize::{Bytes, ReportInputs, build_report, context};
use dockwright::plan::{Analyzer, FilePlan, FixClass, Metrics, plan_file};
use dockwright::report::optimize::{
    OptimizeFormat, OptimizeReport, ReportDetail, TextReportStyle, report_schema,
};
use dockwright::rules;

const FORMATS: [OptimizeFormat; 4] =
    [OptimizeFormat::Text, OptimizeFormat::Json, OptimizeFormat::Markdown, OptimizeFormat::Html];

/// The plan for a text.
fn planned(source: &[u8], directory: Option<&Path>) -> FilePlan {
    let linter = Linter::with_rules(rules::all_rules());
    let files = directory.map(|directory| {
        context::read_context(directory, &directory.to_string_lossy(), None).expect("a context")
    });
    let build_context = BuildContext { context: files.map(Into::into), ..BuildContext::default() };
    let inputs = ReportInputs { files: build_context.context.as_deref(), ..ReportInputs::default() };
    let analyzer = Analyzer {
        is_filtered: false,
        lint: &|text| linter.lint_for_fixes_in_context(text, &build_context),
        is_listed: &rules::is_optimizer_rule,
        is_fixed: &rules::is_optimizer_rule,
        report: &|text| build_report("Dockerfile", text, &inputs),
    };
    plan_file(source, None, analyzer).expect("a plan")
}

fn cases() -> Vec<(String, FilePlan)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rewrites");
    let mut directories: Vec<_> =
        std::fs::read_dir(root).expect("cases").map(|entry| entry.expect("read").path()).collect();
    directories.sort();
    directories
        .into_iter()
        .map(|directory| {
            let source = std::fs::read(directory.join("Dockerfile")).expect("a Dockerfile");
            let name = directory.file_name().expect("a name").to_string_lossy().into_owned();
            (name, planned(&source, Some(&directory)))
        })
        .collect()
}

fn render(format: OptimizeFormat, plan: &FilePlan, detail: ReportDetail) -> String {
    let mut report = OptimizeReport::new(format, TextReportStyle { detail, color: false, width: 80 });
    report.add(plan);
    let mut out = Vec::new();
    report.write(&mut out).expect("memory is writable");
    String::from_utf8(out).expect("UTF-8")
}

fn explained(plan: &FilePlan) -> String {
    render(OptimizeFormat::Text, plan, ReportDetail::Explain)
}

/// The first finding that an expert would report for a file, or none.
#[test]
fn the_most_expensive_problem_is_first() {
    for (text, expected) in [
        (
            "FROM python:3.12-slim\nCOPY . /app\nRUN pip install --no-cache-dir -r /app/requirements.txt\nCMD [\"x\"]\n",
            "DW1104",
        ),
        // The dependencies already exist, so only the project is installed again.
        (
            "FROM python:3.12-slim\nCOPY uv.lock pyproject.toml ./\nRUN --mount=type=cache,target=/root/.cache/uv uv sync --no-install-project\nCOPY . .\nRUN --mount=type=cache,target=/root/.cache/uv uv sync\nCMD [\"x\"]\n",
            "",
        ),
        (
            "FROM golang:1.22 AS b\nCOPY . .\nRUN --mount=type=cache,target=/root/.cache/go-build --mount=type=cache,target=/go/pkg/mod go build -o /a .\nFROM scratch\nCOPY --from=b /a /a\nCMD [\"/a\"]\n",
            "DW1104",
        ),
        // Moving the argument saves nothing after a step that may use the value.
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
        // Most of an image with a toolchain is the toolchain, even if no smaller image is known.
        (
            "FROM crystallang/crystal:1.9\nRUN apt-get update && apt-get install -y cmake\nCOPY . .\nRUN crystal build a.cr\nCMD [\"./a\"]\n",
            "DW2401",
        ),
        ("FROM debian:12-slim\nRUN ./setup.sh\nRUN mkdir /run/x && chown -R 1000 /run/x\nCMD [\"x\"]\n", ""),
        ("FROM debian:12\nRUN echo a > /b\nCMD [\"x\"]\n", "DW2002"),
        ("FROM debian:12-slim\nCOPY .env /app/\nRUN apt-get update\nCMD [\"x\"]\n", "DW3001"),
        ("FROM golang:1.22\nRUN go build -o /a .\nCMD [\"/a\"]\n", "DW2401"),
        (
            "FROM eclipse-temurin:17-jdk\nRUN mkdir /c && javac -d /c A.java\nCMD [\"java\", \"A\"]\n",
            "DW2401",
        ),
    ] {
        let plan = planned(text.as_bytes(), None);
        let first = plan
            .problems
            .iter()
            .find(|problem| problem.saves.ranking_weight() > 1.0)
            .map_or("", |problem| problem.code);
        assert_eq!(first, expected, "{:?}\n{text}", plan.problems);
    }
}

/// A fix never makes the metric of its rule worse.
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
            let seconds = |figures: &Metrics| {
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
fn offers_have_edits_and_reasons() {
    for (name, plan) in cases() {
        for problem in plan.problems.iter().filter(|problem| problem.class.is_some()) {
            assert!(!problem.diff.is_empty() && !problem.edits.is_empty(), "{name}: {}", problem.code);
            let is_open = problem.class == Some(FixClass::Safe)
                || problem.missing.is_some()
                || !problem.refused.is_empty();
            assert!(is_open, "{name}: {} does not say why it is not safe", problem.code);
        }
    }
}

#[test]
fn plans_keep_to_the_schema_and_to_the_screen() {
    let validator = jsonschema::validator_for(&report_schema().to_value()).expect("it is a schema");
    for (name, plan) in cases() {
        let json = serde_json::from_str(&render(OptimizeFormat::Json, &plan, ReportDetail::Summary))
            .expect("it is JSON");
        let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0], "{name}");
        let texts = render(OptimizeFormat::Text, &plan, ReportDetail::All) + &explained(&plan);
        for line in texts.lines().filter(|line| !line.starts_with("      ")) {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= 80, "{name}: too wide, {line}");
        }
        for format in FORMATS {
            assert!(
                render(format, &plan, ReportDetail::Summary) == render(format, &plan, ReportDetail::Summary),
                "{name}"
            );
        }
    }
}

#[test]
fn escapes_text_of_dockerfile() {
    let text = "FROM debian:12 AS \"<img>\"\nWORKDIR /app\nCOPY r.txt '<script>alert(1)</script>' /app/\n\
                RUN apt-get update && apt-get install -y '</td><script>' `x` '\u{1b}[31m' '::error::x'\n\
                RUN chmod +x /app/r.txt\nRUN chown -R app:app /app\nRUN echo ::error:: '</code>' > /tmp/x\nRUN rm /tmp/x\n";
    let plan = planned(text.as_bytes(), None);
    assert!(plan.problems.len() > 2, "{:?}", plan.problems);
    let pages = FORMATS.map(|format| render(format, &plan, ReportDetail::All));
    for page in pages.iter().chain([&explained(&plan)]) {
        assert!(!page.contains('\u{1b}'), "{page}");
    }
    let html = &pages[3];
    for markup in ["<script", "<img", "</td><", "http://", "https://"] {
        // The tables of the report close cells before rows.
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

/// `apt-get clean` deletes downloaded packages, which Debian's images do not keep, but not the package lists.
#[test]
fn apt_get_clean_keeps_package_lists() {
    for (clean_up, keeps) in [
        ("apt-get clean", true),
        ("apt-get autoclean", true),
        ("apt-get distclean", false),
        ("apt-get dist-clean", false),
        ("rm -rf /var/lib/apt/lists/*", false),
    ] {
        let text = format!(
            "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y xz-utils && {clean_up}\n"
        );
        let wasted = planned(text.as_bytes(), None).before.wasted;
        assert_eq!(wasted.measured > 10_000_000, keeps, "{clean_up}: {wasted:?}");
    }
}
