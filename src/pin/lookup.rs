//! [`PinResolver`] and [`PinLookup`]: sends lookups to registries.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::access::RegistryAccess;
use super::cache::ResponseCache;
use super::failure::LookupError;
use super::kind::PinKind;

/// A request to a registry. Equal requests from several places or files share one lookup.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LookupRequest {
    Image { name: ImageName, pinned: Option<String> },
    File { url: String, pinned: Option<String> },
    Package { kind: PinKind, name: String, platform: PackageEnvironment, pinned: Option<String> },
}

/// An image without its digest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub(crate) struct ImageName {
    /// `docker.io`, `localhost:5000`.
    pub host: String,
    /// `library/python`.
    pub path: String,
    pub tag: Option<String>,
}

/// The platform of a package; versions are as precise as the tag of the base image.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub(crate) struct PackageEnvironment {
    /// The version of Python, Node, Ruby or Rust, or the release of Debian.
    pub version: Option<String>,
    /// Whether the system's C library is musl.
    pub musl: bool,
}

impl LookupRequest {
    /// The current digest or version, if the place is pinned.
    #[must_use]
    pub(crate) fn current_pin(&self) -> Option<&str> {
        match self {
            Self::Image { pinned, .. } | Self::File { pinned, .. } | Self::Package { pinned, .. } => {
                pinned.as_deref()
            }
        }
    }

    /// Name, platform and pin of a package.
    ///
    /// # Errors
    /// The lookup is not one of a package.
    pub(crate) fn package(&self) -> Result<(&str, &PackageEnvironment, Option<&str>), LookupError> {
        match self {
            Self::Package { name, platform, pinned, .. } => Ok((name, platform, pinned.as_deref())),
            _ => Err(LookupError::Address("internal error")),
        }
    }

    /// The kind of the lookup.
    #[must_use]
    pub(crate) const fn kind(&self) -> PinKind {
        match self {
            Self::Image { .. } => PinKind::Images,
            Self::File { .. } => PinKind::Checksums,
            Self::Package { kind, .. } => *kind,
        }
    }
}

/// The response of a registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PinResolution {
    /// What to pin to: a digest or a version.
    pub version: String,
    /// When it was published, if it is known and was requested.
    pub date: Option<Timestamp>,
    /// The outcome for an existing pin.
    pub pinned: Option<PinState>,
}

/// The state of an existing pin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PinState {
    /// Whether it can still be installed.
    pub available: bool,
    pub date: Option<Timestamp>,
}

/// Looks up what one registry or package index has.
pub(crate) trait PinResolver: Sync {
    /// # Errors
    /// Nothing was found, or the registry does not respond.
    fn resolve(
        &self,
        question: &LookupRequest,
        access: &RegistryAccess<'_>,
    ) -> Result<PinResolution, LookupError>;
}

/// The result of a lookup, and when it was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LookupResult {
    pub found: Result<PinResolution, LookupError>,
    /// When the response was received, if it comes from the cache.
    pub(crate) cached: Option<Timestamp>,
}

/// The results of a run.
pub(crate) type LookupResults = BTreeMap<LookupRequest, LookupResult>;

/// The resolver for each kind.
pub(super) type Resolvers<'a> = &'a (dyn (Fn(PinKind) -> &'static dyn PinResolver) + Sync);

/// How lookups are performed.
pub(crate) struct PinLookup<'a> {
    pub(crate) access: RegistryAccess<'a>,
    pub cache: &'a ResponseCache,
    /// Whether only the cache is used.
    pub offline: bool,
    /// The resolver for each kind.
    pub(crate) resolver: Resolvers<'a>,
}

impl fmt::Debug for PinLookup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lookup").field("offline", &self.offline).finish_non_exhaustive()
    }
}

/// Maximum number of simultaneous requests.
pub(super) const AT_A_TIME: usize = 8;

impl PinLookup<'_> {
    /// Looks up everything, at most eight at a time; `step` is called after each.
    #[must_use]
    pub(crate) fn look_up_all(
        &self,
        questions: &BTreeSet<LookupRequest>,
        step: &(dyn Fn() + Sync),
    ) -> LookupResults {
        let next = std::sync::Mutex::new(questions.iter());
        let work = || {
            let mut answers = Vec::new();
            while let Some(question) = next.lock().ok().and_then(|mut next| next.next()) {
                answers.push((question.clone(), self.look_up_request(question)));
                step();
            }
            answers
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..AT_A_TIME.min(questions.len())).map(|_| scope.spawn(work)).collect();
            threads.into_iter().filter_map(|thread| thread.join().ok()).flatten().collect()
        })
    }

    fn look_up_request(&self, question: &LookupRequest) -> LookupResult {
        if self.offline {
            if let Some((found, at)) = self.cache.get(question) {
                return LookupResult { found: Ok(found), cached: Some(at) };
            }
            return match super::offline::look_up_in_builtin_data(question, self.access.settings) {
                Some((found, at)) => LookupResult { found: Ok(found), cached: Some(at) },
                None => LookupResult { found: Err(LookupError::Offline), cached: None },
            };
        }
        let found = (self.resolver)(question.kind()).resolve(question, &self.access);
        if let Ok(found) = &found {
            self.cache.store_resolution(question, found);
        }
        LookupResult { found, cached: None }
    }
}
