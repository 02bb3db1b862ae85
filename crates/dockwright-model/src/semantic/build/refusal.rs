//! [`BuildRefusal`]: an error of BuildKit's conversion.

use crate::semantic::expand::{ExpandError, ExpandErrorKind, Expansion};
use crate::source::Span;
use crate::syntax::{ErrorKind, FrontendPhase, Instruction, Kind, SyntaxError, Word, quote_excerpt};

/// The steps of the conversion, in BuildKit's order. Each goes over the whole file before the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BuildConversionStep {
    /// Nodes are converted to instructions; this still belongs to the previous phase.
    Instructions,
    /// ARGs before the first FROM.
    Globals,
    /// The FROMs, one by one.
    Headers,
    /// The target stage.
    Target,
    /// `--from` of all COPYs and mounts.
    Graph,
    /// Base images and their triggers.
    Bases,
    /// The instructions, one by one.
    Dispatch,
}

/// An error of the conversion.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct BuildRefusal {
    pub step: BuildConversionStep,
    /// Whether every build fails; if false, only one without build arguments does.
    pub certain: bool,
    /// Whether a build without build arguments certainly fails: the error does not depend on an unknown base image.
    pub known: bool,
    /// Whether it is found while variables are expanded, before any other check of the instruction.
    pub early: bool,
    /// Whether the build only lacks a build argument that the file explicitly requires (`${NAME:?}`).
    pub lacks_argument: bool,
    pub error: SyntaxError,
}

impl BuildRefusal {
    /// An error at `span` in `anchor`.
    pub fn new(
        step: BuildConversionStep,
        anchor: &Instruction<'_>,
        span: Span,
        message: impl Into<String>,
    ) -> Self {
        Self {
            step,
            certain: true,
            known: true,
            early: false,
            lacks_argument: false,
            error: SyntaxError {
                kind: ErrorKind::Other,
                phase: if step == BuildConversionStep::Instructions {
                    FrontendPhase::Instructions
                } else {
                    FrontendPhase::Convert
                },
                span,
                location: Some(anchor.span),
                message: message.into(),
                help: None,
                suggestion: None,
            },
        }
    }

    /// A word that cannot be expanded, from byte `offset` of `word` on.
    pub(crate) fn expansion(
        step: BuildConversionStep,
        anchor: &Instruction<'_>,
        (word, offset): (&Word<'_>, usize),
        error: &ExpandError,
        source: &[u8],
    ) -> Self {
        let range = error.range.start + offset..error.range.end + offset;
        let mut refusal = Self::new(step, anchor, word.span_of_range(range, source), error.to_string());
        refusal.error.help = Some(error.kind.advice().to_string());
        // The words of an ARG are processed one by one.
        Self { early: anchor.kind != Kind::Arg, ..refusal }
    }

    /// Marks an error of `${…?…}` in the default of the ARG `name`, which is not read if the build argument is set.
    #[must_use]
    pub(crate) fn for_default_value(mut self, name: &str, expansion: &Expansion<'_>) -> Self {
        self = self.with_certainty_of(expansion);
        if let Err(ExpandError { kind: ExpandErrorKind::Required { message, .. }, .. }) = &expansion.result {
            let asked = quote_excerpt(&format!("--build-arg {name}=…"));
            self.error.message = match message.as_str() {
                "" => format!("the build requires {asked}"),
                message => format!("the build requires {asked} ({})", quote_excerpt(message)),
            };
            self.error.help =
                Some(format!("give {} a default value, or ignore this rule", quote_excerpt(name)));
            self.certain = false;
            self.lacks_argument = true;
        }
        self
    }

    /// Makes the error as certain as the value that is refused.
    #[must_use]
    pub fn with_certainty_of(self, expansion: &Expansion<'_>) -> Self {
        self.with_certainty(expansion.certain, expansion.known)
    }

    #[must_use]
    pub(crate) fn with_certainty(mut self, certain: bool, known: bool) -> Self {
        self.certain = certain;
        self.known = known;
        self
    }

    /// Marks an error for which BuildKit reports no line.
    #[must_use]
    pub(crate) fn without_location(mut self) -> Self {
        self.error.location = None;
        self
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.error.help = Some(help.into());
        self
    }

    #[must_use]
    pub(crate) fn with_suggestion(mut self, span: Span, text: impl Into<String>) -> Self {
        self.error.suggestion = Some((span, text.into()));
        self
    }
}
