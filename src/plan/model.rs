//! What a [`Plan`] is made of: data. JSON is all of it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::diagnostic::Applicability;
use crate::optimize::{Bytes, ClassCount, Picture, Range};

/// A file as it is, and what the optimizer's fixes would make of it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "File")]
pub struct Plan {
    #[serde(flatten)]
    pub picture: Picture,
    /// The figures of the file as it is.
    pub before: Figures,
    /// Always the same four, in this order: safe, low, mid, high. Each holds those before it.
    pub after: Vec<After>,
    /// In the order of the file.
    pub rewrites: Vec<Rewrite>,
}

/// The few figures that two versions of a file are compared by.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Figures {
    /// Layers that the file adds to its base image.
    pub layers: usize,
    /// What they add.
    pub adds: Bytes,
    /// What of it is waste.
    pub waste: Bytes,
    /// What runs again after a change of a source file.
    pub source: Rebuild,
    /// What runs again after a change of a dependency manifest.
    pub manifest: Rebuild,
    /// A build from nothing.
    pub cold: Rebuild,
    /// What a day of builds costs, in weights; less is better.
    pub score: Range,
}

/// Steps that are run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct Rebuild {
    /// Whether there is such a change at all.
    pub happens: bool,
    /// Steps that run for certain.
    pub steps: usize,
    /// How many of those there are of each cost class, `XL` first.
    pub classes: Vec<ClassCount>,
    /// Weights of the classes, or measured seconds: at least, at most.
    pub weight: Range,
}

/// How far fixes are trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
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
pub struct After {
    pub level: Level,
    /// What is mended, in the order in which it is.
    pub made: Vec<Made>,
    /// What is left out, and why.
    pub refused: Vec<Left>,
    pub figures: Figures,
    /// A unified diff from the file as it is; empty where nothing changes.
    pub diff: String,
    #[serde(skip)]
    pub picture: Picture,
}

/// A fix that is made.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Made {
    pub code: &'static str,
    /// An order: "copy the manifests first".
    pub title: String,
}

/// A fix that is left out.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Left {
    pub code: &'static str,
    /// What follows "since".
    pub reason: String,
}

/// One thing that could be written better, with the change if one is offered.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Rewrite {
    /// `DW1104`, `DL3009`.
    pub code: &'static str,
    /// The name of the rule.
    pub name: &'static str,
    /// First and last line of the instruction, from 1.
    pub line: u32,
    pub end_line: u32,
    /// What is wrong, on one line.
    pub message: String,
    pub help: Option<String>,
    /// `None` where no change is offered.
    pub class: Option<Class>,
    /// An order.
    pub title: Option<String>,
    /// The conditions of the change, each with what in the file met it.
    pub proof: Vec<String>,
    /// The fact that was not known and would have given the change a better class.
    pub missing: Option<String>,
    /// Why no change, or no better one, is offered: parts of sentences that follow "since".
    pub refused: Vec<String>,
    /// Why it is left out though it is offered: what it would do to the file.
    pub harm: Option<String>,
    pub edits: Vec<Edit>,
    /// What it makes of the file if it alone is made, as a unified diff.
    pub diff: String,
    /// What that changes in the figures.
    pub change: Option<Change>,
}

/// How far a change can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    Safe,
    Low,
    Mid,
    High,
    /// By no command: it is for a person to judge.
    Shown,
}

/// One replacement of bytes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "PlannedEdit")]
pub struct Edit {
    /// Offset in bytes.
    pub start: u32,
    /// Offset in bytes, exclusive.
    pub end: u32,
    /// What comes in place of it.
    pub text: String,
}

/// What a change does to the figures: below zero is less.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Change {
    pub layers: i64,
    pub adds: BytesChange,
    pub waste: BytesChange,
    /// By how much the weight of a day of builds changes, at most.
    pub score: f64,
}

/// A difference of sizes in bytes, with its parts kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BytesChange {
    pub known: i64,
    pub measured: i64,
    pub estimated: i64,
    /// How many parts of unknown size there are more, or fewer.
    pub unknown: i64,
}

impl Class {
    #[must_use]
    pub const fn of(applicability: Applicability) -> Self {
        match applicability {
            Applicability::Safe => Self::Safe,
            Applicability::UnsafeLow => Self::Low,
            Applicability::UnsafeMid => Self::Mid,
            Applicability::UnsafeHigh => Self::High,
            Applicability::Shown => Self::Shown,
        }
    }

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Low => "low",
            Self::Mid => "mid",
            Self::High => "high",
            Self::Shown => "shown",
        }
    }
}
