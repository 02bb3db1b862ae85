//! `--since`. The tests run git if it is installed; otherwise they check the error.

use std::path::Path;

use super::{LATEST, Run, Sandbox};

/// Runs git in the sandbox; `None` if git is not installed.
pub(super) fn git(sandbox: &Sandbox, arguments: &str) -> Option<()> {
    let mut command = sandbox.command(Path::new("git"));
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]);
    let output = command.args(arguments.split(' ')).output().ok()?;
    assert!(output.status.success(), "git {arguments}: {}", String::from_utf8_lossy(&output.stderr));
    Some(())
}

fn check(sandbox: &Sandbox, arguments: &str) -> Run {
    let path = std::env::var("PATH").unwrap_or_default();
    sandbox.run_with(
        &format!("check --select DL3007,DL3003,DL3020 {arguments}"),
        "",
        &[("PATH", path.as_str())],
    )
}

#[test]
fn a_renamed_file_is_compared_with_the_old_one() {
    let text = "FROM debian:latest\nENV A=1 B=2\nLABEL a=b c=d\nEXPOSE 80\nCMD [\"true\"]\n";
    let sandbox = Sandbox::with(&[("Dockerfile", text), ("old/Dockerfile", text)]);
    std::fs::remove_dir(sandbox.path(".git")).expect("our directory");
    let Some(()) = git(&sandbox, "init -q") else { return };
    git(&sandbox, "add -A");
    git(&sandbox, "commit -qm one");
    git(&sandbox, "mv old/Dockerfile web.Dockerfile");
    git(&sandbox, "mv Dockerfile app.Dockerfile");
    sandbox.write("app.Dockerfile", text.replace("EXPOSE 80\n", "EXPOSE 80\nADD a.py /\n"));
    let run = check(&sandbox, "--since HEAD");
    let found = "app.Dockerfile:5:1: ";
    assert!(run.code == 1 && run.out.starts_with(found) && run.out.lines().count() == 1, "{run:?}");
}

#[test]
fn only_changed_lines_are_reported() {
    let sandbox = Sandbox::with(&[
        ("Dockerfile", "FROM debian:latest\nADD a.py /srv/\nCMD [\"true\"]\n"),
        ("same/Dockerfile", LATEST),
        ("odd näme/\"q\".Dockerfile", LATEST),
    ]);
    std::fs::remove_dir(sandbox.path(".git")).expect("our directory");
    let Some(()) = git(&sandbox, "init -q") else { return };
    git(&sandbox, "add -A");
    git(&sandbox, "commit -qm one");
    let run = check(&sandbox, "--since HEAD");
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{run:?}");
    assert_eq!(run.err, "dockwright: no Dockerfiles changed since `HEAD`\n");
    git(&sandbox, "checkout -qb topic");
    sandbox.write(
        "Dockerfile",
        "FROM debian:latest\nENV A=1\nADD a.py /srv/\nRUN \\\n    cd /x\nCMD [\"true\"]\n",
    );
    sandbox.write("odd näme/\"q\".Dockerfile", "FROM ubuntu:latest\nCMD [\"true\"]\n");
    sandbox.write("new/Dockerfile", LATEST);
    let changed = "Dockerfile:5:5: warning DL3003 `cd` changes the directory for this `RUN` only; use `WORKDIR`, or pass the directory to the program (`make -C dir`)\n\
        new/Dockerfile:1:13: warning DL3007 `debian:latest` changes over time; pin a version or a digest, or run `dockwright pin`\n\
        odd näme/\"q\".Dockerfile:1:13: warning DL3007 `ubuntu:latest` changes over time; pin a version or a digest, or run `dockwright pin`\n";
    let run = check(&sandbox, "--since HEAD");
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (1, changed, ""));
    git(&sandbox, "add -A");
    git(&sandbox, "commit -qm two");
    // Later commits of the other branch do not belong to the changes.
    git(&sandbox, "checkout -q main");
    sandbox.write("same/Dockerfile", "FROM ubuntu:latest\nCMD [\"true\"]\n");
    git(&sandbox, "commit -qam three");
    git(&sandbox, "checkout -q topic");
    assert_eq!(check(&sandbox, "--since main").out, changed);
    assert_eq!(check(&sandbox, "--since main same Dockerfile").files(), ["Dockerfile"]);
    assert_eq!(check(&sandbox, "--since HEAD").out, "");
    let json = check(&sandbox, "--since main --format json").out;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((&json["summary"]["files"], &json["summary"]["warning"]), (&3.into(), &3.into()));
    for (reference, said) in [
        ("nowhere", "`--since nowhere`: not a commit, branch or tag in"),
        ("--output=x", "`--since --output=x`: not a commit, branch or tag in"),
    ] {
        let run = check(&sandbox, &format!("--since={reference}"));
        assert!(run.code == 2 && run.err.contains(said) && run.err.lines().count() == 2, "{run:?}");
    }
}

#[test]
fn reports_missing_requirements() {
    let sandbox = Sandbox::with(&[("Dockerfile", LATEST)]);
    let run = sandbox.run_with("check --since HEAD", "", &[("PATH", "/nowhere")]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    insta::assert_snapshot!(run.err);
    let run = sandbox.run_with("check --since HEAD -", LATEST, &[]);
    assert_eq!(run.code, 2);
    insta::assert_snapshot!(run.err);
    assert_eq!(sandbox.run("check --since HEAD --fix").code, 2);
    std::fs::remove_dir(sandbox.path(".git")).expect("our directory");
    // A temporary directory may be inside a repository; then the error is about that one.
    let run = sandbox.run_with("check --since HEAD", "", &[("PATH", "/nowhere")]);
    assert!(run.code == 2 && run.err.contains("`--since`: "), "{run:?}");
}
