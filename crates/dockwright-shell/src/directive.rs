//! `# shellcheck disable=…`, as ShellCheck 0.11.0 reads it: codes with or without their letters, ranges, `all`.

/// A comment that disables ShellCheck codes.
#[derive(Debug, PartialEq, Eq)]
pub struct ShellCheckDirective<'t> {
    /// The disabled codes, as written.
    pub disabled: Vec<&'t str>,
    /// What follows a second `#`.
    pub reason: &'t str,
}

impl<'t> ShellCheckDirective<'t> {
    /// Reads a comment line, with its `#`. `None` if it is not a ShellCheck comment, or disables nothing.
    #[must_use]
    pub fn parse(comment: &'t str) -> Option<Self> {
        let words = comment.trim_start().trim_start_matches('#').trim_start().strip_prefix("shellcheck")?;
        if !words.starts_with([' ', '\t']) {
            return None;
        }
        let (words, reason) = words.split_once('#').unwrap_or((words, ""));
        let lists = words.split_whitespace().filter_map(|word| word.strip_prefix("disable="));
        let disabled: Vec<&str> =
            lists.flat_map(|list| list.split(',')).filter(|code| !code.is_empty()).collect();
        (!disabled.is_empty()).then_some(Self { disabled, reason })
    }

    /// Whether it disables the code with this number.
    #[must_use]
    pub fn includes_code(&self, code: u32) -> bool {
        self.disabled.iter().any(|written| covers_code(written, code))
    }
}

/// Whether an item of a comment (`SC2086`, `2086`, `SC3000-SC3999` or `all`) includes this code.
#[must_use]
pub fn covers_code(written: &str, code: u32) -> bool {
    let number = |code: &str| code.trim_start_matches("SC").parse::<u32>().ok();
    match written.split_once('-') {
        _ if written == "all" => true,
        Some((first, last)) => {
            number(first).is_some_and(|first| first <= code) && number(last).is_some_and(|last| code <= last)
        }
        None => number(written) == Some(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_disable_comments() {
        for (comment, named, covered, not_covered) in [
            ("# shellcheck disable=SC2086\n", vec!["SC2086"], &[2086][..], &[2087, 86][..]),
            ("  #shellcheck disable=2086,SC2046 # why", vec!["2086", "SC2046"], &[2086, 2046], &[2000]),
            (
                "# shellcheck disable=SC3000-SC3999 disable=SC1090",
                vec!["SC3000-SC3999", "SC1090"],
                &[3000, 3040, 3999, 1090],
                &[2999, 4000],
            ),
            ("# shellcheck shell=bash disable=all", vec!["all"], &[1000, 3999], &[]),
            ("# shellcheck disable=x,SC2001", vec!["x", "SC2001"], &[2001], &[0]),
        ] {
            let directive = ShellCheckDirective::parse(comment).expect(comment);
            assert_eq!(directive.disabled, named, "{comment}");
            assert!(covered.iter().all(|code| directive.includes_code(*code)), "{comment}");
            assert!(!not_covered.iter().any(|code| directive.includes_code(*code)), "{comment}");
        }
        for comment in [
            "# shellcheckdisable=SC2086",
            "# no shellcheck disable=SC2086",
            "# shellcheck disabled=SC1",
            "# shellcheck shell=sh # disable=SC2086",
            "# shellcheck disable=",
            "",
        ] {
            assert_eq!(ShellCheckDirective::parse(comment), None, "{comment}");
        }
    }
}
