//! The parts of a [`FilePlan`]: data. The JSON report contains all of it.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use crate::diagnostic::{Applicability, Diagnostic};
use crate::optimize::{Bytes, ClassCount, FileReport, Scenario, StepRange};

/// The cost of a file, its problems, and the effect of fixes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "File")]
pub struct FilePlan {
    #[serde(flatten)]
    pub report: FileReport,
    /// The metrics of the file as it is.
    pub before: Metrics,
    /// Always the same four, in this order: safe, low, mid, high. Each includes those before it.
    pub after: Vec<LevelEffect>,
    /// How long the rebuilds after 100 source changes take.
    pub changes: HundredChanges,
    /// The problems, the most expensive first.
    pub problems: Vec<PlannedProblem>,
    /// The list of problems for people: problems of one rule with the same kind of fix are one row.
    pub(crate) ranking: Vec<ProblemRow>,
    /// Whether only some rules, or only new problems, are listed.
    #[serde(skip)]
    pub(crate) is_filtered: bool,
    /// The diagnostics that the problems come from, in the same order.
    #[serde(skip)]
    pub diagnostics: Vec<Diagnostic>,
    /// The text of the file.
    #[serde(skip)]
    pub source: Vec<u8>,
}

/// How long the rebuilds after 100 changes to a source file take, in seconds: 100 times the rebuild after one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct HundredChanges {
    pub now: f64,
    /// With all fixes that a command applies.
    pub fixed: f64,
}

/// The metrics by which versions of a file are compared.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Metrics {
    /// Layers that the file adds to its base image.
    pub layers: usize,
    /// The size of the image: base image and added layers.
    pub image: Bytes,
    /// The size of the added layers.
    pub added: Bytes,
    /// The part of the added layers that is wasted.
    pub wasted: Bytes,
    /// The rebuild after a change to a source file.
    pub source: RebuildCost,
    /// The rebuild after a change to a dependency file.
    pub dependency: RebuildCost,
    /// The rebuild after a change to build arguments.
    pub argument: RebuildCost,
    /// A build without a cache.
    pub full_build: RebuildCost,
}

/// Steps that are rebuilt.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct RebuildCost {
    /// Whether such a change is possible.
    pub(crate) happens: bool,
    /// Steps that are certainly rebuilt.
    pub steps: usize,
    /// The number of these steps in each cost class, `XL` first.
    pub classes: Vec<ClassCount>,
    /// The duration in seconds: minimum and maximum.
    pub seconds: StepRange,
    /// Whether it is unknown if such a change is possible, because the build context is unknown.
    pub(crate) unknown: bool,
}

/// Which fixes are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FixLevel {
    /// `--fix`.
    Safe,
    /// `--fix --unsafe-fixes`.
    Low,
    /// `--fix --unsafe-fixes=mid`.
    Mid,
    /// `--fix --unsafe-fixes=high`.
    High,
}

/// The file with all fixes of a level.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LevelEffect {
    pub level: FixLevel,
    /// The applied fixes, in their order.
    pub made: Vec<AppliedFix>,
    /// The fixes that are not applied, and why.
    pub refused: Vec<UnappliedFix>,
    pub figures: Metrics,
    /// A unified diff from the file as it is; empty if nothing changes.
    pub diff: String,
    #[serde(skip)]
    pub report: FileReport,
    /// The codes of the problems that are left.
    #[serde(skip)]
    pub left: BTreeSet<&'static str>,
}

/// A fix that is applied.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AppliedFix {
    pub code: &'static str,
    /// An imperative: "copy the dependency files first".
    pub title: String,
}

/// A fix that is not applied.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UnappliedFix {
    pub code: &'static str,
    /// A clause that follows "because".
    pub reason: String,
}

/// A problem, with its fix if there is one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PlannedProblem {
    /// `DW1104`, `DL3009`.
    pub code: &'static str,
    /// The name of the rule.
    pub name: &'static str,
    /// First and last line of the instruction, from 1.
    pub line: u32,
    pub(crate) end_line: u32,
    /// What is wrong, on one line.
    pub message: String,
    pub help: Option<String>,
    /// What applies the fix; `null` if there is none.
    pub class: Option<FixClass>,
    /// What the fix does: an imperative.
    pub title: Option<String>,
    /// The conditions of the fix, each with the place in the file that meets it.
    pub proof: Vec<String>,
    /// Why the fix is not safe: the risk.
    pub missing: Option<String>,
    /// Why there is no fix, or no safer one, or why none is applied.
    pub refused: Vec<String>,
    pub edits: Vec<PlannedEdit>,
    /// What the fix alone changes, as a unified diff.
    pub diff: String,
    /// The change of the metrics.
    pub change: Option<MetricChange>,
    pub saves: Savings,
}

/// The savings if a problem is fixed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
pub struct Savings {
    /// Bytes of the image.
    pub image: Bytes,
    /// Seconds of each rebuild.
    pub rebuild: f64,
    /// The change that causes this rebuild.
    pub after: Option<Scenario>,
    /// Layers.
    pub layers: u64,
    /// Whether a secret no longer leaks.
    pub secret: bool,
    /// The weight for ranking the problem; not a metric.
    #[serde(skip)]
    pub weight: f64,
}

/// A row of the list of problems.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ProblemRow {
    pub code: &'static str,
    pub class: Option<FixClass>,
    /// The lines on which the problems are, from 1.
    pub lines: Vec<u32>,
    /// The message of the most expensive one.
    pub message: String,
    /// What fixing all of them saves.
    pub saves: Savings,
    /// Their indexes in `problems`.
    pub problems: Vec<usize>,
}

/// What applies a fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FixClass {
    Safe,
    Low,
    Mid,
    High,
    /// No command: the user has to decide.
    #[serde(rename = "suggestion")]
    Suggestion,
}

/// One replacement of bytes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "PlannedEdit")]
pub struct PlannedEdit {
    /// Offset in bytes.
    pub start: u32,
    /// Offset in bytes, exclusive.
    pub end: u32,
    /// The replacement.
    pub text: String,
}

/// The change in the metrics that a fix causes. A negative value is a reduction.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct MetricChange {
    pub layers: i64,
    pub image: BytesChange,
    pub wasted: BytesChange,
    /// Seconds of the rebuild after a change to a source file.
    pub source: f64,
    /// Seconds of the rebuild after a change to a dependency file.
    pub dependency: f64,
    /// Seconds of the rebuild after a change to build arguments.
    pub argument: f64,
    /// Seconds of a build without a cache.
    pub full_build: f64,
}

/// A difference of sizes in bytes, with its parts kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BytesChange {
    pub known: i64,
    pub measured: i64,
    pub estimated: i64,
    /// The difference in the number of parts of unknown size.
    pub unknown: i64,
}

impl FixClass {
    #[must_use]
    pub(crate) const fn from_applicability(applicability: Applicability) -> Self {
        match applicability {
            Applicability::Safe => Self::Safe,
            Applicability::UnsafeLow => Self::Low,
            Applicability::UnsafeMid => Self::Mid,
            Applicability::UnsafeHigh => Self::High,
            Applicability::Suggestion => Self::Suggestion,
        }
    }

    /// The level that applies fixes of this class. `None` for a suggestion.
    #[must_use]
    pub const fn level(self) -> Option<FixLevel> {
        match self {
            Self::Safe => Some(FixLevel::Safe),
            Self::Low => Some(FixLevel::Low),
            Self::Mid => Some(FixLevel::Mid),
            Self::High => Some(FixLevel::High),
            Self::Suggestion => None,
        }
    }

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Low => "low",
            Self::Mid => "mid",
            Self::High => "high",
            Self::Suggestion => "suggestion",
        }
    }
}
