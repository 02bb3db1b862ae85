//! One run of the program: scripts in files of a folder of its own, comments out, and no more time than it may
//! take.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::answer::{self, Comment};
use super::failure::{Failure, Why};

/// hadolint's settings: no configuration file, and without what a Dockerfile cannot heed (sourced files,
/// `exec` in a pipeline's shell).
const ARGUMENTS: [&str; 5] =
    ["--norc", "--format=json1", "--severity=style", "--exclude=SC1090,SC1091,SC2187", "--"];

/// What the names of the files begin with; no script would read one by chance.
const NAME: &str = "dockwright-run-";

/// Bytes of an answer.
const LARGEST: u64 = 256 << 20;

/// A path that means the same in every folder. A bare name is looked for where programs are.
pub(super) fn located(program: &Path) -> PathBuf {
    if program.components().count() < 2 {
        return program.to_path_buf();
    }
    std::path::absolute(program).unwrap_or_else(|_| program.to_path_buf())
}

/// As `0.11.0`.
pub(super) fn version(program: &Path, limit: Duration) -> Result<String, Failure> {
    let failed = |why| Failure::new(program, why);
    let ended = run(Command::new(program).arg("--version"), limit).map_err(failed)?;
    let text = String::from_utf8_lossy(&ended.out);
    let version = text.lines().find_map(|line| line.strip_prefix("version:"));
    match version {
        Some(version) if text.contains("ShellCheck") => Ok(version.trim().to_owned()),
        _ => Err(failed(Why::Stranger)),
    }
}

/// What the program says of each script.
pub(super) fn comments(
    program: &Path,
    scripts: &[&str],
    limit: Duration,
) -> Result<Vec<Vec<Comment>>, Failure> {
    let failed = |why| Failure::new(program, why);
    let folder = tempfile::Builder::new().prefix("dockwright-").tempdir();
    let folder = folder.map_err(|error| failed(Why::Scripts(error)))?;
    let mut command = Command::new(program);
    command.args(ARGUMENTS).current_dir(folder.path());
    for (number, script) in scripts.iter().enumerate() {
        let name = format!("{NAME}{number}");
        std::fs::write(folder.path().join(&name), script).map_err(|error| failed(Why::Scripts(error)))?;
        command.arg(name);
    }
    let ended = run(&mut command, limit).map_err(failed)?;
    // 1 says that there are comments.
    if !matches!(ended.status.code(), Some(0 | 1)) {
        let said = String::from_utf8_lossy(&ended.err).into_owned();
        return Err(failed(Why::Ended(ended.status, said)));
    }
    let number = |name: &str| name.strip_prefix(NAME)?.parse().ok();
    answer::read(&ended.out, scripts.len(), number).map_err(|why| failed(Why::Unreadable(why)))
}

struct Ended {
    status: ExitStatus,
    out: Vec<u8>,
    err: Vec<u8>,
}

fn run(command: &mut Command, limit: Duration) -> Result<Ended, Why> {
    // The user's own options are not hadolint's.
    command.env_remove("SHELLCHECK_OPTS");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let until = Instant::now() + limit;
    let mut child = command.spawn().map_err(Why::Start)?;
    let (out, err) = (reader(child.stdout.take()), reader(child.stderr.take()));
    let ended = (|| {
        let out = received(&out, until)?;
        let err = received(&err, until)?;
        Some(Ended { status: ended(&mut child, until)?, out, err })
    })();
    ended.ok_or_else(|| {
        // It may have ended this very moment; there is nothing more to be done about it.
        let _ = child.kill();
        let _ = child.wait();
        Why::Late(limit)
    })
}

/// Reads to the end on a thread of its own. That thread is left alone when the time is up: another process may
/// still hold the pipe.
fn reader(pipe: Option<impl Read + Send + 'static>) -> Receiver<io::Result<Vec<u8>>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = pipe.map_or(Ok(0), |pipe| pipe.take(LARGEST).read_to_end(&mut bytes));
        // Nobody listens any more once the time is up.
        let _ = sender.send(read.map(|_| bytes));
    });
    receiver
}

/// What cannot be read is empty, and then no answer.
fn received(receiver: &Receiver<io::Result<Vec<u8>>>, until: Instant) -> Option<Vec<u8>> {
    match receiver.recv_timeout(until.saturating_duration_since(Instant::now())) {
        Ok(read) => Some(read.unwrap_or_default()),
        Err(RecvTimeoutError::Timeout) => None,
        Err(RecvTimeoutError::Disconnected) => Some(Vec::new()),
    }
}

/// Waits for a process that has closed its output, which takes next to no time.
fn ended(child: &mut Child, until: Instant) -> Option<ExitStatus> {
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
