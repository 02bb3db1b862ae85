//! [`find_pinnable`]: finds what can be pinned in a file, and how to write the pin.

mod checksums;
mod disabled;
mod images;
mod installers;
mod packages;
mod platforms;
mod variables;

use super::access::PinSettings;
use super::kind::PinKind;
use super::lookup::LookupRequest;
use crate::diagnostic::Edit;
use crate::semantic::Semantics;
use crate::source::Span;

/// Something that is pinned or can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PinCandidate {
    pub kind: PinKind,
    /// The text to report.
    pub span: Span,
    /// The instruction, or the directive.
    pub anchor: Span,
    /// The usual name, without the pin: `python:3.12`, `curl`.
    pub name: String,
    /// The lookup and the edit, or the reason why it cannot be pinned: a clause such as "the image depends on …".
    pub target: Result<PinTarget, String>,
}

/// The lookup, and the position of its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PinTarget {
    pub question: LookupRequest,
    pub(crate) slot: PinPosition,
    /// The position and the text of a comment for Renovate.
    pub(crate) annotation: Option<(u32, String)>,
}

/// The bytes that a pin replaces, and the text around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PinPosition {
    pub span: Span,
    pub before: String,
    pub after: String,
}

impl PinPosition {
    pub(super) fn new(span: Span, before: impl Into<String>) -> Self {
        Self { span, before: before.into(), after: String::new() }
    }

    /// The edit that writes a pin.
    #[must_use]
    pub(crate) fn write(&self, pin: &str) -> Edit {
        Edit::replace(self.span, format!("{}{pin}{}", self.before, self.after))
    }
}

impl PinCandidate {
    /// The pin in the file, if there is one; `None` also if the place cannot be pinned.
    #[must_use]
    pub(crate) fn current_pin(&self) -> Option<&str> {
        self.target.as_ref().ok()?.question.current_pin()
    }
}

/// The pins of a file, in its order, without the instructions of a comment `# dockwright pin=off`.
#[must_use]
pub(crate) fn find_pinnable(semantics: &Semantics<'_>, settings: &PinSettings) -> Vec<PinCandidate> {
    let kinds = settings.pin_kinds();
    let mut found = Vec::new();
    if kinds.contains(&PinKind::Syntax) {
        found.extend(images::syntax_image(semantics));
    }
    if kinds.contains(&PinKind::Images) {
        images::find_images(semantics, &mut found);
    }
    if kinds.contains(&PinKind::Checksums) {
        checksums::find_checksums(semantics, &mut found);
    }
    packages::find_packages(semantics, settings, kinds, &mut found);
    let off = disabled::unpinned_instructions(semantics.file);
    found.retain(|place| !off.contains(&place.anchor.start));
    found.sort_by_key(|place| (place.span, place.kind));
    found
}
