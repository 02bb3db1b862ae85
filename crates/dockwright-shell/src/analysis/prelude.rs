//! The lines that declare the known variables for the analyzer.

use std::collections::BTreeSet;
use std::fmt::Write;

/// Names that are in scope for hadolint and every builder.
pub const PROXIES: [&str; 8] = [
    "FTP_PROXY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "ftp_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// Maximum number of names that are all declared; files written by people have fewer.
const MAX_NAMES: usize = 200;

/// The names of ARGs and ENVs in scope.
pub trait KnownNames: std::fmt::Debug {
    fn contains_name(&self, name: &str) -> bool;
    /// How many there are.
    fn count(&self) -> usize;
    /// All of them.
    fn list(&self) -> Vec<&str>;
}

impl KnownNames for &[&str] {
    fn contains_name(&self, name: &str) -> bool {
        self.contains(&name)
    }

    fn count(&self) -> usize {
        self.len()
    }

    fn list(&self) -> Vec<&str> {
        self.to_vec()
    }
}

/// An empty list of names.
pub const NO_NAMES: &dyn KnownNames = &(&[] as &[&str]);

/// One `export NAME=1` for each name that the text may use. Because the value has no spaces, neither the analyzer nor
/// ShellCheck asks for quotes.
///
/// If every variable of the text is known, other names are omitted: they would change nothing, and the cache then has
/// one entry for the same text with a different ENV. If a variable is unknown, all names are declared unless there
/// are too many, because ShellCheck reports the variable as a misspelling of one of them.
pub(super) fn build_prelude(text: &str, names: &dyn KnownNames) -> String {
    let is_known =
        |name: &str| is_variable_name(name) && (names.contains_name(name) || PROXIES.contains(&name));
    let all = find_expanded_names(text).any(|name| !is_known(name));
    let mut given: BTreeSet<&str> =
        text.split(|c: char| !is_name_part(c)).filter(|name| is_known(name)).collect();
    if all {
        given.extend(PROXIES);
        if names.count() <= MAX_NAMES {
            given.extend(names.list().into_iter().filter(|name| is_variable_name(name)));
        }
    }
    let mut prelude = String::new();
    for name in given {
        // Writing to a String cannot fail.
        let _ = writeln!(prelude, "export {name}=1");
    }
    prelude
}

/// The names after `$` and `${`.
fn find_expanded_names(text: &str) -> impl Iterator<Item = &str> {
    text.split('$').skip(1).filter_map(|rest| {
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        let rest = rest.trim_start_matches(['#', '!']);
        let end = rest.find(|c: char| !is_name_part(c)).unwrap_or(rest.len());
        rest.get(..end).filter(|name| is_variable_name(name))
    })
}

fn is_name_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Whether a shell can have a variable of this name.
pub fn is_variable_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && text.chars().all(is_name_part)
}

#[cfg(test)]
mod tests {
    use super::{MAX_NAMES, PROXIES, build_prelude};

    #[test]
    fn declares_names_that_text_uses() {
        for (text, names, expected) in [
            ("echo a", &["A"][..], ""),
            ("echo $A", &["A", "B"], "export A=1\n"),
            ("echo ${A:-$B}", &["A", "B"], "export A=1\nexport B=1\n"),
            ("A=2 b", &["A", "B"], "export A=1\n"),
            ("echo $A.$B", &["A.B", "A", "B-C", "1", ""], PROXIES_AND_A),
            ("echo $AB", &["A"], PROXIES_AND_A),
        ] {
            assert_eq!(build_prelude(text, &names), expected, "{text}");
        }
    }

    #[test]
    fn too_many_names_are_not_listed() {
        for (count, lines) in [(MAX_NAMES, MAX_NAMES + PROXIES.len()), (MAX_NAMES + 1, 1 + PROXIES.len())] {
            let names: Vec<String> = (0..count).map(|number| format!("N{number}")).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let prelude = build_prelude("echo $N7 $OTHER", &names.as_slice());
            assert_eq!(prelude.lines().count(), lines);
            assert!(prelude.contains("export N7=1\n"));
        }
    }

    const PROXIES_AND_A: &str = "export A=1\nexport FTP_PROXY=1\nexport HTTPS_PROXY=1\nexport HTTP_PROXY=1\n\
        export NO_PROXY=1\nexport ftp_proxy=1\nexport http_proxy=1\nexport https_proxy=1\nexport no_proxy=1\n";
}
