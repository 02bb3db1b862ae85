//! [`Ignore`]: one comment that asks for silence, whichever program it is addressed to.

use std::cell::Cell;

use crate::foreign::Tool;
use crate::shell::covers;
use crate::source::Span;

/// The program that a comment is addressed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Program {
    Dockwright,
    Hadolint,
    ShellCheck,
    Buildkit,
    Checkov,
    Trivy,
    Kics,
    Semgrep,
}

impl Program {
    /// The scanner, if it is another one than those whose codes dockwright has.
    #[must_use]
    pub const fn scanner(self) -> Option<Tool> {
        match self {
            Self::Checkov => Some(Tool::Checkov),
            Self::Trivy => Some(Tool::Trivy),
            Self::Kics => Some(Tool::Kics),
            Self::Semgrep => Some(Tool::Semgrep),
            Self::Dockwright | Self::Hadolint | Self::ShellCheck | Self::Buildkit => None,
        }
    }
}

/// What a comment speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    File,
    /// The instruction with this span.
    Instruction(Span),
    /// What starts on this line, counted from 1.
    Line(u32),
    /// Nothing: it does not stand where its program looks for it.
    Nothing,
    /// What starts on a line (from 1) after `after`, up to and with `until`.
    Lines {
        after: u32,
        until: u32,
    },
}

/// One comment.
#[derive(Debug)]
pub struct Ignore {
    pub program: Program,
    pub scope: Scope,
    pub codes: Vec<IgnoredCode>,
    /// From the `#` to the end of the line, without the line end.
    pub comment: Span,
    /// It says why.
    pub has_reason: bool,
}

/// A code, or the name of a rule, in a comment.
#[derive(Debug)]
pub struct IgnoredCode {
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// Something has been silenced by it.
    pub used: Cell<bool>,
    /// It would silence something if the comment stood directly above the instruction that it is meant for.
    pub misplaced: Cell<bool>,
}

impl IgnoredCode {
    /// A code that was read from `text`, which begins at byte `offset` of the file.
    pub fn new(code: &str, text: &str, offset: u32) -> Self {
        // Both point into the same comment.
        let at = (code.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        let start = offset.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        let length = u32::try_from(code.len()).unwrap_or(u32::MAX);
        let span = Span::new(start, start.saturating_add(length));
        Self { text: code.to_string(), span, used: Cell::new(false), misplaced: Cell::new(false) }
    }

    /// Whether it means the rule with this code and name.
    pub fn names(&self, program: Program, code: &str, name: &str) -> bool {
        if let Some(tool) = program.scanner() {
            return super::foreign::names(tool, &self.text, code);
        }
        match program {
            Program::Dockwright => self.text.eq_ignore_ascii_case(code) || self.text == name,
            Program::ShellCheck => {
                let number = code.strip_prefix("SC").and_then(|number| number.parse().ok());
                number.is_some_and(|number| covers(&self.text, number))
            }
            _ => self.text == code,
        }
    }
}

impl Ignore {
    /// Whether it speaks of what starts on `line`, in the instruction or comment at `anchor`.
    pub fn reaches(&self, anchor: Span, line: impl FnOnce() -> u32) -> bool {
        match self.scope {
            Scope::File => true,
            Scope::Nothing => false,
            Scope::Instruction(instruction) => instruction.contains(anchor),
            Scope::Line(only) => only == line(),
            Scope::Lines { after, until } => {
                let line = line();
                after < line && line <= until
            }
        }
    }
}
