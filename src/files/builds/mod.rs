//! The builds that a Compose or Bake file describes: the Dockerfile, context, target and arguments of each.

mod bake;
mod bake_names;
mod compose;
mod inline;
mod nearby;
mod variables;

use std::path::{Path, PathBuf};

use crate::error_text::ErrorText;

pub(crate) use inline::InlineDockerfile;
pub(crate) use nearby::NearbyBuilds;

/// One service or target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BuildTarget {
    /// The name of the service or target.
    pub name: String,
    /// The absolute path of the build context.
    pub context: PathBuf,
    pub dockerfile: DockerfileSource,
    /// The stage to build, if it is not the last.
    pub target: Option<String>,
    /// Build arguments; `None` if the value comes from the environment.
    pub args: Vec<(String, Option<String>)>,
    /// The names of other build contexts.
    pub named_contexts: Vec<String>,
}

/// The location of a Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DockerfileSource {
    /// In this file, absolute.
    File(PathBuf),
    /// In the Compose or Bake file itself.
    Inline(InlineDockerfile),
}

/// The builds in a Compose or Bake file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct BuildsInFile {
    pub builds: Vec<BuildTarget>,
    /// Services or targets that cannot be analyzed, and why, one sentence each.
    pub(crate) skipped: Vec<String>,
}

/// An error in a Compose or Bake file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BuildFileError {
    /// From 1.
    pub line: Option<usize>,
    pub text: ErrorText,
}

/// A kind of file that describes builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BuildFileKind {
    Compose,
    BakeHcl,
    BakeJson,
}

/// Maximum size in bytes, and maximum nesting, of the files that are read.
const LARGEST: usize = 4 << 20;
const DEEPEST: usize = 64;

/// Whether a name, without its directory, is that of a Compose or Bake file.
#[must_use]
pub(crate) fn build_file_kind(path: &Path) -> Option<BuildFileKind> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    let (stem, extension) = name.rsplit_once('.')?;
    let words: Vec<&str> = stem.split(['.', '-', '_']).collect();
    match extension {
        "yml" | "yaml" if words.contains(&"compose") => Some(BuildFileKind::Compose),
        "hcl" => Some(BuildFileKind::BakeHcl),
        "json" if words.contains(&"bake") => Some(BuildFileKind::BakeJson),
        _ => None,
    }
}

/// Reads the text of a file of this kind. `path` is absolute; `current` is the directory that Bake starts
/// from.
///
/// # Errors
/// The text is not YAML, HCL or JSON, or has the wrong structure.
pub(crate) fn parse_build_file(
    kind: BuildFileKind,
    path: &Path,
    current: &Path,
    text: &str,
) -> Result<BuildsInFile, BuildFileError> {
    if text.len() > LARGEST || nesting_depth(text) > DEEPEST {
        return Err(BuildFileError {
            line: None,
            text: ErrorText::new("the file is too large or nested too deeply")
                .help("name its Dockerfiles instead"),
        });
    }
    match kind {
        BuildFileKind::Compose => compose::parse_compose(path, text),
        BuildFileKind::BakeHcl => bake::parse_bake_hcl(path, current, text),
        BuildFileKind::BakeJson => bake::parse_bake_json(path, current, text),
    }
}

/// The maximum nesting of brackets and of indented lines.
fn nesting_depth(text: &str) -> usize {
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
    // A level of YAML requires a space, or a dash: `- - - x`.
    let levels = |line: &str| {
        let rest = line.trim_start_matches(['-', ' ', '?']);
        let lead = line.len() - rest.len();
        lead / 2
    };
    deepest.max(text.lines().map(levels).max().unwrap_or_default())
}

/// Whether the context is fetched from a remote location.
fn is_remote(context: &str) -> bool {
    context.contains("://") || context.starts_with("git@") || context.starts_with("github.com/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classifies_file_names() {
        for (name, expected) in [
            ("compose.yaml", Some(BuildFileKind::Compose)),
            ("docker-compose.yml", Some(BuildFileKind::Compose)),
            ("a/Docker-Compose.override.yml", Some(BuildFileKind::Compose)),
            ("compose.prod.yaml", Some(BuildFileKind::Compose)),
            ("docker-bake.hcl", Some(BuildFileKind::BakeHcl)),
            ("x.hcl", Some(BuildFileKind::BakeHcl)),
            ("docker-bake.json", Some(BuildFileKind::BakeJson)),
            ("docker-bake.override.json", Some(BuildFileKind::BakeJson)),
            ("composer.json", None),
            ("decompose.yml", None),
            ("package.json", None),
            ("Dockerfile", None),
        ] {
            assert_eq!(build_file_kind(Path::new(name)), expected, "{name}");
        }
    }

    #[test]
    fn rejects_too_deep_nesting() {
        let path = Path::new("/x/compose.yaml");
        for text in ["[".repeat(10_000), "a: ".repeat(3) + &"{".repeat(500), "- ".repeat(5_000)] {
            for kind in [BuildFileKind::Compose, BuildFileKind::BakeHcl, BuildFileKind::BakeJson] {
                assert!(parse_build_file(kind, path, Path::new("/x"), &text).is_err(), "{kind:?}");
            }
        }
    }
}
