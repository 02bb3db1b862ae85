//! Comments that ask for silence: dockwright's own, hadolint's, ShellCheck's and BuildKit's, and those of other
//! scanners. What is silenced is
//! decided here; whether a comment is of any use in [`judge()`].

mod buildkit;
mod comment;
mod foreign;
mod hadolint;
mod judge;
mod near_miss;
mod own;
mod place;
mod removal;
mod said;
mod shellcheck;

use std::cell::OnceCell;

pub use comment::{Ignore, IgnoredCode, Program, Scope};
pub use judge::{Judged, judge};
pub use own::find as own_ignores;

use crate::diagnostic::Diagnostic;
use crate::semantic::View;
use crate::source::LineIndex;
use crate::syntax::Dockerfile;

/// Every request for silence in one file.
#[derive(Debug)]
pub struct Ignores<'s> {
    pub all: Vec<Ignore>,
    /// Those of other scanners. They may be needed there, so that nothing is said of them.
    foreign: Vec<Ignore>,
    source: &'s [u8],
    lines: OnceCell<LineIndex>,
}

impl<'s> Ignores<'s> {
    /// Those for `programs`; for all of them, if it is `None`.
    #[must_use]
    pub fn new(file: &Dockerfile<'s>, view: View, programs: Option<&[Program]>) -> Self {
        let is_applied = |program: Program| programs.is_none_or(|programs| programs.contains(&program));
        let mut found =
            Self { all: Vec::new(), foreign: Vec::new(), source: file.source, lines: OnceCell::new() };
        if view == View::Exact {
            found.foreign = foreign::find(file);
            found.foreign.retain(|ignore| is_applied(ignore.program));
        }
        let has = |word: &[u8]| file.source.windows(word.len()).any(|window| window == word);
        // Most files have no such comment.
        if !has(b"ignore") && !has(b"disable") {
            return found;
        }
        if has(b"hadolint") && is_applied(Program::Hadolint) {
            found.all = hadolint::find(file, found.lines());
        }
        if has(b"dockwright") && is_applied(Program::Dockwright) {
            found.all.extend(own::find(file));
        }
        // hadolint takes comments out of a RUN before ShellCheck sees it.
        if view == View::Exact && has(b"shellcheck") && is_applied(Program::ShellCheck) {
            found.all.extend(shellcheck::find(file));
        }
        found
    }

    /// Whether a comment asks not to hear of this; it is remembered which. What cannot be built cannot be ignored.
    pub fn cover(&self, diagnostic: &Diagnostic) -> bool {
        let mut covered = false;
        for ignore in self.all.iter().chain(&self.foreign).filter(|_| !diagnostic.is_final()) {
            let line = || self.lines().line(diagnostic.anchor.start);
            for code in std::iter::once(&diagnostic.code).chain(&diagnostic.aliases) {
                let named = |ignored: &&IgnoredCode| ignored.names(ignore.program, code, diagnostic.name);
                if let Some(ignored) = ignore.codes.iter().find(named)
                    && ignore.reaches(diagnostic.anchor, line)
                {
                    ignored.used.set(true);
                    covered = true;
                }
            }
        }
        covered
    }

    fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(self.source))
    }
}
