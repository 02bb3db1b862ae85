//! Pins: versions and digests that are looked up and written into Dockerfiles.
//!
//! [`places`] finds what can be pinned in a file and where the pin goes; [`Lookup`] asks registries, by the
//! [`Resolve`] of each kind; [`pin`] writes the answers through the engine that applies fixes. Only this module uses
//! the network, and only when `dockwright pin` or an editor asks for it.

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
mod images;
mod judge;
mod kind;
mod lookup;
mod npm;
mod offline;
mod pip;
mod plan;
mod secret;
mod versions;

pub use access::{Access, AptStyle, Memory, PinSettings};
pub use cache::Cache;
pub use credentials::{Credential, Credentials};
pub use failure::Failure;
pub use find::{Pinnable, Slot, Target, places};
pub use http::{Client, Limits};
pub use judge::{Entry, Judgement, PinCounts, PinnedFile, Status};
pub use kind::PinKind;
pub use lookup::{Answered, ImageName, Lookup, PinAnswers, Pinned, Platform, Question, Resolution, Resolve};
pub use plan::{PinOptions, pin, places_of};
pub use secret::Secret;

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
pub fn resolver(kind: PinKind) -> &'static dyn Resolve {
    match kind {
        PinKind::Images | PinKind::Syntax => &images::Images,
        PinKind::Checksums => &checksums::Checksums,
        PinKind::Pip => &pip::Pip,
        PinKind::Npm => &npm::Npm,
        PinKind::Gem => &gem::Gem,
        PinKind::Cargo => &cargo::Cargo,
        PinKind::Go => &go::Go,
        PinKind::Apt => &apt::Apt,
    }
}
