//! The value of `# check=…`: `skip=NAME,…;error=BOOL;experimental=NAME,…`.

use std::ops::Range;

use super::error::quote_excerpt;

/// The content of a `# check=` directive. A later part overrides an earlier one of the same key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckOptions<'s> {
    pub skip: CheckSet<'s>,
    pub experimental: CheckSet<'s>,
    /// Whether warnings fail the build.
    pub error: bool,
}

/// Checks by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckSet<'s> {
    All,
    Named(Vec<&'s str>),
}

impl Default for CheckSet<'_> {
    fn default() -> Self {
        Self::Named(Vec::new())
    }
}

impl CheckSet<'_> {
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Named(names) => names.contains(&name),
        }
    }
}

/// Why BuildKit cannot read a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckOptionsFault {
    /// The part that is wrong, in bytes of the value.
    pub range: Range<usize>,
    pub message: String,
    /// What to do.
    pub help: &'static str,
}

impl<'s> CheckOptions<'s> {
    /// Reads a value up to its first space; the rest is a note.
    ///
    /// # Errors
    ///
    /// A part without `=`, with an unknown key, or an `error` that is not a truth value.
    pub fn parse(value: &'s str) -> Result<Self, CheckOptionsFault> {
        let value = value.split(' ').next().unwrap_or_default();
        let mut options = Self::default();
        if value.trim().is_empty() {
            return Ok(options);
        }
        let mut at = 0;
        for part in value.splitn(3, ';') {
            let range = at..at + part.len();
            at = range.end + 1;
            let fault = |message: String, help| CheckOptionsFault { range: range.clone(), message, help };
            let Some((key, value)) = part.split_once('=') else {
                let message = format!("{} is not a `key=value` option of `check`", quote_excerpt(part));
                return Err(fault(message, KNOWN_OPTIONS));
            };
            match key.trim() {
                "skip" => options.skip = parse_check_names(value),
                "experimental" => options.experimental = parse_check_names(value),
                "error" => match parse_go_bool(value.trim()) {
                    Some(error) => options.error = error,
                    None => {
                        let message = format!("invalid value {} for `error`", quote_excerpt(value));
                        return Err(fault(message, "use `true` or `false`"));
                    }
                },
                key => {
                    let message = format!("unknown `check` option {}", quote_excerpt(key));
                    return Err(fault(message, KNOWN_OPTIONS));
                }
            }
        }
        Ok(options)
    }
}

const KNOWN_OPTIONS: &str = "use `skip=CHECKS`, `experimental=CHECKS` or `error=true`, separated by `;`";

fn parse_check_names(value: &str) -> CheckSet<'_> {
    if value.trim() == "all" {
        CheckSet::All
    } else {
        CheckSet::Named(value.split(',').map(str::trim).collect())
    }
}

/// Parses a truth value as Go's `strconv.ParseBool` does.
pub(super) fn parse_go_bool(value: &str) -> Option<bool> {
    match value {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_at_most_three() {
        let all = CheckOptions::parse("skip=A,B;error=true;experimental=all;skip=C").expect("glued");
        assert_eq!(all.skip, CheckSet::Named(vec!["A", "B"]));
        assert_eq!(all.experimental, CheckSet::Named(vec!["all;skip=C"]));
        assert!(all.error);
        assert_eq!(CheckOptions::parse("skip=A, B").map(|o| o.skip), Ok(CheckSet::Named(vec!["A", ""])));
        assert!(CheckOptions::parse("skip=all // why").is_ok_and(|o| o.skip.contains("X")));
    }

    #[test]
    fn errors_name_invalid_part() {
        for (value, range) in [("skip", 0..4), ("skip=A;", 7..7), ("skip=A;error=x", 7..14), ("foo=1", 0..5)]
        {
            assert_eq!(CheckOptions::parse(value).map_err(|fault| fault.range), Err(range), "{value}");
        }
    }
}
