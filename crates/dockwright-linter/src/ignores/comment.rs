//! [`Ignore`]: one ignore comment, for any program.

use std::cell::Cell;

use crate::foreign::Tool;
use crate::shell::covers_code;
use crate::source::Span;

/// The program that a comment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum IgnoreProgram {
    Dockwright,
    Hadolint,
    ShellCheck,
    Buildkit,
    Checkov,
    Trivy,
    Kics,
    Semgrep,
}

impl IgnoreProgram {
    /// As the program is called in text.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Dockwright => "dockwright",
            Self::Hadolint => "hadolint",
            Self::ShellCheck => "ShellCheck",
            Self::Buildkit => "BuildKit",
            Self::Checkov => "Checkov",
            Self::Trivy => "Trivy",
            Self::Kics => "KICS",
            Self::Semgrep => "Semgrep",
        }
    }

    /// The scanner, if its codes are different from dockwright's.
    #[must_use]
    pub(crate) const fn scanner_of_program(self) -> Option<Tool> {
        match self {
            Self::Checkov => Some(Tool::Checkov),
            Self::Trivy => Some(Tool::Trivy),
            Self::Kics => Some(Tool::Kics),
            Self::Semgrep => Some(Tool::Semgrep),
            Self::Dockwright | Self::Hadolint | Self::ShellCheck | Self::Buildkit => None,
        }
    }
}

/// The part of the file that a comment applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IgnoreScope {
    File,
    /// The instruction with this span.
    Instruction(Span),
    /// The instruction that starts on this line, counted from 1.
    Line(u32),
    /// No part: its program does not read comments there.
    Nothing,
    /// Instructions that start on the lines (from 1) after `after`, up to and including `until`.
    Lines {
        after: u32,
        until: u32,
    },
}

/// One ignore comment, of any program.
#[derive(Debug)]
pub struct Ignore {
    pub program: IgnoreProgram,
    pub scope: IgnoreScope,
    pub codes: Vec<IgnoredCode>,
    /// From the `#` to the end of the line, without the line end.
    pub comment: Span,
    /// Whether it gives a reason.
    pub(crate) has_reason: bool,
}

/// Whether the text of a comment is a reason, and not a placeholder such as `TODO: reason`.
pub(super) fn is_ignore_reason(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let is_placeholder =
        text.strip_prefix("TODO").is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    !text.is_empty() && !is_placeholder
}

/// A code, or the name of a rule, in a comment.
#[derive(Debug)]
pub struct IgnoredCode {
    pub text: String,
    /// Where it is.
    pub span: Span,
    /// Whether it has ignored a problem.
    pub used: Cell<bool>,
    /// Whether it would ignore a problem if the comment were directly above the intended instruction.
    pub(crate) misplaced: Cell<bool>,
}

impl IgnoredCode {
    /// A code that was read from `text`, which begins at byte `offset` of the file.
    pub(crate) fn new(code: &str, text: &str, offset: u32) -> Self {
        // Both point into the same comment.
        let at = (code.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        let start = offset.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        let length = u32::try_from(code.len()).unwrap_or(u32::MAX);
        let span = Span::new(start, start.saturating_add(length));
        Self { text: code.to_string(), span, used: Cell::new(false), misplaced: Cell::new(false) }
    }

    /// Whether it refers to the rule with this code and name.
    pub(crate) fn matches_rule(&self, program: IgnoreProgram, code: &str, name: &str) -> bool {
        if let Some(tool) = program.scanner_of_program() {
            return super::foreign::names_rule(tool, &self.text, code);
        }
        match program {
            IgnoreProgram::Dockwright => self.text.eq_ignore_ascii_case(code) || self.text == name,
            IgnoreProgram::ShellCheck => {
                let number = code.strip_prefix("SC").and_then(|number| number.parse().ok());
                number.is_some_and(|number| covers_code(&self.text, number))
            }
            _ => self.text == code,
        }
    }
}

impl Ignore {
    /// Whether it applies to a problem that starts on `line`, in the instruction or comment at `anchor`.
    pub(crate) fn applies_to_problem_at(&self, anchor: Span, line: impl FnOnce() -> u32) -> bool {
        match self.scope {
            IgnoreScope::File => true,
            IgnoreScope::Nothing => false,
            IgnoreScope::Instruction(instruction) => instruction.contains(anchor),
            IgnoreScope::Line(only) => only == line(),
            IgnoreScope::Lines { after, until } => {
                let line = line();
                after < line && line <= until
            }
        }
    }
}
