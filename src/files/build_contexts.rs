//! [`BuildContexts`]: the build contexts of Dockerfiles, and their files, each read once.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::discover::{CandidateFile, FileOrigin};
use crate::error_text::ErrorText;
use crate::library_errors::{advise_on_read_error, describe_io_error};
use crate::optimize::context::{self, ContextError, ContextFiles};
use crate::semantic::IgnoreFile;
use crate::syntax::{self, Arguments, Dockerfile, Source};

/// Maximum length of an ignore file that is read, in bytes.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Minimum time for which the files of a context are kept if they expire.
const SHORTEST_AGE: Duration = Duration::from_secs(3);
/// How many times longer the files are kept than reading them took, so that reading takes a small part of the
/// time.
const AGE_PER_READ: u32 = 30;

/// The files of a context, or why they are unknown.
#[derive(Debug)]
struct CachedFiles {
    files: Result<Arc<ContextFiles>, ContextError>,
    read: Instant,
    took: Duration,
}

/// The build contexts of a run.
#[derive(Debug, Default)]
pub(crate) struct BuildContexts {
    given: Option<PathBuf>,
    /// The path as the user would write it.
    shown: String,
    /// Whether the directory of a Dockerfile is used if no context is given and all sources of COPY are there.
    guesses: bool,
    known: Mutex<HashMap<PathBuf, Option<Arc<IgnoreFile>>>>,
    /// The files of directories, by the directory and the Dockerfile if that has its own ignore file.
    read: Mutex<HashMap<(PathBuf, Option<PathBuf>), CachedFiles>>,
    /// Whether the files are read again after a while: a server runs while they change.
    expires: bool,
}

impl BuildContexts {
    /// The contexts of builds that use this directory.
    #[must_use]
    pub(crate) fn with_context(context: PathBuf) -> Self {
        let shown = context.to_string_lossy().into_owned();
        Self { given: Some(context), shown, ..Self::default() }
    }

    /// The settings of the command line.
    ///
    /// # Errors
    /// The context is not a directory.
    pub(crate) fn from_flag(current: &Path, given: Option<&PathBuf>) -> Result<Self, ErrorText> {
        let Some(written) = given else { return Ok(Self::default()) };
        let path = current.join(written);
        if !path.is_dir() {
            let why = if path.exists() { "not a directory" } else { "no such directory" };
            let message = format!("`--context {}`: {why}", written.display());
            return Err(ErrorText::new(message).help("name an existing directory"));
        }
        if let Err(error) = path.read_dir() {
            let why = describe_io_error(&error);
            let message = format!("`--context {}`: cannot read directory ({why})", written.display());
            return Err(ErrorText::new(message).help(advise_on_read_error(&error)));
        }
        Ok(Self { shown: written.to_string_lossy().into_owned(), ..Self::with_context(path) })
    }

    /// If none is given, uses the directory of each Dockerfile if all sources of COPY are there.
    #[must_use]
    pub(crate) fn with_guessed_contexts(mut self, guesses: bool) -> Self {
        self.guesses = guesses;
        self
    }

    /// Reads the files of a context again after a while.
    #[must_use]
    pub(crate) fn with_refresh(mut self) -> Self {
        self.expires = true;
        self
    }

    /// Discards the files that were read.
    pub(crate) fn discard_files(&self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.read.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Whether the command line sets a context for all files.
    #[must_use]
    pub(crate) const fn has_given_context(&self) -> bool {
        self.given.is_some()
    }

    /// Whether contexts are guessed if none is given.
    #[must_use]
    pub(crate) const fn guesses_missing_contexts(&self) -> bool {
        self.guesses
    }

    /// The files of the context of a Dockerfile, if the context is known.
    ///
    /// # Errors
    /// The context has too many files.
    pub(crate) fn files(
        &self,
        candidate: &CandidateFile,
        source: &[u8],
    ) -> Result<Option<Arc<ContextFiles>>, ContextError> {
        if let Some(directory) = &self.given {
            return self.read(directory, &self.shown, candidate).map(Some);
        }
        if !self.guesses || candidate.origin == FileOrigin::Stdin || candidate.inline_dockerfile().is_some() {
            return Ok(None);
        }
        let Some(directory) = parent_directory(&candidate.path) else { return Ok(None) };
        if !contains_copy_sources(directory, &candidate.path, &syntax::parse(source)) {
            return Ok(None);
        }
        // The context was not requested: if it cannot be read, it is unknown.
        Ok(self.read(directory, &directory.to_string_lossy(), candidate).ok())
    }

    fn read(
        &self,
        directory: &Path,
        shown: &str,
        candidate: &CandidateFile,
    ) -> Result<Arc<ContextFiles>, ContextError> {
        let path = (candidate.origin != FileOrigin::Stdin).then_some(candidate.path.as_path());
        let mut own = candidate.absolute.clone().into_os_string();
        own.push(".dockerignore");
        let own = (path.is_some() && Path::new(&own).is_file()).then(|| candidate.absolute.clone());
        let key = (directory.to_path_buf(), own);
        let mut known = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cached) = known.get(&key).filter(|cached| self.is_cache_fresh(cached)) {
            return cached.files.clone();
        }
        let start = Instant::now();
        let files = context::read_context(directory, shown, path)
            .map(|files| Arc::new(ContextFiles { assumed: self.given.is_none(), ..files }));
        let (read, took) = (Instant::now(), start.elapsed());
        known.insert(key, CachedFiles { files: files.clone(), read, took });
        files
    }

    fn is_cache_fresh(&self, cached: &CachedFiles) -> bool {
        !self.expires || cached.read.elapsed() < SHORTEST_AGE.max(cached.took * AGE_PER_READ)
    }

    /// The ignore file for a Dockerfile: the one with its name, or else that of the context. A text without a name
    /// has no directory, so only the ignore file of a given context is used.
    pub(crate) fn ignore_file(&self, candidate: &CandidateFile) -> Option<Arc<IgnoreFile>> {
        let named = candidate.origin != FileOrigin::Stdin || candidate.absolute.is_file();
        let directory = candidate.absolute.parent().filter(|_| named);
        let own = directory.and_then(|directory| {
            let mut name = candidate.absolute.file_name()?.to_os_string();
            name.push(".dockerignore");
            read_ignore_file(&directory.join(name))
        });
        if let Some(own) = own {
            return Some(Arc::new(own));
        }
        let context = self.given.as_deref().or(directory)?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(context) {
            return known.clone();
        }
        let found = read_ignore_file(&context.join(".dockerignore")).map(Arc::new);
        known.insert(context.to_path_buf(), found.clone());
        found
    }
}

fn read_ignore_file(path: &Path) -> Option<IgnoreFile> {
    // Reading anything other than a regular file might never end.
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let mut content = Vec::new();
    File::open(path).ok()?.take(LARGEST).read_to_end(&mut content).ok()?;
    Some(IgnoreFile::parse(&content))
}

/// The directory of a path, as the user would write it.
fn parent_directory(path: &Path) -> Option<&Path> {
    let directory = path.parent()?;
    Some(if directory.as_os_str().is_empty() { Path::new(".") } else { directory })
}

/// Whether the directory of the Dockerfile contains all sources of COPY, and there is at least one. For a file named
/// `Dockerfile`, a COPY of the whole directory is sufficient.
fn contains_copy_sources(directory: &Path, path: &Path, file: &Dockerfile<'_>) -> bool {
    let mut named = 0usize;
    let mut whole = false;
    for instruction in file.instructions() {
        let Arguments::Paths(paths) = &instruction.arguments else { continue };
        if instruction.flag("from").is_some() {
            continue;
        }
        for source in &paths.sources {
            let Source::Path(word) = source else { continue };
            let text = word.text.trim_matches(['"', '\'']);
            if text.contains(['$', '*', '?', '[']) || text.contains("://") || text.starts_with("git@") {
                continue;
            }
            let text = text.trim_start_matches('/');
            if matches!(text, "" | "." | "./") {
                whole = true;
                continue;
            }
            if !directory.join(text).exists() {
                return false;
            }
            named += 1;
        }
    }
    let plain = path
        .file_name()
        .is_some_and(|name| name.eq_ignore_ascii_case("Dockerfile") || name == "Containerfile");
    named > 0 || (plain && whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefers_ignore_file_of_dockerfile() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = |name: &str| directory.path().join(name);
        let write = |name: &str, text: &str| std::fs::write(path(name), text).expect("written");
        std::fs::create_dir(path("context")).expect("made");
        write("Dockerfile", "");
        let candidate = CandidateFile {
            shown: "Dockerfile".to_string(),
            path: path("Dockerfile"),
            absolute: path("Dockerfile"),
            origin: FileOrigin::Named,
            must_start_like_one: false,
            builds: Vec::new(),
        };
        let hides = |context: Option<&str>, source: &str| {
            let context = context.map(PathBuf::from);
            let contexts = BuildContexts::from_flag(directory.path(), context.as_ref()).expect("a directory");
            contexts.ignore_file(&candidate).is_some_and(|file| file.excludes_source(source, None))
        };
        assert!(!hides(None, "a"));
        write(".dockerignore", "a\n");
        assert!(hides(None, "a") && !hides(None, "b") && !hides(Some("context"), "a"));
        write("context/.dockerignore", "b\n");
        assert!(hides(Some("context"), "b") && !hides(Some("context"), "a"));
        write("Dockerfile.dockerignore", "c\n");
        assert!(hides(None, "c") && !hides(None, "a") && hides(Some("context"), "c"));
        assert!(BuildContexts::from_flag(directory.path(), Some(&"none".into())).is_err());
    }
}
