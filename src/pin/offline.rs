//! Answers that need no network and no cache.

use super::access::PinSettings;
use super::apt;
use super::kind::PinKind;
use super::lookup::{Pinned, Question, Resolution};
use super::versions::debian;
use crate::facts::packages::Release;

/// What the program itself knows: the versions of Debian packages, of the day of its index.
#[must_use]
pub fn answer(question: &Question, settings: &PinSettings) -> Option<(Resolution, jiff::Timestamp)> {
    let Question::Package { kind: PinKind::Apt, name, platform, pinned } = question else { return None };
    let release = Release::of(platform.version.as_deref()?)?;
    let version = release.version(name)?;
    let pinned =
        pinned.as_ref().map(|pinned| Pinned { available: debian::matches(pinned, version), date: None });
    let at = format!("{}T00:00:00Z", release.date()).parse().ok()?;
    Some((Resolution { version: apt::in_style(version, settings.apt_style), date: None, pinned }, at))
}
