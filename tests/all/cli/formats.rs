//! Output formats of `check`.

use dockwright::pages;

use super::{CLEAN, FORMATS, LATEST, Sandbox};

/// One file with a warning in a multi-line RUN and an error, one without problems.
fn sandbox() -> Sandbox {
    Sandbox::with(&[
        ("app/Dockerfile", "FROM debian:12\nRUN echo é && \\\n    cd /x\nADD app.py /srv/\nCMD [\"true\"]\n"),
        ("clean/Dockerfile", CLEAN),
    ])
}

#[test]
fn standard_output_takes_one_document() {
    let sandbox = sandbox();
    for formats in
        ["--format json --format sarif", "--format full --format json", "--format json --format json"]
    {
        let run = sandbox.run(&format!("check {formats}"));
        let message =
            "dockwright: error: `--format`: two formats for standard output\n  help: write one of them";
        assert!(run.code == 2 && run.out.is_empty() && run.err.starts_with(message), "{formats} {run:?}");
    }
    for formats in [
        "--format concise --format github",
        "--format json --format sarif=x.sarif",
        "-o y.json --format json --format gnu",
    ] {
        assert_eq!(sandbox.run(&format!("check --select DL3003 {formats}")).code, 1, "{formats}");
    }
}

#[test]
fn every_format_reports_the_same() {
    let sandbox = sandbox();
    for format in FORMATS {
        let run = sandbox.run(&format!("check --select DL3003,DL3020 --format {format}"));
        assert_eq!(run.code, 1, "{format}");
        let mut shown = run.out.replace('\0', "<NUL>\n").replace(env!("CARGO_PKG_VERSION"), "VERSION");
        for rule in dockwright::rules::ALL {
            for (kind, page) in
                [("text", pages::page_without_markup(rule)), ("Markdown", pages::markdown_page(rule))]
            {
                let page = serde_json::to_string(&page).expect("JSON");
                shown = shown.replace(&page, &format!("\"the page of {} as {kind}\"", rule.code));
            }
        }
        insta::assert_snapshot!(format, shown);
    }
}

/// SARIF needs the text of each file, which is not kept for other formats.
#[test]
fn formats_are_the_same_beside_others() {
    let sandbox = sandbox();
    for format in FORMATS {
        let alone = sandbox.run(&format!("check --format {format}"));
        let beside = sandbox.run(&format!("check --format {format} --format sarif=out.sarif"));
        assert_eq!(alone.out, beside.out, "{format}");
    }
}

#[test]
fn json_output_is_valid() {
    let sandbox = sandbox();
    for format in ["json", "sarif", "gitlab", "sonarqube", "rdjson"] {
        for directory in ["app", "clean"] {
            let run = sandbox.run(&format!("check {directory} --format {format}"));
            serde_json::from_str::<serde_json::Value>(&run.out).expect(format);
            assert_eq!(run.out.lines().count(), 1, "{format}");
        }
    }
    for line in sandbox.run("check --format jsonl").out.lines() {
        serde_json::from_str::<serde_json::Value>(line).expect("JSON");
    }
}

#[test]
fn several_formats_go_to_several_places() {
    let sandbox = sandbox();
    let run = sandbox.run("check --format concise --format json=out.json --format sarif=out.sarif");
    assert!(run.out.contains("app/Dockerfile:3:5: warning DL3003"), "{run:?}");
    assert!(sandbox.read("out.json").starts_with("{\"version\":2,"));
    assert!(sandbox.read("out.sarif").contains("2.1.0"));
    let run = sandbox.run("check --format gnu --output-file out.txt");
    assert_eq!(run.out, "");
    assert!(sandbox.read("out.txt").contains("app/Dockerfile:3:5: warning: "));
    assert_eq!(sandbox.run("check --format json=missing/out.json").code, 2);
    assert_eq!(sandbox.run("check --format json=").code, 2);
    assert!(sandbox.run("check --format jsno").err.contains("`json`"));
}

#[test]
fn fingerprints_stay_when_lines_move() {
    let text =
        "FROM debian:latest\nRUN cd /x && cd /x\nRUN cd /x && echo one\nADD a.py /srv/\nCMD [\"true\"]\n";
    let moved =
        text.replace("RUN", "# a comment\n\nRUN").replace(" && ", "  \\\n    && ").replace('\n', "\r\n");
    let fingerprints = |text: &str| {
        let sandbox = Sandbox::with(&[("a/Dockerfile", text), ("b/Dockerfile", text)]);
        let gitlab = sandbox.run("check --select DL3003,DL3007,DL3020 --format gitlab").out;
        let sarif = sandbox.run("check --select DL3003,DL3007,DL3020 --format sarif").out;
        let gitlab: Vec<serde_json::Value> = serde_json::from_str(&gitlab).expect("JSON");
        let sarif: serde_json::Value = serde_json::from_str(&sarif).expect("JSON");
        let text = |value: &serde_json::Value| value.as_str().expect("a text").to_string();
        let gitlab: Vec<String> = gitlab.iter().map(|entry| text(&entry["fingerprint"])).collect();
        let results = sarif["runs"][0]["results"].as_array().expect("a list");
        let sarif: Vec<String> =
            results.iter().map(|result| text(&result["partialFingerprints"]["dockwright/v1"])).collect();
        assert_eq!(gitlab, sarif);
        gitlab
    };
    let before = fingerprints(text);
    let distinct: std::collections::BTreeSet<_> = before.iter().collect();
    assert!(distinct.len() == before.len() && before.len() >= 8, "each has its own: {before:?}");
    assert_eq!(fingerprints(&moved), before);
}

#[test]
fn statistics_count_problems_per_rule() {
    let sandbox = Sandbox::with(&[("a/Dockerfile", LATEST), ("b/Dockerfile", LATEST)]);
    sandbox.write("c/Dockerfile", "FROM debian:12\nADD app.py /srv/\nCMD [\"true\"]\n");
    let run = sandbox.run("check --select DL3007,DL3020 --statistics");
    assert_eq!(run.code, 1);
    let rows: Vec<&str> = run.out.lines().filter(|line| line.contains("  ")).collect();
    assert!(rows[0].starts_with("2  warning  DL3007  latest-tag"), "{run:?}");
    assert!(rows[1].starts_with("1  error    DL3020  add-for-local-files"), "{run:?}");
    let json = sandbox.run("check --select DL3007,DL3020 --statistics --format json").out;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["statistics"][0]["count"], 2);
}

#[test]
fn prints_color_on_request() {
    let sandbox = sandbox();
    let colored = |arguments: &str, variables: &[(&str, &str)]| {
        sandbox.run_with(&format!("check {arguments}"), "", variables).out.contains('\u{1b}')
    };
    for format in ["full", "concise"] {
        assert!(!colored(&format!("--format {format}"), &[]));
        assert!(colored(&format!("--format {format} --color always"), &[]));
        assert!(colored(&format!("--format {format}"), &[("CLICOLOR_FORCE", "1")]));
        assert!(!colored(&format!("--format {format}"), &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
        assert!(colored(&format!("--format {format} --color always"), &[("NO_COLOR", "1")]));
        assert!(!colored(&format!("--format {format} --color never"), &[("CLICOLOR_FORCE", "1")]));
    }
    assert!(!colored("--format json --color always", &[]));
}
