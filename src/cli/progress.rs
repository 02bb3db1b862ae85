//! [`Progress`]: a bar on standard error, for runs that take a while.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Minimum duration of a run before the progress bar is shown.
const SHOW_AFTER: Duration = Duration::from_secs(1);

/// A progress bar. It is only shown on a terminal, and only in longer runs.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    started: Instant,
    shown: AtomicBool,
}

impl Progress {
    /// For work on this number of files. A `quiet` bar is never shown.
    pub(super) fn new(files: usize, quiet: bool) -> Self {
        Self::with_total("files", files, quiet)
    }

    /// A bar for `number` items; `what` is their name.
    pub(super) fn with_total(what: &str, number: usize, quiet: bool) -> Self {
        let bar = ProgressBar::with_draw_target(Some(number as u64), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(&format!("{{wide_bar}} {{pos}}/{{len}} {what}")) {
            bar.set_style(style);
        }
        Self { bar, started: Instant::now(), shown: AtomicBool::new(quiet) }
    }

    /// Advances the bar by one file.
    pub(super) fn advance(&self) {
        if !self.shown.load(Ordering::Relaxed)
            && self.started.elapsed() > SHOW_AFTER
            && !self.shown.swap(true, Ordering::Relaxed)
        {
            // Draws nothing if standard error is not a terminal.
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    /// Removes the bar, so that results start on an empty line.
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
