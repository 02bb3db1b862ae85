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
    assert!(absent.starts_with("dockwright: Dockerfile:1: missing from stage 1: `curl`"), "{absent}");
}
