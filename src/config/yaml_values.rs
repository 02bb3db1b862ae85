//! The values of a YAML file, each parsed as the type of its key.

use std::str::FromStr;

use saphyr::{MarkedYaml, Scalar, YamlData};

use super::selector::nearest_name;
use crate::error_text::suggest_name;

/// What is wrong with a `.hadolint.yaml`, and on which line (from 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct YamlError {
    pub line: Option<usize>,
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl YamlError {
    /// The same error about an entry of the value.
    #[must_use]
    pub(super) fn in_entry(self, name: &str) -> Self {
        Self { message: format!("entry `{name}` {}", self.message), ..self }
    }
}

pub(super) fn value_error(node: &MarkedYaml<'_>, message: impl Into<String>) -> YamlError {
    YamlError { line: Some(node.span.start.line()), message: message.into(), help: None }
}

pub(super) fn is_null(node: &MarkedYaml<'_>) -> bool {
    matches!(node.data, YamlData::Value(Scalar::Null))
}

pub(super) fn parse_string<'n>(node: &'n MarkedYaml<'_>) -> Result<&'n str, YamlError> {
    match &node.data {
        YamlData::Value(Scalar::String(text)) => Ok(text),
        _ => Err(value_error(node, "must contain only text")),
    }
}

pub(super) fn parse_boolean(node: &MarkedYaml<'_>) -> Result<Option<bool>, YamlError> {
    match node.data {
        YamlData::Value(Scalar::Boolean(value)) => Ok(Some(value)),
        YamlData::Value(Scalar::Null) => Ok(None),
        _ => Err(value_error(node, "must be `true` or `false`")),
    }
}

/// Parses one of these names.
pub(super) fn parse_name<T: FromStr>(node: &MarkedYaml<'_>, names: &[&str]) -> Result<T, YamlError> {
    let text = parse_string(node)?;
    text.parse().map_err(|_| {
        let nearest = nearest_name(text, names.iter().copied());
        let help = Some(suggest_name(nearest.as_deref(), names));
        let message = if text.is_empty() { "is empty".to_string() } else { format!("cannot be `{text}`") };
        YamlError { help, ..value_error(node, message) }
    })
}

pub(super) fn list_items<'n, 's>(node: &'n MarkedYaml<'s>) -> Result<&'n [MarkedYaml<'s>], YamlError> {
    match &node.data {
        YamlData::Sequence(items) => Ok(items),
        YamlData::Value(Scalar::Null) => Ok(&[]),
        YamlData::Value(Scalar::String(text)) => {
            Err(YamlError { help: Some(format!("write `[{text}]`")), ..value_error(node, "must be a list") })
        }
        YamlData::Mapping(_) => Err(YamlError {
            help: Some("start each line with `- `".to_string()),
            ..value_error(node, "must be a list")
        }),
        _ => Err(value_error(node, "must be a list")),
    }
}

pub(super) fn parse_strings(node: &MarkedYaml<'_>) -> Result<Vec<String>, YamlError> {
    list_items(node)?.iter().map(|item| parse_string(item).map(str::to_string)).collect()
}

pub(super) fn mapping_entries<'n, 's>(
    node: &'n MarkedYaml<'s>,
    example: &str,
) -> Result<Vec<(&'n MarkedYaml<'s>, &'n MarkedYaml<'s>)>, YamlError> {
    match &node.data {
        YamlData::Mapping(mapping) => Ok(mapping.iter().collect()),
        YamlData::Value(Scalar::Null) => Ok(Vec::new()),
        _ => Err(YamlError {
            help: Some(format!("use the form `{example}`")),
            ..value_error(node, "must have keys and values")
        }),
    }
}
