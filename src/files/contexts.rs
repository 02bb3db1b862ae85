//! [`Contexts`]: the folders that builds are sent, and what lies in them, each read once.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::discover::{Candidate, Origin};
use crate::optimize::context::{self, Files, ReadError};
use crate::semantic::IgnoreFile;
use crate::syntax::{self, Arguments, Dockerfile, Source};

/// A longer ignore file is not read.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Where build contexts are.
#[derive(Debug, Default)]
pub struct Contexts {
    given: Option<PathBuf>,
    /// As the user would write it.
    shown: String,
    /// Where none is given, the folder of a Dockerfile is one if all that COPY names is there.
    guesses: bool,
    known: Mutex<HashMap<PathBuf, Option<Arc<IgnoreFile>>>>,
    /// The files of folders, as far as no Dockerfile has an ignore file of its own.
    read: Mutex<HashMap<PathBuf, Arc<Files>>>,
}

impl Contexts {
    /// Of builds that have this context.
    #[must_use]
    pub fn of(context: PathBuf) -> Self {
        let shown = context.to_string_lossy().into_owned();
        Self { given: Some(context), shown, ..Self::default() }
    }

    /// What the command line says.
    ///
    /// # Errors
    /// The context is no folder.
    pub fn of_flag(current: &Path, given: Option<&PathBuf>) -> Result<Self, String> {
        let Some(written) = given else { return Ok(Self::default()) };
        let path = current.join(written);
        if !path.is_dir() {
            return Err(format!("context `{}` does not exist or is not a directory", written.display()));
        }
        Ok(Self { shown: written.to_string_lossy().into_owned(), ..Self::of(path) })
    }

    /// Where none is given, takes the folder of each Dockerfile if all that COPY names is there.
    #[must_use]
    pub fn guessing(mut self, guesses: bool) -> Self {
        self.guesses = guesses;
        self
    }

    /// Forgets what was read.
    pub fn forget(&self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.read.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Whether the command line names one for all.
    #[must_use]
    pub const fn is_given(&self) -> bool {
        self.given.is_some()
    }

    /// Whether contexts are guessed where none is given.
    #[must_use]
    pub const fn is_guessing(&self) -> bool {
        self.guesses
    }

    /// The files of the context of a Dockerfile, as far as it is known which that is.
    ///
    /// # Errors
    /// It has too many files.
    pub fn files(&self, candidate: &Candidate, source: &[u8]) -> Result<Option<Arc<Files>>, ReadError> {
        if let Some(folder) = &self.given {
            return self.read(folder, &self.shown, candidate).map(Some);
        }
        if !self.guesses || candidate.origin == Origin::Stdin || candidate.inline().is_some() {
            return Ok(None);
        }
        let Some(folder) = folder_of(&candidate.path) else { return Ok(None) };
        if !has_all_that_copy_names(folder, &candidate.path, &syntax::parse(source)) {
            return Ok(None);
        }
        // Nobody asked for it: where it cannot be read, it is not known.
        Ok(self.read(folder, &folder.to_string_lossy(), candidate).ok())
    }

    fn read(&self, folder: &Path, shown: &str, candidate: &Candidate) -> Result<Arc<Files>, ReadError> {
        let path = (candidate.origin != Origin::Stdin).then_some(candidate.path.as_path());
        let mut own = candidate.absolute.clone().into_os_string();
        own.push(".dockerignore");
        let read = || {
            let files = context::read(folder, shown, path)?;
            Ok(Arc::new(Files { assumed: self.given.is_none(), ..files }))
        };
        if path.is_some() && Path::new(&own).is_file() {
            return read();
        }
        let mut known = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(files) = known.get(folder) {
            return Ok(Arc::clone(files));
        }
        let files = read()?;
        known.insert(folder.to_path_buf(), Arc::clone(&files));
        Ok(files)
    }

    /// The ignore file that counts for a Dockerfile: the one that has its name, else that of the context. A text
    /// that comes without a name has no folder, so nothing but a given context counts for it.
    pub fn ignore_file(&self, candidate: &Candidate) -> Option<Arc<IgnoreFile>> {
        let named = candidate.origin != Origin::Stdin || candidate.absolute.is_file();
        let folder = candidate.absolute.parent().filter(|_| named);
        let own = folder.and_then(|folder| {
            let mut name = candidate.absolute.file_name()?.to_os_string();
            name.push(".dockerignore");
            read(&folder.join(name))
        });
        if let Some(own) = own {
            return Some(Arc::new(own));
        }
        let context = self.given.as_deref().or(folder)?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(context) {
            return known.clone();
        }
        let found = read(&context.join(".dockerignore")).map(Arc::new);
        known.insert(context.to_path_buf(), found.clone());
        found
    }
}

fn read(path: &Path) -> Option<IgnoreFile> {
    // What is no plain file might never end.
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let mut content = Vec::new();
    File::open(path).ok()?.take(LARGEST).read_to_end(&mut content).ok()?;
    Some(IgnoreFile::parse(&content))
}

/// The folder that a path lies in, as the user would write it.
fn folder_of(path: &Path) -> Option<&Path> {
    let folder = path.parent()?;
    Some(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })
}

/// Whether all that COPY names is in the folder of the Dockerfile, and that is something; of a file that is called
/// `Dockerfile`, the whole folder is enough.
fn has_all_that_copy_names(folder: &Path, path: &Path, file: &Dockerfile<'_>) -> bool {
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
            if !folder.join(text).exists() {
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
    fn the_ignore_file_of_that_name_comes_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        let write = |name: &str, text: &str| std::fs::write(path(name), text).expect("written");
        std::fs::create_dir(path("context")).expect("made");
        write("Dockerfile", "");
        let candidate = Candidate {
            shown: "Dockerfile".to_string(),
            path: path("Dockerfile"),
            absolute: path("Dockerfile"),
            origin: Origin::Named,
            must_start_like_one: false,
            builds: Vec::new(),
        };
        let hides = |context: Option<&str>, source: &str| {
            let context = context.map(PathBuf::from);
            let contexts = Contexts::of_flag(folder.path(), context.as_ref()).expect("a folder");
            contexts.ignore_file(&candidate).is_some_and(|file| file.hides_source(source, None))
        };
        assert!(!hides(None, "a"));
        write(".dockerignore", "a\n");
        assert!(hides(None, "a") && !hides(None, "b") && !hides(Some("context"), "a"));
        write("context/.dockerignore", "b\n");
        assert!(hides(Some("context"), "b") && !hides(Some("context"), "a"));
        write("Dockerfile.dockerignore", "c\n");
        assert!(hides(None, "c") && !hides(None, "a") && hides(Some("context"), "c"));
        assert!(Contexts::of_flag(folder.path(), Some(&"none".into())).is_err());
    }
}
