//! Variables in a Compose file: `$NAME`, `${NAME:-default}`, and `$$` for a dollar sign.

use std::collections::BTreeMap;

/// A variable or an escaped dollar sign in a text, with its range in bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct VariablePlace {
    pub start: usize,
    pub end: usize,
    /// The value; `None` if it is unknown.
    pub value: Option<String>,
}

/// All variables, from left to right. `known` contains the values from a `.env` next to the file.
#[must_use]
pub(super) fn find_variables(text: &str, known: &BTreeMap<String, String>) -> Vec<VariablePlace> {
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find('$')).map(|found| at + found) {
        let rest = text.get(start + 1..).unwrap_or_default();
        let (length, value) = if rest.starts_with('$') {
            (1, Some("$".to_string()))
        } else if let Some(inner) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            (inner.0.len() + 2, expand_braces(inner.0, known))
        } else {
            let length = name_length(rest);
            let value = rest.get(..length).and_then(|name| known.get(name)).cloned();
            (length, value)
        };
        at = start + 1 + length;
        if length > 0 {
            places.push(VariablePlace { start, end: at, value });
        }
    }
    places
}

/// The text with its variables replaced; `None` if one has no value.
#[must_use]
pub(super) fn substitute_variables(text: &str, known: &BTreeMap<String, String>) -> Option<String> {
    let mut out = text.to_string();
    for place in find_variables(text, known).into_iter().rev() {
        out.replace_range(place.start..place.end, &place.value?);
    }
    Some(out)
}

/// The values in the text of a `.env`.
#[must_use]
pub(super) fn parse_env_file(text: &str) -> BTreeMap<String, String> {
    let pairs = text.lines().filter_map(|line| {
        let line = line.trim();
        let (name, value) = line.strip_prefix("export ").unwrap_or(line).split_once('=')?;
        let value = value.trim();
        let quoted = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
        let plain = value.split(" #").next().unwrap_or_default().trim_end();
        let is_name = !name.is_empty() && self::name_length(name.trim()) == name.trim().len();
        is_name.then(|| (name.trim().to_string(), quoted.unwrap_or(plain).to_string()))
    });
    pairs.collect()
}

/// What is between `${` and `}`.
fn expand_braces(text: &str, known: &BTreeMap<String, String>) -> Option<String> {
    let (name, rest) = text.split_at_checked(name_length(text))?;
    let set = known.get(name);
    let filled = set.filter(|value| !value.is_empty());
    if let Some(default) = rest.strip_prefix(":-") {
        return Some(filled.cloned().unwrap_or_else(|| default.to_string()));
    }
    if let Some(default) = rest.strip_prefix('-') {
        return Some(set.cloned().unwrap_or_else(|| default.to_string()));
    }
    if let Some(other) = rest.strip_prefix(":+") {
        return Some(filled.map(|_| other.to_string()).unwrap_or_default());
    }
    if let Some(other) = rest.strip_prefix('+') {
        return Some(set.map(|_| other.to_string()).unwrap_or_default());
    }
    set.cloned()
}

/// The length of the name that a text starts with, in bytes.
fn name_length(text: &str) -> usize {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return 0;
    }
    text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_replaced() {
        let known = parse_env_file("A=1\nexport B=\"two words\" \n# C=3\nE=\nF=x # comment\n=y\n");
        for (text, expected) in [
            ("plain", Some("plain")),
            ("$$X and $$", Some("$X and $")),
            ("${A}/$A", Some("1/1")),
            ("$B", Some("two words")),
            ("${C:-3.20}", Some("3.20")),
            ("${E:-empty}${E-set}", Some("empty")),
            ("${A:+yes}${C:+no}", Some("yes")),
            ("${A:?needed}", Some("1")),
            ("$F", Some("x")),
            ("${C}", None),
            ("a$C", None),
            ("${C:?needed}", None),
            ("5$ and $5", Some("5$ and $5")),
            ("${unclosed", Some("${unclosed")),
        ] {
            assert_eq!(substitute_variables(text, &known).as_deref(), expected, "{text}");
        }
    }
}
