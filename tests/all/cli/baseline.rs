//! `--baseline` and `--write-baseline`.

use super::{CLEAN, LATEST, Sandbox};

#[test]
fn hides_known_problems_until_fixed() {
    let sandbox = Sandbox::with(&[("a/Dockerfile", LATEST), ("b/Dockerfile", CLEAN)]);
    let run = sandbox.run("check --write-baseline known.json");
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    assert_eq!(run.err, "dockwright: recorded 1 problem in known.json\n");
    let written = "{\n  \"version\": 1,\n  \"files\": {\n    \"a/Dockerfile\": [\n      {\"code\": \"DL3007\", \"text\": \
                   \"debian:latest\", \"count\": 1}\n    ]\n  }\n}\n";
    assert_eq!(sandbox.read("known.json"), written);
    sandbox.run("check --write-baseline again.json --jobs 1");
    assert_eq!(sandbox.read("again.json"), written);

    let known = |arguments: &str| sandbox.run(&format!("check --baseline known.json {arguments}"));
    assert_eq!((known("").code, known("").out.as_str(), known("").err.as_str()), (0, "", ""));
    // The same problems on other lines and in another order.
    sandbox.write("a/Dockerfile", format!("# words\n\nARG X=1\n{LATEST}"));
    assert_eq!(known("").out, "");
    // One more problem of the same kind is new.
    sandbox.write("a/Dockerfile", format!("FROM debian:latest AS x\n{LATEST}"));
    assert_eq!((known("").code, known("").codes()), (1, vec!["DL3007"]));
    // The same problem in another file is new.
    sandbox.write("a/Dockerfile", LATEST);
    sandbox.write("b/Dockerfile", LATEST);
    assert_eq!(known("").files(), ["b/Dockerfile"]);
    assert_eq!(known("--add-ignores").code, 0);
    assert_eq!(sandbox.read("a/Dockerfile"), LATEST);
    assert!(sandbox.read("b/Dockerfile").contains("ignore=DL3007"));
    // Fixed problems are reported.
    sandbox.write("a/Dockerfile", CLEAN);
    let stale = "dockwright: 1 problem in known.json is no longer reported; update it with `--write-baseline known.json`\n";
    assert_eq!((known("").code, known("").err.as_str()), (0, stale));
    assert_eq!(known("--quiet").err, "");
    // A diff fixes nothing, so the problem still exists.
    assert!(!known("--diff").err.contains("known.json"));
    let all = known("--verbose").err;
    assert!(all.contains("a/Dockerfile: ") && all.contains("DL3007 (`debian:latest`)\n"), "{all}");
    std::fs::remove_dir_all(sandbox.path("a")).expect("it is there");
    assert_eq!(known("").err, stale);
}

#[test]
fn paths_are_relative_to_the_baseline() {
    let sandbox = Sandbox::with(&[("a/Dockerfile", LATEST), ("etc/x", "")]);
    assert_eq!(sandbox.run("check a --write-baseline etc/known.json").code, 0);
    assert!(sandbox.read("etc/known.json").contains("\"../a/Dockerfile\""));
    assert_eq!(sandbox.run("check --baseline etc/known.json").out, "");
    let run =
        sandbox.run_with("check --baseline etc/known.json --stdin-filename a/Dockerfile -", LATEST, &[]);
    assert_eq!((run.code, run.out.as_str()), (0, ""));
}

#[test]
fn baseline_never_hides_build_errors() {
    let sandbox = Sandbox::with(&[("Dockerfile", &format!("{LATEST}XYZ\n"))]);
    let run = sandbox.run("check --write-baseline known.json");
    assert_eq!((run.code, run.codes()), (1, vec!["DL1000"]));
    assert_eq!(sandbox.run("check --baseline known.json").codes(), ["DL1000"]);
}

#[test]
fn invalid_baseline_is_fatal() {
    let sandbox = Sandbox::with(&[
        ("Dockerfile", LATEST),
        ("broken.json", "{"),
        ("new.json", "{\"version\": 2, \"files\": {}}"),
    ]);
    for (file, why) in [
        ("missing.json", "missing.json: cannot read file (no such file)\n"),
        ("broken.json", "broken.json: not a valid baseline (line 1: "),
        ("new.json", "new.json: baseline version 2 is not supported (only version 1)\n  help: "),
    ] {
        let run = sandbox.run(&format!("check --baseline {file}"));
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{file}");
        assert!(run.err.starts_with(&format!("dockwright: error: {why}")), "{run:?}");
    }
    let run = sandbox.run("check --write-baseline no/such/known.json");
    assert_eq!(run.code, 2);
    assert!(run.err.contains("no/such/known.json: "), "{run:?}");
    sandbox.run("check --write-baseline known.json");
    let known = sandbox.read("known.json");
    let run = sandbox.run("check Dockerfile missing --write-baseline known.json");
    assert_eq!((run.code, sandbox.read("known.json")), (2, known), "{run:?}");
    for other in ["--baseline known.json", "--fix", "--diff", "--add-ignores"] {
        assert_eq!(sandbox.run(&format!("check --write-baseline x.json {other}")).code, 2, "{other}");
    }
}

#[test]
fn fixes_known_problems() {
    let sandbox = Sandbox::with(&[("Dockerfile", "FROM debian:12 as x\nUSER 1000\nCMD [\"true\"]\n")]);
    sandbox.run("check --write-baseline known.json");
    assert_eq!(sandbox.run("check --baseline known.json").out, "");
    let run = sandbox.run("check --baseline known.json --fix");
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    assert!(sandbox.read("Dockerfile").starts_with("FROM debian:12 AS x\n"));
}

#[test]
fn masked_secrets_match() {
    let sandbox = Sandbox::with(&[(
        "Dockerfile",
        "FROM alpine:3.20\nENV DB_PASSWORD=abcdefgh12\nENV API_TOKEN klmnopqr34\nUSER 1000\n",
    )]);
    assert_eq!(sandbox.run("check --select ALL --write-baseline known.json").code, 0);
    let written = sandbox.read("known.json");
    assert!(written.contains("DL3064") && !written.contains("abcdefgh12") && !written.contains("klmnopqr34"));
    let run = sandbox.run("check --select ALL --baseline known.json");
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", ""));
}

#[cfg(unix)]
#[test]
fn links_and_pipes_are_written_to() {
    let sandbox = Sandbox::with(&[("Dockerfile", LATEST), ("real.json", "{}")]);
    for (link, target) in [("link.json", "real.json"), ("new-link.json", "new.json")] {
        std::os::unix::fs::symlink(target, sandbox.path(link)).expect("a link");
        assert_eq!(sandbox.run(&format!("check --write-baseline {link}")).code, 0);
        assert!(sandbox.path(link).is_symlink(), "{link}");
        assert!(sandbox.read(target).contains("DL3007"), "{target}");
    }
    // A pipe has no file that could be replaced.
    let made = std::process::Command::new("mkfifo").arg(sandbox.path("pipe")).status();
    if made.is_ok_and(|status| status.success()) {
        let path = sandbox.path("pipe");
        let reader = std::thread::spawn(move || std::fs::read_to_string(path).expect("text"));
        assert_eq!(sandbox.run("check --write-baseline pipe").code, 0);
        assert!(reader.join().expect("it ends").contains("DL3007"));
    }
    let run = sandbox.run("check --write-baseline -");
    assert_eq!(
        (run.code, run.err.as_str()),
        (
            2,
            "dockwright: error: `--write-baseline -`: standard output is not supported\n  help: name a file\n"
        )
    );
}
