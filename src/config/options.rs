//! [`ConfigTable`]: the content of a `dockwright.toml`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::explain::explain_toml_error;
use super::option_reader::OptionReader;
use super::pin_table::PinTable;
use super::policies::PolicyTable;
use super::schema::{LabelTypeName, RuleName};
use super::selector::nearest_name;
use super::{Builder, ConfigError, FailOn, FormatLayer, OptimizeLayer, SettingsLayer, absolute_path};
use crate::diagnostic::{Applicability, Severity};
use crate::error_text::{invalid_value, suggest_name, unknown_value};
use crate::format::OperatorPosition;
use crate::ignores::IgnoreProgram;
use crate::plan::CostLimit;
use crate::policy::Policy;
use crate::rule::DigestPlace;
use crate::semantic::{CacheMounts, LabelType};

type Names = Vec<Spanned<String>>;

/// The smallest allowed `line-width`.
const NARROWEST_LINE: u16 = 1;

/// The help for an invalid `line-width`.
pub(super) fn describe_line_widths() -> String {
    format!("choose a number from {NARROWEST_LINE} to {}", u16::MAX)
}

/// The keys of `dockwright.toml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "dockwright.toml")]
pub(crate) struct ConfigTable {
    /// A configuration file that this one extends, relative to this file. It may be a `.hadolint.yaml`.
    #[schemars(with = "Option<String>")]
    pub extend: Option<Spanned<String>>,
    /// Versions of dockwright that this file is for, such as `>=0.1`.
    #[schemars(with = "Option<String>")]
    pub(crate) required_version: Option<Spanned<String>>,
    /// Version whose default rules run, such as `0.1`: rules that later versions turn on by default stay off.
    /// Default: the version of dockwright that runs.
    #[schemars(with = "Option<String>")]
    pub(crate) rules_of: Option<Spanned<String>>,
    /// A file of known problems to hide, relative to this file. See `dockwright check --write-baseline`.
    #[schemars(with = "Option<String>")]
    pub baseline: Option<Spanned<String>>,
    /// Lowest severity that leads to exit status 1. Default: `warning`.
    pub(crate) fail_on: Option<FailOn>,
    /// Patterns for files and directories to skip, relative to this file.
    #[schemars(with = "Option<Vec<String>>")]
    pub exclude: Option<Names>,
    /// The program that builds the Dockerfiles. Default: `buildkit`.
    pub builder: Option<Builder>,
    /// Also run preview rules.
    pub preview: Option<bool>,
    /// Which ignore comments have an effect: `true` (the default, those of all programs), `false`, or a list of programs.
    pub inline_ignores: Option<InlineIgnores>,
    /// Whether rules behave as in hadolint, as they do if the configuration is a `.hadolint.yaml`.
    pub as_hadolint: Option<bool>,
    #[serde(default)]
    pub rules: RuleTable,
    #[serde(default)]
    pub overrides: Vec<Override>,
    #[serde(default)]
    pub fix: FixTable,
    #[serde(default)]
    pub optimize: OptimizeTable,
    #[serde(default)]
    pub format: FormatTable,
    #[serde(default)]
    pub pin: PinTable,
    /// Rules of your own.
    #[serde(default)]
    pub policy: Vec<PolicyTable>,
}

/// Which ignore comments have an effect.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum InlineIgnores {
    /// All or none.
    All(bool),
    /// The comments of these programs.
    Programs(Vec<IgnoreProgram>),
}

/// Which rules run, and how.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RuleTable {
    /// Rules to run. Default: `recommended`.
    #[schemars(with = "Option<Vec<RuleName>>")]
    select: Option<Names>,
    /// Additional rules to run.
    #[schemars(with = "Option<Vec<RuleName>>")]
    extend_select: Option<Names>,
    /// Rules not to run.
    #[schemars(with = "Option<Vec<RuleName>>")]
    ignore: Option<Names>,
    /// Severities that replace the default ones.
    #[schemars(with = "Option<BTreeMap<RuleName, Severity>>")]
    severity: Option<BTreeMap<Spanned<String>, Severity>>,
    /// Registries that images may come from; `*` is allowed at the start or the end. Default: all.
    #[schemars(with = "Option<Vec<String>>")]
    trusted_registries: Option<Vec<Spanned<String>>>,
    /// Labels that every image must have, with the format of their values.
    #[schemars(with = "Option<BTreeMap<String, LabelTypeName>>")]
    label_schema: Option<BTreeMap<String, Spanned<String>>>,
    /// Whether to report labels that are not in `label-schema`.
    strict_labels: Option<bool>,
    /// Whether an ignore comment must give a reason.
    require_reason: Option<bool>,
    /// Which images DW3308 reports if they have no digest. Default: all.
    digests: Option<Vec<DigestPlace>>,
    /// Package indexes that DW3309 does not report: addresses, or the start of them.
    trusted_indexes: Option<Vec<String>>,
}

/// Settings for some files.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Override {
    /// Patterns for the files, relative to this configuration file.
    #[schemars(with = "Vec<String>")]
    pub files: Names,
    /// Rules to run instead of those selected above.
    #[schemars(with = "Option<Vec<RuleName>>")]
    select: Option<Names>,
    /// Additional rules to run.
    #[schemars(with = "Option<Vec<RuleName>>")]
    extend_select: Option<Names>,
    /// Rules not to run.
    #[schemars(with = "Option<Vec<RuleName>>")]
    ignore: Option<Names>,
    /// Severities that replace the default ones.
    #[schemars(with = "Option<BTreeMap<RuleName, Severity>>")]
    severity: Option<BTreeMap<Spanned<String>, Severity>>,
}

/// Which fixes `--fix` applies.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct FixTable {
    /// Highest level of unsafe fixes to apply; `true` means `low`. Default: only safe fixes.
    r#unsafe: Option<UnsafeFixes>,
}

/// Assumptions and limits for `dockwright optimize`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct OptimizeTable {
    /// Build context directory, relative to this file.
    context: Option<String>,
    /// Stage to build. Default: the last one.
    target: Option<String>,
    /// Where fixes use cache mounts for package managers; `auto`: in stages that are not part of the image.
    mounts: Option<CacheMounts>,
    /// Limits that lead to exit status 1 if exceeded: `wasted>20MB`, `layers>15`, `rebuild>5min`.
    #[schemars(with = "Option<Vec<String>>")]
    fail_on: Option<Names>,
}

/// The layout that `dockwright format` gives to files.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct FormatTable {
    /// Maximum line length, in columns. Default: 100.
    #[schemars(with = "Option<u16>", range(min = 1))]
    line_width: Option<Spanned<u16>>,
    /// Where `&&`, `||`, `|` and `;` are placed between commands on separate lines. Default: whichever the file uses
    /// more.
    operator_position: Option<OperatorPosition>,
    /// Whether to sort package lists and remove duplicates, which is an unsafe change of level low. Default: `false`.
    sort_packages: Option<bool>,
    /// Whether to leave the text of commands unchanged, because it is part of cache keys. Default: `false`.
    keep_cache: Option<bool>,
}

#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(untagged)]
enum UnsafeFixes {
    Any(bool),
    Level(UnsafeLevel),
}

/// How unsafe a fix may be.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum UnsafeLevel {
    Low,
    Mid,
    High,
}

impl ConfigTable {
    /// Reads the text of a configuration; `file` is named in errors.
    ///
    /// # Errors
    /// The text is not TOML, or has an unknown key or a value of the wrong type.
    pub(crate) fn parse(file: &Path, text: &str) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|error| {
            let (message, help) = explain_toml_error(error.message(), text, error.span());
            let wrong = ConfigError { help, ..ConfigError::in_file(file, message) };
            match error.span() {
                Some(span) => wrong.with_line_of(span.start, text),
                None => wrong,
            }
        })
    }

    /// The settings for every Dockerfile.
    ///
    /// # Errors
    /// An unknown rule or label type.
    pub(crate) fn settings_layer(&self, reader: &OptionReader<'_>) -> Result<SettingsLayer, ConfigError> {
        let rules = &self.rules;
        let mut label_schema = BTreeMap::new();
        for (label, kind) in rules.label_schema.iter().flatten() {
            let known = kind.as_ref().parse::<LabelType>().map_err(|unknown| {
                let names = LabelType::NAMED.map(|(name, _)| name);
                let nearest = nearest_name(&unknown.0, names);
                reader
                    .error(kind, unknown_value(&format!("label-schema.{label}"), &unknown.0))
                    .did_you_mean(nearest.as_deref(), || suggest_name(None, &names))
            })?;
            label_schema.insert(label.clone(), known);
        }
        let directory = reader.file.parent().unwrap_or(Path::new(""));
        Ok(SettingsLayer {
            policies: self.policies(reader)?,
            rules_of: self.rules_of.as_ref().map(|version| reader.parse_rules_of(version)).transpose()?,
            baseline: match &self.baseline {
                Some(path) => Some(absolute_path(directory, Path::new(reader.file_name("baseline", path)?))),
                None => None,
            },
            select: reader.optional_selectors(rules.select.as_ref())?,
            extend_select: reader.optional_selectors(rules.extend_select.as_ref())?.unwrap_or_default(),
            ignore: reader.optional_selectors(rules.ignore.as_ref())?.unwrap_or_default(),
            severities: reader.severities(rules.severity.as_ref())?,
            trusted_registries: reader.registry_patterns(rules.trusted_registries.as_deref())?,
            label_schema,
            strict_labels: rules.strict_labels,
            require_reason: rules.require_reason,
            digests: rules.digests.clone(),
            trusted_indexes: rules.trusted_indexes.clone().unwrap_or_default(),
            as_hadolint: self.as_hadolint,
            inline_ignores: self
                .inline_ignores
                .as_ref()
                .map(|ignores| !matches!(ignores, InlineIgnores::All(false))),
            ignore_programs: match &self.inline_ignores {
                Some(InlineIgnores::Programs(programs)) => Some(programs.clone()),
                _ => None,
            },
            preview: self.preview,
            fail_on: self.fail_on,
            builder: self.builder,
            fix: self.fix.r#unsafe.map(UnsafeFixes::applicability),
            optimize: self.optimize.settings_layer(reader)?,
            format: self.format.settings_layer(reader)?,
            pin: self.pin.settings_layer(reader)?,
        })
    }
}

impl ConfigTable {
    fn policies(&self, reader: &OptionReader<'_>) -> Result<Vec<Arc<Policy>>, ConfigError> {
        let mut policies: Vec<Arc<Policy>> = Vec::new();
        for entry in &self.policy {
            let policy = entry.to_policy(reader)?;
            if policies.iter().any(|known| known.code == policy.code) {
                let message = format!("two policies have the code `{}`", policy.code);
                let help = Some("give each policy its own code".to_string());
                return Err(ConfigError { help, ..reader.error(&entry.code, message) });
            }
            policies.push(policy);
        }
        Ok(policies)
    }
}

impl FormatTable {
    fn settings_layer(&self, reader: &OptionReader<'_>) -> Result<FormatLayer, ConfigError> {
        if let Some(width) = self.line_width.as_ref().filter(|width| *width.as_ref() < NARROWEST_LINE) {
            let message = invalid_value("line-width", width.as_ref());
            let help = Some(describe_line_widths());
            return Err(ConfigError { help, ..reader.error(width, message) });
        }
        Ok(FormatLayer {
            line_width: self.line_width.as_ref().map(|width| *width.as_ref()),
            operator_position: self.operator_position,
            sort_packages: self.sort_packages,
            keep_cache: self.keep_cache,
        })
    }
}

impl OptimizeTable {
    fn settings_layer(&self, reader: &OptionReader<'_>) -> Result<OptimizeLayer, ConfigError> {
        let condition = |written: &Spanned<String>| {
            CostLimit::parse(written.as_ref())
                .map_err(|why| ConfigError { help: why.help, ..reader.error(written, why.message) })
        };
        let fail_on = self.fail_on.as_ref().map(|all| all.iter().map(condition).collect());
        let directory = reader.file.parent().unwrap_or(Path::new(""));
        Ok(OptimizeLayer {
            context: self.context.as_ref().map(|context| absolute_path(directory, Path::new(context))),
            target: self.target.clone(),
            mounts: self.mounts,
            fail_on: fail_on.transpose()?,
        })
    }
}

impl Override {
    /// The settings for the files that match.
    ///
    /// # Errors
    /// An unknown rule.
    pub(crate) fn settings_layer(&self, reader: &OptionReader<'_>) -> Result<SettingsLayer, ConfigError> {
        Ok(SettingsLayer {
            select: reader.optional_selectors(self.select.as_ref())?,
            extend_select: reader.optional_selectors(self.extend_select.as_ref())?.unwrap_or_default(),
            ignore: reader.optional_selectors(self.ignore.as_ref())?.unwrap_or_default(),
            severities: reader.severities(self.severity.as_ref())?,
            ..SettingsLayer::default()
        })
    }
}

impl UnsafeFixes {
    const fn applicability(self) -> Applicability {
        match self {
            Self::Any(false) => Applicability::Safe,
            Self::Any(true) | Self::Level(UnsafeLevel::Low) => Applicability::UnsafeLow,
            Self::Level(UnsafeLevel::Mid) => Applicability::UnsafeMid,
            Self::Level(UnsafeLevel::High) => Applicability::UnsafeHigh,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        let file = Path::new("dockwright.toml");
        let reader = OptionReader { file, text, policies: Vec::new() };
        ConfigTable::parse(file, text)
            .and_then(|options| options.settings_layer(&reader))
            .expect_err("an error")
            .to_string()
    }

    #[test]
    fn errors_name_line_and_nearest_spelling() {
        assert_eq!(
            error("fail-on = \"info\"\n[rules]\nslect = []\n"),
            "dockwright.toml:3: unknown key `slect` in `[rules]`; did you mean `select`?"
        );
        assert_eq!(
            error("[rules]\nignore = [\n  \"DL3007\",\n  \"DL3oo7\",\n]\n"),
            "dockwright.toml:4: unknown rule or group `DL3oo7`; did you mean `DL3007`?"
        );
        assert!(error("fail-on = \"wraning\"").ends_with("did you mean `warning`?"));
        assert!(error("[rules]\nlabel-schema = { a = \"ulr\" }").ends_with("did you mean `url`?"));
        assert!(
            error("[rules]\n\nseverity = { DL30007 = \"info\" }")
                .starts_with("dockwright.toml:3: unknown rule")
        );
        assert!(error("a = ").starts_with("dockwright.toml:1: "));
        assert_eq!(
            error("[format]\nline-width = 0"),
            "dockwright.toml:2: invalid value `0` for `line-width`; choose a number from 1 to 65535"
        );
    }
}
