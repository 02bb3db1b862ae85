//! [`View`]: whether a file is read as BuildKit or as hadolint 2.15.1 reads it. The differences are
//! [`HadolintQuirks`]; those that are not booleans are methods here.

use std::ops::Deref;

use super::quirks::{EXACT, HADOLINT, HadolintQuirks};
use super::refused;
use crate::source::Span;
use crate::syntax::{Dockerfile, Flag, Instruction};

/// How to read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    /// As BuildKit builds it.
    #[default]
    Exact,
    /// As hadolint 2.15.1 reads it.
    Hadolint,
}

impl Deref for View {
    type Target = HadolintQuirks;

    fn deref(&self) -> &HadolintQuirks {
        match self {
            Self::Exact => &EXACT,
            Self::Hadolint => &HADOLINT,
        }
    }
}

impl View {
    pub(super) fn is_hadolint(self) -> bool {
        self == Self::Hadolint
    }

    /// A RUN whose first flag is unknown to hadolint has no flags, and a command of that name. BuildKit
    /// supports more flags, and rejects others.
    pub(crate) fn reads_unknown_flag_as_command(self, flag: &Flag<'_>) -> bool {
        self.is_hadolint() && !refused::is_run_flag(flag)
    }

    /// A rule reports at most one problem per instruction. `check` reports all of them.
    pub fn limit_reports_per_instruction<T>(self, found: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        found.take(if self.is_hadolint() { 1 } else { usize::MAX })
    }

    /// In the values of ENV and LABEL, an escape character has an effect before a space, and in quotes before the
    /// closing quote. In BuildKit, it has an effect before any character, in double quotes before `"`, `$` and
    /// itself.
    pub(crate) fn is_escape(self, quote: Option<char>, next: char, escape: char) -> bool {
        match (self, quote) {
            (Self::Hadolint, None) => next == ' ' || next == '\t',
            (Self::Hadolint, Some(quote)) => next == quote,
            (Self::Exact, None) => true,
            (Self::Exact, Some('"')) => next == '"' || next == '$' || next == escape,
            (Self::Exact, Some(_)) => false,
        }
    }

    /// Names of stages are compared as written. BuildKit compares in lower case.
    pub fn stage_name(self, name: &str) -> String {
        if self.is_hadolint() { name.to_string() } else { name.to_ascii_lowercase() }
    }

    /// The number of flags of a COPY that are source paths: the first unknown one without `=` with all following
    /// ones, and `--`. BuildKit rejects the former and skips the latter.
    pub fn count_sources_among_flags(self, file: &Dockerfile<'_>, copy: &Instruction<'_>) -> usize {
        if !self.is_hadolint() {
            return 0;
        }
        let paths = copy.flags.iter().skip_while(|flag| !refused::is_copy_path(flag)).count();
        let before = copy.flags.last().map_or(copy.keyword.span, |flag| flag.span);
        let between =
            Span { start: before.end, end: copy.rest.span.start.max(before.end) }.bytes(file.source);
        paths + usize::from(between.trim_ascii_end().ends_with(b"--"))
    }

    /// Whether a WORKDIR (DL3000) or the destination of a COPY (DL3045) is absolute, or may be because it starts with
    /// a variable. A drive is absolute in any stage; a leading backslash, which hadolint does not support,
    /// only on Windows.
    pub(crate) fn may_be_absolute(self, path: &str, windows: bool) -> bool {
        let mut characters = path.chars();
        path.starts_with(['/', '$'])
            || (characters.next().is_some_and(char::is_alphabetic) && characters.next() == Some(':'))
            || (windows && !self.is_hadolint() && path.starts_with('\\'))
    }
}
