//! [`explain_wrong_type`]: values of a `dockwright.toml` that are of another type than their key expects.

use super::explain::{
    TABLES, enclosing_table, is_in_list, key_at_offset, names_for_key, suggest_boolean, table_example,
    table_name_at_offset,
};
use super::options::describe_line_widths;
use super::selector::nearest_name;
use crate::error_text::{suggest_name, unknown_value};
use crate::library_errors::ExpectedType;
use crate::rule_version::RuleVersion;

/// The message and the help for the `value` at byte `start` of `text`.
pub(super) fn explain_wrong_type(
    expected: ExpectedType,
    text: &str,
    start: usize,
    value: &str,
) -> (String, Option<String>) {
    if let Some(table) = table_name_at_offset(text, start) {
        return if is_list_of_tables(table) {
            (format!("`{table}` {expected} of tables"), Some(format!("write `[[{table}]]`")))
        } else if TABLES.iter().any(|(name, _)| name.trim_matches(['[', ']']) == table) {
            (format!("`{table}` {}", ExpectedType::Table), Some(format!("write `[{table}]`")))
        } else {
            (format!("`{table}` is not a table"), Some(format!("write `{table} = …` above all tables")))
        };
    }
    let Some(key) = key_at_offset(text, start) else {
        return (format!("this value {expected}"), None);
    };
    match expected {
        ExpectedType::List if is_list_of_tables(key) => {
            (format!("`{key}` {expected} of tables"), Some(format!("write `[[{key}]]`, and its keys below")))
        }
        // An array stands for the keys of a table in their order.
        ExpectedType::List if key == "examples" => {
            (format!("`{key}` {}", ExpectedType::Table), Some(table_example(key)))
        }
        ExpectedType::List => {
            let item = quote_value(value);
            (format!("`{key}` {expected}"), Some(format!("write `{key} = [{item}]`")))
        }
        ExpectedType::Choice if key == "unsafe" => {
            let names = ["false", "true", "low", "mid", "high"];
            let value = value.trim_matches(['"', '\'']);
            let nearest = nearest_name(value, names);
            (unknown_value(key, value), Some(suggest_name(nearest.as_deref(), &names)))
        }
        ExpectedType::Choice if key == "inline-ignores" => {
            let names = names_for_key(key);
            let listed = value.starts_with('[').then(|| value.split(['"', '\'']).skip(1).step_by(2));
            match listed.into_iter().flatten().find(|name| names.iter().all(|known| known != name)) {
                Some(name) => {
                    let nearest = nearest_name(name, names.iter().map(String::as_str));
                    let help = suggest_name(nearest.as_deref(), &names);
                    (unknown_value(key, name), Some(help))
                }
                None => (
                    format!("`{key}` must be `true`, `false` or a list of programs"),
                    Some(suggest_name(None, &names)),
                ),
            }
        }
        ExpectedType::Choice => {
            let help = format!("write `{key} = {}`", quote_value(value));
            (format!("`{key}` must be a string or a list of strings"), Some(help))
        }
        ExpectedType::Table => (format!("`{key}` {expected}"), Some(table_example(key))),
        ExpectedType::Boolean => (format!("`{key}` {expected}"), Some(suggest_boolean(key, value))),
        ExpectedType::String if is_in_list(text, start) => {
            let help = match quote_value(value) {
                item if item == UNKNOWN_ITEM => format!("write `{key} = [{item}]`"),
                _ => "put the value in quotes".to_string(),
            };
            (format!("`{key}` must be a list of strings"), Some(help))
        }
        ExpectedType::String if key == "rules-of" => {
            (format!("`{key}` {expected}"), Some(format!("write `{key} = \"{}\"`", RuleVersion::CURRENT)))
        }
        ExpectedType::String => {
            let mut names = names_for_key(key);
            if names.is_empty() {
                names = enclosing_table(text, start).map(names_for_key).unwrap_or_default();
            }
            let help = if names.is_empty() {
                let is_bare = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
                let key = if is_bare { key.to_string() } else { format!("\"{key}\"") };
                format!("write `{key} = {}`", quote_value(value))
            } else {
                suggest_name(None, &names)
            };
            let table = enclosing_table(text, start).filter(|table| *table == "severity");
            let shown = table.map_or_else(|| key.to_string(), |table| format!("{table}.{key}"));
            (format!("`{shown}` {expected}"), Some(help))
        }
        ExpectedType::Number => (format!("`{key}` {expected}"), Some(describe_line_widths())),
        ExpectedType::Other => match names_for_key(key) {
            names if names.is_empty() => (format!("`{key}` {expected}"), None),
            names => (format!("`{key}` {}", ExpectedType::String), Some(suggest_name(None, &names))),
        },
    }
}

fn is_list_of_tables(name: &str) -> bool {
    TABLES
        .iter()
        .any(|(table, _)| table.strip_prefix("[[").and_then(|table| table.strip_suffix("]]")) == Some(name))
}

/// The value for a list or table that has no text to put in quotes.
const UNKNOWN_ITEM: &str = "\"…\"";

/// The value as a TOML string. A number or a version without quotes was probably meant as text.
fn quote_value(value: &str) -> String {
    if value.starts_with(['"', '\'']) && !value.contains('\n') {
        value.to_string()
    } else if value.starts_with(|c: char| c.is_ascii_digit()) && !value.contains('\n') {
        format!("\"{value}\"")
    } else {
        UNKNOWN_ITEM.to_string()
    }
}
