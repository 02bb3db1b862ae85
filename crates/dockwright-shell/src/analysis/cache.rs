//! A cache of the results of analyzed texts.

use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, PoisonError};

use hashbrown::{DefaultHashBuilder, HashMap};

use super::{AnalysisShell, FoundDiagnostics};

/// Number of parts, each with a lock, so that threads seldom wait for each other.
const SHARDS: usize = 16;

/// Maximum number of texts in one part.
const MAX: usize = 4096;

/// Everything that the diagnostics of a text depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct CacheKey<'a> {
    pub text: &'a str,
    pub prelude: &'a str,
    pub shell: AnalysisShell,
}

#[derive(Debug)]
struct CacheEntry {
    text: Box<str>,
    prelude: Box<str>,
    shell: AnalysisShell,
    found: Arc<FoundDiagnostics>,
}

impl CacheEntry {
    fn matches_cache_key(&self, key: CacheKey<'_>) -> bool {
        *self.text == *key.text && *self.prelude == *key.prelude && self.shell == key.shell
    }
}

#[derive(Debug, Default)]
pub(super) struct AnalysisCache {
    hasher: DefaultHashBuilder,
    shards: [Mutex<HashMap<u64, CacheEntry>>; SHARDS],
}

impl AnalysisCache {
    /// The cached value for the key, or else the result of `find`. Two threads may compute the same value at the same
    /// time.
    pub(super) fn get_or_insert_with(
        &self,
        key: CacheKey<'_>,
        find: impl FnOnce() -> FoundDiagnostics,
    ) -> Arc<FoundDiagnostics> {
        let hash = self.hasher.hash_one(key);
        let shard = usize::try_from(hash % SHARDS as u64).ok().and_then(|at| self.shards.get(at));
        let Some(shard) = shard else { return Arc::new(find()) };
        let lock = || shard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = lock().get(&hash).filter(|entry| entry.matches_cache_key(key)) {
            return Arc::clone(&entry.found);
        }
        let found = Arc::new(find());
        let mut kept = lock();
        if kept.len() < MAX {
            let entry = CacheEntry {
                text: key.text.into(),
                prelude: key.prelude.into(),
                shell: key.shell,
                found: Arc::clone(&found),
            };
            kept.insert(hash, entry);
        }
        found
    }
}
