//! Failures while a file is written: the file has the old or the new content, never anything else.

use std::collections::HashSet;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{Run, Sandbox, run};

const BEFORE: &str = "FROM debian:12 as base\nUSER 1000\nCMD [\"true\"]\n";
const AFTER: &str = "FROM debian:12 AS base\nUSER 1000\nCMD [\"true\"]\n";

fn dockwright() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_dockwright"))
}

/// Runs the program under a limit on the size of the files it writes, which has the effect of a full disk: writes
/// beyond it fail.
fn run_on_full_disk(sandbox: &Sandbox, arguments: &str) -> Option<Run> {
    let sh = Path::new("/bin/sh");
    if !sh.exists() {
        return None;
    }
    let mut command = sandbox.command(sh);
    let line = format!("trap '' XFSZ; ulimit -f 0; exec {} {arguments}", dockwright().display());
    command.args(["-c", &line]);
    Some(run(command, ""))
}

fn names(sandbox: &Sandbox) -> Vec<String> {
    let entries = std::fs::read_dir(sandbox.path(".")).expect("our directory");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_full_disk_leaves_the_old_content() {
    let sandbox = Sandbox::with(&[("Dockerfile", BEFORE)]);
    for arguments in ["check --fix", "check --add-ignores=x --select ALL", "check --fix-only"] {
        let Some(run) = run_on_full_disk(&sandbox, arguments) else { return };
        assert_eq!(run.code, 2, "{arguments} {run:?}");
        assert!(
            arguments.contains("only") || run.out.contains("error DW0010 cannot write file ("),
            "{run:?}"
        );
        assert_eq!(sandbox.read("Dockerfile"), BEFORE);
        assert_eq!(names(&sandbox), [".git", "Dockerfile"], "nothing is left behind");
    }
    sandbox.write("known.json", "old");
    let run = run_on_full_disk(&sandbox, "check --write-baseline known.json").expect("there is a shell");
    assert_eq!((run.code, sandbox.read("known.json").as_str()), (2, "old"), "{run:?}");
    assert!(run.err.contains("known.json: "), "{run:?}");
}

#[test]
fn output_does_not_replace_a_dockerfile() {
    let sandbox = Sandbox::with(&[("Dockerfile", BEFORE), ("old.txt", "old")]);
    for arguments in ["check -o Dockerfile", "check --format json=Dockerfile", "optimize -o Dockerfile"] {
        let run = sandbox.run(arguments);
        assert_eq!((run.code, sandbox.read("Dockerfile").as_str()), (2, BEFORE), "{arguments} {run:?}");
    }
    assert_ne!(sandbox.run("check -o old.txt").code, 2);
    assert_ne!(sandbox.read("old.txt"), "old", "another file is replaced");
}

#[test]
fn output_may_be_a_pipe() {
    let sandbox = Sandbox::with(&[("Dockerfile", BEFORE)]);
    let run = sandbox.run("check --format json -o /dev/stdout");
    assert!(run.code != 2 && run.out.contains("FromAsCasing"), "{run:?}");
}

#[test]
fn a_full_disk_leaves_files_with_hard_links_alone() {
    let sandbox = Sandbox::with(&[("Dockerfile", BEFORE)]);
    std::fs::hard_link(sandbox.path("Dockerfile"), sandbox.path("other")).expect("a link");
    let Some(run) = run_on_full_disk(&sandbox, "check --fix") else { return };
    assert_eq!((run.code, sandbox.read("other").as_str()), (2, BEFORE), "{run:?}");
    let run = sandbox.run("check --fix");
    assert_eq!((run.code, sandbox.read("other").as_str()), (0, AFTER), "{run:?}");
    assert!(
        run.err.contains("Dockerfile: written in place, because the file has several hard links\n"),
        "{run:?}"
    );
    assert_eq!(names(&sandbox), [".git", "Dockerfile", "other"]);
}

/// `DOCKWRIGHT_SMALL_DISK` names a directory on a file system of a few kilobytes:
/// `mount -t tmpfs -o size=16k none DIRECTORY`.
#[test]
#[ignore = "needs a small file system at DOCKWRIGHT_SMALL_DISK"]
fn a_really_full_disk_leaves_the_old_content() {
    let directory = PathBuf::from(std::env::var("DOCKWRIGHT_SMALL_DISK").expect("a directory is named"));
    let (file, other) = (directory.join("Dockerfile"), directory.join("other"));
    // Larger than the remaining space.
    let before = format!("{BEFORE}{}", "# words\n".repeat(800));
    for linked in [false, true] {
        let _ = std::fs::remove_file(&other);
        std::fs::write(&file, &before).expect("there is room");
        let filler = directory.join("filler");
        let _ = std::fs::write(&filler, vec![b'x'; 1 << 20]);
        if linked {
            std::fs::hard_link(&file, &other).expect("a link");
        }
        let mut command = Command::new(dockwright());
        command.env_clear().current_dir(&directory).args(["check", "--isolated", "--fix", "Dockerfile"]);
        let run = run(command, "");
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.out.contains("DW0009"), "{run:?}");
        assert_eq!(std::fs::read_to_string(&file).expect("it is there"), before);
        std::fs::remove_file(&filler).expect("it is ours");
    }
}

#[test]
fn read_only_files_are_left_alone() {
    let sandbox = Sandbox::with(&[("Dockerfile", BEFORE), ("b/Dockerfile", BEFORE)]);
    let mode = std::fs::Permissions::from_mode(0o444);
    std::fs::set_permissions(sandbox.path("Dockerfile"), mode).expect("our file");
    let file = sandbox.path("Dockerfile");
    // Root can write to it nevertheless.
    let may_write = std::fs::OpenOptions::new().write(true).open(&file).is_ok();
    let run = sandbox.run("check --fix");
    let refused = run.out.contains(
        "Dockerfile:1:1: error DW0010 cannot write file (permission denied); change the permissions of ",
    );
    assert_eq!((run.code, refused), if may_write { (0, false) } else { (2, true) }, "{run:?}");
    let expected = if may_write { AFTER } else { BEFORE };
    assert_eq!(
        (sandbox.read("Dockerfile").as_str(), sandbox.read("b/Dockerfile").as_str()),
        (expected, AFTER)
    );
    assert_eq!(file.metadata().expect("it is there").mode() & 0o7777, 0o444);
}

#[test]
fn modes_and_links_are_kept() {
    let sandbox = Sandbox::with(&[("real/Dockerfile", BEFORE)]);
    let file = sandbox.path("real/Dockerfile");
    for mode in [0o600, 0o664, 0o755] {
        std::fs::write(&file, BEFORE).expect("our file");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).expect("our file");
        let _ = std::fs::remove_file(sandbox.path("Dockerfile"));
        symlink("real/Dockerfile", sandbox.path("Dockerfile")).expect("a link");
        let run = sandbox.run("check --fix Dockerfile");
        assert_eq!((run.code, sandbox.read("real/Dockerfile").as_str()), (0, AFTER), "{run:?}");
        assert!(sandbox.path("Dockerfile").symlink_metadata().expect("it is there").is_symlink());
        assert_eq!(file.metadata().expect("it is there").mode() & 0o7777, mode);
    }
}

/// Another program writes to the file all the time: the content is always complete, from one of the writers.
#[test]
fn handles_concurrent_file_changes() {
    let sandbox = Sandbox::with(&[("Dockerfile", BEFORE)]);
    let file = sandbox.path("Dockerfile");
    let other = "FROM alpine:3.20 as other\nUSER 1000\nCMD [\"false\"]\n".to_string();
    let allowed: HashSet<String> =
        [BEFORE.to_string(), AFTER.to_string(), other.clone(), other.replace(" as ", " AS ")].into();
    for round in 0..30 {
        let content = if round % 2 == 0 { &other } else { BEFORE };
        let mut child = Command::new(dockwright())
            .env_clear()
            .current_dir(sandbox.path("."))
            .args(["check", "--fix", "Dockerfile"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        std::thread::sleep(Duration::from_micros(300 * round));
        // Like an editor, replaces the file with another one.
        let nearby = sandbox.path("beside");
        std::fs::write(&nearby, content).expect("our file");
        std::fs::rename(&nearby, &file).expect("our file");
        let code = child.wait().expect("it ends").code();
        let now = sandbox.read("Dockerfile");
        assert!(allowed.contains(&now), "{now}");
        assert!(code == Some(0) || code == Some(2), "{code:?}");
    }
}

/// Killed at any time, the program leaves every file either unchanged or complete.
#[test]
fn a_kill_leaves_old_or_new_content() {
    let sandbox = Sandbox::empty();
    let number = 60;
    let mut killed = 0;
    for round in 0..12u64 {
        for at in 0..number {
            sandbox.write(&format!("{at}/Dockerfile"), BEFORE);
        }
        let mut child = Command::new(dockwright())
            .env_clear()
            .current_dir(sandbox.path("."))
            .args(["check", "--fix", "--jobs", "1"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        std::thread::sleep(Duration::from_millis(2 + 6 * round));
        let _ = child.kill();
        let ended = child.wait().expect("it ends");
        killed += usize::from(ended.code().is_none());
        for at in 0..number {
            let now = sandbox.read(&format!("{at}/Dockerfile"));
            assert!(now == BEFORE || now == AFTER, "{now}");
        }
    }
    assert!(killed > 0, "the program was never too slow for it");
    // Files that remain after a kill are not Dockerfiles, and do no harm.
    assert_eq!(sandbox.run("check --fix").code, 0);
}
