//! `optimize --since`: which Dockerfiles a change affects, what is printed, and limits of growth.

use super::generated::{is_valid, strict};
use super::since::git;
use super::{Run, Sandbox};

const APP: &str = "FROM debian:12-slim\nCOPY src /srv\nCMD [\"true\"]\n";
const OTHER: &str = "FROM debian:12-slim\nCOPY data /data\nCMD [\"true\"]\n";

fn optimize(sandbox: &Sandbox, arguments: &str) -> Run {
    let path = std::env::var("PATH").unwrap_or_default();
    sandbox.run_with(&format!("optimize {arguments}"), "", &[("PATH", path.as_str())])
}

/// A repository with one commit on `main`, on the branch `topic`; `None` without git.
fn repository(files: &[(&str, &str)]) -> Option<Sandbox> {
    let sandbox = Sandbox::with(files);
    std::fs::remove_dir(sandbox.path(".git")).expect("our directory");
    git(&sandbox, "init -q")?;
    git(&sandbox, "add -A");
    git(&sandbox, "commit -qm one");
    git(&sandbox, "checkout -qb topic");
    Some(sandbox)
}

fn two_applications() -> Option<Sandbox> {
    repository(&[
        ("app/Dockerfile", APP),
        ("app/src/main.py", "12345"),
        ("app/src/notes.md", "notes"),
        ("app/.dockerignore", "**/*.md\n"),
        ("other/Dockerfile", OTHER),
        ("other/data/a", "a"),
    ])
}

/// The files in a JSON report.
fn files(run: &Run) -> Vec<String> {
    let json: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    let files = json["files"].as_array().expect("files");
    files.iter().map(|file| file["file"].as_str().expect("a name").to_string()).collect()
}

#[test]
fn only_affected_files_are_reported() {
    let Some(sandbox) = two_applications() else { return };
    let run = optimize(&sandbox, "--since main");
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{run:?}");
    assert_eq!(run.err, "dockwright: no Dockerfiles are affected by changes since `main`\n");
    let run = optimize(&sandbox, "--since main --format markdown");
    assert_eq!(run.out, "### Dockerfile costs since `main`\n\nNo Dockerfile is affected.\n");
    for (path, content, affected) in [
        ("app/src/main.py", "123456789", &["app/Dockerfile"][..]),
        // The ignore file excludes it.
        ("app/src/notes.md", "longer notes", &[]),
        ("app/unused", "x", &[]),
        ("other/data/b", "bb", &["other/Dockerfile"]),
        ("app/.dockerignore", "", &["app/Dockerfile"]),
        ("app/Dockerfile", "FROM debian:12-slim\nCMD [\"true\"]\n", &["app/Dockerfile"]),
        ("third/Dockerfile", APP, &["third/Dockerfile"]),
    ] {
        sandbox.write(path, content);
        let run = optimize(&sandbox, "--since main --format json");
        assert_eq!(files(&run), affected, "{path} {run:?}");
        git(&sandbox, "add -A");
        git(&sandbox, "commit -qm change");
        assert_eq!(files(&optimize(&sandbox, "--since main --format json")), affected, "{path}");
        assert_eq!(files(&optimize(&sandbox, "--since HEAD --format json")), [""; 0], "{path}");
        git(&sandbox, "reset -q --hard main");
    }
}

#[test]
fn changes_are_taken_from_the_merge_base() {
    let Some(sandbox) = two_applications() else { return };
    sandbox.write("app/src/main.py", "123456789");
    git(&sandbox, "commit -qam topic");
    git(&sandbox, "checkout -q main");
    sandbox.write("other/data/a", "another text");
    git(&sandbox, "commit -qam main");
    git(&sandbox, "checkout -q topic");
    assert_eq!(files(&optimize(&sandbox, "--since main --format json")), ["app/Dockerfile"]);
    // Files that git ignores are in both contexts.
    sandbox.write(".gitignore", "ignored\n");
    sandbox.write("other/data/ignored", "x".repeat(100));
    sandbox.write("other/Dockerfile", format!("{OTHER}EXPOSE 80\n"));
    let json: serde_json::Value =
        serde_json::from_str(&optimize(&sandbox, "--since HEAD --format json").out).expect("JSON");
    assert_eq!((&json["since"], &json["files"][0]["change"]["layers"]), (&"HEAD".into(), &0.into()));
    assert_eq!(json["files"][0]["file"], "other/Dockerfile");
    for version in ["before", "after"] {
        assert_eq!(json["files"][0][version]["added"]["known"], 101, "{version}");
    }
}

#[test]
fn both_versions_are_compared() {
    let Some(sandbox) = two_applications() else { return };
    sandbox.write("app/src/main.py", "x".repeat(2_000_005));
    sandbox.write(
        "app/Dockerfile",
        "FROM debian:12-slim\nRUN apt-get update && apt-get install -y --no-install-recommends tree\nCOPY src /srv\n\
         CMD [\"true\"]\n",
    );
    let run = optimize(&sandbox, "--since main");
    assert_eq!(run.code, 0, "{run:?}");
    let lines: Vec<&str> = run.out.lines().map(str::trim_end).collect();
    assert_eq!(lines[0], "app/Dockerfile");
    for part in [
        " more\n",
        "  Layers                                        1 → 2            1 more\n",
        "  New problems\n",
    ] {
        assert!(run.out.contains(part), "{part} is not in\n{}", run.out);
    }
    assert!(run.out.contains("line 2     DL3009 "), "{}", run.out);
    assert!(!run.out.contains("+~") && !run.out.contains("Resolved"), "{}", run.out);
    let page = optimize(&sandbox, "--since main --format markdown").out;
    for part in [
        "### Dockerfile costs since `main`\n\n**app/Dockerfile**: image ",
        " larger (",
        ", 1 new problem\n\n| app/Dockerfile | before | after | |\n| --- | ---: | ---: | ---: |\n| Image | ",
        "| Layers | 1 | 2 | 1 more |\n",
        "<details><summary>New problems (1)</summary>\n\n| line | problem | saves | code |\n",
        "\n\n</details>\n",
    ] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
    // The opposite case.
    git(&sandbox, "commit -qam topic");
    git(&sandbox, "checkout -q -b back");
    sandbox.write("app/src/main.py", "12345");
    sandbox.write("app/Dockerfile", APP);
    let run = optimize(&sandbox, "--since topic");
    for part in [" less\n", " 1 fewer\n", "  Problems no longer reported\n    line 2     DL3009 "] {
        assert!(run.out.contains(part), "{part} is not in\n{}", run.out);
    }
}

#[test]
fn a_new_file_has_no_earlier_version() {
    let Some(sandbox) = two_applications() else { return };
    sandbox.write("app/web.Dockerfile", APP);
    let run = optimize(&sandbox, "--since main --format markdown");
    for part in ["**app/web.Dockerfile**: new, image ", "| Layers | – | 1 |  |\n"] {
        assert!(run.out.contains(part), "{part} is not in\n{}", run.out);
    }
    // There is no old version to compare with, but other limits apply.
    assert_eq!(optimize(&sandbox, "--since main --fail-on added>+1B").code, 0);
    assert_eq!(optimize(&sandbox, "--since main --fail-on added>1B").code, 1);
}

#[test]
fn a_renamed_file_is_compared_with_the_old_one() {
    const LONGER: &str = "FROM debian:12-slim\n# A comment, so that git recognizes the file after a small change\n\
                          COPY src /srv\nCMD [\"true\"]\n";
    let Some(sandbox) =
        repository(&[("app/Dockerfile", LONGER), ("app/src/main.py", "12345"), ("app/src/lib.py", "1")])
    else {
        return;
    };
    git(&sandbox, "mv app/Dockerfile app/web.Dockerfile");
    sandbox.write("app/web.Dockerfile", format!("{LONGER}RUN touch /a\n"));
    let run = optimize(&sandbox, "--since main --fail-on layers>+0");
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.contains(" 1 → 2 "), "{}", run.out);
    // Its build context is renamed, too.
    git(&sandbox, "reset -q --hard");
    git(&sandbox, "mv app web");
    sandbox.write("web/src/main.py", "x".repeat(2_000_005));
    let run = optimize(&sandbox, "--since main --fail-on added>+1MB");
    assert_eq!(
        run.err, "dockwright: web/Dockerfile: size of the added layers grows by 2 MB, limit is 1 MB\n",
        "{run:?}"
    );
}

#[test]
fn json_follows_its_schema() {
    let Some(sandbox) = two_applications() else { return };
    sandbox.write("app/Dockerfile", "FROM debian:12-slim\nRUN apt-get update\nCMD [\"true\"]\n");
    sandbox.write("other/web.Dockerfile", "FROM scratch\n");
    let run = optimize(&sandbox, "--since main --format json");
    assert_eq!(files(&run), ["app/Dockerfile", "other/web.Dockerfile"]);
    assert!(!run.out.contains("-0.0") && !optimize(&sandbox, "--format json").out.contains("-0.0"));
    is_valid(&strict(dockwright::report::optimize::comparison_schema()), &run.out);
}

#[test]
fn growth_is_limited() {
    let Some(sandbox) = two_applications() else { return };
    sandbox.write("app/src/main.py", "x".repeat(2_000_005));
    for (limits, code) in [
        ("image>+1MB", 1),
        ("image>+3MB", 0),
        ("added>+1MB", 1),
        ("added>+100%", 1),
        ("image>+100%", 0),
        ("layers>+0", 0),
        ("rebuild>+1s", 0),
        ("image>+3MB,added>1MB", 1),
        ("image>+3MB,added>3MB", 0),
    ] {
        let run = optimize(&sandbox, &format!("--since main --fail-on {limits}"));
        assert_eq!(run.code, code, "{limits} {run:?}");
        assert_eq!(run.err.contains("dockwright: app/Dockerfile: "), code == 1, "{limits} {run:?}");
    }
    let run = optimize(&sandbox, "--since main --fail-on added>+1MB");
    assert_eq!(
        run.err,
        "dockwright: app/Dockerfile: size of the added layers grows by 2 MB, limit is 1 MB\n"
    );
}

#[test]
fn errors_name_the_cause() {
    let Some(sandbox) = two_applications() else { return };
    for (arguments, cause) in [
        ("--since nowhere", "`--since nowhere`: not a commit, branch or tag in"),
        ("--since main --format html", "`--since` cannot be used with `--format html`"),
        ("--since main -", "`--since` cannot be used with standard input"),
        ("--since main --fix", "cannot be used with"),
        ("--since main --write-dockerignore", "cannot be used with"),
    ] {
        let run = optimize(&sandbox, arguments);
        assert!(run.code == 2 && run.err.contains(cause), "{arguments} {run:?}");
    }
}
