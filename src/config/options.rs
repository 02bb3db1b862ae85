//! [`Options`]: a `dockwright.toml` as it is written.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::schema::{LabelTypeName, RuleName};
use super::selector::nearest;
use super::{Builder, Error, FailOn, Layer, OptimizeLayer, Selector, absolute};
use crate::diagnostic::{Applicability, Severity};
use crate::plan::Condition;
use crate::semantic::{CacheMounts, LabelType};

type Names = Vec<Spanned<String>>;

/// The keys of a `dockwright.toml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "dockwright.toml")]
pub struct Options {
    /// A file whose options come before these, relative to this one. It may be a `.hadolint.yaml`.
    pub extend: Option<String>,
    /// The versions of dockwright that these options are for: `>=0.1`.
    #[schemars(with = "Option<String>")]
    pub required_version: Option<Spanned<String>>,
    /// The least severity that makes the exit code 1; without it `warning`.
    pub fail_on: Option<FailOn>,
    /// Patterns for files and folders not to lint, relative to this file.
    #[schemars(with = "Option<Vec<String>>")]
    pub exclude: Option<Names>,
    /// The program that the Dockerfiles are built with; without it `buildkit`.
    pub builder: Option<Builder>,
    /// Whether new rules run that are not part of the recommended ones yet.
    pub preview: Option<bool>,
    /// Whether comments may ask for silence; without it, they may.
    pub inline_ignores: Option<bool>,
    /// Whether rules judge as hadolint does, as they do where a `.hadolint.yaml` is the configuration.
    pub as_hadolint: Option<bool>,
    #[serde(default)]
    pub rules: RuleTable,
    #[serde(default)]
    pub overrides: Vec<Override>,
    #[serde(default)]
    pub fix: FixTable,
    #[serde(default)]
    pub optimize: OptimizeTable,
}

/// Which rules run, and how.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleTable {
    /// The rules to run; without it `recommended`.
    #[schemars(with = "Option<Vec<RuleName>>")]
    select: Option<Names>,
    /// Rules to run as well.
    #[schemars(with = "Option<Vec<RuleName>>")]
    extend_select: Option<Names>,
    /// Rules not to run.
    #[schemars(with = "Option<Vec<RuleName>>")]
    ignore: Option<Names>,
    /// Other severities than the rules have by themselves.
    #[schemars(with = "Option<BTreeMap<RuleName, Severity>>")]
    severity: Option<BTreeMap<Spanned<String>, Severity>>,
    /// Registries that images may come from; `*` may stand at the start or the end. Without it, any will do.
    trusted_registries: Option<Vec<String>>,
    /// Labels that every image must have, and what their values look like.
    #[schemars(with = "Option<BTreeMap<String, LabelTypeName>>")]
    label_schema: Option<BTreeMap<String, Spanned<String>>>,
    /// Whether labels that are not in `label-schema` are reported.
    strict_labels: Option<bool>,
    /// Whether an ignore comment must give a reason.
    require_reason: Option<bool>,
}

/// Other rules for some files.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Override {
    /// Patterns for the files, relative to this one.
    #[schemars(with = "Vec<String>")]
    pub files: Names,
    /// The rules to run, in place of those selected above.
    #[schemars(with = "Option<Vec<RuleName>>")]
    select: Option<Names>,
    /// Rules to run as well.
    #[schemars(with = "Option<Vec<RuleName>>")]
    extend_select: Option<Names>,
    /// Rules not to run.
    #[schemars(with = "Option<Vec<RuleName>>")]
    ignore: Option<Names>,
    /// Other severities.
    #[schemars(with = "Option<BTreeMap<RuleName, Severity>>")]
    severity: Option<BTreeMap<Spanned<String>, Severity>>,
}

/// Which fixes `--fix` makes.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FixTable {
    /// `true` means `low`; without it, only safe fixes are made.
    r#unsafe: Option<Unsafe>,
}

/// What `optimize` takes for granted, and what may cost how much.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OptimizeTable {
    /// The folder of the build context, relative to this file.
    context: Option<String>,
    /// The stage that is built; without it the last one.
    target: Option<String>,
    /// Where caches of package managers are kept in mounts; `auto`: in stages that do not ship.
    mounts: Option<CacheMounts>,
    /// What makes the exit code 1: `waste>20MB`, `layers>15`, `score>60`, `efficiency<0.8`.
    #[schemars(with = "Option<Vec<String>>")]
    fail_on: Option<Names>,
}

#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Unsafe {
    Any(bool),
    Level(Level),
}

/// How unsafe a fix may be.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Level {
    Low,
    Mid,
    High,
}

impl Options {
    /// Reads the text of a configuration; `file` is named in errors.
    ///
    /// # Errors
    /// No TOML, an unknown key, or a value of the wrong type.
    pub fn parse(file: &Path, text: &str) -> Result<Self, Error> {
        toml::from_str(text).map_err(|error| {
            let message = error.message().lines().next().unwrap_or("not readable").to_string();
            let wrong = Error::in_file(file, message.clone()).meant(nearest_expected(&message));
            match error.span() {
                Some(span) => wrong.at(span.start, text),
                None => wrong,
            }
        })
    }

    /// What the file says for every Dockerfile.
    ///
    /// # Errors
    /// A name that no rule has, or a label type that there is not.
    pub fn layer(&self, reader: &Reader<'_>) -> Result<Layer, Error> {
        let rules = &self.rules;
        let mut label_schema = BTreeMap::new();
        for (label, kind) in rules.label_schema.iter().flatten() {
            let known = kind.as_ref().parse::<LabelType>().map_err(|unknown| {
                let names = LabelType::NAMED.map(|(name, _)| name);
                reader.error(kind, unknown.to_string()).meant(nearest(&unknown.0, names))
            })?;
            label_schema.insert(label.clone(), known);
        }
        Ok(Layer {
            select: reader.optional(rules.select.as_ref())?,
            extend_select: reader.optional(rules.extend_select.as_ref())?.unwrap_or_default(),
            ignore: reader.optional(rules.ignore.as_ref())?.unwrap_or_default(),
            severities: reader.severities(rules.severity.as_ref())?,
            trusted_registries: rules.trusted_registries.clone().unwrap_or_default(),
            label_schema,
            strict_labels: rules.strict_labels,
            require_reason: rules.require_reason,
            hadolint: self.as_hadolint == Some(true),
            exact: false,
            inline_ignores: self.inline_ignores,
            preview: self.preview,
            fail_on: self.fail_on,
            builder: self.builder,
            fix: self.fix.r#unsafe.map(Unsafe::least),
            optimize: self.optimize.layer(reader)?,
        })
    }
}

impl OptimizeTable {
    fn layer(&self, reader: &Reader<'_>) -> Result<OptimizeLayer, Error> {
        let condition = |written: &Spanned<String>| {
            Condition::parse(written.as_ref()).map_err(|why| reader.error(written, why))
        };
        let fail_on = self.fail_on.as_ref().map(|all| all.iter().map(condition).collect());
        let folder = reader.file.parent().unwrap_or(Path::new(""));
        Ok(OptimizeLayer {
            context: self.context.as_ref().map(|context| absolute(folder, Path::new(context))),
            target: self.target.clone(),
            mounts: self.mounts,
            fail_on: fail_on.transpose()?,
        })
    }
}

impl Override {
    /// What it says for the files it is for.
    ///
    /// # Errors
    /// A name that no rule has.
    pub fn layer(&self, reader: &Reader<'_>) -> Result<Layer, Error> {
        Ok(Layer {
            select: reader.optional(self.select.as_ref())?,
            extend_select: reader.optional(self.extend_select.as_ref())?.unwrap_or_default(),
            ignore: reader.optional(self.ignore.as_ref())?.unwrap_or_default(),
            severities: reader.severities(self.severity.as_ref())?,
            ..Layer::default()
        })
    }
}

impl Unsafe {
    const fn least(self) -> Applicability {
        match self {
            Self::Any(false) => Applicability::Safe,
            Self::Any(true) | Self::Level(Level::Low) => Applicability::UnsafeLow,
            Self::Level(Level::Mid) => Applicability::UnsafeMid,
            Self::Level(Level::High) => Applicability::UnsafeHigh,
        }
    }
}

/// Turns names into selectors; knows where a name stands when no rule has it.
pub struct Reader<'a> {
    pub file: &'a Path,
    pub text: &'a str,
}

impl Reader<'_> {
    /// An error about this value.
    pub fn error(&self, value: &Spanned<String>, message: String) -> Error {
        Error::in_file(self.file, message).at(value.span().start, self.text)
    }

    fn selector(&self, name: &Spanned<String>) -> Result<Selector, Error> {
        Selector::parse(name.as_ref()).map_err(|unknown| {
            self.error(name, format!("there is no rule or group `{}`", unknown.written))
                .meant(unknown.nearest)
        })
    }

    fn optional(&self, names: Option<&Names>) -> Result<Option<Vec<Selector>>, Error> {
        names.map(|names| names.iter().map(|name| self.selector(name)).collect()).transpose()
    }

    fn severities(
        &self,
        table: Option<&BTreeMap<Spanned<String>, Severity>>,
    ) -> Result<Vec<(Selector, Severity)>, Error> {
        let entries = table.into_iter().flatten();
        entries.map(|(name, severity)| Ok((self.selector(name)?, *severity))).collect()
    }
}

/// The name that serde's "unknown field `x`, expected one of `a`, `b`" was meant to be.
fn nearest_expected(message: &str) -> Option<String> {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let written = quoted.next()?;
    let known: Vec<&str> = quoted.collect();
    message.starts_with("unknown ").then(|| nearest(written, known))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        let file = Path::new("dockwright.toml");
        let reader = Reader { file, text };
        Options::parse(file, text)
            .and_then(|options| options.layer(&reader))
            .expect_err("an error")
            .to_string()
    }

    #[test]
    fn errors_name_the_line_and_the_nearest_spelling() {
        assert_eq!(
            error("fail-on = \"info\"\n[rules]\nslect = []\n"),
            "dockwright.toml:3: unknown field `slect`, expected one of `select`, `extend-select`, `ignore`, \
             `severity`, `trusted-registries`, `label-schema`, `strict-labels`, `require-reason`; did you mean `select`?"
        );
        assert_eq!(
            error("[rules]\nignore = [\n  \"DL3007\",\n  \"DL3oo7\",\n]\n"),
            "dockwright.toml:4: there is no rule or group `DL3oo7`; did you mean `DL3007`?"
        );
        assert!(error("fail-on = \"wraning\"").ends_with("did you mean `warning`?"));
        assert!(error("[rules]\nlabel-schema = { a = \"ulr\" }").ends_with("did you mean `url`?"));
        assert!(
            error("[rules]\n\nseverity = { DL30007 = \"info\" }")
                .starts_with("dockwright.toml:3: there is no rule")
        );
        assert!(error("a = ").starts_with("dockwright.toml:1: "));
    }
}
