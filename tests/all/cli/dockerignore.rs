//! `optimize --write-dockerignore`: when a file is created, and its content.

use super::Sandbox;

const COPIES_ALL: &str = "FROM debian:12-slim\nWORKDIR /srv\nCOPY . .\nCMD [\"true\"]\n";

/// A context with files that the image does not need.
fn context(dockerfile: &str) -> Sandbox {
    let sandbox = Sandbox::with(&[
        ("Dockerfile", dockerfile),
        ("src/main.js", "1"),
        ("package.json", "{}"),
        ("node_modules/a/index.js", "1"),
        (".env", "TOKEN=1"),
        ("debug.log", "x"),
    ]);
    sandbox.write(".git/HEAD", "ref: refs/heads/main\n");
    sandbox
}

fn lines(sandbox: &Sandbox, path: &str) -> Vec<String> {
    sandbox.read(path).lines().map(str::to_string).collect()
}

#[test]
fn the_proposed_file_is_created() {
    let sandbox = context(COPIES_ALL);
    let run = sandbox.run("optimize --write-dockerignore");
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{run:?}");
    assert_eq!(run.err, "dockwright: created `.dockerignore`\n");
    let written = lines(&sandbox, ".dockerignore");
    for line in [".git", "node_modules", ".env"] {
        assert!(
            written.iter().any(|one| one.trim_start_matches("**/").trim_end_matches('/') == line),
            "{written:?}"
        );
    }
    assert!(!written.iter().any(|line| line.contains("src") || line.contains("package.json")), "{written:?}");
    // The result has nothing more to exclude, and a second run changes nothing.
    let run = sandbox.run("optimize --select DW1106,DW3001");
    assert!(run.code == 0 && run.out.contains("No problems found."), "{run:?}");
    let again = sandbox.run("optimize --write-dockerignore");
    let note =
        "dockwright: Dockerfile: `.dockerignore` already excludes everything that dockwright proposes\n";
    assert_eq!((again.code, again.out.as_str(), again.err.as_str()), (0, "", note), "{again:?}");
    assert_eq!(lines(&sandbox, ".dockerignore"), written);
}

#[test]
fn the_report_names_the_command() {
    let sandbox = context(COPIES_ALL);
    let advice = "can be excluded. ";
    assert!(!sandbox.run("optimize").out.contains(advice), "a few bytes are not worth a file");
    sandbox.write("debug.log", "x".repeat(2_000));
    let out = sandbox.run("optimize").out;
    assert!(
        out.contains(advice) && out.contains("`dockwright optimize --write-dockerignore Dockerfile`.\n"),
        "{out}"
    );
    let out = sandbox.run_with("optimize -", COPIES_ALL, &[]).out;
    assert!(!out.contains("--write-dockerignore -"), "{out}");
}

#[test]
fn an_existing_file_is_not_changed() {
    let sandbox = context(COPIES_ALL);
    sandbox.write(".dockerignore", "debug.log\n");
    let run = sandbox.run("optimize --write-dockerignore");
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{run:?}");
    let (first, rest) = run.err.split_once('\n').expect("two lines");
    assert_eq!(first, "dockwright: `.dockerignore` exists and is not changed; add these lines to it:");
    assert!(rest.contains("node_modules") && rest.contains(".env") && !rest.contains("debug.log"), "{run:?}");
    assert_eq!(sandbox.read(".dockerignore"), "debug.log\n");
}

#[test]
fn what_a_dockerfile_copies_is_not_excluded() {
    let named = "FROM debian:12-slim\nCOPY . /srv\nCOPY node_modules /deps\nCOPY .env /srv/.env\n";
    let sandbox = context(named);
    sandbox.run("optimize --write-dockerignore");
    let written = lines(&sandbox, ".dockerignore");
    assert!(written.iter().any(|line| line.contains(".git")), "{written:?}");
    assert!(
        !written.iter().any(|line| line.contains("node_modules") || line.ends_with(".env")),
        "{written:?}"
    );
    // Two Dockerfiles of one context: only files that neither needs.
    let sandbox = context(COPIES_ALL);
    sandbox.write("deps.Dockerfile", "FROM debian:12-slim\nCOPY . /srv\nCOPY node_modules /deps\n");
    let run = sandbox.run("optimize --write-dockerignore");
    assert_eq!(run.err, "dockwright: created `.dockerignore`\n", "{run:?}");
    assert!(!sandbox.read(".dockerignore").contains("node_modules"), "{}", sandbox.read(".dockerignore"));
}

#[test]
fn nothing_is_written_without_a_context() {
    for (dockerfile, said) in [
        ("FROM debian:12-slim\nCOPY missing /srv\n", "the build context is unknown; use `--context DIR`"),
        ("FROM debian:12-slim\nCMD [\"true\"]\n", ""),
    ] {
        let sandbox = context(dockerfile);
        let run = sandbox.run("optimize --write-dockerignore");
        assert!(run.code == 0 && run.err.contains(said), "{dockerfile} {run:?}");
        assert!(!sandbox.path(".dockerignore").exists(), "{dockerfile}");
    }
    for arguments in ["--no-context", "--since HEAD", "--diff"] {
        let run = context(COPIES_ALL).run(&format!("optimize --write-dockerignore {arguments}"));
        assert_eq!(run.code, 2, "{arguments} {run:?}");
    }
}

#[test]
fn the_context_may_be_elsewhere() {
    let sandbox = context(COPIES_ALL);
    sandbox.write("docker/Dockerfile", COPIES_ALL);
    let run = sandbox.run("optimize --write-dockerignore --context . docker/Dockerfile");
    assert_eq!((run.code, run.err.as_str()), (0, "dockwright: created `.dockerignore`\n"), "{run:?}");
    assert!(sandbox.read(".dockerignore").contains("node_modules"));
}

#[test]
fn fixes_that_need_the_file_are_applied_in_the_same_run() {
    let text = "FROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD [\"node\", \"src/main.js\"]\n";
    let lock = r#"{"name": "a", "lockfileVersion": 3, "packages": {"": {"name": "a"}}}"#;
    let sandbox = context(text);
    sandbox.write("package-lock.json", lock);
    let arguments = "optimize --fix --unsafe-fixes=mid --select DW1104";
    sandbox.run(arguments);
    assert_eq!(sandbox.read("Dockerfile"), text);
    let run = sandbox.run(&format!("{arguments} --write-dockerignore"));
    assert!(run.code == 0 && run.err.contains("created `.dockerignore`"), "{run:?}");
    let fixed = sandbox.read("Dockerfile");
    assert!(fixed.contains("COPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\n"), "{fixed}");
}

#[cfg(unix)]
#[test]
fn a_directory_that_cannot_be_written_is_an_error() {
    let sandbox = context(COPIES_ALL);
    std::fs::create_dir(sandbox.path("elsewhere")).expect("a directory");
    // Its target does not exist, so nothing can be created there.
    std::os::unix::fs::symlink("/nowhere/at/all", sandbox.path("link")).expect("a link");
    std::fs::rename(sandbox.path("link"), sandbox.path(".dockerignore")).expect("a link");
    let run = sandbox.run("optimize --write-dockerignore");
    assert!(run.code == 2 || run.err.contains("exists and is not changed"), "{run:?}");
    assert!(!sandbox.path(".dockerignore").exists());
}
