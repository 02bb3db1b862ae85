//! The builds that a compose file or a bake file describes: which Dockerfile, with which context, target and
//! arguments.

mod bake;
mod compose;
mod inline;
mod variables;

use std::path::{Path, PathBuf};

pub use inline::Inline;

/// One service or target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// Of the service or target.
    pub name: String,
    /// The folder whose files the build sees, absolute.
    pub context: PathBuf,
    pub dockerfile: Source,
    /// The stage to build, where it is not the last.
    pub target: Option<String>,
    /// Build arguments; `None` where the value comes from outside.
    pub args: Vec<(String, Option<String>)>,
}

/// Where the text of a Dockerfile stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// In this file, absolute.
    File(PathBuf),
    /// In the compose or bake file itself.
    Inline(Inline),
}

/// What a compose or bake file says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Builds {
    pub builds: Vec<Build>,
    /// Services or targets that cannot be looked at, and why, one sentence each.
    pub left_out: Vec<String>,
}

/// What is wrong with a compose or bake file.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken {
    /// Counted from 1.
    pub line: Option<usize>,
    pub message: String,
}

/// A kind of file that describes builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Compose,
    BakeHcl,
    BakeJson,
}

/// Larger files are not looked at, in bytes; nor are those nested deeper.
const LARGEST: usize = 4 << 20;
const DEEPEST: usize = 64;

/// Whether a name, without its folder, is that of a compose or bake file.
#[must_use]
pub fn kind(path: &Path) -> Option<Kind> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    let (stem, extension) = name.rsplit_once('.')?;
    let words: Vec<&str> = stem.split(['.', '-', '_']).collect();
    match extension {
        "yml" | "yaml" if words.contains(&"compose") => Some(Kind::Compose),
        "hcl" => Some(Kind::BakeHcl),
        "json" if words.contains(&"bake") => Some(Kind::BakeJson),
        _ => None,
    }
}

/// Reads the text of a file of this kind. `path` is absolute; `current` is the folder that bake starts from.
///
/// # Errors
/// The text is not YAML, HCL or JSON, or not what such a file holds.
pub fn read(kind: Kind, path: &Path, current: &Path, text: &str) -> Result<Builds, Broken> {
    if text.len() > LARGEST || depth(text) > DEEPEST {
        return Err(Broken { line: None, message: "the file is too large or nested too deeply".to_string() });
    }
    match kind {
        Kind::Compose => compose::read(path, text),
        Kind::BakeHcl => bake::read_hcl(path, current, text),
        Kind::BakeJson => bake::read_json(path, current, text),
    }
}

/// How deeply brackets, and lines by their indentation, are nested at most.
fn depth(text: &str) -> usize {
    let mut deepest = 0;
    let mut open: usize = 0;
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' | b'(' => open += 1,
            b']' | b'}' | b')' => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    // A level of YAML takes a blank, or a dash: `- - - x`.
    let levels = |line: &str| {
        let rest = line.trim_start_matches(['-', ' ', '?']);
        let lead = line.len() - rest.len();
        lead / 2
    };
    deepest.max(text.lines().map(levels).max().unwrap_or_default())
}

/// A context that is fetched from elsewhere.
fn is_remote(context: &str) -> bool {
    context.contains("://") || context.starts_with("git@") || context.starts_with("github.com/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_the_kind() {
        for (name, expected) in [
            ("compose.yaml", Some(Kind::Compose)),
            ("docker-compose.yml", Some(Kind::Compose)),
            ("a/Docker-Compose.override.yml", Some(Kind::Compose)),
            ("compose.prod.yaml", Some(Kind::Compose)),
            ("docker-bake.hcl", Some(Kind::BakeHcl)),
            ("x.hcl", Some(Kind::BakeHcl)),
            ("docker-bake.json", Some(Kind::BakeJson)),
            ("docker-bake.override.json", Some(Kind::BakeJson)),
            ("composer.json", None),
            ("decompose.yml", None),
            ("package.json", None),
            ("Dockerfile", None),
        ] {
            assert_eq!(kind(Path::new(name)), expected, "{name}");
        }
    }

    #[test]
    fn what_is_too_deep_is_refused() {
        let path = Path::new("/x/compose.yaml");
        for text in ["[".repeat(10_000), "a: ".repeat(3) + &"{".repeat(500), "- ".repeat(5_000)] {
            for kind in [Kind::Compose, Kind::BakeHcl, Kind::BakeJson] {
                assert!(read(kind, path, Path::new("/x"), &text).is_err(), "{kind:?}");
            }
        }
    }
}
