//! Relations between words of commands.

use std::collections::BTreeMap;
use std::sync::Mutex;

use dockwright::facts::packages::{self, DebianRelease, NameSuggestion};

/// Whether the end of a word is the version of the package before it.
pub(super) fn is_version(program: &str, rest: &str) -> bool {
    let parts: Vec<&str> = rest.split('-').collect();
    let is_number = |part: &&str| part.starts_with(|c: char| c.is_ascii_digit());
    rest.starts_with(['=', '/', '@', '~', '<', '>'])
        || (!program.starts_with("ap") && parts.len() == 3 && parts.iter().skip(1).all(is_number))
}

/// The successors of a package in Debian, by release.
pub(super) fn renamed_package(name: &str) -> Vec<String> {
    static FOUND: Mutex<BTreeMap<String, Vec<String>>> = Mutex::new(BTreeMap::new());
    let mut found = FOUND.lock().expect("no thread has panicked");
    let search = || {
        let releases =
            DebianRelease::ALL.into_iter().filter(|release| !packages::package_exists(*release, name));
        let names = releases.filter_map(|release| match packages::suggest_name(release, name)? {
            NameSuggestion::To(found) if found.len() == 1 => found.into_iter().next(),
            _ => None,
        });
        names.collect()
    };
    found.entry(name.to_string()).or_insert_with(search).clone()
}

/// The temporary replacement of an escaped backtick.
const ESCAPED: &str = "\u{1}";

/// The text with `$(…)` instead of backticks.
pub(super) fn dollars(text: &str) -> String {
    let text = text.replace("\\`", ESCAPED);
    let parts = text.split('`').enumerate();
    let spelt: String =
        parts.map(|(at, part)| if at % 2 == 1 { format!("$({part})") } else { part.to_string() }).collect();
    spelt.replace(ESCAPED, "\\`")
}
