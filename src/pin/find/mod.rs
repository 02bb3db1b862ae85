//! [`find_pinnable`]: what a file has that can be pinned, and how the pin is written.

mod checksums;
mod images;
mod installers;
mod off;
mod packages;
mod platforms;
mod variables;

use super::access::PinSettings;
use super::kind::PinKind;
use super::lookup::PinQuestion;
use crate::diagnostic::Edit;
use crate::semantic::Semantics;
use crate::source::Span;

/// Something that is pinned or can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pinnable {
    pub kind: PinKind,
    /// The words to point to.
    pub span: Span,
    /// The instruction, or the directive.
    pub anchor: Span,
    /// The usual name, without the pin: `python:3.12`, `curl`.
    pub name: String,
    /// What to ask and what to write; else, why it cannot be pinned: a clause such as "the image depends on …".
    pub target: Result<PinTarget, String>,
}

/// What to ask, and where the answer goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PinTarget {
    pub question: PinQuestion,
    pub(crate) slot: PinSlot,
    /// Where a comment for Renovate would go, and the comment.
    pub(crate) annotation: Option<(u32, String)>,
}

/// Bytes that a pin replaces, with what is around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PinSlot {
    pub span: Span,
    pub before: String,
    pub after: String,
}

impl PinSlot {
    pub(super) fn new(span: Span, before: impl Into<String>) -> Self {
        Self { span, before: before.into(), after: String::new() }
    }

    /// The edit that writes a pin.
    #[must_use]
    pub(crate) fn write(&self, pin: &str) -> Edit {
        Edit::replace(self.span, format!("{}{pin}{}", self.before, self.after))
    }
}

impl Pinnable {
    /// What it is pinned to.
    #[must_use]
    pub(crate) fn pinned(&self) -> Option<&str> {
        self.target.as_ref().ok()?.question.pinned()
    }
}

/// The pins of a file, in its order, without the instructions of a comment `# dockwright pin=off`.
#[must_use]
pub(crate) fn find_pinnable(semantics: &Semantics<'_>, settings: &PinSettings) -> Vec<Pinnable> {
    let kinds = settings.kinds();
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
    let off = off::unpinned_instructions(semantics.file);
    found.retain(|place| !off.contains(&place.anchor.start));
    found.sort_by_key(|place| (place.span, place.kind));
    found
}
