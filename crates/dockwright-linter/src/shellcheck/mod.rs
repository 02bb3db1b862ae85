//! Runs the program ShellCheck instead of the embedded analyzer.
//!
//! One [`ShellCheck`] serves a whole run: scripts are passed to as few processes as there are threads, and results
//! are cached, so after a fix only changed scripts are checked again. After a failure it is not run again, and
//! [`ShellCheck::failure`] gives the reason.

mod choice;
mod failure;
mod join_characters;
mod json_output;
mod process;
mod script;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

pub use choice::ProgramChoice;
pub use failure::ProgramFailure;
pub(crate) use json_output::{ShellCheckComment, last_comment};
pub(crate) use script::{CheckedScript, ScriptPlace};

/// The number of scripts per process. ShellCheck takes three or four milliseconds for each.
const BATCH: usize = 100;

/// The time limit of one process.
const LIMIT: Duration = Duration::from_mins(1);

/// The problems of a script; none if the program failed.
pub(crate) type ScriptProblems = Option<Arc<[ShellCheckComment]>>;

/// The program, with its cached responses.
#[derive(Debug)]
pub struct ShellCheck {
    /// The path as the user wrote it.
    program: PathBuf,
    /// The path from any directory.
    located: PathBuf,
    version: String,
    answers: Mutex<HashMap<Box<str>, Arc<[ShellCheckComment]>>>,
    failure: OnceLock<ProgramFailure>,
}

impl ShellCheck {
    /// Reads the version of the program.
    ///
    /// # Errors
    /// The program cannot be started, or is not ShellCheck.
    pub fn open(program: &Path) -> Result<Self, ProgramFailure> {
        let located = process::locate_program(program);
        let version =
            process::read_version(&located, LIMIT).map_err(|failure| failure.with_program_path(program))?;
        Ok(Self {
            program: program.to_path_buf(),
            located,
            version,
            answers: Mutex::default(),
            failure: OnceLock::new(),
        })
    }

    pub fn program(&self) -> &Path {
        &self.program
    }

    /// The version, such as `0.11.0`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Why some scripts have no result.
    pub fn failure(&self) -> Option<&ProgramFailure> {
        self.failure.get()
    }

    /// Checks the scripts that are not cached, with up to `processes` processes in parallel.
    pub fn check_scripts<'s>(&self, scripts: impl IntoIterator<Item = &'s str>, processes: usize) {
        let missing: BTreeSet<&str> = {
            let known = self.lock_results();
            scripts.into_iter().filter(|script| !known.contains_key(*script)).collect()
        };
        let missing: Vec<&str> = missing.into_iter().collect();
        let processes = processes.max(1);
        let size = missing.len().div_ceil(processes).clamp(1, BATCH);
        let batches = Mutex::new(missing.chunks(size));
        let work = || {
            loop {
                let next = batches.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some(batch) = next.filter(|_| self.failure().is_none()) else { return };
                self.check_script_batch(batch);
            }
        };
        if missing.len() <= size {
            work();
            return;
        }
        std::thread::scope(|scope| {
            for _ in 0..processes {
                scope.spawn(work);
            }
        });
    }

    fn check_script_batch(&self, batch: &[&str]) {
        match process::run_on_scripts(&self.located, batch, LIMIT) {
            Ok(answers) => {
                let mut known = self.lock_results();
                for (script, answer) in batch.iter().zip(answers) {
                    known.insert((*script).into(), answer.into());
                }
            }
            // Only the first failure is kept.
            Err(failure) => drop(self.failure.set(failure.with_program_path(&self.program))),
        }
    }

    /// The cached problems of a script.
    pub(crate) fn cached_shellcheck_problems(&self, script: &str) -> ScriptProblems {
        self.lock_results().get(script).cloned()
    }

    fn lock_results(&self) -> MutexGuard<'_, HashMap<Box<str>, Arc<[ShellCheckComment]>>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
