//! The problems of a Dockerfile: data, no behavior beyond construction.

use std::borrow::Cow;

use dockerfile_syntax::Span;

/// How serious a problem is, from `style` (least) to `error` (most).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error = 3,
    Warning = 2,
    Info = 1,
    Style = 0,
}

impl Severity {
    /// The word that reports and configuration use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
            Self::Style => "style",
        }
    }
}

/// How safe a fix is, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// Shown to the user and offered in editors, never applied by a command.
    Suggestion,
    /// May change stages or the base image.
    UnsafeHigh,
    /// Can change which packages, files, owners or versions are in the image, or how the process starts.
    UnsafeMid,
    /// Drops only caches, indexes or documentation, or needs a feature of BuildKit.
    UnsafeLow,
    /// The image is provably the same, apart from the problem that is fixed.
    Safe,
}

impl Applicability {
    /// The name in text for people.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::UnsafeLow => "unsafe, low",
            Self::UnsafeMid => "unsafe, mid",
            Self::UnsafeHigh => "unsafe, high",
            Self::Suggestion => "suggestion",
        }
    }

    /// The classes that a command can apply, the safest first.
    pub const APPLIED: [Self; 4] = [Self::Safe, Self::UnsafeLow, Self::UnsafeMid, Self::UnsafeHigh];

    /// The options of `check` and `optimize` that apply fixes of this class. `None` for a suggestion.
    #[must_use]
    pub const fn command_line_options(self) -> Option<&'static str> {
        match self {
            Self::Safe => Some("--fix"),
            Self::UnsafeLow => Some("--fix --unsafe-fixes=low"),
            Self::UnsafeMid => Some("--fix --unsafe-fixes=mid"),
            Self::UnsafeHigh => Some("--fix --unsafe-fixes=high"),
            Self::Suggestion => None,
        }
    }
}

/// One replacement of bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edit {
    pub span: Span,
    pub text: String,
}

impl Edit {
    #[must_use]
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    #[must_use]
    pub fn delete(span: Span) -> Self {
        Self { span, text: String::new() }
    }

    #[must_use]
    pub fn insert(at: u32, text: impl Into<String>) -> Self {
        Self { span: Span::empty(at), text: text.into() }
    }
}

/// A change that fixes a diagnostic. Either all of its edits are applied, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// An imperative, such as "replace `ADD` with `COPY`".
    pub title: String,
    pub applicability: Applicability,
    /// Why the fix has no safer class: the unknown fact.
    pub missing: Option<String>,
    /// The conditions of the fix, each as a clause that names the place in the file that meets it.
    pub proof: Vec<String>,
    pub edits: Vec<Edit>,
    /// Whether the text that it deletes is written elsewhere or becomes redundant, so that no information is lost.
    pub moves: bool,
}

impl Fix {
    #[must_use]
    pub fn new(applicability: Applicability, title: impl Into<String>, edits: impl Into<Vec<Edit>>) -> Self {
        let (title, edits) = (title.into(), edits.into());
        Self { title, applicability, missing: None, proof: Vec::new(), edits, moves: false }
    }

    #[must_use]
    pub fn safe(title: impl Into<String>, edits: impl Into<Vec<Edit>>) -> Self {
        Self::new(Applicability::Safe, title, edits)
    }

    /// Sets the unknown fact because of which the fix has no safer class.
    #[must_use]
    pub fn with_risk(mut self, fact: impl Into<String>) -> Self {
        self.missing = Some(fact.into());
        self
    }

    /// States that the deletions of the fix lose no information: see [`Fix::moves`].
    #[must_use]
    pub fn without_information_loss(mut self) -> Self {
        self.moves = true;
        self
    }

    /// Adds a condition that is met: "`app` is created on line 4".
    #[must_use]
    pub fn with_proof(mut self, condition: impl Into<String>) -> Self {
        self.proof.push(condition.into());
        self
    }
}

/// A change, or why there is none: text that follows "not fixed: ".
pub type FixOrReason = Result<Fix, Cow<'static, str>>;

/// One problem in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// `DL3008`, `SC2086`, `StageNameCasing`, `DW0001`.
    pub code: &'static str,
    /// The kebab-case name of the rule.
    pub name: &'static str,
    /// Codes of other rule families for the same problem.
    pub aliases: Vec<&'static str>,
    pub severity: Severity,
    /// What is wrong, in the words of the file; one line, no `: `.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The space that following the help saves, such as `~20 MB`, if it is known.
    pub saving: Option<String>,
    /// The affected text.
    pub span: Span,
    /// The affected instruction (or comment), including heredocs: hadolint reports the line on which it starts,
    /// BuildKit all of its lines. Equal to `span` if there is no instruction.
    pub anchor: Span,
    /// The name of the stage that contains the problem, or its index from 0 as text.
    pub stage: Option<String>,
    pub fix: Option<Fix>,
    /// Why no fix is offered although one might be expected, as texts that follow "not fixed: ".
    pub refused: Vec<String>,
    /// The parts of the file that contain secrets, which reports must not print.
    pub hidden: Vec<Span>,
    /// The cost of the problem, if it is known.
    pub loss: Option<ProblemCost>,
    /// Whether the problem only exists because no build argument is given. A `DL1000` like this can be ignored.
    pub conditional: bool,
}

/// What a problem costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemCost {
    /// Bytes of the image, estimated.
    Image(u64),
    /// Space in the image; how much is unknown.
    UnknownSize {
        /// Megabytes that such a problem usually costs, only for the order of problems.
        usual_megabytes: u16,
    },
    /// The instructions that are rebuilt unnecessarily, by their first byte.
    Rebuild(Vec<u32>),
    /// The instruction that downloads again what a cache mount would keep, by its first byte.
    Download(u32),
    /// Anyone with the image can read a secret.
    Secret,
}

/// The code of build errors.
pub const INVALID: &str = "DL1000";
/// The code that `dockwright pin` uses to apply its edits; no rule has it.
pub const PIN: &str = "pin";

impl Diagnostic {
    /// Whether it is a build error that occurs with any build arguments. Such an error cannot be ignored.
    #[must_use]
    pub fn is_certain_build_error(&self) -> bool {
        self.code == INVALID && !self.conditional
    }

    /// Sets the help line.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Sets the space that following the help saves.
    pub fn saving(&mut self, saving: Option<String>) -> &mut Self {
        self.saving = saving;
        self
    }

    /// The help, with the space that it saves if that is known: "… (saves ~20 MB)".
    #[must_use]
    pub fn help_with_saving(&self) -> Option<Cow<'_, str>> {
        let help = self.help.as_deref()?;
        Some(match &self.saving {
            Some(saving) => Cow::Owned(format!("{help} (saves {saving})")),
            None => Cow::Borrowed(help),
        })
    }

    /// Sets the cost of the problem.
    pub fn set_cost(&mut self, loss: ProblemCost) -> &mut Self {
        self.loss = Some(loss);
        self
    }

    /// Offers a change.
    pub fn fix(&mut self, fix: Fix) -> &mut Self {
        self.fix = Some(fix);
        self
    }

    /// Offers a fix, or gives the reason why there is none.
    pub fn fix_or_reason(&mut self, offer: FixOrReason) -> &mut Self {
        match offer {
            Ok(fix) => self.fix(fix),
            Err(reason) => self.add_reason_not_fixed(reason),
        }
    }

    /// Adds the reason why there is no fix, or no safer one.
    pub fn add_reason_not_fixed(&mut self, reason: impl Into<String>) -> &mut Self {
        self.refused.push(reason.into());
        self
    }
}
