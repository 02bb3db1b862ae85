//! `check`: exit codes, selection, standard input, threads.

use super::{CLEAN, LATEST, Sandbox};

#[test]
fn exit_code_reflects_findings() {
    let sandbox = Sandbox::with(&[("clean/Dockerfile", CLEAN), ("latest/Dockerfile", LATEST)]);
    for (arguments, code) in [
        ("check clean", 0),
        ("check latest", 1),
        ("check", 1),
        ("check latest --fail-on warning", 1),
        ("check latest --fail-on info", 1),
        ("check latest --fail-on error", 0),
        ("check latest --fail-on never", 0),
        ("check latest --exit-zero", 0),
        ("check latest --ignore DL3007", 0),
        ("check missing", 2),
        ("check missing --exit-zero", 2),
        ("check --nonsense", 2),
        ("check --select DL3oo7", 2),
        ("check --format xml", 2),
        ("check --config missing.toml", 2),
        ("nonsense", 2),
        ("", 2),
        ("--help", 0),
        ("check --help", 0),
        ("--version", 0),
    ] {
        let run = sandbox.run(arguments);
        assert_eq!(run.code, code, "{arguments}: {run:?}");
    }
}

#[test]
fn unreadable_file_does_not_stop_others() {
    let sandbox = Sandbox::with(&[("Dockerfile", LATEST)]);
    sandbox.write("b/Dockerfile", b"FROM a\0\xff\xfe\nRUN x <<EOT\n");
    let run = sandbox.run("check missing Dockerfile b/Dockerfile");
    assert_eq!(run.code, 2);
    assert_eq!(run.files(), ["Dockerfile", "b/Dockerfile", "missing"]);
    assert!(run.out.contains("missing:1:1: error"), "{run:?}");
    let run = sandbox.run("check missing Dockerfile --format json");
    let json: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(json["summary"]["unreadable"], 1);
    assert_eq!(json["summary"]["files"], 2);
}

#[test]
fn rules_are_selected() {
    let both = "FROM debian:latest\nADD app.py /srv/\nCMD [\"true\"]\n";
    let sandbox = Sandbox::with(&[("Dockerfile", both)]);
    for (arguments, codes) in [
        ("--select DL3007,DL3020", &["DL3007", "DL3020"][..]),
        ("--select DL3007", &["DL3007"]),
        ("--select dl3020", &["DL3020"]),
        ("--select latest-tag", &["DL3007"]),
        ("--select DL3007 --extend-select DL3020", &["DL3007", "DL3020"]),
        ("--select DL30 --ignore DL3007,DL3057", &["DL3020"]),
        ("--select DL3* --ignore DL3020,DL3057", &["DL3007"]),
        ("--select DL4", &[]),
        ("--select DL3007 --ignore ALL", &[]),
    ] {
        let run = sandbox.run(&format!("check {arguments}"));
        assert_eq!(run.codes(), codes, "{arguments}");
    }
    let run = sandbox.run("check --select latest-tga");
    assert!(run.err.contains("`latest-tag`"), "{run:?}");
}

#[test]
fn standard_input_is_a_file() {
    let sandbox = Sandbox::with(&[("app/dockwright.toml", "[rules]\nignore = [\"DL3007\"]\n")]);
    let run = sandbox.run_with("check -", LATEST, &[]);
    assert_eq!((run.code, run.files()), (1, vec!["-"]));
    let run = sandbox.run_with("check --stdin-filename app/Dockerfile -", LATEST, &[]);
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    let run = sandbox.run_with("check --isolated --stdin-filename app/Dockerfile -", LATEST, &[]);
    assert_eq!((run.code, run.files()), (1, vec!["app/Dockerfile"]));
}

#[test]
fn inline_ignores_count_unless_switched_off() {
    let ignored = "# hadolint ignore=DL3007\nFROM debian:latest\nCMD [\"true\"]\n";
    let sandbox = Sandbox::with(&[("Dockerfile", ignored)]);
    assert_eq!(sandbox.run("check --select DL3007").codes(), [""; 0]);
    assert_eq!(sandbox.run("check --select DL3007 --no-inline-ignores").codes(), ["DL3007"]);
}

#[test]
fn the_output_is_the_same_whatever_the_number_of_threads() {
    let sandbox = Sandbox::empty();
    for number in 0..60 {
        let text = if number % 3 == 0 { CLEAN } else { LATEST };
        sandbox.write(&format!("{number}/Dockerfile"), text);
    }
    let one = sandbox.run("check --jobs 1 --format json");
    assert!(one.out.contains("59/Dockerfile"));
    for jobs in [2, 3, 16] {
        assert_eq!(sandbox.run(&format!("check --jobs {jobs} --format json")).out, one.out, "{jobs} threads");
    }
}

#[test]
fn prints_oddities_to_standard_error() {
    let sandbox = Sandbox::empty();
    let run = sandbox.run("check");
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    assert_eq!(run.err, "dockwright: no Dockerfiles found in `.`\n");
    assert_eq!(sandbox.run("check --quiet").err, "");
    sandbox.write("Dockerfile", CLEAN);
    let run = sandbox.run("check --verbose");
    let lines: Vec<&str> = run.err.lines().collect();
    let [first, absent] = lines.as_slice() else { panic!("{}", run.err) };
    assert_eq!(*first, "dockwright: Dockerfile: no configuration file");
    assert!(
        absent.starts_with("dockwright: Dockerfile:1: stage 1 has none of these programs: `curl`"),
        "{absent}"
    );
}

#[test]
fn a_dash_is_standard_output() {
    let sandbox = Sandbox::with(&[("Dockerfile", LATEST)]);
    for arguments in ["-o -", "--format concise=-", "--format gnu=x --format concise -o -"] {
        let run = sandbox.run(&format!("check {arguments}"));
        assert!(run.out.starts_with("Dockerfile:1:13: warning DL3007"), "{arguments} {run:?}");
        assert!(!sandbox.path("-").exists(), "{arguments}");
    }
    sandbox.run("optimize -o -");
    assert!(!sandbox.path("-").exists());
}

#[test]
fn options_without_effect_are_errors() {
    let sandbox = Sandbox::with(&[("Dockerfile", LATEST)]);
    for (arguments, message, help) in [
        (
            "--format full=b -o a",
            "`--output-file`: no format is written to standard output",
            "remove it, or add a format without a path",
        ),
        ("--statistics --format sarif", "`--statistics` supports only text and JSON", "use `--format json`"),
        ("--statistics --fix-only", "`--statistics` cannot be used with `--fix-only`", "remove one of them"),
        (
            "--exit-non-zero-on-fix",
            "`--exit-non-zero-on-fix` requires `--fix`",
            "add `--fix`, or remove `--exit-non-zero-on-fix`",
        ),
        ("--show-files --fix", "`--show-files` cannot be used with `--fix`", "remove one of them"),
        (
            "--show-settings -o x",
            "`--show-settings` cannot be used with `--output-file`",
            "remove one of them",
        ),
        (
            "--stdin-filename x",
            "`--stdin-filename` requires the path `-`",
            "add `-`, or remove `--stdin-filename`",
        ),
    ] {
        let run = sandbox.run(&format!("check {arguments}"));
        assert_eq!(run.code, 2, "{arguments}");
        assert_eq!(run.err, format!("dockwright: error: {message}\n  help: {help}\n"), "{arguments}");
    }
    assert!(!sandbox.path("a").exists() && !sandbox.path("b").exists());
}

#[test]
fn files_that_cannot_be_checked_are_not_listed() {
    let sandbox =
        Sandbox::with(&[("Dockerfile", LATEST), ("bad/dockwright.toml", "x = 1\n"), ("bad/Dockerfile", "")]);
    let run = sandbox.run("check --show-files nofile Dockerfile");
    assert_eq!((run.code, run.out.as_str()), (2, "Dockerfile\n"));
    assert_eq!(
        run.err,
        "dockwright: error: nofile: cannot read file (no such file)\n  help: check the path\n"
    );
    let run = sandbox.run("check --show-settings nofile");
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    let run = sandbox.run("check --show-settings bad/Dockerfile");
    assert_eq!((run.code, run.out.as_str(), run.err.matches("unknown key").count()), (2, "", 1));
}

#[test]
fn statistics_have_a_row_for_each_severity() {
    let sandbox = Sandbox::with(&[
        ("a/Dockerfile", LATEST),
        ("b/Dockerfile", LATEST),
        ("dockwright.toml", "[[overrides]]\nfiles = [\"b/**\"]\nseverity = { DL3007 = \"info\" }\n"),
    ]);
    assert_eq!(
        sandbox.run("check --statistics").out,
        "1  warning  DL3007  latest-tag\n1  info     DL3007  latest-tag\n2 problems in 2 files (1 warning, 1 info).\n"
    );
}
