//! [`explain_wrong_type`]: values of a `dockwright.toml` that are of another type than their key expects.

use super::explain::{
    TABLES, enclosing_table, is_in_list, key_at_offset, names_for_key, suggest_boolean, table_at_offset,
    table_example,
};
use super::selector::nearest_name;
use crate::error_text::{rejected_value, suggest_name};
use crate::library_errors::ExpectedType;
use crate::rule_version::RuleVersion;

/// Keys with versions, which are often written as numbers.
const VERSION_KEYS: [&str; 3] = ["required-version", "python", "node"];

/// The message and the help for the `value` at byte `start` of `text`.
pub(super) fn explain_wrong_type(
    expected: ExpectedType,
    text: &str,
    start: usize,
    value: &str,
) -> (String, Option<String>) {
    if let Some(table) = table_at_offset(text, start) {
        let help = match expected {
            ExpectedType::List => format!("write `[[{table}]]`"),
            _ => format!("write `{table} = …` above all tables"),
        };
        return (format!("`{table}` {expected}"), Some(help));
    }
    let Some(key) = key_at_offset(text, start) else {
        return (format!("this value {expected}"), None);
    };
    match expected {
        ExpectedType::List
            if TABLES.iter().any(|(name, _)| name.strip_prefix("[[") == Some(&format!("{key}]]"))) =>
        {
            (format!("`{key}` {expected} of tables"), Some(format!("write `[[{key}]]`, and its keys below")))
        }
        ExpectedType::List if !value.is_empty() && !value.contains(['\n', '{']) => {
            let quote = if value.starts_with(['"', '\'']) { "" } else { "\"" };
            (format!("`{key}` {expected}"), Some(format!("write `{key} = [{quote}{value}{quote}]`")))
        }
        ExpectedType::Choice if key == "unsafe" => (
            rejected_value(key, value.trim_matches(['"', '\''])),
            Some("choose from false, true, low, mid, high".to_string()),
        ),
        ExpectedType::Choice if key == "inline-ignores" => {
            let names = names_for_key(key);
            let listed = value.starts_with('[').then(|| value.split(['"', '\'']).skip(1).step_by(2));
            match listed.into_iter().flatten().find(|name| names.iter().all(|known| known != name)) {
                Some(name) => {
                    let nearest = nearest_name(name, names.iter().map(String::as_str));
                    let help = suggest_name(nearest.as_deref(), &names);
                    (format!("`{key}` cannot contain `{name}`"), Some(help))
                }
                None => (
                    format!("`{key}` must be `true`, `false` or a list of programs"),
                    Some(suggest_name(None, &names)),
                ),
            }
        }
        ExpectedType::Choice => (format!("`{key}` must be a string or a list of strings"), None),
        ExpectedType::Table => (format!("`{key}` {expected}"), Some(table_example(key))),
        ExpectedType::Boolean => (format!("`{key}` {expected}"), suggest_boolean(key, value)),
        ExpectedType::String if is_in_list(text, start) => {
            (format!("`{key}` must be a list of strings"), Some(format!("write `\"{value}\"`")))
        }
        ExpectedType::String if key == "rules-of" => {
            (format!("`{key}` {expected}"), Some(format!("write `{key} = \"{}\"`", RuleVersion::CURRENT)))
        }
        ExpectedType::String if VERSION_KEYS.contains(&key) && value.parse::<f64>().is_ok() => {
            (format!("`{key}` {expected}"), Some(format!("write `{key} = \"{value}\"`")))
        }
        ExpectedType::String => {
            let mut names = names_for_key(key);
            if names.is_empty() {
                names = enclosing_table(text, start).map(names_for_key).unwrap_or_default();
            }
            let help = (!names.is_empty()).then(|| suggest_name(None, &names));
            (format!("`{key}` {expected}"), help)
        }
        _ => (format!("`{key}` {expected}"), None),
    }
}
