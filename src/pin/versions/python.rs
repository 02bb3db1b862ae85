//! Which files of a Python package are compatible with a base image: version of Python, platform of a wheel.

use std::str::FromStr as _;

use pep440_rs::{Version, VersionSpecifiers};

/// The name in the spelling of indexes: lower case, with `-` between words.
#[must_use]
pub(crate) fn normalize_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '-' | '_' | '.' if out.ends_with('-') => {}
            '-' | '_' | '.' => out.push('-'),
            c => out.push(c.to_ascii_lowercase()),
        }
    }
    out
}

/// A version of Python, as precise as the base image specifies it: `3.12` is the newest 3.12.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PythonVersion {
    major: u64,
    minor: u64,
    full: Version,
}

impl PythonVersion {
    /// `None` if there is no minor version in the text.
    #[must_use]
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(|number| number.parse::<u64>().ok());
        let (major, minor) = (numbers.next()??, numbers.next()??);
        let patch = numbers.next().flatten().unwrap_or(999);
        Some(Self { major, minor, full: Version::new([major, minor, patch]) })
    }

    /// Whether `Requires-Python` allows it. As in pip, a value that cannot be parsed allows all versions.
    #[must_use]
    pub(crate) fn satisfies_requirement(&self, requires: &str) -> bool {
        VersionSpecifiers::from_str(requires).is_ok_and(|all| all.contains(&self.full))
            || VersionSpecifiers::from_str(requires).is_err()
    }

    /// Whether a wheel can be installed, by the tags in its name.
    #[must_use]
    pub(crate) fn accepts_wheel(&self, file: &str, musl: bool) -> bool {
        let mut tags = file.trim_end_matches(".whl").rsplit('-');
        let (Some(platforms), Some(abis), Some(pythons)) = (tags.next(), tags.next(), tags.next()) else {
            return false;
        };
        let libc = if musl { "musllinux" } else { "manylinux" };
        let platform = platforms.split('.').any(|tag| {
            tag == "any" || (tag.ends_with("_x86_64") && (tag.starts_with(libc) || tag.starts_with("linux")))
        });
        let stable = abis.split('.').any(|tag| tag == "abi3" || tag == "none");
        let python = pythons.split('.').any(|tag| {
            let digits = tag.trim_start_matches(|c: char| c.is_ascii_alphabetic());
            let (major, minor) = digits.split_at(1.min(digits.len()));
            if major.parse() != Ok(self.major) {
                return false;
            }
            let minor: Option<u64> = minor.parse().ok();
            match tag.trim_end_matches(|c: char| c.is_ascii_digit()) {
                "py" => minor.is_none_or(|minor| minor <= self.minor),
                "cp" if stable => minor.is_some_and(|minor| minor <= self.minor),
                "cp" => minor == Some(self.minor),
                _ => false,
            }
        });
        platform && python
    }
}

/// The version in the name of a file of a package; `None` if it is neither a wheel nor a source archive.
#[must_use]
pub(crate) fn version_in_file_name<'f>(file: &'f str, package: &str) -> Option<(&'f str, Version)> {
    let text = if file.ends_with(".whl") {
        file.split('-').nth(1)?
    } else {
        let stem = [".tar.gz", ".zip", ".tar.bz2", ".tgz"].iter().find_map(|end| file.strip_suffix(end))?;
        let mut dashes = stem.char_indices().filter(|(_, c)| *c == '-').map(|(at, _)| at);
        let at = dashes.rfind(|at| stem.get(..*at).is_some_and(|name| normalize_name(name) == package))?;
        stem.get(at + 1..)?
    };
    Some((text, Version::from_str(text).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_wheels_by_tags() {
        let python = PythonVersion::parse("3.12").expect("a version");
        for (file, glibc, musl) in [
            ("a-1-py3-none-any.whl", true, true),
            ("a-1-py2.py3-none-any.whl", true, true),
            ("a-1-py2-none-any.whl", false, false),
            ("a-1-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", true, false),
            ("a-1-cp312-cp312-musllinux_1_2_x86_64.whl", false, true),
            ("a-1-cp311-cp311-manylinux_2_17_x86_64.whl", false, false),
            ("a-1-cp39-abi3-manylinux_2_28_x86_64.whl", true, false),
            ("a-1-cp313-abi3-manylinux_2_28_x86_64.whl", false, false),
            ("a-1-cp312-cp312-win_amd64.whl", false, false),
            ("a-1-cp312-cp312-macosx_11_0_arm64.whl", false, false),
            ("a-1-cp312-cp312-manylinux_2_17_aarch64.whl", false, false),
            ("a-1-2-py3-none-any.whl", true, true),
            ("a-1.whl", false, false),
        ] {
            assert_eq!(
                (python.accepts_wheel(file, false), python.accepts_wheel(file, true)),
                (glibc, musl),
                "{file}"
            );
        }
    }

    #[test]
    fn requirements_and_names() {
        let python = PythonVersion::parse("3.8").expect("a version");
        for (requires, expected) in [
            (">=3.8", true),
            (">=3.9", false),
            (">=3.6,<4", true),
            ("!=3.0.*,>=2.7", true),
            ("nonsense", true),
            (">3.8.1", true),
        ] {
            assert_eq!(python.satisfies_requirement(requires), expected, "{requires}");
        }
        assert_eq!(PythonVersion::parse("3"), None);
        assert_eq!(normalize_name("Foo__Bar.baz"), "foo-bar-baz");
        for (file, package, expected) in [
            ("Flask-3.0.0.tar.gz", "flask", Some("3.0.0")),
            ("flask-3.0.0-py3-none-any.whl", "flask", Some("3.0.0")),
            ("zope.interface-5.0.zip", "zope-interface", Some("5.0")),
            ("a-b-1.0rc1.tar.gz", "a-b", Some("1.0rc1")),
            ("a-b-1.0.tar.gz", "a", None),
            ("a-1.0.exe", "a", None),
        ] {
            assert_eq!(version_in_file_name(file, package).map(|(text, _)| text), expected, "{file}");
        }
    }
}
