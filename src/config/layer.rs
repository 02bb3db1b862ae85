//! [`SettingsLayer`]: the settings of one source: a file, an override in it, or the command line.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Builder, RuleSelector};
use crate::diagnostic::{Applicability, Severity};
use crate::format::OperatorPosition;
use crate::ignores::IgnoreProgram;
use crate::pin::{AptPinStyle, PinKind};
use crate::plan::CostLimit;
use crate::policy::Policy;
use crate::rule::DigestPlace;
use crate::rule_version::RuleVersion;
use crate::semantic::{CacheMounts, LabelType};

/// The settings of one source; `None` and empty values leave the setting unchanged.
#[derive(Debug, Clone, Default)]
pub struct SettingsLayer {
    /// Policies; each replaces an earlier one with the same code.
    pub policies: Vec<Arc<Policy>>,
    /// The version whose default rules run.
    pub rules_of: Option<RuleVersion>,
    /// A file of known problems, absolute.
    pub baseline: Option<PathBuf>,
    /// The rules to run, in place of those selected before.
    pub select: Option<Vec<RuleSelector>>,
    /// Rules to run as well.
    pub extend_select: Vec<RuleSelector>,
    /// Rules not to run, besides those ignored before.
    pub ignore: Vec<RuleSelector>,
    pub severities: Vec<(RuleSelector, Severity)>,
    /// Whether everything behaves as in hadolint.
    pub as_hadolint: Option<bool>,
    pub trusted_registries: Vec<String>,
    pub label_schema: BTreeMap<String, LabelType>,
    pub strict_labels: Option<bool>,
    pub inline_ignores: Option<bool>,
    /// The programs whose ignore comments are applied.
    pub ignore_programs: Option<Vec<IgnoreProgram>>,
    pub require_reason: Option<bool>,
    pub digests: Option<Vec<DigestPlace>>,
    pub trusted_indexes: Vec<String>,
    pub preview: Option<bool>,
    pub fail_on: Option<FailOn>,
    pub builder: Option<Builder>,
    pub fix: Option<Applicability>,
    pub optimize: OptimizeLayer,
    pub format: FormatLayer,
    pub pin: PinLayer,
}

/// Settings for `pin`.
#[derive(Debug, Clone, Default)]
pub struct PinLayer {
    pub only: Option<Vec<PinKind>>,
    pub registries: BTreeMap<String, String>,
    pub(crate) insecure_registries: Vec<String>,
    pub(crate) apt_style: Option<AptPinStyle>,
    pub python: Option<String>,
    pub node: Option<String>,
}

/// Settings for `optimize`.
#[derive(Debug, Clone, Default)]
pub struct OptimizeLayer {
    /// The build context: a directory, from the root.
    pub context: Option<PathBuf>,
    /// The stage that is built.
    pub target: Option<String>,
    pub mounts: Option<CacheMounts>,
    /// The cost limits for each file.
    pub(crate) fail_on: Option<Vec<CostLimit>>,
}

/// Settings for the formatter.
#[derive(Debug, Clone, Default)]
pub struct FormatLayer {
    /// In columns.
    pub line_width: Option<u16>,
    pub operator_position: Option<OperatorPosition>,
    pub sort_packages: Option<bool>,
    pub keep_cache: Option<bool>,
}

/// Lowest severity that leads to exit status 1.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    clap::ValueEnum,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    Error,
    Warning,
    Info,
    Style,
    Never,
}

impl FailOn {
    /// The severity; `None` for never.
    #[must_use]
    pub(crate) const fn threshold(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Style => Some(Severity::Style),
            Self::Never => None,
        }
    }
}
