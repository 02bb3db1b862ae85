//! One run of the program on scripts in a separate directory, with a time limit.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::failure::{FailureReason, ProgramFailure};
use super::json_output::{self, ShellCheckComment};

/// hadolint's settings: no configuration file, and without codes that do not apply to Dockerfiles (sourced files,
/// `exec` in a pipeline's shell).
const ARGUMENTS: [&str; 5] =
    ["--norc", "--format=json1", "--severity=style", "--exclude=SC1090,SC1091,SC2187", "--"];

/// The prefix of file names, chosen so that no script reads such a file by chance.
const NAME: &str = "dockwright-run-";

/// Maximum bytes of the output.
const LARGEST: u64 = 256 << 20;

/// A path that does not depend on the current directory. A name without a slash is looked up in `PATH`.
pub(super) fn locate_program(program: &Path) -> PathBuf {
    if program.components().count() < 2 {
        return program.to_path_buf();
    }
    std::path::absolute(program).unwrap_or_else(|_| program.to_path_buf())
}

/// The version, such as `0.11.0`.
pub(super) fn read_version(program: &Path, limit: Duration) -> Result<String, ProgramFailure> {
    let failed = |why| ProgramFailure::new(program, why);
    let ended = run(Command::new(program).arg("--version"), limit).map_err(failed)?;
    let text = String::from_utf8_lossy(&ended.out);
    let version = text.lines().find_map(|line| line.strip_prefix("version:"));
    match version {
        Some(version) if text.contains("ShellCheck") => Ok(version.trim().to_owned()),
        _ => Err(failed(FailureReason::Stranger)),
    }
}

/// The problems of each script.
pub(super) fn run_on_scripts(
    program: &Path,
    scripts: &[&str],
    limit: Duration,
) -> Result<Vec<Vec<ShellCheckComment>>, ProgramFailure> {
    let failed = |why| ProgramFailure::new(program, why);
    let directory = tempfile::Builder::new().prefix("dockwright-").tempdir();
    let directory = directory.map_err(|error| failed(FailureReason::Scripts(error)))?;
    let mut command = Command::new(program);
    command.args(ARGUMENTS).current_dir(directory.path());
    for (number, script) in scripts.iter().enumerate() {
        let name = format!("{NAME}{number}");
        std::fs::write(directory.path().join(&name), script)
            .map_err(|error| failed(FailureReason::Scripts(error)))?;
        command.arg(name);
    }
    let ended = run(&mut command, limit).map_err(failed)?;
    // 1 means that there are problems.
    if !matches!(ended.status.code(), Some(0 | 1)) {
        let said = String::from_utf8_lossy(&ended.err).into_owned();
        return Err(failed(FailureReason::Ended(ended.status, said)));
    }
    let number = |name: &str| name.strip_prefix(NAME)?.parse().ok();
    json_output::parse_output(&ended.out, scripts.len(), number)
        .map_err(|why| failed(FailureReason::Unreadable(why)))
}

struct ProcessOutput {
    status: ExitStatus,
    out: Vec<u8>,
    err: Vec<u8>,
}

fn run(command: &mut Command, limit: Duration) -> Result<ProcessOutput, FailureReason> {
    // hadolint does not use the user's options.
    command.env_remove("SHELLCHECK_OPTS");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let until = Instant::now() + limit;
    let mut child = command.spawn().map_err(FailureReason::Start)?;
    let (out, err) = (spawn_output_reader(child.stdout.take()), spawn_output_reader(child.stderr.take()));
    let ended = (|| {
        let out = receive_output(&out, until)?;
        let err = receive_output(&err, until)?;
        Some(ProcessOutput { status: wait_for_exit(&mut child, until)?, out, err })
    })();
    ended.ok_or_else(|| {
        // The process may have ended already, so a failure does not matter.
        let _ = child.kill();
        let _ = child.wait();
        FailureReason::Late(limit)
    })
}

/// Reads to the end on a separate thread. The thread is not joined after the time limit, because another process may
/// still hold the pipe.
fn spawn_output_reader(pipe: Option<impl Read + Send + 'static>) -> Receiver<io::Result<Vec<u8>>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = pipe.map_or(Ok(0), |pipe| pipe.take(LARGEST).read_to_end(&mut bytes));
        // The receiver no longer exists after the time limit.
        let _ = sender.send(read.map(|_| bytes));
    });
    receiver
}

/// The output; empty if it cannot be read, which is not a valid result.
fn receive_output(receiver: &Receiver<io::Result<Vec<u8>>>, until: Instant) -> Option<Vec<u8>> {
    match receiver.recv_timeout(until.saturating_duration_since(Instant::now())) {
        Ok(read) => Some(read.unwrap_or_default()),
        Err(RecvTimeoutError::Timeout) => None,
        Err(RecvTimeoutError::Disconnected) => Some(Vec::new()),
    }
}

/// Waits for a process that has closed its output, which takes little time.
fn wait_for_exit(child: &mut Child, until: Instant) -> Option<ExitStatus> {
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        if Instant::now() >= until {
            return None;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}
