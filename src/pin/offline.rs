//! Results of lookups that need neither the network nor the cache.

use super::access::PinSettings;
use super::apt;
use super::kind::PinKind;
use super::lookup::{LookupRequest, PinResolution, PinState};
use super::versions::debian;
use crate::facts::packages::DebianRelease;

/// The result from built-in data: the versions of Debian packages on the day of the index.
#[must_use]
pub(super) fn look_up_in_builtin_data(
    question: &LookupRequest,
    settings: &PinSettings,
) -> Option<(PinResolution, jiff::Timestamp)> {
    let LookupRequest::Package { kind: PinKind::Apt, name, platform, pinned } = question else { return None };
    let release = DebianRelease::from_name(platform.version.as_deref()?)?;
    let version = release.version(name)?;
    let pinned = pinned
        .as_ref()
        .map(|pinned| PinState { available: debian::matches_pin(pinned, version), date: None });
    let at = format!("{}T00:00:00Z", release.date()).parse().ok()?;
    Some((PinResolution { version: apt::format_pin(version, settings.apt_style), date: None, pinned }, at))
}
