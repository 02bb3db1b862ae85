//! The values of the variables in a command.

use std::collections::HashMap;

use crate::semantic::Semantics;
use crate::semantic::expand::Environment;
use crate::shell::{ShellScript, ShellWord};
use crate::source::Span;

/// The known values of the variables of a RUN.
pub(crate) trait VariableValues {
    /// The value; `None` if it is not known. A variable that is not set has none either.
    fn value(&self, name: &str) -> Option<&str>;
}

/// The variables of the environment, and those that the RUN itself sets.
pub(crate) struct ScriptVariables<'e> {
    environment: Option<&'e dyn Environment>,
    /// `None` for one that is set more than once, or to an unknown value.
    set: HashMap<String, Option<String>>,
}

/// The variables of a script. `environment`: the environment of its instruction, if it is known.
pub(crate) fn script_variables<'e>(
    script: &ShellScript,
    environment: Option<&'e dyn Environment>,
    source: &[u8],
) -> ScriptVariables<'e> {
    let mut set: HashMap<String, Option<String>> = HashMap::new();
    let see = |set: &mut HashMap<String, Option<String>>, text: &str| {
        if let Some((name, value)) = text.split_once('=') {
            let value = plain_value(value).map(str::to_string);
            let name = name.trim_end_matches('+').to_string();
            set.entry(name).and_modify(|old| *old = None).or_insert(value);
        }
    };
    for span in &script.bare_assignments {
        see(&mut set, &span_text(*span, source));
    }
    for command in &script.commands {
        let name = command.name.as_deref().unwrap_or_default();
        for word in command.words.get(1..).unwrap_or_default() {
            match name {
                "export" | "declare" | "local" | "readonly" | "typeset" => {
                    see(&mut set, &span_text(word.span, source));
                }
                // The value is only known when the script runs.
                "read" | "getopts" | "mapfile" | "readarray" | "unset" => {
                    set.insert(word.text.clone(), None);
                }
                _ => {}
            }
        }
    }
    ScriptVariables { environment, set }
}

impl VariableValues for ScriptVariables<'_> {
    fn value(&self, name: &str) -> Option<&str> {
        if let Some(value) = self.set.get(name) {
            return value.as_deref();
        }
        let variable = self.environment?.variable(name);
        variable.value.filter(|_| variable.known)
    }
}

/// The environment that the instruction at `offset` sees.
pub(crate) fn instruction_environment<'s>(
    semantics: &'s Semantics<'_>,
    offset: u32,
) -> impl Environment + 's {
    let scopes = &semantics.build.scopes;
    scopes.environment(scopes.scope_before(offset))
}

fn span_text(span: Span, source: &[u8]) -> String {
    String::from_utf8_lossy(span.bytes(source)).into_owned()
}

/// The value of an assignment, if it is known without a shell.
fn plain_value(value: &str) -> Option<&str> {
    let quoted = ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
    let plain = quoted.unwrap_or(value);
    (!plain.contains(['$', '`', '\\', '"', '\''])).then_some(plain)
}

/// The words that a word expands to, if the value of each variable in it is known.
pub(super) fn expand_word(
    word: &ShellWord,
    values: &dyn VariableValues,
    source: &[u8],
) -> Option<Vec<ShellWord>> {
    let raw = word.span.bytes(source);
    if !word.text.contains("${") || is_substitution(raw) {
        return None;
    }
    let text = expand_value(&word.text, values)?;
    let quoted = raw.first().is_some_and(|byte| matches!(byte, b'"' | b'\''));
    let as_word = |text: &str| ShellWord { text: text.to_string(), literal: false, span: word.span };
    // Several options in one quoted word make the build fail; do not report a missing option then.
    Some(if quoted && !text.starts_with('-') {
        vec![as_word(&text)]
    } else {
        text.split_whitespace().map(as_word).collect()
    })
}

/// The text that a word expands to, if the value of each variable in it is known.
pub(crate) fn expanded_text(word: &ShellWord, values: &dyn VariableValues, source: &[u8]) -> Option<String> {
    let raw = word.span.bytes(source);
    if is_substitution(raw) {
        return None;
    }
    expand_value(&word.text, values)
}

fn expand_value(text: &str, values: &dyn VariableValues) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once("${") {
        let (inside, after) = inside.split_once('}')?;
        let end = inside.find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(inside.len());
        let (name, operator) = inside.split_at_checked(end)?;
        let default = match operator {
            "" => None,
            _ => Some(operator.strip_prefix(":-").or_else(|| operator.strip_prefix('-'))?),
        };
        let value = values.value(name).filter(|value| default.is_none() || !value.is_empty());
        plain.push_str(before);
        plain.push_str(value.or(default)?);
        rest = after;
    }
    plain.push_str(rest);
    (!plain.contains('$')).then_some(plain)
}

/// Whether a word with an unknown variable may contain options. A variable after package names is assumed to contain
/// packages.
pub(super) fn may_contain_options(word: &ShellWord, source: &[u8]) -> bool {
    const PACKAGES: [&str; 9] =
        ["PACKAGE", "PKG", "DEP", "LIB", "TOOL", "MODULE", "PLUGIN", "VERSION", "REQUIRE"];
    let Some(name) = word.text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else {
        return false;
    };
    let upper = name.to_ascii_uppercase();
    name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
        && !is_substitution(word.span.bytes(source))
        && !PACKAGES.iter().any(|part| upper.contains(part))
}

/// Whether the text contains a command substitution.
fn is_substitution(raw: &[u8]) -> bool {
    raw.contains(&b'`') || raw.windows(2).any(|pair| pair == b"$(")
}
