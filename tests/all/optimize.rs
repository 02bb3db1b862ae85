//! `dockwright optimize`: the output conforms to the schema, sums are correct, every number of the text is in the
//! JSON, pages contain no markup of the file, and the rebuilt steps are those of BuildKit.
//! `tests/optimize_real_builds.py` compares the same cases with real builds.

use std::path::{Path, PathBuf};

use dockwright::optimize::{
    Bytes, FileReport, Rebuilt, ReportError, ReportInputs, Scenario, StepTimings, WasteCause, build_report,
    context,
};
use dockwright::plan::FilePlan;
use dockwright::report::optimize::{
    OptimizeFormat, OptimizeReport, ReportDetail, TextReportStyle, report_schema,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/optimize")
}

/// The report of each case, with its context.
fn cases() -> Vec<(String, FileReport)> {
    let mut directories: Vec<PathBuf> = std::fs::read_dir(root())
        .expect("there are cases")
        .map(|entry| entry.expect("read").path())
        .collect();
    directories.sort();
    directories
        .into_iter()
        .map(|directory| {
            let dockerfile = directory.join("Dockerfile");
            let files = context::read_context(&directory, ".", Some(&dockerfile)).expect("a context");
            let source = std::fs::read(&dockerfile).expect("a Dockerfile");
            let inputs = ReportInputs { files: Some(&files), ..ReportInputs::default() };
            let name = directory.file_name().expect("a name").to_string_lossy().into_owned();
            let report = build_report("Dockerfile", &source, &inputs).expect("a report");
            (name, report)
        })
        .collect()
}

fn report_without_context(text: &str) -> FileReport {
    build_report("Dockerfile", text.as_bytes(), &ReportInputs::default()).expect("a report")
}

fn render(format: OptimizeFormat, file_report: &FileReport) -> String {
    written_in(format, file_report, ReportDetail::Summary, 80)
}

fn written_in(
    format: OptimizeFormat,
    file_report: &FileReport,
    detail: ReportDetail,
    width: usize,
) -> String {
    let mut report = OptimizeReport::new(format, TextReportStyle { detail, color: false, width });
    report.add(&FilePlan::without_problems(file_report.clone()));
    let mut out = Vec::new();
    report.write(&mut out).expect("memory is writable");
    String::from_utf8(out).expect("UTF-8")
}

/// Lines of the steps that are rebuilt, with `?` after those that are perhaps rebuilt.
fn rebuilt_lines(report: &FileReport, scenario: Scenario) -> String {
    let marks = report.steps.iter().filter_map(|step| match step.again.rebuilt_in_scenario(scenario) {
        Rebuilt::No => None,
        Rebuilt::Maybe => Some(format!("{}?", step.line)),
        Rebuilt::Yes => Some(step.line.to_string()),
    });
    marks.collect::<Vec<_>>().join(" ")
}

#[test]
fn rebuilds_follow_buildkit_rules() {
    let head = "FROM debian:12\nARG GIT_SHA\nRUN a\nCOPY . /app\nRUN b\nWORKDIR /x\nLABEL a=$GIT_SHA\nCOPY --link c /c\n";
    let stages =
        "FROM debian:12 AS build\nCOPY . .\nRUN a\nFROM alpine:3.20\nRUN b\nCOPY --from=build /x /x\nRUN c\n";
    for (text, scenario, expected) in [
        (head, Scenario::Nothing, ""),
        (head, Scenario::Source, "4 5 6 8?"),
        (head, Scenario::Base, "3 4 5 6"),
        // Every later RUN depends on the argument; COPY and WORKDIR depend on it only through the steps before them.
        (head, Scenario::Argument, "3 4 5 6"),
        (stages, Scenario::Source, "2 3 6? 7?"),
        (stages, Scenario::Base, "5 6 7"),
        ("FROM a\nRUN --mount=type=bind,source=t,target=/s,rw b\nRUN c\n", Scenario::Nothing, ""),
        ("FROM a\nRUN --mount=type=bind,source=s,target=/s b\nRUN c\n", Scenario::Source, "2 3"),
        ("FROM a\nCOPY package.json .\nRUN npm install\nCOPY . .\n", Scenario::Source, "4"),
        ("FROM a\nCOPY package.json .\nRUN npm install\nCOPY . .\n", Scenario::Manifest, "2 3 4"),
        (
            "FROM a@sha256:1111111111111111111111111111111111111111111111111111111111111111\nRUN b\n",
            Scenario::Base,
            "",
        ),
        ("FROM a AS b\nONBUILD COPY x y\nFROM b\nRUN c\n", Scenario::Source, "3 4"),
        ("ARG V=1\nFROM a:$V\nRUN b\n", Scenario::Argument, "3"),
        ("FROM a\nARG X\nENV Y=$X\nCOPY a $Y\nCOPY b /b\n", Scenario::Argument, "4 5"),
        ("FROM a\nARG X\nCOPY a /a\n", Scenario::Argument, ""),
    ] {
        assert_eq!(
            rebuilt_lines(&report_without_context(text), scenario),
            expected,
            "{scenario:?} of\n{text}"
        );
    }
}

#[test]
fn finds_waste_by_cause() {
    let causes = |text: &str| {
        let report = report_without_context(text);
        report
            .waste
            .iter()
            .map(|one| format!("{}:{}", one.cause.code(), one.line))
            .collect::<Vec<_>>()
            .join(" ")
    };
    for (text, expected) in [
        ("FROM debian:12\nCOPY . /app\nRUN chown -R 1000 /app\n", "w1:3"),
        ("FROM debian:12\nCOPY a.sh /a.sh\nRUN chmod +x /a.sh\n", "w1:3"),
        ("FROM debian:12\nCOPY a.sh /a.sh\nRUN chmod +x /b.sh\n", ""),
        ("FROM debian:12\nRUN mkdir /x && chown 1000 /x\n", ""),
        ("FROM debian:12\nRUN curl -o /tmp/a b\nRUN rm /tmp/a\n", "w2:3"),
        ("FROM debian:12\nRUN curl -o /tmp/a b && rm /tmp/a\n", ""),
        ("FROM debian:12\nRUN rm -rf /usr/share/doc\n", ""),
        ("FROM debian:12\nRUN apt-get update && apt-get install -y curl\n", "w4:2"),
        (
            "FROM debian:12\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n",
            "",
        ),
        ("FROM debian:12\nRUN apt-get update\nRUN rm -rf /var/lib/apt/lists/*\n", "w4:2 w2:3"),
        ("FROM debian:12\nRUN --mount=type=cache,target=/var/lib/apt/lists apt-get update\n", ""),
        ("FROM alpine:3.20\nRUN apk add curl\n", "w4:2"),
        ("FROM alpine:3.20\nRUN apk add --no-cache curl\n", ""),
        ("FROM python:3.12\nRUN pip install flask\n", "w4:2"),
        ("FROM python:3.12\nENV PIP_NO_CACHE_DIR=1\nRUN pip install flask\n", ""),
        ("FROM alpine:3.20\nRUN apk add --no-cache gcc\n", "w5:2"),
        ("FROM alpine:3.20\nRUN apk add --no-cache gcc && make && apk del gcc\n", ""),
        ("FROM alpine:3.20\nRUN apk add --no-cache -t .b gcc && make && apk del .b\n", ""),
        (
            "FROM debian:12\nRUN apt-get install -y gcc; apt-mark auto '.*'; apt-get purge -y --auto-remove\n",
            "",
        ),
        ("FROM debian:12\nRUN apt-get install -y gcc && apt-mark auto gcc && apt-get autoremove -y\n", ""),
        (
            "FROM debian:12\nRUN apt-get install -y gcc && echo gcc | xargs apt-mark auto && apt autopurge\n",
            "",
        ),
        // These remove other packages.
        (
            "FROM debian:12\nRUN apt-get install -y gcc && apt-get autoremove -y && apt-mark auto gcc\n",
            "w5:2",
        ),
        (
            "FROM debian:12\nRUN apt-get install -y gcc && apt-mark auto less && apt-get autoremove -y\n",
            "w5:2",
        ),
        (
            "FROM debian:12\nRUN apt-get install -y gcc && apt-mark auto gcc && apt-get purge -y less\n",
            "w5:2",
        ),
        ("FROM golang:1.22\nRUN go build -o /a .\nCMD [\"/a\"]\n", "w5:2"),
        (
            "FROM golang:1.22 AS b\nRUN go build -o /a .\nFROM scratch\nCOPY --from=b /a /a\nCMD [\"/a\"]\n",
            "",
        ),
    ] {
        assert_eq!(causes(text), expected, "{text}");
    }
}

/// Without a context, it is unknown whether a directory contains the dependency file.
#[test]
fn dependency_changes_may_be_unknown() {
    for (copy, changes, unknown) in [
        ("COPY src/api ./", &[][..], true),
        ("COPY start.sh ./", &[], false),
        ("COPY src/api/build.gradle ./", &["src/api/build.gradle"], false),
        ("COPY . ./", &["build.gradle"], false),
    ] {
        let report = report_without_context(&format!("FROM gradle:8\n{copy}\nRUN gradle shadowJar\n"));
        let is_it = |one: &&dockwright::optimize::ScenarioReport| one.scenario == Scenario::Manifest;
        let scenario = report.scenarios.iter().find(is_it).expect("a scenario");
        let found: Vec<&str> = scenario.changes.iter().map(String::as_str).collect();
        assert_eq!((found.as_slice(), scenario.unknown), (changes, unknown), "{copy}");
    }
}

#[test]
fn totals_are_consistent() {
    for (name, report) in cases() {
        let shipped = || report.steps.iter().filter(|step| step.ships && step.layer);
        assert_eq!(report.totals.layers, shipped().count(), "{name}");
        assert_eq!(report.totals.adds, shipped().map(|step| step.adds).sum::<Bytes>(), "{name}");
        assert_eq!(report.totals.waste, report.waste.iter().map(|one| one.bytes).sum::<Bytes>(), "{name}");
        let by_cause: Bytes = report.totals.by_cause.iter().map(|one| one.bytes).sum();
        assert_eq!(report.totals.waste, by_cause, "{name}");
    }
}

#[test]
fn sizes_of_the_context_are_known() {
    let reports = cases();
    let of = |name: &str| &reports.iter().find(|(own, _)| own == name).expect("the case").1;
    let chown = of("chown-after-copy");
    let copied: u64 = chown.steps.iter().filter(|step| step.op == "COPY").map(|step| step.adds.known).sum();
    let twice = chown.waste.iter().find(|one| one.cause == WasteCause::CopiedUp).expect("waste");
    assert_eq!(twice.bytes, Bytes::known(copied));
    let deleted = of("deleted-later");
    let late = deleted.waste.iter().find(|one| one.cause == WasteCause::DeletedLater).expect("waste");
    assert_eq!(late.bytes, Bytes::known(30_000));
    let ignored = of("ignore-file").context.as_ref().expect("a context");
    assert_eq!((ignored.total.files, ignored.proposal.is_none()), (3, true));
}

#[test]
fn written_json_matches_schema() {
    let validator = jsonschema::validator_for(&report_schema().to_value()).expect("it is a schema");
    for (name, report) in cases() {
        let json: serde_json::Value =
            serde_json::from_str(&render(OptimizeFormat::Json, &report)).expect("it is JSON");
        assert!(validator.is_valid(&json), "{name}");
    }
}

#[test]
fn report_fits_terminal_width() {
    for (name, report) in cases() {
        for (detail, width) in [
            (ReportDetail::Summary, 80),
            (ReportDetail::Summary, 120),
            (ReportDetail::Steps, 80),
            (ReportDetail::Steps, 100),
        ] {
            let text = written_in(OptimizeFormat::Text, &report, detail, width);
            for line in text.lines() {
                let columns = unicode_width::UnicodeWidthStr::width(line);
                assert!(columns <= width, "{name}: {columns} columns, {line}");
            }
        }
    }
}

#[test]
fn escapes_text_of_dockerfile() {
    let text = "FROM <script>alert(1)</script> AS \"x\"\nCOPY . \"/a<img src=x onerror=alert(1)>\"\nRUN pip install '\u{1b}[31m' -r r.txt && echo '::error::x' '</style><script>' `x` | y\nRUN chown -R a <b> /a\n";
    let report = report_without_context(text);
    for format in [OptimizeFormat::Text, OptimizeFormat::Json, OptimizeFormat::Markdown, OptimizeFormat::Html]
    {
        let page = render(format, &report);
        assert!(!page.contains('\u{1b}'), "{format:?}");
        // A line of JSON starts with a brace: no service looks for commands in it.
        assert!(format == OptimizeFormat::Json || !page.contains("::error"), "{format:?}");
    }
    let page = render(OptimizeFormat::Html, &report);
    assert!(!page.contains("<script") && !page.contains("<img") && page.matches("</style>").count() == 1);
    assert!(!page.contains("http://") && !page.contains("https://"));
}

#[test]
fn the_same_input_gives_the_same_output() {
    for ((_, one), (_, two)) in cases().iter().zip(&cases()) {
        for format in
            [OptimizeFormat::Text, OptimizeFormat::Json, OptimizeFormat::Markdown, OptimizeFormat::Html]
        {
            assert!(render(format, one) == render(format, two));
        }
    }
}

#[test]
fn build_log_replaces_cost_classes() {
    let timings = StepTimings::parse("#5 [2/3] RUN make\n#5 DONE 12.5s\n");
    let inputs = ReportInputs { timings: Some(&timings), ..ReportInputs::default() };
    let report = build_report("Dockerfile", b"FROM a\nRUN make\nRUN x\n", &inputs).expect("a report");
    let seconds: Vec<Option<f64>> = report.steps.iter().map(|step| step.seconds).collect();
    assert_eq!(seconds, [Some(12.5), None]);
}

#[test]
fn target_skips_other_stages() {
    let text = b"FROM a AS one\nRUN x\nFROM one AS two\nRUN y\nFROM b\nRUN z\n";
    let inputs = ReportInputs { target: Some("TWO"), ..ReportInputs::default() };
    let found = build_report("Dockerfile", text, &inputs).expect("a report");
    let built: Vec<u32> = found.steps.iter().filter(|step| step.built).map(|step| step.line).collect();
    assert_eq!(built, [2, 4]);
    let inputs = ReportInputs { target: Some("three"), ..ReportInputs::default() };
    assert_eq!(build_report("Dockerfile", text, &inputs).err(), Some(ReportError::UnknownStage));
    assert_eq!(
        build_report("Dockerfile", b"# nothing\n", &ReportInputs::default()).err(),
        Some(ReportError::NoStage)
    );
}

/// Junk that is deleted later counts as waste only once.
#[test]
fn junk_that_is_deleted_counts_once() {
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::create_dir(directory.path().join("node_modules")).expect("a directory in it");
    std::fs::write(directory.path().join("node_modules/a.js"), "x".repeat(1_000)).expect("a file");
    std::fs::write(directory.path().join("b.log"), "y".repeat(10)).expect("a file");
    for (rest, expected) in [("", "w6 1010"), ("RUN rm -rf /app/node_modules\n", "w6 10, w2 1000")] {
        let source = format!("FROM debian:12-slim\nCOPY . /app/\n{rest}CMD [\"x\"]\n");
        let files = context::read_context(directory.path(), ".", None).expect("a context");
        let inputs = ReportInputs { files: Some(&files), ..ReportInputs::default() };
        let found = build_report("Dockerfile", source.as_bytes(), &inputs).expect("a report");
        let waste = found.waste.iter().map(|one| format!("{} {}", one.cause.code(), one.bytes.known));
        assert_eq!(waste.collect::<Vec<_>>().join(", "), expected, "{source}");
    }
}

#[test]
fn files_from_other_stages_have_sizes() {
    // No command leaves a cache, which would not be copied. The COPY is the last step; with the steps whose sizes it sums, and whether there may be more.
    let node = "FROM node:20-slim AS b\nWORKDIR /app\nRUN npm install express && npm cache clean --force\n";
    let python = "FROM python:3.12-slim AS b\nRUN python -m venv /venv\nRUN /venv/bin/pip install --no-cache-dir flask\n";
    for (stage, path, of, more) in [
        (node.to_string(), "/app/node_modules", &[1][..], false),
        (node.to_string(), "/app", &[1], false),
        (node.to_string(), "/app/node_modules/express", &[], true),
        (node.to_string(), "/app/dist", &[], true),
        (format!("{node}RUN ./build\n"), "/app/node_modules", &[1], true),
        (format!("{node}RUN cd /srv && ./build\n"), "/app/node_modules", &[1], false),
        (format!("{node}RUN rm -rf /app/node_modules/x\n"), "/app/node_modules", &[], true),
        (format!("{node}RUN npm prune\n"), "/app/node_modules", &[], true),
        (python.to_string(), "/venv", &[0, 1], false),
        (python.to_string(), "/usr/local/lib/python3.12/site-packages", &[], true),
        (
            format!("{python}FROM b AS c\nRUN /venv/bin/pip install --no-cache-dir requests\nFROM c AS b\n"),
            "/venv",
            &[0, 1, 2],
            false,
        ),
        (
            "FROM python:3.12-slim AS b\nRUN pip install --no-cache-dir --prefix=/install flask\n"
                .to_string(),
            "/install",
            &[0],
            false,
        ),
        (
            "FROM company/node AS b\nWORKDIR /app\nRUN npm install express && npm cache clean --force\n"
                .to_string(),
            "/app/node_modules",
            &[1],
            true,
        ),
        ("FROM debian:12 AS b\nCOPY <<E /x/a\nhello\nE\n".to_string(), "/x", &[0], false),
        ("FROM debian:12 AS b\nCOPY <<E /x/a\nhello\nE\n".to_string(), "/*", &[], true),
        ("FROM debian:12 AS b\nCOPY <<E /etc/a\nhello\nE\n".to_string(), "/etc", &[0], true),
    ] {
        let report =
            report_without_context(&format!("{stage}FROM debian:12-slim\nCOPY --from=b {path} /copied\n"));
        let copy = report.steps.last().expect("the COPY").adds;
        let total: u64 = of.iter().map(|at| report.steps[*at].adds.known_total()).sum();
        assert_eq!(copy.unknown > 0, more, "{stage} {path}: {copy:?}");
        // The byte code of Python 3.12 and of its pip is not in the directory; an environment has its own pip.
        let elsewhere = if stage.contains("-m venv") {
            4_100_000
        } else if stage.contains("--prefix") {
            8_040_000
        } else {
            0
        };
        let expected = total.saturating_sub(elsewhere);
        assert_eq!(copy.known_total(), expected, "{stage} {path}");
    }
}

#[test]
fn only_root_writes_byte_code_of_pip() {
    // The first call of root writes the byte code of Python 3.12 and its pip; other users cannot write there.
    let byte_code = 8_040_000;
    let last_step = |rest: &str| {
        let report = report_without_context(&format!("FROM python:3.12-slim\nRUN useradd app\n{rest}"));
        report.steps.last().expect("the RUN").adds.estimated
    };
    let as_root = last_step("RUN pip install --no-cache-dir idna\n");
    let as_user = last_step("USER app\nRUN pip install --no-cache-dir --user idna\n");
    assert!(as_user > 100_000, "{as_user}");
    assert_eq!(as_root, as_user + byte_code);
    let later = "USER app\nRUN pip install --no-cache-dir --user six\nUSER root\nRUN pip install --no-cache-dir idna\n";
    assert_eq!(last_step(later), as_root);
    // A new environment has its own pip, and uses the modules of Python.
    let in_environment = last_step("RUN python -m venv /v\nRUN /v/bin/pip install --no-cache-dir idna\n");
    assert_eq!(in_environment, as_user);
    let of_modules = 4_100_000;
    assert_eq!(
        last_step("RUN python -m venv /v\n"),
        last_step("ENV PYTHONDONTWRITEBYTECODE=1\nRUN python -m venv /v\n") + of_modules
    );
    assert_eq!(
        last_step("RUN python -m venv /v\nRUN pip install --no-cache-dir idna\n") + of_modules,
        as_root
    );
}
