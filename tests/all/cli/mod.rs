//! The program as its users run it: arguments, files and environment in; output and exit code out.

mod adoption;
mod baseline;
mod build;
mod builds;
mod cases;
mod check;
mod config;
mod dockerignore;
mod examples;
#[cfg(unix)]
mod faults;
mod files;
mod fix;
mod format;
mod formats;
mod generated;
mod hadolint;
mod harmless;
mod ignores;
mod migrate;
mod optimize;
mod optimize_docs;
mod optimize_since;
mod optimizer_group;
mod other;
mod pin;
mod policy;
mod readme;
mod secrets;
mod shellcheck;
mod since;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The formats of `check`.
pub(crate) const FORMATS: [&str; 14] = [
    "full",
    "concise",
    "json",
    "jsonl",
    "sarif",
    "gitlab",
    "github",
    "junit",
    "checkstyle",
    "codeclimate",
    "sonarqube",
    "rdjson",
    "gnu",
    "markdown",
];

/// A separate directory in which the program runs without the caller's environment.
pub(crate) struct Sandbox {
    directory: tempfile::TempDir,
}

/// The result of a run.
#[derive(Debug)]
pub(crate) struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Sandbox {
    /// An empty directory that is the root of a repository, so files above it have no effect.
    pub(crate) fn empty() -> Self {
        let sandbox = Self { directory: tempfile::tempdir().expect("a temporary directory") };
        std::fs::create_dir(sandbox.path(".git")).expect("a new directory");
        sandbox
    }

    /// A repository with these files (path and content).
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let sandbox = Self::empty();
        for (path, content) in files {
            sandbox.write(path, content);
        }
        sandbox
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().expect("it has a parent directory")).expect("a directory");
        std::fs::write(path, content).expect("a file");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).expect("a file that was written")
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }

    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("HOME", self.directory.path()).current_dir(self.directory.path());
        command
    }

    /// Runs the program with arguments separated by spaces.
    pub(crate) fn run(&self, arguments: &str) -> Run {
        self.run_with(arguments, "", &[])
    }

    /// Runs `check` once and returns the run and its report in each format.
    pub(crate) fn check_in_all_formats(&self, arguments: &str) -> (Run, [(&'static str, String); 14]) {
        let reports = tempfile::tempdir().expect("a temporary directory");
        let path = |format: &str| reports.path().join(format);
        let mut command = self.command(Path::new(env!("CARGO_BIN_EXE_dockwright")));
        command.arg("check").args(arguments.split_whitespace());
        for format in FORMATS {
            command.arg(format!("--format={format}={}", path(format).display()));
        }
        let run = run(command, "");
        let read = |format| std::fs::read_to_string(path(format)).expect("a report");
        (run, FORMATS.map(|format| (format, read(format))))
    }

    /// Runs the program with standard input and environment variables.
    pub(crate) fn run_with(&self, arguments: &str, stdin: &str, variables: &[(&str, &str)]) -> Run {
        let mut command = self.command(Path::new(env!("CARGO_BIN_EXE_dockwright")));
        command.args(arguments.split_whitespace()).envs(variables.iter().copied());
        run(command, stdin)
    }
}

/// Runs a command to its end.
pub(crate) fn run(mut command: Command, stdin: &str) -> Run {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    // The program may end before it has read everything.
    let _ = child.stdin.take().expect("it is piped").write_all(stdin.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().expect("the program ends");
    Run {
        code: status.code().expect("it was not killed"),
        out: String::from_utf8(stdout).expect("output is UTF-8"),
        err: String::from_utf8(stderr).expect("errors are UTF-8"),
    }
}

impl Run {
    /// The file names at the starts of the lines of `concise`, each once.
    pub(crate) fn files(&self) -> Vec<&str> {
        let mut files: Vec<&str> = self.out.lines().filter_map(|line| line.split(':').next()).collect();
        files.dedup();
        files
    }

    /// The codes in the lines of `concise`.
    pub(crate) fn codes(&self) -> Vec<&str> {
        self.out.lines().filter_map(|line| line.split(' ').nth(2)).collect()
    }
}

/// One warning (DL3007).
pub(crate) const LATEST: &str = "FROM debian:latest\nCMD [\"true\"]\n";
/// No problems.
pub(crate) const CLEAN: &str = "FROM debian:12\nUSER 1000\nCMD [\"true\"]\n";
