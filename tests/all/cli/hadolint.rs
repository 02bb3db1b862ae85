//! `dockwright hadolint`: hadolint's behavior on the command line.

use super::{CLEAN, LATEST, Sandbox, run};

fn sandbox() -> Sandbox {
    Sandbox::with(&[("Dockerfile", LATEST), ("clean", CLEAN), ("broken", "FROM debian:12\nFOO bar\n")])
}

#[test]
fn exit_codes_match_hadolint() {
    let sandbox = sandbox();
    for (arguments, code) in [
        ("clean", 0),
        ("Dockerfile", 1),
        ("broken", 1),
        ("missing", 1),
        ("", 1),
        ("--bogus", 1),
        ("-t=error Dockerfile", 1),
        ("-terror Dockerfile", 0),
        ("-t error broken", 1),
        ("--no-fail Dockerfile", 0),
        ("--no-fail broken", 0),
        ("--no-fail --no-fail Dockerfile", 1),
        ("--ignore DL3007 Dockerfile", 0),
        ("--ignore DL3007,DL3006 Dockerfile", 1),
        ("--style DL3007 Dockerfile", 0),
        ("--style DL3007 -t style Dockerfile", 1),
        ("--style DL3007 --error DL3007 -t error Dockerfile", 1),
        ("-f codacy Dockerfile", 0),
        ("-f codeclimate broken", 0),
        ("-f gitlab_codeclimate Dockerfile", 1),
        ("-c missing.yaml clean", 1),
        ("-v", 0),
        ("-h", 0),
        ("--help --bogus", 0),
    ] {
        let run = sandbox.run(&format!("hadolint {arguments}"));
        assert_eq!(run.code, code, "{arguments}: {run:?}");
    }
}

#[test]
fn usage_errors_go_to_standard_error() {
    let sandbox = sandbox();
    let run = sandbox.run("hadolint --bogus Dockerfile");
    assert_eq!(run.out, "");
    assert!(
        run.err
            .ends_with("unknown option `--bogus`\n  help: `dockwright hadolint --help` lists the options\n"),
        "{run:?}"
    );
    let run = sandbox.run("hadolint");
    assert_eq!((run.out.lines().count(), run.err.as_str()), (1, ""));
    assert_eq!(sandbox.run("hadolint --version").out, "Haskell Dockerfile Linter 2.15.1\n");
}

#[test]
fn output_matches_hadolint() {
    let sandbox = sandbox();
    let run = sandbox.run("hadolint --no-color Dockerfile broken clean");
    let mut lines = run.out.lines();
    assert!(lines.next().is_some_and(|line| line.starts_with("Dockerfile:1 DL3007 warning: ")), "{run:?}");
    assert!(lines.next().is_some_and(|line| line.starts_with("broken:2:1 ")), "{run:?}");
    assert_eq!(lines.next(), None);
    assert!(sandbox.run("hadolint Dockerfile").out.contains("\u{1b}[1m\u{1b}[93mwarning\u{1b}[0m: "));
    let run = sandbox.run_with("hadolint -f json -", LATEST, &[]);
    let json: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(json[0]["file"], "-");
    assert_eq!(json[0]["code"], "DL3007");
    let run = sandbox.run_with("hadolint -f json -", "FOO\n", &[]);
    let json: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(json[0]["file"], "/dev/stdin");
    let run = sandbox.run("hadolint -o a.json -o b.txt -f json Dockerfile");
    assert_eq!(run.out, "");
    assert!(sandbox.read("a.json").starts_with("[{\"code\":\"DL3007\",\"column\":1,\"file\":\"Dockerfile\""));
    assert!(sandbox.read("b.txt").starts_with("Dockerfile:1 DL3007 "));
}

#[test]
fn unreadable_file_does_not_hide_others() {
    let sandbox = sandbox();
    let run = sandbox.run("hadolint --no-color missing Dockerfile .");
    assert_eq!(run.code, 1);
    assert!(run.out.starts_with("Dockerfile:1 DL3007 "), "{run:?}");
    assert_eq!(run.err.matches("dockwright: error: ").count(), 2, "{run:?}");
}

#[test]
fn configuration_comes_from_file_environment_and_flags() {
    let sandbox = sandbox();
    for (configuration, variables, arguments, code) in [
        ("ignored: [DL3007]\n", &[][..], "", 0),
        ("ignored: [DL3006]\n", &[], "", 1),
        ("ignored: DL3007\n", &[], "", 1),
        ("failure-threshold: error\n", &[], "", 0),
        ("failure-threshold: error\n", &[], "-t warning", 1),
        ("no-fail: true\n", &[], "", 0),
        ("{}\n", &[("HADOLINT_IGNORE", "DL3006,DL3007")], "", 0),
        ("{}\n", &[("HADOLINT_IGNORE", "DL3006, DL3007")], "", 1),
        ("{}\n", &[("HADOLINT_NOFAIL", "Yes")], "", 0),
        ("no-fail: false\n", &[("HADOLINT_NOFAIL", "1")], "", 1),
        ("{}\n", &[("HADOLINT_FAILURE_THRESHOLD", "error")], "", 0),
        ("{}\n", &[("HADOLINT_OVERRIDE_STYLE", "DL3007")], "", 0),
    ] {
        sandbox.write(".hadolint.yaml", configuration);
        let run = sandbox.run_with(&format!("hadolint {arguments} Dockerfile"), "", variables);
        assert_eq!(run.code, code, "{configuration:?} {variables:?} {arguments} {run:?}");
    }
    sandbox.write(".hadolint.yaml", "format: json\n");
    let run = sandbox.run("hadolint -f gnu Dockerfile");
    assert!(run.out.starts_with("[{") && run.out.contains("]hadolint:Dockerfile:1: DL3007"), "{run:?}");
    sandbox.write(".hadolint.yaml", "ignored: DL3007\n");
    let run = sandbox.run("hadolint Dockerfile");
    let expected = "dockwright: error: .hadolint.yaml:1: `ignored` must be a list\n  help: write `ignored: [DL3007]`\n\
                    dockwright: continuing without `.hadolint.yaml`, as hadolint does\n";
    assert_eq!(run.err, expected);
    sandbox.write("other.yaml", "ignored: [DL3007]\n");
    let run = sandbox.run("hadolint -c other.yaml -V Dockerfile");
    assert_eq!(run.code, 0);
    assert!(run.err.contains("other.yaml"), "{run:?}");
    // Neither dockwright's configuration nor one in a parent directory applies here.
    sandbox.write("sub/Dockerfile", LATEST);
    sandbox.write("sub/.hadolint.yaml", "ignored: [DL3007]\n");
    assert_eq!(sandbox.run("hadolint sub/Dockerfile").code, 1);
}

#[cfg(unix)]
#[test]
fn program_name_selects_hadolint_mode() {
    let sandbox = sandbox();
    let link = sandbox.path("hadolint");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_dockwright"), &link).expect("a link");
    let mut command = sandbox.command(&link);
    command.args(["--no-color", "Dockerfile"]);
    let run = run(command, "");
    assert_eq!(run.code, 1);
    assert!(run.out.starts_with("Dockerfile:1 DL3007 warning: "), "{run:?}");
}
