//! Ranges of versions as npm writes them in `engines`.

use semver::{Version, VersionReq};

/// A version of Node, as precise as the base image specifies it: `20` is the newest 20.
#[must_use]
pub(crate) fn parse_node_version(text: &str) -> Option<Version> {
    let mut numbers = text.trim_start_matches('v').split('.').map(|number| number.parse::<u64>().ok());
    let major = numbers.next()??;
    let mut next = || numbers.next().flatten().unwrap_or(999);
    Some(Version::new(major, next(), next()))
}

/// Whether a range allows a version. A range that cannot be parsed allows all versions: npm itself only warns.
#[must_use]
pub(crate) fn npm_range_allows(range: &str, version: &Version) -> bool {
    let mut readable = false;
    for alternative in range.split("||") {
        match parse_requirement(alternative) {
            Some(all) if all.iter().all(|one| one.matches(version)) => return true,
            Some(_) => readable = true,
            None => return true,
        }
    }
    !readable
}

/// The comparisons of one alternative, all of which must hold.
fn parse_requirement(text: &str) -> Option<Vec<VersionReq>> {
    let text = text.trim();
    if let Some((low, high)) = text.split_once(" - ") {
        return Some(vec![
            parse_comparison(&format!(">={}", low.trim()))?,
            parse_comparison(&format!("<={}", high.trim()))?,
        ]);
    }
    // There may be a space between an operator and its version.
    let mut words: Vec<String> = Vec::new();
    for word in text.split([' ', ',']).filter(|word| !word.is_empty()) {
        match words.last_mut() {
            Some(last) if last.chars().all(|c| "<>=^~".contains(c)) => last.push_str(word),
            _ => words.push(word.to_string()),
        }
    }
    if words.is_empty() {
        words.push("*".to_string());
    }
    words.iter().map(|word| parse_comparison(word)).collect()
}

fn parse_comparison(word: &str) -> Option<VersionReq> {
    let at = word.find(|c: char| !"<>=^~".contains(c)).unwrap_or(word.len());
    let (sign, version) = word.split_at(at);
    let version = version.trim_start_matches('v').replace(['X', 'x'], "*");
    let version = version.trim_end_matches(".*");
    if version == "*" || version.is_empty() {
        return Some(VersionReq::STAR);
    }
    // `1.2` without an operator is any 1.2.
    let sign = match (sign, version.split('.').count()) {
        ("" | "=", 3) => "=",
        ("" | "=" | "~>", _) => "~",
        (sign, _) => sign,
    };
    VersionReq::parse(&format!("{sign}{version}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_npm() {
        for (range, version, expected) in [
            (">=18", "18.0.0", true),
            (">=18", "16", false),
            (">= 18.17.0", "18", true),
            ("^18.17 || >=20.5", "19", false),
            ("^18.17 || >=20.5", "20", true),
            ("^18.17 || >=20.5", "20.4.0", false),
            ("14 || 16 || 18", "16", true),
            ("18.x", "18.2.3", true),
            ("18.x", "20", false),
            ("14 - 18", "16", true),
            (">=12 <19", "18", true),
            (">=12 <19", "20", false),
            ("~16.4", "16.5.0", false),
            ("*", "1", true),
            ("", "1", true),
            ("node", "1", true),
        ] {
            let version = parse_node_version(version).expect("a version");
            assert_eq!(npm_range_allows(range, &version), expected, "{range} {version}");
        }
    }
}
