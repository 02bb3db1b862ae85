//! The values of a YAML file, each parsed as the type of its key.

use std::collections::BTreeMap;
use std::str::FromStr;

use saphyr::{MarkedYaml, Scalar, YamlData};

use super::selector::nearest_name;
use crate::diagnostic::Severity;
use crate::error_text::{suggest_name, unknown_value};
use crate::semantic::LabelType;

/// What is wrong with a `.hadolint.yaml`, and on which line (from 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct YamlError {
    pub line: Option<usize>,
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

pub(super) fn value_error(node: &MarkedYaml<'_>, message: impl Into<String>) -> YamlError {
    YamlError { line: Some(node.span.start.line()), message: message.into(), help: None }
}

pub(super) fn is_null(node: &MarkedYaml<'_>) -> bool {
    matches!(node.data, YamlData::Value(Scalar::Null))
}

/// The text of this key.
pub(super) fn parse_string<'n>(key: &str, node: &'n MarkedYaml<'_>) -> Result<&'n str, YamlError> {
    match &node.data {
        YamlData::Value(Scalar::String(text)) => Ok(text),
        _ => Err(YamlError {
            help: Some("put the value in quotes".to_string()),
            ..value_error(node, format!("`{key}` must be a string"))
        }),
    }
}

pub(super) fn parse_boolean(key: &str, node: &MarkedYaml<'_>) -> Result<Option<bool>, YamlError> {
    match node.data {
        YamlData::Value(Scalar::Boolean(value)) => Ok(Some(value)),
        YamlData::Value(Scalar::Null) => Ok(None),
        _ => Err(YamlError {
            help: Some(format!("write `{key}: true` or `{key}: false`")),
            ..value_error(node, format!("`{key}` must be `true` or `false`"))
        }),
    }
}

/// Parses one of these names.
pub(super) fn parse_name<T: FromStr>(
    key: &str,
    node: &MarkedYaml<'_>,
    names: &[&str],
) -> Result<T, YamlError> {
    let text = parse_string(key, node)
        .map_err(|error| YamlError { help: Some(suggest_name(None, names)), ..error })?;
    text.parse().map_err(|_| {
        let nearest = nearest_name(text, names.iter().copied());
        let help = Some(suggest_name(nearest.as_deref(), names));
        YamlError { help, ..value_error(node, unknown_value(key, text)) }
    })
}

pub(super) fn items_of_yaml_list<'n, 's>(
    key: &str,
    node: &'n MarkedYaml<'s>,
) -> Result<&'n [MarkedYaml<'s>], YamlError> {
    let item = match &node.data {
        YamlData::Sequence(items) => return Ok(items),
        YamlData::Value(Scalar::Null) => return Ok(&[]),
        YamlData::Value(Scalar::String(text)) => text.trim(),
        _ => "…",
    };
    let last = key.rsplit('.').next().unwrap_or(key);
    Err(YamlError {
        help: Some(format!("write `{last}: [{item}]`")),
        ..value_error(node, format!("`{key}` must be a list"))
    })
}

pub(super) fn parse_strings(key: &str, node: &MarkedYaml<'_>) -> Result<Vec<String>, YamlError> {
    let parse = |item| match parse_string(key, item) {
        Ok(text) => Ok(text.to_string()),
        Err(error) => Err(YamlError { message: format!("`{key}` must be a list of strings"), ..error }),
    };
    items_of_yaml_list(key, node)?.iter().map(parse).collect()
}

pub(super) fn mapping_entries<'n, 's>(
    key: &str,
    node: &'n MarkedYaml<'s>,
    example: &str,
) -> Result<Vec<(&'n MarkedYaml<'s>, &'n MarkedYaml<'s>)>, YamlError> {
    match &node.data {
        YamlData::Mapping(mapping) => Ok(mapping.iter().collect()),
        YamlData::Value(Scalar::Null) => Ok(Vec::new()),
        _ => Err(YamlError {
            help: Some(format!("write `{key}: {example}`")),
            ..value_error(node, format!("`{key}` must have keys and values"))
        }),
    }
}

type SeverityOverrides = Vec<(Severity, String)>;

/// The severities that replace the default ones, and the keys that are not severities, which hadolint disregards.
pub(super) fn parse_overrides(node: &MarkedYaml<'_>) -> Result<(SeverityOverrides, Vec<String>), YamlError> {
    let (mut overrides, mut unknown) = (Vec::new(), Vec::new());
    for (key, value) in mapping_entries("override", node, "{ error: [DL3008] }")? {
        let name = parse_string("override", key)?;
        let severity = match name {
            "error" => Severity::Error,
            "warning" => Severity::Warning,
            "info" => Severity::Info,
            "style" => Severity::Style,
            _ => {
                unknown.push(format!("override.{name}"));
                continue;
            }
        };
        let codes = parse_strings(&format!("override.{name}"), value)?;
        overrides.extend(codes.into_iter().map(|code| (severity, code)));
    }
    Ok((overrides, unknown))
}

pub(super) fn parse_label_schema(node: &MarkedYaml<'_>) -> Result<BTreeMap<String, LabelType>, YamlError> {
    let mut schema = BTreeMap::new();
    for (label, kind) in mapping_entries("label-schema", node, "{ maintainer: email }")? {
        let label = parse_string("label-schema", label)?;
        let names = LabelType::NAMED.map(|(name, _)| name);
        schema.insert(label.to_string(), parse_name(&format!("label-schema.{label}"), kind, &names)?);
    }
    Ok(schema)
}
