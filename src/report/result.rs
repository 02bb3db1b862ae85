//! [`Results`]: all diagnostics of a run, each with its lines and columns.

use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::semantic::secrets::mask_spans;
use crate::source::{LineColumn, LineIndex, Span};

/// The result of a run.
#[derive(Debug, Default)]
pub struct Results {
    /// In the order of their names; including files without diagnostics.
    pub files: Vec<FileResult>,
    /// How many files could not be read.
    pub unreadable: usize,
    /// The number of fixes that each command in the summary applies.
    pub(crate) fix_counts: FixCounts,
}

/// How many fixes a command would apply: they are applied to a copy of the text. One fix can make another one
/// possible or unnecessary, so this is not the number of problems with a fix.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct FixCounts {
    /// `--fix` with the options and the configuration of this run.
    pub fix: usize,
    /// The level that the options of this run name.
    pub level: Option<&'static str>,
    /// `--fix` with each level of `--unsafe-fixes`: `low`, `mid`, `high`.
    pub(crate) levels: [usize; 3],
}

impl FixCounts {
    /// Adds the counts of another file.
    pub(crate) fn add(&mut self, other: &Self) {
        self.fix += other.fix;
        for (sum, number) in self.levels.iter_mut().zip(other.levels) {
            *sum += number;
        }
    }

    /// Each command with the number of fixes that it applies, the safest first.
    pub(crate) fn commands(&self) -> impl Iterator<Item = (String, usize)> {
        let own = match self.level {
            Some(level) => format!("--fix --unsafe-fixes={level}"),
            None => "--fix".to_string(),
        };
        let unsafe_ones =
            Applicability::APPLIED.into_iter().skip(1).filter_map(Applicability::command_line_options);
        let levels = unsafe_ones.map(str::to_string).zip(self.levels);
        std::iter::once((own, self.fix)).chain(levels)
    }
}

/// The results for one file.
#[derive(Debug)]
pub struct FileResult {
    /// The path as the user would write it.
    pub name: String,
    /// The bytes of the file, those of secrets masked; empty if there is no diagnostic.
    pub source: Vec<u8>,
    /// The parts of `source` that are masked; sorted, they may overlap.
    pub hidden: Vec<Span>,
    pub diagnostics: Vec<LocatedDiagnostic>,
}

/// A diagnostic and where its span starts and ends.
#[derive(Debug)]
pub struct LocatedDiagnostic {
    pub diagnostic: Diagnostic,
    pub start: LineColumn,
    /// The position after the last character.
    pub end: LineColumn,
    /// First and last line, from 1, of the instruction that it is about.
    pub lines: (u32, u32),
    /// Where each edit of its fix starts and ends.
    pub edits: Vec<(LineColumn, LineColumn)>,
}

/// The number of problems by severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Summary {
    /// Files checked.
    pub files: usize,
    pub error: usize,
    pub warning: usize,
    pub info: usize,
    pub style: usize,
    /// Diagnostics with a fix that a command can apply.
    pub fixable: usize,
    /// Files that could not be read.
    pub unreadable: usize,
}

impl FileResult {
    /// Finds the lines and columns of diagnostics, in one pass over the file.
    #[must_use]
    pub fn new(name: String, source: Vec<u8>, diagnostics: Vec<Diagnostic>) -> Self {
        if diagnostics.is_empty() {
            return Self { name, source: Vec::new(), hidden: Vec::new(), diagnostics: Vec::new() };
        }
        let diagnostics: Vec<Diagnostic> =
            diagnostics.into_iter().map(|found| drop_secret_fix(found, &source)).collect();
        let mut offsets: Vec<u32> = diagnostics
            .iter()
            .flat_map(|found| std::iter::once(found.span).chain(edit_spans(found)))
            .flat_map(|span| [span.start, span.end])
            .collect();
        offsets.sort_unstable();
        offsets.dedup();
        let index = LineIndex::new(&source);
        let hidden = diagnostics.first().map(|found| found.hidden.clone()).unwrap_or_default();
        let positions = index.positions(&offsets, &source);
        let position = |offset: u32| {
            let known = offsets.binary_search(&offset).ok().and_then(|at| positions.get(at));
            known.copied().unwrap_or(LineColumn { line: 1, column: 1 })
        };
        let diagnostics = diagnostics
            .into_iter()
            .map(|diagnostic| LocatedDiagnostic {
                start: position(diagnostic.span.start),
                end: position(diagnostic.span.end),
                lines: index.first_and_last_line(diagnostic.anchor),
                edits: edit_spans(&diagnostic)
                    .map(|span| (position(span.start), position(span.end)))
                    .collect(),
                diagnostic,
            })
            .collect();
        let source = if hidden.is_empty() { source } else { mask_spans(&source, &hidden) };
        Self { name, source, hidden, diagnostics }
    }
}

impl FileResult {
    /// Drops the data that only some formats need: see [`Format::needs_edits`](super::Format::needs_edits).
    pub(crate) fn drop_edits(&mut self) {
        for located in &mut self.diagnostics {
            located.edits = Vec::new();
            if let Some(fix) = &mut located.diagnostic.fix {
                (fix.edits, fix.proof) = (Vec::new(), Vec::new());
            }
        }
    }
}

/// Removes a fix that writes a secret, because reports print the edits of fixes. Commands still apply it.
fn drop_secret_fix(mut found: Diagnostic, source: &[u8]) -> Diagnostic {
    let writes = |secret: &Span| {
        let secret = String::from_utf8_lossy(secret.bytes(source));
        !secret.is_empty()
            && found.fix.iter().flat_map(|fix| &fix.edits).any(|edit| edit.text.contains(secret.as_ref()))
    };
    if found.hidden.iter().any(writes) {
        found.fix = None;
        found.refused.push("the new text contains a secret, which reports do not print".to_string());
    }
    found
}

fn edit_spans(diagnostic: &Diagnostic) -> impl Iterator<Item = Span> {
    diagnostic.fix.iter().flat_map(|fix| fix.edits.iter().map(|edit| edit.span))
}

impl Results {
    /// Every diagnostic with its file.
    pub fn diagnostics(&self) -> impl Iterator<Item = (&FileResult, &LocatedDiagnostic)> {
        self.files.iter().flat_map(|file| file.diagnostics.iter().map(move |located| (file, located)))
    }

    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut summary =
            Summary { files: self.files.len(), unreadable: self.unreadable, ..Summary::default() };
        for (_, located) in self.diagnostics() {
            *match located.diagnostic.severity {
                Severity::Error => &mut summary.error,
                Severity::Warning => &mut summary.warning,
                Severity::Info => &mut summary.info,
                Severity::Style => &mut summary.style,
            } += 1;
            summary.fixable += usize::from(located.is_fixable(Applicability::UnsafeHigh));
        }
        summary
    }
}

impl Summary {
    /// All diagnostics.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.error + self.warning + self.info + self.style
    }
}

impl LocatedDiagnostic {
    /// Whether it has a fix of this class or a safer one.
    #[must_use]
    pub(crate) fn is_fixable(&self, least: Applicability) -> bool {
        self.diagnostic.fix.as_ref().is_some_and(|fix| fix.applicability >= least)
    }
}
