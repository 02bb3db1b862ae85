//! Known problems, which are hidden until they are fixed. They are matched by content: the file, the code and the
//! affected text, so that they still match if lines are added or moved.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::diagnostic::Diagnostic;
use crate::library_errors::{describe_json_error, explain_read_error};
use crate::semantic::secrets::mask_spans;
use crate::source::Span;

/// The version of the format; it changes when the shape does.
const VERSION: u32 = 1;
/// Maximum length of a recorded text, in characters; a longer text is shortened and gets a digest of the whole.
const LONGEST: usize = 120;

/// A known problem, as the baseline records it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BaselineEntry {
    pub code: String,
    /// The affected text, or the whole instruction if that text is only its keyword; each run of spaces and line
    /// breaks is one space.
    pub text: String,
}

/// The known problems of one file, and how often each occurs.
pub type KnownProblems = BTreeMap<BaselineEntry, usize>;

/// The known problems of all files, by path relative to the baseline's directory, with `/`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    pub files: BTreeMap<String, KnownProblems>,
}

/// Why a baseline cannot be used.
#[derive(Debug)]
pub enum BaselineError {
    Json(serde_json::Error),
    /// The file cannot be read.
    Io(std::io::Error),
    /// Another version of dockwright wrote it.
    Version(u32),
}

impl fmt::Display for BaselineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => f.write_str(&explain_read_error(error).message),
            Self::Json(error) => {
                write!(
                    f,
                    "not a valid baseline (line {}: {})",
                    error.line().max(1),
                    describe_json_error(error)
                )
            }
            Self::Version(version) => {
                write!(f, "baseline version {version} is not supported (only version {VERSION})")
            }
        }
    }
}

impl std::error::Error for BaselineError {}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BaselineFile {
    version: u32,
    files: BTreeMap<String, Vec<BaselineFileEntry>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BaselineFileEntry {
    code: String,
    text: String,
    count: usize,
}

#[derive(Deserialize)]
struct VersionOnly {
    version: u32,
}

impl Baseline {
    /// Reads the text of a baseline.
    ///
    /// # Errors
    /// The text is not a baseline, or is one of another version.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, BaselineError> {
        let VersionOnly { version } = serde_json::from_slice(text).map_err(BaselineError::Json)?;
        if version != VERSION {
            return Err(BaselineError::Version(version));
        }
        let written: BaselineFile = serde_json::from_slice(text).map_err(BaselineError::Json)?;
        let mut baseline = Self::default();
        for (file, entries) in written.files {
            let known: &mut KnownProblems = baseline.files.entry(file).or_default();
            for BaselineFileEntry { code, text, count } in entries {
                let number = known.entry(BaselineEntry { code, text }).or_default();
                *number = number.saturating_add(count);
            }
        }
        Ok(baseline)
    }

    /// As JSON: sorted, one entry a line, so that versions of it can be compared and merged.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = format!("{{\n  \"version\": {VERSION},\n  \"files\": {{");
        let text = |text: &str| serde_json::Value::from(text).to_string();
        let files: Vec<String> = self
            .files
            .iter()
            .filter(|(_, known)| !known.is_empty())
            .map(|(file, known)| {
                let entries: Vec<String> = known
                    .iter()
                    .map(|(entry, count)| {
                        let (code, words) = (text(&entry.code), text(&entry.text));
                        format!("      {{\"code\": {code}, \"text\": {words}, \"count\": {count}}}")
                    })
                    .collect();
                format!("\n    {}: [\n{}\n    ]", text(file), entries.join(",\n"))
            })
            .collect();
        out += &files.join(",");
        out += if files.is_empty() { "}\n}\n" } else { "\n  }\n}\n" };
        out
    }

    /// Records the diagnostics of a file; those that cannot be hidden are skipped.
    pub fn record_file(&mut self, file: String, source: &[u8], found: &[&Diagnostic]) {
        let known = self.files.entry(file).or_default();
        let source = &mask_hidden_parts(source, found.first().copied());
        for entry in
            found.iter().filter_map(|diagnostic| BaselineEntry::entry_for_diagnostic(source, diagnostic))
        {
            *known.entry(entry).or_default() += 1;
        }
    }

    /// The number of recorded problems.
    #[must_use]
    pub fn problem_count(&self) -> usize {
        self.files.values().flat_map(BTreeMap::values).sum()
    }
}

/// A baseline that was read from a file.
#[derive(Debug)]
pub struct LoadedBaseline {
    /// The path as the user would write it.
    pub path: PathBuf,
    /// The absolute directory that paths in it are relative to.
    pub directory: PathBuf,
    pub baseline: Baseline,
}

impl LoadedBaseline {
    /// Reads the file at this path; `directory` is the absolute path of its directory.
    ///
    /// # Errors
    /// The file cannot be read, or is not a baseline.
    pub fn read(path: &Path, directory: &Path) -> Result<Self, BaselineError> {
        let text = std::fs::read(path).map_err(BaselineError::Io)?;
        let baseline = Baseline::parse(&text)?;
        Ok(Self { path: path.to_path_buf(), directory: directory.to_path_buf(), baseline })
    }

    /// The known problems of the file with this absolute path.
    #[must_use]
    pub fn problems_of_file(&self, file: &Path) -> Option<&KnownProblems> {
        self.baseline.files.get(&relative_path(&self.directory, file))
    }
}

impl BaselineEntry {
    /// The entry that matches a diagnostic; `None` for build errors, which are never hidden.
    #[must_use]
    pub fn entry_for_diagnostic(source: &[u8], diagnostic: &Diagnostic) -> Option<Self> {
        if diagnostic.is_certain_build_error() {
            return None;
        }
        let anchor = diagnostic.anchor;
        let keyword = anchor.bytes(source).split(u8::is_ascii_whitespace).next().unwrap_or_default();
        let after_keyword = anchor.start as usize + keyword.len();
        let is_keyword =
            diagnostic.span.start >= anchor.start && diagnostic.span.end as usize <= after_keyword;
        let whole = is_keyword || diagnostic.span.is_empty();
        let span = if whole { anchor } else { expand_to_words(source, diagnostic.span) };
        Some(Self { code: diagnostic.code.to_string(), text: normalize_white_space(span.bytes(source)) })
    }
}

/// The span, with the rest of the words in which it begins and ends: `debian:latest` for `latest`.
fn expand_to_words(source: &[u8], span: Span) -> Span {
    let is_blank = |byte: &u8| byte.is_ascii_whitespace();
    let before = source.get(..span.start as usize).unwrap_or_default();
    let after = source.get(span.end as usize..).unwrap_or_default();
    let length = |number: usize| u32::try_from(number).unwrap_or_default();
    let more_before = before.iter().rev().take_while(|byte| !is_blank(byte)).count();
    let more_after = after.iter().take_while(|byte| !is_blank(byte)).count();
    Span::new(span.start - length(more_before), span.end + length(more_after))
}

/// Removes what has no effect on a build: comment lines, continuations, repeated spaces.
fn normalize_white_space(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines =
        text.lines().map(str::trim).filter(|line| !line.starts_with('#') || text.lines().count() == 1);
    let words = lines.flat_map(|line| line.trim_end_matches(['\\', '`']).split_whitespace());
    let text = words.collect::<Vec<_>>().join(" ");
    if text.chars().count() <= LONGEST {
        return text;
    }
    let digest = Sha256::digest(text.as_bytes());
    let digest: Vec<String> = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let start: String = text.chars().take(LONGEST).collect();
    format!("{start}… {}", digest.concat())
}

/// The text of a file without its secrets, which a baseline must not contain. `diagnostic` is any of the file: each
/// knows all hidden parts.
fn mask_hidden_parts<'s>(source: &'s [u8], diagnostic: Option<&Diagnostic>) -> Cow<'s, [u8]> {
    match diagnostic.map(|diagnostic| diagnostic.hidden.as_slice()) {
        None | Some([]) => Cow::Borrowed(source),
        Some(hidden) => Cow::Owned(mask_spans(source, hidden)),
    }
}

/// The diagnostics that are not known, and the entries that record more problems than were found.
#[must_use]
pub fn split_known_problems(
    known: &KnownProblems,
    source: &[u8],
    found: Vec<Diagnostic>,
) -> (Vec<Diagnostic>, KnownProblems) {
    let mut rest = known.clone();
    let mut news = Vec::new();
    let source = &mask_hidden_parts(source, found.first());
    for diagnostic in found {
        let entry = BaselineEntry::entry_for_diagnostic(source, &diagnostic);
        match entry.and_then(|entry| rest.get_mut(&entry)).filter(|number| **number > 0) {
            Some(number) => *number -= 1,
            None => news.push(diagnostic),
        }
    }
    rest.retain(|_, number| *number > 0);
    (news, rest)
}

/// The path of a file relative to a directory, both absolute, with `/` between its parts.
#[must_use]
pub fn relative_path(directory: &Path, file: &Path) -> String {
    let parts = |path: &Path| -> Vec<String> {
        let mut parts = Vec::new();
        for part in path.components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => drop(parts.pop()),
                part => parts.push(part.as_os_str().to_string_lossy().into_owned()),
            }
        }
        parts
    };
    let (directory, file) = (parts(directory), parts(file));
    let common = directory.iter().zip(&file).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_string(), directory.len() - common);
    up.chain(file.iter().skip(common).cloned()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::Linter;
    use crate::rules;

    fn lint(text: &str) -> Vec<Diagnostic> {
        Linter::with_rules(rules::ALL.iter().copied()).lint(text.as_bytes())
    }

    fn parse_known(text: &str) -> KnownProblems {
        let mut baseline = Baseline::default();
        baseline.record_file("f".to_string(), text.as_bytes(), &lint(text).iter().collect::<Vec<_>>());
        let written = Baseline::parse(baseline.to_json().as_bytes()).expect("it was just written");
        assert_eq!(written, baseline);
        written.files.get("f").cloned().unwrap_or_default()
    }

    #[test]
    fn recognizes_moved_problems() {
        const OLD: &str = "FROM debian:latest\nRUN apt-get install -y curl git\nCMD [\"x\"]\n";
        for (new, expected) in [
            (OLD, &[][..]),
            (
                "# more\n\nFROM debian:latest\nENV a=b\nRUN apt-get install -y \\\n  curl git\nCMD [\"x\"]\n",
                &[],
            ),
            ("FROM debian:latest\nUSER 1\nRUN apt-get install -y vim curl git\nCMD [\"x\"]\n", &["DL3008"]),
            ("FROM debian:latest\nRUN apt-get install -y curl git\nCMD [\"x\"]\nADD a /b\n", &["DL3020"]),
            ("FROM debian:latest AS a\nFROM debian:latest\nRUN apt-get install -y curl git\n", &["DL3007"]),
            ("FROM nosuch\nXYZ\n", &["DL1000", "DL3006"]),
        ] {
            let (news, _) = split_known_problems(&parse_known(OLD), new.as_bytes(), lint(new));
            let mut codes: Vec<_> = news.iter().map(|found| found.code).collect();
            codes.retain(|code| ["DL1000", "DL3006", "DL3007", "DL3008", "DL3020"].contains(code));
            codes.sort_unstable();
            assert_eq!(codes, expected, "{new}");
        }
        let (_, stale) = split_known_problems(&parse_known(OLD), b"", Vec::new());
        assert_eq!(stale, parse_known(OLD));
    }

    #[test]
    fn texts_and_paths() {
        assert_eq!(normalize_white_space(b"RUN a \\\n  # note\n\t b  c"), "RUN a b c");
        assert_eq!(normalize_white_space(b"# dockwright ignore=X"), "# dockwright ignore=X");
        let long = normalize_white_space("x ".repeat(300).as_bytes());
        assert!(
            long.chars().count() < 150 && long != normalize_white_space("x ".repeat(301).as_bytes()),
            "{long}"
        );
        for (directory, file, expected) in [
            ("/a/b", "/a/b/Dockerfile", "Dockerfile"),
            ("/a/b", "/a/b/./c/../d/Dockerfile", "d/Dockerfile"),
            ("/a/b/c", "/a/Dockerfile", "../../Dockerfile"),
        ] {
            assert_eq!(relative_path(Path::new(directory), Path::new(file)), expected);
        }
    }

    #[test]
    fn rejects_other_formats() {
        for (text, why) in [
            ("", "line 1: unexpected end of file"),
            ("[]", "not a valid baseline (line 1: "),
            ("{\"version\": 2, \"other\": 1}", "version 2"),
            ("{\"version\": 1}", "not a valid baseline"),
            ("{\"version\": 1, \"files\": {\"a\": [{\"code\": 1}]}}", "not a valid baseline"),
        ] {
            let error = Baseline::parse(text.as_bytes()).expect_err("not a baseline").to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
        assert_eq!(Baseline::default().to_json(), "{\n  \"version\": 1,\n  \"files\": {}\n}\n");
    }
}
