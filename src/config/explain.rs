//! Errors in the text of a `dockwright.toml`, explained by its keys.

use std::collections::BTreeSet;
use std::ops::Range;

use serde_json::Value;

use super::options::describe_line_widths;
use super::schema;
use super::selector::nearest_name;
use super::wrong_type::explain_wrong_type;
use crate::error_text::{invalid_value, suggest_name, unknown_value};
use crate::library_errors::{ExpectedType, SerdeError, describe_toml_error};

/// The names of the tables, with the names of their types in the schema.
pub(super) const TABLES: [(&str, &str); 9] = [
    ("[rules]", "RuleTable"),
    ("[[overrides]]", "Override"),
    ("[fix]", "FixTable"),
    ("[optimize]", "OptimizeTable"),
    ("[format]", "FormatTable"),
    ("[pin]", "PinTable"),
    ("[[policy]]", "Policy"),
    ("match", "PolicyMatch"),
    ("examples", "PolicyExamples"),
];

/// The message and the help for an error of `toml` about the bytes `span` of `text`.
pub(super) fn explain_toml_error(
    message: &str,
    text: &str,
    span: Option<Range<usize>>,
) -> (String, Option<String>) {
    let start = span.as_ref().map_or(0, |span| span.start);
    let value = span.and_then(|span| text.get(span)).unwrap_or_default();
    match SerdeError::parse(message) {
        SerdeError::UnknownKey { key, known } => unknown_key(key, &known),
        SerdeError::UnknownValue { value, known } => {
            let message = match key_at_offset(text, start) {
                Some(key) if enclosing_table(text, start) == Some("severity") => {
                    unknown_value(&format!("severity.{key}"), value)
                }
                Some(key) => unknown_value(key, value),
                None => format!("unknown value `{value}`"),
            };
            let nearest = nearest_name(value, known.iter().copied());
            (message, Some(suggest_name(nearest.as_deref(), &known)))
        }
        SerdeError::WrongType { expected } => explain_wrong_type(expected, text, start, value),
        SerdeError::MissingKey(key) => (
            match table_name_at_offset(text, start) {
                Some(table) => format!("missing key `{key}` in `[[{table}]]`"),
                None => format!("missing key `{key}`"),
            },
            key_example(key).map(|example| format!("add a line such as `{example}`")),
        ),
        SerdeError::InvalidValue => {
            let key = key_at_offset(text, start).unwrap_or("this value");
            (invalid_value(key, value), (key == "line-width").then(describe_line_widths))
        }
        SerdeError::Other(message) => match key_at_offset(text, start) {
            Some(key) if message == "invalid boolean" => (
                format!("`{key}` {}", ExpectedType::Boolean),
                Some(suggest_boolean(key, word_at_offset(text, start))),
            ),
            Some(key) if is_at_line_end(text, start) && message == "string values must be quoted" => {
                (format!("not valid TOML: `{key}` has no value"), Some("write `KEY = VALUE`".to_string()))
            }
            _ if is_key_with_spaces(text, start) => (
                "not valid TOML: a key with spaces is not quoted".to_string(),
                Some("write one word, or put the key in double quotes".to_string()),
            ),
            _ => {
                let (before, line) = line_at_offset(text, start);
                let (reason, help) = describe_toml_error(message, before, line);
                let separator = if reason.is_empty() { "" } else { ": " };
                (format!("not valid TOML{separator}{reason}"), Some(help.to_string()))
            }
        },
    }
}

/// The line of this byte: the text before it, and the text from it on.
fn line_at_offset(text: &str, at: usize) -> (&str, &str) {
    let (before, rest) = text.split_at_checked(at).unwrap_or((text, ""));
    (before.rsplit('\n').next().unwrap_or_default(), rest.lines().next().unwrap_or_default())
}

/// Whether the line has several bare words before its `=`.
fn is_key_with_spaces(text: &str, at: usize) -> bool {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let Some((key, _)) = line.split_once('=') else { return false };
    let is_bare = |word: &str| word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    key.split_whitespace().count() > 1 && key.split_whitespace().all(is_bare)
}

/// The help for a key that must be a boolean: what was probably meant, or both values.
pub(super) fn suggest_boolean(key: &str, value: &str) -> String {
    let meant = match value.trim_matches(['"', '\'']).to_ascii_lowercase().as_str() {
        "yes" | "on" | "true" | "1" | "y" | "t" | "tru" | "enabled" => true,
        "no" | "off" | "false" | "0" | "n" | "f" | "fals" | "disabled" => false,
        _ => return format!("write `{key} = true` or `{key} = false`"),
    };
    format!("write `{key} = {meant}`")
}

/// How to write a table.
pub(super) fn table_example(key: &str) -> String {
    let entry = match key {
        "severity" => "DL3008 = \"info\"",
        "label-schema" => "\"org.opencontainers.image.licenses\" = \"spdx\"",
        "registries" => "\"docker.io\" = \"mirror.example.org\"",
        "match" => "command = \"curl\"",
        "examples" => "bad = [\"RUN curl example.org\"]",
        _ => return format!("write `[{key}]`, and its keys below"),
    };
    format!("write `{key} = {{ {entry} }}`")
}

/// A line that sets a required key.
fn key_example(key: &str) -> Option<&'static str> {
    Some(match key {
        "files" => "files = [\"docker/**\"]",
        "code" => "code = \"ACME001\"",
        "message" => "message = \"use the company's mirror\"",
        "match" => "match = { command = \"curl\" }",
        _ => return None,
    })
}

/// The word of the text that starts here.
fn word_at_offset(text: &str, start: usize) -> &str {
    let rest = text.get(start..).unwrap_or_default();
    rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default()
}

/// Whether the line ends here.
fn is_at_line_end(text: &str, start: usize) -> bool {
    text.get(start..).and_then(|rest| rest.lines().next()).is_none_or(|line| line.trim().is_empty())
}

/// The key of the table that an entry is in: `severity` in `severity = { DL3008 = 3 }` and below `[rules.severity]`.
pub(super) fn enclosing_table(text: &str, start: usize) -> Option<&str> {
    let before = text.get(..start)?;
    let open =
        before.rfind('{').filter(|open| before.get(*open..).is_some_and(|inside| !inside.contains('}')));
    if let Some(open) = open {
        return key_at_offset(text, open);
    }
    let heading = before.lines().rfind(|line| line.starts_with('['))?;
    heading.trim_matches(['[', ']', ' ']).rsplit('.').next()
}

fn unknown_key(key: &str, known: &[&str]) -> (String, Option<String>) {
    if key.is_empty() {
        return ("a key is empty".to_string(), Some("write a name, or remove the line".to_string()));
    }
    let schema = schema::config_schema().to_value();
    let here = TABLES.iter().find(|(_, name)| {
        let keys = known_keys(&schema, name);
        keys.len() == known.len() && known.iter().all(|known| keys.contains(known))
    });
    let message = match here {
        Some((table, _)) => format!("unknown key `{key}` in `{table}`"),
        None => format!("unknown key `{key}`"),
    };
    let other = TABLES.iter().find(|(_, name)| known_keys(&schema, name).contains(&key));
    let help = match (nearest_name(key, known.iter().copied()), other) {
        (_, Some((table, _))) if here.is_none() => Some(format!("it belongs under `{table}`")),
        (Some(name), _) => Some(format!("did you mean `{name}`?")),
        (None, _) if here.is_some() && top_level_keys(&schema).contains(&key) => {
            Some("it belongs at the top of the file, above all tables".to_string())
        }
        (None, _) => Some(suggest_name(None, known)),
    };
    (message, help)
}

/// The names that the schema allows as the value of a key; empty if it allows other text.
pub(super) fn names_for_key(key: &str) -> Vec<String> {
    let schema = schema::config_schema().to_value();
    let definitions = schema.get("definitions").and_then(Value::as_object);
    let tables = std::iter::once(&schema).chain(definitions.into_iter().flat_map(|all| all.values()));
    let mut names = Vec::new();
    for property in tables.filter_map(|table| table.get("properties")?.get(key)) {
        collect_names(&schema, property, &mut names);
    }
    // Several tables have the key, each with the same names.
    let mut known = BTreeSet::new();
    names.retain(|name| known.insert(name.clone()));
    names
}

fn collect_names(schema: &Value, node: &Value, names: &mut Vec<String>) {
    let listed = node.get("enum").and_then(Value::as_array).into_iter().flatten();
    let text = listed.chain(node.get("const")).filter_map(Value::as_str);
    names.extend(text.map(str::to_string));
    if let Some(path) = node.get("$ref").and_then(Value::as_str)
        && let Some(target) = path.strip_prefix('#').and_then(|path| schema.pointer(path))
    {
        collect_names(schema, target, names);
    }
    if let Some(values) = node.get("additionalProperties") {
        collect_names(schema, values, names);
    }
    for part in ["anyOf", "oneOf"].iter().filter_map(|key| node.get(*key)?.as_array()).flatten() {
        collect_names(schema, part, names);
    }
    if let Some(items) = node.get("items") {
        collect_names(schema, items, names);
    }
}

fn known_keys<'s>(schema: &'s Value, table: &str) -> Vec<&'s str> {
    let properties = schema.get("definitions").and_then(|all| all.get(table)?.get("properties")?.as_object());
    properties.into_iter().flat_map(|keys| keys.keys().map(String::as_str)).collect()
}

fn top_level_keys(schema: &Value) -> Vec<&str> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flat_map(|keys| keys.keys().map(String::as_str)).collect()
}

/// The name of the table whose heading starts at this byte.
pub(super) fn table_name_at_offset(text: &str, start: usize) -> Option<&str> {
    let heading = text.get(start..)?.lines().next()?;
    let name = heading.trim_start_matches('[').split(']').next()?;
    (heading.starts_with('[') && text.get(..start)?.lines().last().is_none_or(|line| !line.contains('=')))
        .then_some(name.trim())
        .filter(|name| !name.is_empty())
}

/// Whether the value at this byte is an entry of a list.
pub(super) fn is_in_list(text: &str, start: usize) -> bool {
    text.get(..start).is_some_and(|before| before.trim_end().ends_with(['[', ',']))
}

/// The key whose value, or an entry of it, starts at this byte.
pub(super) fn key_at_offset(text: &str, start: usize) -> Option<&str> {
    let before = text.get(..start)?;
    let before = match before.trim_end().strip_suffix('=') {
        Some(before) => before,
        // An entry of a list or of a table.
        None => before.rsplit_once('=')?.0,
    };
    let key = before.trim_end();
    if let Some(quoted) = key.strip_suffix(['"', '\'']) {
        return quoted.rsplit(['"', '\'']).next();
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let from = key.char_indices().rfind(|(_, c)| !is_part(*c)).map_or(0, |(at, c)| at + c.len_utf8());
    key.get(from..).filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config::ConfigTable;

    #[test]
    fn errors_name_key_and_expected_value() {
        for (text, expected) in [
            ("[rules]\nignored = []", "2: unknown key `ignored` in `[rules]`; did you mean `ignore`?"),
            ("rules = { ignored = [] }", "1: unknown key `ignored` in `[rules]`; did you mean `ignore`?"),
            ("ignore = []", "1: unknown key `ignore`; it belongs under `[rules]`"),
            ("mounts = \"auto\"", "1: unknown key `mounts`; it belongs under `[optimize]`"),
            (
                "[rules]\nfail-on = \"error\"",
                "2: unknown key `fail-on` in `[rules]`; it belongs at the top of the file, above all tables",
            ),
            ("[fix]\nunsaf = true", "2: unknown key `unsaf` in `[fix]`; did you mean `unsafe`?"),
            ("fail-on = \"eror\"", "1: unknown value `eror` for `fail-on`; did you mean `error`?"),
            (
                "fail-on = \"\"",
                "1: `fail-on` is empty; choose from `error`, `warning`, `info`, `style`, `never`",
            ),
            (
                "builder = \"\"",
                "1: `builder` is empty; choose from `buildkit`, `buildah`, `kaniko`, `legacy`",
            ),
            ("\"\" = 1", "1: a key is empty; write a name, or remove the line"),
            (
                "[rules]\nkey with space = 1",
                "2: not valid TOML: a key with spaces is not quoted; write one word, or put the key in double quotes",
            ),
            (
                "fail-on = \"x\"",
                "1: unknown value `x` for `fail-on`; choose from `error`, `warning`, `info`, `style`, `never`",
            ),
            (
                "[rules]\nseverity = { DL3008 = \"eror\" }",
                "2: unknown value `eror` for `severity.DL3008`; did you mean `error`?",
            ),
            ("[rules]\nignore = \"DL3008\"", "2: `ignore` must be a list; write `ignore = [\"DL3008\"]`"),
            ("[rules]\nignore = 3008", "2: `ignore` must be a list; write `ignore = [\"3008\"]`"),
            ("[rules]\nignore = [3008]", "2: `ignore` must be a list of strings; put the value in quotes"),
            ("[overrides]\na = 1", "1: `overrides` must be a list of tables; write `[[overrides]]`"),
            ("[fix]\nx = 1", "2: unknown key `x` in `[fix]`; the only choice is `unsafe`"),
            ("[rules\n", "1: not valid TOML: a `[` has no `]`; add the `]`"),
            ("a = \"x\n", "1: not valid TOML: a string has no closing quote; add the quote"),
            (
                "inline-ignores = [\"x\"]",
                "1: unknown value `x` for `inline-ignores`; choose from `dockwright`, `hadolint`, `shellcheck`, \
                 `buildkit`, `checkov`, `trivy`, `kics`, `semgrep`",
            ),
            (
                "inline-ignores = [\"hadoling\"]",
                "1: unknown value `hadoling` for `inline-ignores`; did you mean `hadolint`?",
            ),
            ("preview = \"yes\"", "1: `preview` must be `true` or `false`; write `preview = true`"),
            ("rules = []", "1: `rules` must be a table; write `[rules]`, and its keys below"),
            (
                "required-version = 1",
                "1: `required-version` must be a string; write `required-version = \"1\"`",
            ),
            (
                "[fix]\nunsafe = \"all\"",
                "2: unknown value `all` for `unsafe`; choose from `false`, `true`, `low`, `mid`, `high`",
            ),
            (
                "[format]\nindent = 1",
                "2: unknown key `indent` in `[format]`; choose from `line-width`, `operator-position`, `sort-packages`, `keep-cache`",
            ),
            (
                "[[overrides]]\nignore = []",
                "1: missing key `files` in `[[overrides]]`; add a line such as `files = [\"docker/**\"]`",
            ),
            (
                "preview = 3",
                "1: `preview` must be `true` or `false`; write `preview = true` or `preview = false`",
            ),
            ("preview = True", "1: `preview` must be `true` or `false`; write `preview = true`"),
            (
                "[rules]\nseverity = 3",
                "2: `severity` must be a table; write `severity = { DL3008 = \"info\" }`",
            ),
            (
                "[rules.severity]\nDL3008 = 3",
                "2: `severity.DL3008` must be a string; choose from `error`, `warning`, `info`, `style`",
            ),
            (
                "[pin]\nregistries = { \"docker.io\" = 3 }",
                "2: `docker.io` must be a string; write `\"docker.io\" = \"3\"`",
            ),
            ("policy = 3", "1: `policy` must be a list of tables; write `[[policy]]`, and its keys below"),
            (
                "[format]\nline-width = -1",
                "2: invalid value `-1` for `line-width`; choose a number from 1 to 65535",
            ),
            ("a =\n", "1: not valid TOML: `a` has no value; write `KEY = VALUE`"),
            ("fail-on = error", "1: not valid TOML: a string is not quoted; put it in double quotes"),
            (
                "extend = \"\\q\"",
                "1: not valid TOML: unknown escape in a string; use single quotes to write a `\\`, as in `'a\\b'`",
            ),
            (
                "[fix]\n[fix]",
                "2: not valid TOML: this key or table is defined twice; remove one of them, or merge the tables",
            ),
            (
                "fail-on = 3",
                "1: `fail-on` must be a string; choose from `error`, `warning`, `info`, `style`, `never`",
            ),
            (
                "[format]\nline-width = \"x\"",
                "2: `line-width` must be a whole number; choose a number from 1 to 65535",
            ),
            ("[[rules]]\nx = 1", "1: `rules` must be a table; write `[rules]`"),
            ("[rules]\nselect = true", "2: `select` must be a list; write `select = [\"…\"]`"),
            ("[fix]\nunsafe = \"hgh\"", "2: unknown value `hgh` for `unsafe`; did you mean `high`?"),
            ("fail-on = \"warn\"", "1: unknown value `warn` for `fail-on`; did you mean `warning`?"),
            ("extend = 3", "1: `extend` must be a string; write `extend = \"3\"`"),
            ("[rules.]", "1: not valid TOML: the name of a table is empty; write `[NAME]`"),
            (
                "[fix]]",
                "1: not valid TOML: unexpected text after the name of a table; remove it, or move it to the next line",
            ),
            (
                "extend = 01",
                "1: not valid TOML: a number starts with `0`; remove the zero, or put it in double quotes",
            ),
            ("extend = nul", "1: not valid TOML: a string is not quoted; put it in double quotes"),
            ("preview: true", "1: not valid TOML: a key has no `=`; write `KEY = VALUE`"),
            (
                "extend = \"\\U00110000\"",
                "1: not valid TOML: invalid Unicode escape in a string; use single quotes to write a `\\`, as in `'a\\u'`",
            ),
            (
                "fail-on = {}",
                "1: `fail-on` must be a string; choose from `error`, `warning`, `info`, `style`, `never`",
            ),
        ] {
            let error = ConfigTable::parse(Path::new("c.toml"), text).expect_err(text).to_string();
            assert_eq!(error.strip_prefix("c.toml:"), Some(expected), "{text}");
        }
    }
}
