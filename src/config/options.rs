//! [`Options`]: a `dockwright.toml` as it is written.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::selector::nearest;
use super::{Builder, Error, FailOn, Layer, Selector};
use crate::diagnostic::{Applicability, Severity};
use crate::semantic::LabelType;

type Names = Vec<Spanned<String>>;

/// The keys of a `dockwright.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// A file whose options come before these.
    pub extend: Option<String>,
    pub required_version: Option<Spanned<String>>,
    pub fail_on: Option<FailOn>,
    pub exclude: Option<Names>,
    pub builder: Option<Builder>,
    pub preview: Option<bool>,
    #[serde(default)]
    pub rules: RuleTable,
    #[serde(default)]
    pub overrides: Vec<Override>,
    #[serde(default)]
    pub fix: FixTable,
}

/// `[rules]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleTable {
    select: Option<Names>,
    extend_select: Option<Names>,
    ignore: Option<Names>,
    severity: Option<BTreeMap<Spanned<String>, Severity>>,
    trusted_registries: Option<Vec<String>>,
    label_schema: Option<BTreeMap<String, Spanned<String>>>,
    strict_labels: Option<bool>,
    require_reason: Option<bool>,
}

/// `[[overrides]]`: other rules for some files.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Override {
    pub files: Names,
    select: Option<Names>,
    extend_select: Option<Names>,
    ignore: Option<Names>,
    severity: Option<BTreeMap<Spanned<String>, Severity>>,
}

/// `[fix]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FixTable {
    r#unsafe: Option<Unsafe>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged)]
enum Unsafe {
    Any(bool),
    Level(Level),
}

#[derive(Debug, Clone, Copy, Deserialize)]
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
            preview: self.preview,
            fail_on: self.fail_on,
            builder: self.builder,
            fix: self.fix.r#unsafe.map(Unsafe::least),
            ..Layer::default()
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
