//! Ignore comments: dockwright's own, hadolint's, ShellCheck's and BuildKit's, and those of other scanners. This
//! module decides which problems are ignored; [`check_ignores()`] reports comments without an effect.

mod buildkit;
mod comment;
mod foreign;
mod hadolint;
mod index;
mod messages;
mod near_miss;
mod own;
mod place;
mod removal;
mod shellcheck;
mod usage;

use std::cell::OnceCell;

pub use comment::{Ignore, IgnoreProgram};

pub(crate) use comment::{IgnoreScope, IgnoredCode};
pub(crate) use own::find_own_ignores as own_ignores;
pub use usage::is_retired;
pub(crate) use usage::{IgnoreUsage, check_ignores};

use self::index::IgnoreIndex;
use crate::byte_search;
use crate::diagnostic::Diagnostic;
use crate::semantic::View;
use crate::source::LineIndex;
use crate::syntax::Dockerfile;

/// Every ignore comment in one file.
#[derive(Debug)]
pub(crate) struct IgnoreComments<'s> {
    pub all: Vec<Ignore>,
    /// Comments for other scanners. They may be needed there, so they are never reported.
    foreign: Vec<Ignore>,
    source: &'s [u8],
    lines: OnceCell<LineIndex>,
    index: OnceCell<IgnoreIndex>,
}

impl<'s> IgnoreComments<'s> {
    /// The comments for `programs`; `None` means all programs.
    #[must_use]
    pub(crate) fn new(file: &Dockerfile<'s>, view: View, programs: Option<&[IgnoreProgram]>) -> Self {
        let is_applied = |program: IgnoreProgram| programs.is_none_or(|programs| programs.contains(&program));
        let mut found = Self {
            all: Vec::new(),
            foreign: Vec::new(),
            source: file.source,
            lines: OnceCell::new(),
            index: OnceCell::new(),
        };
        if view == View::Exact {
            found.foreign = foreign::find_foreign_ignores(file);
            found.foreign.retain(|ignore| is_applied(ignore.program));
        }
        let has = |word: &[u8]| byte_search::contains(file.source, word);
        // Most files have no such comment.
        if !has(b"ignore") && !has(b"disable") {
            return found;
        }
        if has(b"hadolint") && is_applied(IgnoreProgram::Hadolint) {
            found.all = hadolint::find_pragmas(file, found.line_index());
        }
        if has(b"dockwright") && is_applied(IgnoreProgram::Dockwright) {
            found.all.extend(own::find_own_ignores(file));
        }
        // hadolint removes comments from a RUN before ShellCheck reads it.
        if view == View::Exact && has(b"shellcheck") && is_applied(IgnoreProgram::ShellCheck) {
            found.all.extend(shellcheck::find_shellcheck_disables(file));
        }
        found
    }

    /// Whether a comment ignores this problem; the comment is marked as used. Build errors cannot be ignored.
    pub(crate) fn ignores_problem(&self, diagnostic: &Diagnostic) -> bool {
        let mut covered = false;
        let index = self.index.get_or_init(|| IgnoreIndex::new(self.all.iter().chain(&self.foreign)));
        if index.is_empty() || diagnostic.is_certain_build_error() {
            return false;
        }
        let line = self.line_index().line(diagnostic.anchor.start);
        for at in index.possible_comments(diagnostic.anchor, diagnostic.span, line) {
            let foreign = || self.foreign.get(at.checked_sub(self.all.len())?);
            let Some(ignore) = self.all.get(at).or_else(foreign) else { continue };
            let line = || line;
            for code in std::iter::once(&diagnostic.code).chain(&diagnostic.aliases) {
                let named =
                    |ignored: &&IgnoredCode| ignored.matches_rule(ignore.program, code, diagnostic.name);
                // A problem may be shown at an instruction other than the one it belongs to: DW2401.
                let is_shown_here =
                    matches!(ignore.scope, IgnoreScope::Instruction(own) if own.contains(diagnostic.span));
                if let Some(ignored) = ignore.codes.iter().find(named)
                    && (ignore.applies_to_problem_at(diagnostic.anchor, line) || is_shown_here)
                {
                    ignored.used.set(true);
                    covered = true;
                }
            }
        }
        covered
    }

    fn line_index(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(self.source))
    }
}
