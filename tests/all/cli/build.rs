//! `check` with the settings of the build: arguments, target, platform, context.

use super::Sandbox;

#[test]
fn flags_of_the_build_reach_the_checks() {
    let stages =
        "ARG V\nFROM debian:${V} AS build\nWORKDIR /a\nFROM scratch AS ship\nWORKDIR b\nCOPY app /\n";
    let sandbox = Sandbox::with(&[("Dockerfile", stages), (".dockerignore", "app\n"), ("other/keep", "")]);
    for (arguments, codes) in [
        ("--build-arg V=12", "CopyIgnoredFile WorkdirRelativePath"),
        ("--build-arg V=12 --context other", "WorkdirRelativePath"),
        ("--build-arg V=12 --target build", ""),
        ("--build-arg V=12 --target BUILD", ""),
        ("--build-arg V=12 --target biuld", "DL1000"),
        ("--build-arg V=a/b", "DL1000"),
        ("--build-arg V=a/b --build-arg V=12 --target build", ""),
        ("--build-arg V=12 --build-arg BUILDKIT_DOCKERFILE_CHECK=skip=all", ""),
        ("--build-arg V=12 --platform linux/arm64", "CopyIgnoredFile WorkdirRelativePath"),
        ("", "DL1000"),
    ] {
        let arguments = format!("check --select buildkit --ignore InvalidDefaultArgInFrom {arguments}");
        let run = sandbox.run(&format!("{arguments} --format json"));
        let json: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
        let found = json["diagnostics"].as_array().expect("a list");
        let mut found: Vec<_> = found.iter().map(|one| one["code"].as_str().expect("a code")).collect();
        found.sort_unstable();
        assert_eq!(found.join(" "), codes, "{arguments}");
    }
}

#[test]
fn rejects_invalid_usage() {
    let sandbox = Sandbox::with(&[("Dockerfile", "FROM scratch\n")]);
    for arguments in [
        "--build-arg =a",
        "--build-arg DOCKWRIGHT_TEST_NOT_SET",
        "--build-arg BUILDKIT_DOCKERFILE_CHECK=nope",
        "--platform a/b/c/d",
        "--platform nonsense",
        "--target a --target b",
        "--context missing",
        "--context Dockerfile",
    ] {
        let run = sandbox.run(&format!("check {arguments}"));
        assert_eq!(run.code, 2, "{arguments}: {run:?}");
        assert!(run.out.is_empty() && !run.err.is_empty(), "{arguments}: {run:?}");
    }
}

#[test]
fn experimental_checks_run_where_they_are_asked_for() {
    let about = "# note\nARG V=1\nFROM debian:$V\n";
    let asking = format!("# check=experimental=all\n{about}");
    let sandbox = Sandbox::with(&[("Dockerfile", about), ("asking/Dockerfile", &asking)]);
    for (arguments, found) in [
        ("Dockerfile", false),
        ("Dockerfile --select buildkit", false),
        ("Dockerfile --select InvalidDefinitionDescription", true),
        ("Dockerfile --extend-select InvalidDefinitionDescription", true),
        ("asking/Dockerfile", true),
        ("asking/Dockerfile --select buildkit", true),
        ("asking/Dockerfile --ignore InvalidDefinitionDescription", false),
    ] {
        let run = sandbox.run(&format!("check {arguments}"));
        assert_eq!(run.out.contains("InvalidDefinitionDescription"), found, "{arguments}: {run:?}");
    }
}

#[test]
fn a_file_that_fails_with_its_warnings_has_errors() {
    let text = "# check=error=true\nFROM scratch as a\n";
    let sandbox = Sandbox::with(&[("Dockerfile", text), ("b/Dockerfile", &text.replace("true", "false"))]);
    assert_eq!(sandbox.run("check Dockerfile --select buildkit --fail-on error").code, 1);
    assert_eq!(sandbox.run("check b/Dockerfile --select buildkit --fail-on error").code, 0);
}

#[test]
fn context_decides_what_is_an_archive() {
    let file = "FROM debian:12\nADD entrypoint /x/\nADD rootfs /\nADD src /src/\nUSER 1000\nCMD [\"/x\"]\n";
    let sandbox = Sandbox::with(&[
        ("Dockerfile", file),
        ("entrypoint", "#!/bin/sh\n"),
        ("rootfs", "\u{1f}"),
        ("src/main.c", "\n"),
    ]);
    sandbox.write("rootfs", b"\x1f\x8b\x08 and so on");
    let run = sandbox.run("check --select DL3020 --fix --context .");
    assert_eq!(run.files(), ["Dockerfile"], "{run:?}");
    let fixed = file.replace("ADD entrypoint", "COPY entrypoint").replace("ADD src", "COPY src");
    assert_eq!(sandbox.read("Dockerfile"), fixed);
}
