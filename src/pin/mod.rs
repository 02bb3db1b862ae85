//! Pins: versions and digests that are looked up and written into Dockerfiles.
//!
//! [`find_pinnable_places`] finds what can be pinned in a file and where the pin goes; [`PinLookup`] sends requests to
//! registries through the [`PinResolver`] of each kind; [`pin_text`] writes the responses with the engine that applies
//! fixes. Only this module uses the network, and only for `dockwright pin` or a code action of an editor.

mod access;
mod address;
mod apt;
mod auth;
mod cache;
mod cargo;
mod checksums;
mod credentials;
mod failure;
mod find;
mod gem;
mod go;
mod http;
mod http_failure;
mod images;
mod kind;
mod lookup;
mod npm;
mod offline;
mod pip;
mod plan;
mod review;
mod secret;
mod versions;

pub(crate) use access::{AptPinStyle, LookupMemory, PinSettings, RegistryAccess};
pub(crate) use address::ServerNameForm;
pub(crate) use cache::ResponseCache;
pub(crate) use credentials::Credentials;
pub(crate) use find::PinCandidate;
pub(crate) use http::{HttpClient, HttpLimits};
pub(crate) use kind::PinKind;
pub(crate) use lookup::{LookupRequest, LookupResults, PinLookup, PinResolver};
pub(crate) use plan::{PinOptions, find_pinnable_places, pin_text};
pub(crate) use review::{PinCounts, PinEntry, PinReview, PinStatus, PinnedFile};

#[cfg(test)]
mod misbehavior_tests;
#[cfg(test)]
mod plan_tests;
#[cfg(test)]
mod resolver_tests;
#[cfg(test)]
mod test_server;

/// The resolver for a kind.
#[must_use]
pub(crate) fn resolver(kind: PinKind) -> &'static dyn PinResolver {
    match kind {
        PinKind::Images | PinKind::Syntax => &images::ImageResolver,
        PinKind::Checksums => &checksums::ChecksumResolver,
        PinKind::Pip => &pip::PypiResolver,
        PinKind::Npm => &npm::NpmResolver,
        PinKind::Gem => &gem::GemResolver,
        PinKind::Cargo => &cargo::CrateResolver,
        PinKind::Go => &go::GoResolver,
        PinKind::Apt => &apt::AptResolver,
    }
}
