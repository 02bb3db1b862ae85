//! [`OptionReader`]: turns the names and versions of a configuration file into settings.

use std::collections::BTreeMap;
use std::path::Path;

use toml::Spanned;

use super::selector::nearest_name;
use super::{ConfigError, RuleSelector};
use crate::diagnostic::Severity;
use crate::error_text::{ErrorText, invalid_value};
use crate::pin::ServerNameForm;
use crate::rule_version::{InvalidVersion, RuleVersion};

/// Turns names into selectors. Errors about unknown names have the line.
pub(crate) struct OptionReader<'a> {
    pub file: &'a Path,
    pub text: &'a str,
    /// The codes of all policies that the file can name.
    pub policies: Vec<String>,
}

impl OptionReader<'_> {
    /// An error about this value.
    pub(crate) fn error<T>(&self, value: &Spanned<T>, message: String) -> ConfigError {
        ConfigError::in_file(self.file, message).with_line_of(value.span().start, self.text)
    }

    /// An error about a pattern in this value.
    pub(super) fn invalid_pattern<T>(
        &self,
        value: &Spanned<T>,
        pattern: &str,
        why: ErrorText,
    ) -> ConfigError {
        let error = self.error(value, format!("invalid pattern `{pattern}`: {}", why.message));
        ConfigError { help: why.help, ..error }
    }

    /// The file name that is the value of this key.
    ///
    /// # Errors
    /// The value is empty.
    pub(super) fn file_name<'n>(&self, key: &str, name: &'n Spanned<String>) -> Result<&'n str, ConfigError> {
        let text = name.as_ref();
        if !text.trim().is_empty() {
            return Ok(text);
        }
        let help = Some("name a file, or remove the line".to_string());
        Err(ConfigError { help, ..self.error(name, invalid_value(key, "")) })
    }

    pub(super) fn selector(&self, name: &Spanned<String>) -> Result<RuleSelector, ConfigError> {
        RuleSelector::parse(name.as_ref()).or_else(|unknown| {
            RuleSelector::parse_policy(name.as_ref(), self.policies.iter().map(String::as_str)).ok_or_else(
                || {
                    let policies = self.policies.iter().map(String::as_str);
                    let nearest = unknown.nearest.or_else(|| nearest_name(&unknown.written, policies));
                    let message = match unknown.written.as_str() {
                        "" => "the name of a rule is empty".to_string(),
                        written => format!("unknown rule or group `{written}`"),
                    };
                    self.error(name, message).did_you_mean(nearest.as_deref(), || {
                        "`dockwright rule --all` lists the rules".to_string()
                    })
                },
            )
        })
    }

    pub(super) fn parse_rules_of(&self, written: &Spanned<String>) -> Result<RuleVersion, ConfigError> {
        let text = written.as_ref();
        let version = text.parse::<RuleVersion>().map_err(|InvalidVersion| {
            let error = self.error(written, invalid_value("rules-of", text));
            ConfigError { help: Some(format!("write a version such as `{}`", RuleVersion::CURRENT)), ..error }
        })?;
        if version <= RuleVersion::CURRENT {
            return Ok(version);
        }
        let current = RuleVersion::CURRENT;
        let message = format!("`rules-of` is `{text}`, but this version has the rules of {current}");
        let help = Some("install a newer dockwright, or lower the number".to_string());
        Err(ConfigError { help, ..self.error(written, message) })
    }

    /// The names of registries, each with at most one `*`, at its start or its end.
    ///
    /// # Errors
    /// A text is not the name of a server.
    pub(super) fn registry_patterns(
        &self,
        names: Option<&[Spanned<String>]>,
    ) -> Result<Vec<String>, ConfigError> {
        let pattern = |name: &Spanned<String>| {
            let text = name.as_ref().as_str();
            let rest = text.strip_prefix('*').or_else(|| text.strip_suffix('*'));
            match rest {
                None if !text.contains('*') => ServerNameForm::Host
                    .parse(text)
                    .map_err(|why| ConfigError { help: why.help, ..self.error(name, why.message) })?,
                Some(rest) if !rest.contains('*') => {}
                _ => {
                    let parts: Vec<&str> = text.split('*').filter(|part| !part.is_empty()).collect();
                    let help = match (parts.first(), parts.last()) {
                        (Some(first), Some(last)) => format!("use `{first}*` or `*{last}`"),
                        _ => "use `*`".to_string(),
                    };
                    let message = format!("`{text}`: `*` is allowed only at the start or the end");
                    return Err(ConfigError { help: Some(help), ..self.error(name, message) });
                }
            }
            Ok(text.to_string())
        };
        names.unwrap_or_default().iter().map(pattern).collect()
    }

    pub(super) fn optional_selectors(
        &self,
        names: Option<&Vec<Spanned<String>>>,
    ) -> Result<Option<Vec<RuleSelector>>, ConfigError> {
        names.map(|names| names.iter().map(|name| self.selector(name)).collect()).transpose()
    }

    pub(super) fn severities(
        &self,
        table: Option<&BTreeMap<Spanned<String>, Severity>>,
    ) -> Result<Vec<(RuleSelector, Severity)>, ConfigError> {
        let entries = table.into_iter().flatten();
        entries.map(|(name, severity)| Ok((self.selector(name)?, *severity))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ConfigTable;

    fn error(text: &str) -> String {
        let reader = OptionReader { file: Path::new("dockwright.toml"), text, policies: Vec::new() };
        let read = ConfigTable::parse(reader.file, text).and_then(|table| table.settings_layer(&reader));
        read.expect_err("an error").to_string()
    }

    #[test]
    fn registries_are_names_of_servers() {
        let valid = "[rules]\ntrusted-registries = [\"*\", \"*.example.org\", \"quay*\", \"localhost:5000\"]";
        let reader = OptionReader { file: Path::new("c.toml"), text: valid, policies: Vec::new() };
        let read = ConfigTable::parse(reader.file, valid).and_then(|table| table.settings_layer(&reader));
        assert_eq!(read.expect("valid").trusted_registries.len(), 4);
        for (name, message) in [
            ("", "the name of a server is empty; use the form `registry.example.org:5000`"),
            (
                "https://docker.io",
                "`https://docker.io` must be the name of a server, not a URL; write `docker.io`",
            ),
            (
                "docker.io/library",
                "`docker.io/library` must be the name of a server, not a URL; write `docker.io`",
            ),
            ("a*b", "`a*b`: `*` is allowed only at the start or the end; use `a*` or `*b`"),
            ("*a*", "`*a*`: `*` is allowed only at the start or the end; use `a*` or `*a`"),
        ] {
            let text = format!("[rules]\ntrusted-registries = [\"{name}\"]");
            assert_eq!(error(&text), format!("dockwright.toml:2: {message}"));
        }
    }
}
