//! Which files are linted.

use super::{CLEAN, LATEST, Sandbox};

/// The files that `check --show-files` lists.
fn shown_files(sandbox: &Sandbox, arguments: &str) -> Vec<String> {
    let run = sandbox.run(&format!("check --show-files {arguments}"));
    run.out.lines().map(str::to_string).collect()
}

#[test]
fn a_walk_finds_dockerfiles_by_name() {
    let sandbox = Sandbox::empty();
    let found = [
        ".devcontainer/Dockerfile",
        "Containerfile",
        "Dockerfile",
        "Dockerfile-dev",
        "Dockerfile.go",
        "Dockerfile.prod",
        "a/b/web.dockerfile",
        "a/containerfile.x",
    ];
    for path in found {
        sandbox.write(path, LATEST);
    }
    sandbox.write("Dockerfile.py", "import os\n");
    for path in [
        ".git/Dockerfile",
        "a/node_modules/x/Dockerfile",
        "vendor/Dockerfile",
        ".venv/Dockerfile",
        "Dockerfile.md",
        "Dockerfile.j2",
        "Dockerfile.dockerignore",
        "x.txt",
    ] {
        sandbox.write(path, LATEST);
    }
    assert_eq!(shown_files(&sandbox, ""), found);
    assert_eq!(sandbox.run("check").files(), found);
    assert_eq!(shown_files(&sandbox, "vendor"), ["vendor/Dockerfile"]);
    assert_eq!(shown_files(&sandbox, "x.txt Dockerfile.md"), ["Dockerfile.md", "x.txt"]);
    assert_eq!(
        shown_files(&sandbox, "--force-exclude x.txt Dockerfile.md Dockerfile vendor/Dockerfile"),
        ["Dockerfile"]
    );
    assert_eq!(
        shown_files(&sandbox, "a ./a a/b/web.dockerfile a/../a"),
        ["a/b/web.dockerfile", "a/containerfile.x"]
    );
}

#[test]
fn gitignore_counts_in_a_walk() {
    let sandbox = Sandbox::with(&[("a/Dockerfile", CLEAN), ("b/Dockerfile", CLEAN), (".gitignore", "b/\n")]);
    assert_eq!(shown_files(&sandbox, ""), ["a/Dockerfile"]);
    assert_eq!(shown_files(&sandbox, "--no-respect-gitignore"), ["a/Dockerfile", "b/Dockerfile"]);
    assert_eq!(shown_files(&sandbox, "b/Dockerfile"), ["b/Dockerfile"]);
}

#[test]
fn files_are_excluded_by_patterns() {
    let sandbox = Sandbox::with(&[
        ("a/Dockerfile", CLEAN),
        ("third_party/x/Dockerfile", CLEAN),
        ("c/old.Dockerfile", CLEAN),
        ("dockwright.toml", "exclude = [\"third_party/**\"]\n"),
    ]);
    assert_eq!(shown_files(&sandbox, ""), ["a/Dockerfile", "c/old.Dockerfile"]);
    assert_eq!(shown_files(&sandbox, "--exclude *.Dockerfile"), ["a/Dockerfile"]);
    assert_eq!(shown_files(&sandbox, "--exclude a --exclude c"), [""; 0]);
    assert_eq!(shown_files(&sandbox, "third_party/x/Dockerfile"), ["third_party/x/Dockerfile"]);
    assert_eq!(
        shown_files(&sandbox, "--force-exclude third_party/x/Dockerfile a/Dockerfile"),
        ["a/Dockerfile"]
    );
    let run = sandbox.run("check --exclude [");
    assert_eq!(run.code, 2);
    assert!(run.err.contains("`--exclude [`"), "{run:?}");
}

#[test]
fn templates_are_not_linted_unless_named() {
    let sandbox = Sandbox::with(&[("Dockerfile", "FROM {{ base }}:latest\nRUN {{ x }}\n")]);
    for arguments in ["check", "check --force-exclude Dockerfile"] {
        let run = sandbox.run(arguments);
        let said = "Dockerfile:1:1: info DW0011 the file looks like a template, so it is not checked; \
                    check the generated Dockerfile, or skip the template with `exclude`\n";
        assert_eq!((run.code, run.out.as_str()), (0, said), "{arguments}");
    }
    assert!(!sandbox.run("check Dockerfile").out.contains("DW0011"));
    assert_eq!(sandbox.run("check --ignore DW0011").out, "");
    assert_eq!(sandbox.run("check --select DL3007").out, "");
    assert!(sandbox.run("rule DW0011").out.starts_with("DW0011 template-not-checked\n"));
}

#[cfg(unix)]
#[test]
fn follows_no_link_cycles() {
    use std::os::unix::fs::symlink;
    let sandbox = Sandbox::with(&[("a/Dockerfile", LATEST)]);
    symlink(sandbox.path("."), sandbox.path("a/up")).expect("a link");
    symlink("there", sandbox.path("a/back")).expect("a link");
    symlink("back", sandbox.path("a/there")).expect("a link");
    symlink(sandbox.path("a/Dockerfile"), sandbox.path("Dockerfile.copy")).expect("a link");
    symlink("loop.Dockerfile", sandbox.path("loop.Dockerfile")).expect("a link");
    let run = sandbox.run("check");
    assert_eq!(run.files(), ["a/Dockerfile", "loop.Dockerfile"], "{run:?}");
    assert_eq!(run.code, 2);
}

#[cfg(unix)]
#[test]
fn unreadable_directory_does_not_stop_search() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::with(&[("a/Dockerfile", LATEST), ("locked/Dockerfile", LATEST)]);
    let mode = |mode| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(sandbox.path("locked"), permissions).expect("our directory");
    };
    mode(0o000);
    let is_locked = std::fs::read_dir(sandbox.path("locked")).is_err();
    let run = sandbox.run("check");
    mode(0o755);
    // For root, no file is unreadable.
    if is_locked {
        assert_eq!((run.code, run.files()), (2, vec!["a/Dockerfile"]));
        assert!(run.err.contains("locked"), "{run:?}");
    } else {
        assert_eq!((run.code, run.files()), (1, vec!["a/Dockerfile", "locked/Dockerfile"]));
    }
}

#[test]
fn nested_ignore_files_count() {
    let sandbox = Sandbox::empty();
    for path in [
        "a/Dockerfile",
        "a/b/Dockerfile",
        "a/keep/Dockerfile",
        "c/Dockerfile",
        "d/Dockerfile",
        "e/x.Dockerfile",
    ] {
        sandbox.write(path, CLEAN);
    }
    sandbox.write(".gitignore", "/c/\n*.Dockerfile\n");
    sandbox.write("a/.gitignore", "*\n!keep/\n!keep/**\n");
    sandbox.write("e/.gitignore", "!x.Dockerfile\n");
    sandbox.write("d/.ignore", "Dockerfile\n");
    assert_eq!(shown_files(&sandbox, ""), ["a/keep/Dockerfile", "e/x.Dockerfile"]);
    // The ignore files above a directory on the command line apply to its content, but not to the directory itself.
    assert_eq!(
        shown_files(&sandbox, "c e a/b a/keep"),
        ["a/keep/Dockerfile", "c/Dockerfile", "e/x.Dockerfile"]
    );
}

#[test]
fn a_large_repository_is_walked_whole() {
    let sandbox = Sandbox::empty();
    let mut found = Vec::new();
    for number in 0..5_000 {
        let directory = format!("{:02}/{:02}/{number:04}", number % 10, number / 10 % 50);
        std::fs::create_dir_all(sandbox.path(&directory)).expect("a new directory");
        let ignored = number % 10 == 9;
        if number % 5 < 2 || ignored {
            let name = if number % 2 == 0 { "Dockerfile" } else { "Dockerfile.prod" };
            sandbox.write(&format!("{directory}/{name}"), CLEAN);
            if !ignored {
                found.push(format!("{directory}/{name}"));
            }
        }
    }
    sandbox.write(".gitignore", "/09/\n");
    found.sort();
    assert_eq!(found.len(), 2_000);
    assert_eq!(shown_files(&sandbox, ""), found);
    let json = sandbox.run("check --select DL3007 --format json").out;
    assert!(json.contains("\"summary\":{\"files\":2000,\"error\":0,"), "{json}");
}

#[test]
fn a_named_directory_without_a_dockerfile_is_an_error() {
    let sandbox = Sandbox::with(&[("app/Dockerfile", CLEAN), ("docs/README.md", ""), ("empty/.keep", "")]);
    for command in ["check", "optimize"] {
        let run = sandbox.run(&format!("{command} app docs"));
        let expected = "dockwright: error: no Dockerfiles found in `docs`\n  \
                        help: name the Dockerfiles, or a directory that contains some\n";
        assert_eq!((run.code, run.err.as_str()), (2, expected), "{command}");
        assert_eq!(sandbox.run(&format!("{command} app")).code, 0, "{command}");
        // A hook passes the changed files.
        assert_eq!(sandbox.run(&format!("{command} --force-exclude docs")).code, 0, "{command}");
    }
    let run = Sandbox::empty().run("check");
    assert_eq!((run.code, run.err.as_str()), (0, "dockwright: no Dockerfiles found in `.`\n"));
}

#[test]
fn excluded_files_are_not_missing() {
    let sandbox = Sandbox::with(&[
        ("old/Dockerfile", CLEAN),
        ("old/web.Dockerfile", CLEAN),
        ("dockwright.toml", "exclude = [\"old/web*\"]\n"),
    ]);
    for (arguments, note) in [
        ("--force-exclude old/web.Dockerfile", "`old/web.Dockerfile` (1 file excluded)"),
        ("--force-exclude --exclude old old/Dockerfile", "`old/Dockerfile` (1 file excluded)"),
        ("--exclude old/Dockerfile old", "`old` (2 files excluded)"),
    ] {
        for command in ["check", "optimize", "format --check", "pin --check"] {
            let run = sandbox.run(&format!("{command} {arguments}"));
            let expected = format!("dockwright: no Dockerfiles found in {note}\n");
            assert_eq!((run.code, run.err), (0, expected), "{command} {arguments}");
        }
    }
}

#[test]
fn rejects_zero_threads() {
    let sandbox = Sandbox::with(&[("Dockerfile", CLEAN)]);
    for number in ["0", "-1", "x"] {
        let run = sandbox.run(&format!("check --jobs={number}"));
        assert!(run.code == 2 && run.err.contains(&format!("`--jobs {number}`")), "{run:?}");
    }
    assert_eq!(sandbox.run("check --jobs 1").code, 0);
}

#[test]
fn binary_files_are_reported_once() {
    let sandbox =
        Sandbox::with(&[("Dockerfile", "\u{7f}ELF\0\0a b\nc d\ne\n"), ("text", "FROM a:1\n# \0\n")]);
    let run = sandbox.run("check --select ALL Dockerfile");
    let expected =
        "Dockerfile:1:1: error DW0010 not checked: binary file; name a text file, or exclude this one\n";
    assert_eq!((run.code, run.out.as_str()), (2, expected), "{run:?}");
    sandbox.write("Dockerfile", b"\xff\xfeF\0R\0");
    let run = sandbox.run("check Dockerfile");
    assert!(run.out.ends_with("the file is not UTF-8 text, but UTF-16; save it as UTF-8\n"), "{run:?}");
    assert!(!sandbox.run("check text").out.contains("DW0010"));
    assert_eq!(sandbox.run("hadolint Dockerfile").code, 1);
}
