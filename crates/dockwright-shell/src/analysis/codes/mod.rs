//! The message and the severity of each code.

#[macro_use]
mod table;
mod portability;
mod script;
mod syntax;
mod tests_and_words;

use dockwright_diagnostic::Severity;

/// A ShellCheck code.
#[derive(Debug, PartialEq, Eq)]
pub struct ShellCheckCode {
    /// 2086
    pub number: u32,
    /// `SC2086`
    pub id: &'static str,
    pub severity: Severity,
    /// The name of the problem, in kebab case.
    pub name: &'static str,
    /// The message; `{}` is replaced with the affected words.
    pub message: &'static str,
    /// What to do.
    pub help: &'static str,
}

/// Every code that a [`ShellAnalyzer`](super::ShellAnalyzer) can report, by number.
///
/// Excludes the codes that hadolint turns off (1090, 1091, 2187) and those about a shebang (1128, 2148).
pub const TABLES: [&[ShellCheckCode]; 4] =
    [syntax::CODES, script::CODES, tests_and_words::CODES, portability::CODES];

/// Every code of all tables.
pub fn all_codes() -> impl Iterator<Item = &'static ShellCheckCode> {
    TABLES.into_iter().flatten()
}

/// What is known about a code.
pub fn find_code(number: u32) -> Option<&'static ShellCheckCode> {
    TABLES.into_iter().find_map(|codes| {
        codes.binary_search_by_key(&number, |code| code.number).ok().and_then(|at| codes.get(at))
    })
}

pub(super) fn severity_of_code(number: u32) -> Severity {
    find_code(number).map_or(Severity::Warning, |code| code.severity)
}

/// The message for these words of the text; about "this" or "the variable" if they are empty.
pub fn message_of_code(number: u32, words: &str) -> String {
    let Some(code) = find_code(number) else { return format!("ShellCheck reports SC{number} here") };
    let Some((before, after)) = code.message.split_once("{}") else { return code.message.to_owned() };
    let words = match number {
        // The span also covers the arguments of the command.
        3044 => words.split_whitespace().next().unwrap_or_default(),
        _ => words.trim(),
    };
    let can_be_shown = !words.is_empty()
        && words.chars().count() <= LONGEST
        && !words.contains(['\n', '\r', '\t', '`'])
        && !words.contains(": ")
        && !words.ends_with(':');
    if can_be_shown {
        return format!("{before}`{words}`{after}");
    }
    let subject = match number {
        2016 => first_variable(words).map_or_else(|| "the text".to_string(), |name| format!("`{name}`")),
        2046 => "the command substitution".to_string(),
        2068 => "the array".to_string(),
        2086 | 2231 => "the variable".to_string(),
        _ => "this".to_string(),
    };
    format!("{before}{subject}{after}")
}

/// The first `$NAME` of a text that is too long to be shown.
fn first_variable(words: &str) -> Option<&str> {
    let (at, _) = words.match_indices('$').find(|(at, _)| {
        words
            .get(at + 1..)
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
    })?;
    let rest = words.get(at + 1..)?;
    let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    words.get(at..at + 1 + length).filter(|_| length <= LONGEST)
}

/// Maximum number of characters of the text that a message repeats.
const LONGEST: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        let codes: Vec<&ShellCheckCode> = all_codes().collect();
        for codes in TABLES {
            assert!(codes.is_sorted_by(|a, b| a.number < b.number));
        }
        for code in &codes {
            assert_eq!(find_code(code.number), Some(*code));
            assert!(
                code.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
                "{}",
                code.id
            );
            assert!(!code.message.contains(": ") && !code.message.ends_with('.'), "{}", code.id);
        }
        let mut names: Vec<&str> = codes.iter().map(|code| code.name).collect();
        names.sort_unstable();
        assert!(names.is_sorted_by(|a, b| a < b), "a name is used twice");
    }

    #[test]
    fn messages_are_one_line() {
        for (words, expected) in [
            ("$x", "`$x` is unquoted, so it is split at spaces and wildcards are expanded"),
            ("$x\n", "`$x` is unquoted, so it is split at spaces and wildcards are expanded"),
            ("${x:-a: b}", "the variable is unquoted, so it is split at spaces and wildcards are expanded"),
            ("a\nb", "the variable is unquoted, so it is split at spaces and wildcards are expanded"),
        ] {
            assert_eq!(message_of_code(2086, words), expected);
        }
        for (words, expected) in [
            ("'a\n$NAME_1.b'", "single quotes keep `$NAME_1` from being expanded"),
            ("'a\n$(b)'", "single quotes keep the text from being expanded"),
        ] {
            assert_eq!(message_of_code(2016, words), expected);
        }
    }
}
