//! Which files to lint: those that are named, and those found by walking directories.

mod names;

pub(crate) use names::{is_beside_dockerfile, is_template_name};

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use super::builds::{self, BuildFileError, BuildFileKind, BuildTarget, DockerfileSource, InlineDockerfile};
use crate::config::{PathGlobs, absolute_path};
use crate::error_text::ErrorText;
use crate::library_errors::{advise_on_read_error, describe_io_error, explain_read_error};
use crate::syntax;
use names::FileNameMatch;

/// Why a path cannot be searched, with the path first.
fn explain_walk_error(error: &ignore::Error) -> ErrorText {
    match error {
        ignore::Error::WithPath { path, err } => {
            explain_walk_error(err).with_prefix(&format!("{}: ", path_as_text(path)))
        }
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            explain_walk_error(err)
        }
        ignore::Error::Io(error) => {
            ErrorText::new(format!("cannot read directory ({})", describe_io_error(error)))
                .help(format!("{}, or exclude it", advise_on_read_error(error)))
        }
        ignore::Error::Loop { ancestor, child } => ErrorText::new(format!(
            "{}: symbolic link to a directory above it, `{}`",
            path_as_text(child),
            path_as_text(ancestor)
        ))
        .help("remove the link, or exclude it"),
        _ => ErrorText::new("cannot search this directory").help("exclude it"),
    }
}

/// Whether the first instruction is one that a Dockerfile starts with.
#[must_use]
pub(crate) fn starts_like_dockerfile(source: &[u8]) -> bool {
    let file = syntax::parse(source);
    let first = file.instructions().next();
    first.is_some_and(|first| matches!(first.kind, syntax::Kind::From | syntax::Kind::Arg))
}

/// Directories that contain third-party files, or no source files.
const SKIPPED_DIRECTORIES: [&str; 4] = [".git", "node_modules", "vendor", ".venv"];

/// A file that may have to be linted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CandidateFile {
    /// The path as the user would write it.
    pub shown: String,
    pub path: PathBuf,
    /// The absolute path, without `.` and `..`.
    pub absolute: PathBuf,
    pub origin: FileOrigin,
    /// Whether it only counts as a Dockerfile if its first instruction is FROM or ARG.
    pub(crate) must_start_like_one: bool,
    /// The builds of it in Compose and Bake files.
    pub builds: Vec<BuildTarget>,
}

impl CandidateFile {
    /// The absolute path of the file to read.
    #[must_use]
    pub(crate) fn file(&self) -> PathBuf {
        match self.inline_dockerfile() {
            // The path of an inline Dockerfile does not exist, so this is the Compose or Bake file that
            // contains it.
            Some(_) => {
                let name = self.path.file_name().unwrap_or_default();
                self.absolute.with_file_name(name)
            }
            None => self.absolute.clone(),
        }
    }

    /// The Dockerfile itself, if it is in a Compose or Bake file.
    #[must_use]
    pub(crate) fn inline_dockerfile(&self) -> Option<&InlineDockerfile> {
        match &self.builds.first()?.dockerfile {
            DockerfileSource::Inline(inline) => Some(inline),
            DockerfileSource::File(_) => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FileOrigin {
    /// The file was named on the command line.
    Named,
    /// The file was found in a directory, or a hook passed it because it changed.
    Walked,
    Stdin,
}

/// How to look for files.
#[derive(Debug)]
pub(crate) struct FileFinder<'a> {
    /// The current directory, absolute.
    pub current: &'a Path,
    pub exclude: &'a PathGlobs,
    /// Whether named files are treated like files found in directories.
    pub(crate) force_exclude: bool,
    pub(crate) respect_gitignore: bool,
    /// What to call standard input.
    pub(crate) stdin_name: Option<&'a Path>,
}

/// What was found, in the order of the paths.
#[derive(Debug, Default)]
pub(crate) struct FoundFiles {
    pub(crate) candidates: Vec<CandidateFile>,
    /// The number of Dockerfiles that [`FileFinder::exclude`] skips.
    pub(crate) excluded: usize,
    /// What could not be read, one sentence each.
    pub problems: Vec<ErrorText>,
    /// Files that are skipped although they were named, one sentence each.
    pub notes: Vec<String>,
}

impl FileFinder<'_> {
    /// All files that `paths` refer to, each once.
    pub(crate) fn find<'p>(&self, paths: impl IntoIterator<Item = &'p PathBuf>) -> FoundFiles {
        let mut found = FoundFiles::default();
        for path in paths {
            if path.as_os_str() == "-" {
                found.candidates.push(self.standard_input_candidate());
            } else if let Some(kind) =
                builds::build_file_kind(path).filter(|_| !self.force_exclude && path.is_file())
            {
                self.add_builds(kind, path, &mut found);
            } else if path.is_dir() {
                let counts =
                    |found: &FoundFiles| (found.candidates.len(), found.excluded, found.problems.len());
                let before = counts(&found);
                self.walk(path, &mut found);
                let is_empty = before == counts(&found);
                // The default is the current directory, and a hook does not choose its paths.
                if is_empty && path != Path::new(".") && !self.force_exclude {
                    let message = format!("no Dockerfiles found in `{}`", path_as_text(path));
                    let help = "name the Dockerfiles, or a directory that contains some";
                    found.problems.push(ErrorText::new(message).help(help));
                }
            } else {
                self.add_named_path(path, &mut found);
            }
        }
        found.candidates.sort_by(|a, b| (&a.absolute, a.origin).cmp(&(&b.absolute, b.origin)));
        found.candidates.dedup_by(|later, first| {
            let same = later.absolute == first.absolute;
            if same {
                first.builds.append(&mut later.builds);
            }
            same
        });
        drop_duplicate_links(&mut found.candidates);
        found.problems.sort();
        found.problems.dedup();
        found
    }

    fn standard_input_candidate(&self) -> CandidateFile {
        let path = self.stdin_name.unwrap_or(Path::new("-")).to_path_buf();
        CandidateFile {
            shown: path_as_text(&path),
            absolute: absolute_path(self.current, &path),
            path,
            origin: FileOrigin::Stdin,
            must_start_like_one: false,
            builds: Vec::new(),
        }
    }

    /// The Dockerfiles that a Compose or Bake file builds.
    fn add_builds(&self, kind: BuildFileKind, path: &Path, found: &mut FoundFiles) {
        let file = self.candidate(path, FileOrigin::Named, FileNameMatch::Yes);
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                let name = format!("{}: ", file.shown);
                return found.problems.push(explain_read_error(&error).with_prefix(&name));
            }
        };
        match builds::parse_build_file(kind, &file.absolute, self.current, &text) {
            Ok(read) => {
                found.notes.extend(read.skipped.iter().map(|what| format!("{}: {what}", file.shown)));
                for build in read.builds {
                    let candidate = self.candidate_for_build(&file, build);
                    let is_missing = candidate.inline_dockerfile().is_none() && !candidate.absolute.exists();
                    let (Some(build), true) = (candidate.builds.first(), is_missing) else {
                        found.candidates.push(candidate);
                        continue;
                    };
                    let (what, help) = if kind == BuildFileKind::Compose {
                        ("service", "correct `build` of the service, or create the file")
                    } else {
                        ("target", "correct `context` or `dockerfile` of the target, or create the file")
                    };
                    let (file, path) = (&file.shown, &candidate.shown);
                    let message = format!("{file}: {what} `{}`: no Dockerfile at {path}", build.name);
                    found.problems.push(ErrorText::new(message).help(help));
                }
            }
            Err(BuildFileError { line, mut text }) => {
                let line = line.map(|line| format!(":{line}")).unwrap_or_default();
                text.message = format!("{}{line}: {}", file.shown, text.message);
                found.problems.push(text);
            }
        }
    }

    /// The Dockerfile to check for one build in `file`.
    fn candidate_for_build(&self, file: &CandidateFile, build: BuildTarget) -> CandidateFile {
        let mut candidate = match &build.dockerfile {
            DockerfileSource::File(path) => {
                // The Dockerfiles are shown as the file is that names them.
                let below = match path.strip_prefix(self.current) {
                    Ok(below) if !file.path.is_absolute() => below,
                    _ => path,
                };
                self.candidate(below, FileOrigin::Named, FileNameMatch::Yes)
            }
            DockerfileSource::Inline(inline) => {
                // Each inline Dockerfile gets its own path in the directory of the file, so that the right
                // configuration applies.
                let mut name = file.absolute.as_os_str().to_owned();
                name.push(format!("#{}", build.name));
                let shown = if inline.has_file_offsets() {
                    file.shown.clone()
                } else {
                    format!("{}#{}", file.shown, build.name)
                };
                CandidateFile { shown, absolute: name.into(), ..file.clone() }
            }
        };
        candidate.builds.push(build);
        candidate
    }

    /// A file that is named.
    fn add_named_path(&self, path: &Path, found: &mut FoundFiles) {
        if !self.force_exclude {
            found.candidates.push(self.candidate(path, FileOrigin::Named, FileNameMatch::Yes));
            return;
        }
        let directories = path.parent().into_iter().flat_map(Path::components);
        if !directories.into_iter().any(|directory| is_skipped(directory.as_os_str())) {
            self.add_if_dockerfile(path, found);
        }
    }

    fn walk(&self, root: &Path, found: &mut FoundFiles) {
        let mut builder = WalkBuilder::new(root);
        builder.hidden(false).follow_links(false).require_git(false);
        if !self.respect_gitignore {
            builder.ignore(false).git_ignore(false).git_exclude(false).git_global(false).parents(false);
        }
        let exclude = self.exclude.clone();
        let current = self.current.to_path_buf();
        builder.filter_entry(move |entry| {
            entry.depth() == 0 || !is_directory(entry) || {
                !is_skipped(entry.file_name()) && !exclude.matches(&absolute_path(&current, entry.path()))
            }
        });
        for entry in builder.build() {
            match entry {
                Ok(entry) if !is_directory(&entry) => self.add_if_dockerfile(entry.path(), found),
                Ok(_) => {}
                Err(error) => found.problems.push(explain_walk_error(&error)),
            }
        }
    }

    /// Whether a file that was found is a Dockerfile, and not excluded.
    fn add_if_dockerfile(&self, path: &Path, found: &mut FoundFiles) {
        let name = path.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
        let name = names::classify_name(&name);
        if name == FileNameMatch::No || path.is_dir() {
            return;
        }
        let candidate = self.candidate(path, FileOrigin::Walked, name);
        if self.exclude.matches(&candidate.absolute) {
            found.excluded += 1;
        } else {
            found.candidates.push(candidate);
        }
    }

    fn candidate(&self, path: &Path, origin: FileOrigin, name: FileNameMatch) -> CandidateFile {
        let absolute = absolute_path(self.current, path);
        let below = absolute.strip_prefix(self.current).ok().filter(|_| path.is_relative());
        CandidateFile {
            shown: path_as_text(below.unwrap_or(path)),
            path: path.to_path_buf(),
            absolute,
            origin,
            must_start_like_one: name == FileNameMatch::IfItStartsLikeOne,
            builds: Vec::new(),
        }
    }
}

fn is_directory(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir())
}

fn is_skipped(directory: &OsStr) -> bool {
    SKIPPED_DIRECTORIES.iter().any(|skipped| directory == *skipped)
}

/// A path as text, the same on every system.
fn path_as_text(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace('\\', "/") }
}

/// Removes links to files that were found themselves, so that nothing is reported twice.
fn drop_duplicate_links(candidates: &mut Vec<CandidateFile>) {
    let targets: Vec<Option<PathBuf>> = candidates
        .iter()
        .map(|candidate| {
            let linked = candidate.origin == FileOrigin::Walked && candidate.path.is_symlink();
            linked.then(|| candidate.path.canonicalize().ok())?
        })
        .collect();
    if targets.iter().all(Option::is_none) {
        return;
    }
    let real: BTreeSet<PathBuf> = candidates
        .iter()
        .zip(&targets)
        .filter(|(_, target)| target.is_none())
        .filter_map(|(candidate, _)| candidate.path.canonicalize().ok())
        .collect();
    let mut targets = targets.into_iter();
    candidates.retain(|_| !targets.next().flatten().is_some_and(|target| real.contains(&target)));
}
