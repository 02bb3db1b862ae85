//! [`ResponseCache`]: responses of earlier runs, each with its time, for `--offline`.

use std::io::Write as _;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::lookup::{LookupRequest, PinResolution};
use crate::hexadecimal::to_hexadecimal;

/// Increased when the format of an entry changes.
const VERSION: u32 = 1;

/// A directory with one small file for each response. The name of a file is a hash of the question, so that no address
/// is in it. A cache that cannot be read or written is treated as empty.
#[derive(Debug, Default)]
pub(crate) struct ResponseCache {
    directory: Option<PathBuf>,
}

#[derive(Serialize, Deserialize)]
struct CacheEntry {
    version: u32,
    at: Timestamp,
    found: PinResolution,
}

impl ResponseCache {
    /// The user's cache directory: `DOCKWRIGHT_CACHE_DIR`, or the one that the system provides.
    #[must_use]
    pub(crate) fn in_user_directory() -> Self {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let system = || {
            let base = set("XDG_CACHE_HOME").or_else(|| set("LOCALAPPDATA"));
            Some(base.or_else(|| Some(set("HOME")?.join(".cache")))?.join("dockwright"))
        };
        Self::in_directory(
            set("DOCKWRIGHT_CACHE_DIR").or_else(system).map(|directory| directory.join("pins")),
        )
    }

    /// A cache in this directory, which is created when the first response is stored.
    #[must_use]
    pub(crate) fn in_directory(directory: Option<PathBuf>) -> Self {
        Self { directory }
    }

    /// The response and its time.
    #[must_use]
    pub(crate) fn get(&self, question: &LookupRequest) -> Option<(PinResolution, Timestamp)> {
        let text = std::fs::read(self.path(question)?).ok()?;
        let entry: CacheEntry = serde_json::from_slice(&text).ok()?;
        (entry.version == VERSION).then_some((entry.found, entry.at))
    }

    /// Stores a response atomically: another run reads either all of it or nothing.
    pub(crate) fn store_resolution(&self, question: &LookupRequest, found: &PinResolution) {
        // A run does not fail if its responses cannot be stored.
        let _ = self.try_store_resolution(question, found);
    }

    fn try_store_resolution(&self, question: &LookupRequest, found: &PinResolution) -> Option<()> {
        let path = self.path(question)?;
        let directory = path.parent()?;
        std::fs::create_dir_all(directory).ok()?;
        let entry = CacheEntry { version: VERSION, at: Timestamp::now(), found: found.clone() };
        let mut file = tempfile::NamedTempFile::new_in(directory).ok()?;
        file.write_all(&serde_json::to_vec(&entry).ok()?).ok()?;
        file.persist(path).ok()?;
        Some(())
    }

    fn path(&self, question: &LookupRequest) -> Option<PathBuf> {
        let key = Sha256::digest(serde_json::to_vec(question).ok()?);
        Some(self.directory.as_ref()?.join(format!("{}.json", to_hexadecimal(&key))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stores_answers_with_time_and_without_question() {
        let directory = tempfile::tempdir().expect("a directory");
        let cache = ResponseCache::in_directory(Some(directory.path().join("pins")));
        let question =
            LookupRequest::File { url: "https://example.org/a?token=hidden".to_string(), pinned: None };
        assert_eq!(cache.get(&question), None);
        let found = PinResolution { version: "sha256:0".to_string(), date: None, pinned: None };
        cache.store_resolution(&question, &found);
        let (kept, at) = cache.get(&question).expect("it is kept");
        assert_eq!(kept, found);
        assert!(Timestamp::now().duration_since(at).as_secs() < 60);
        let files: Vec<_> =
            std::fs::read_dir(directory.path().join("pins")).expect("read").flatten().collect();
        assert_eq!(files.len(), 1, "no temporary file is left");
        let text = std::fs::read_to_string(files[0].path()).expect("read");
        assert!(!text.contains("hidden") && !text.contains("example.org"), "{text}");
        std::fs::write(files[0].path(), "{").expect("written");
        assert_eq!(cache.get(&question), None);
        assert_eq!(ResponseCache::in_directory(None).get(&question), None);
    }
}
