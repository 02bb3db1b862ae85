//! Comments that ask for silence: hadolint's pragmas and dockwright's own.

mod add;
mod hadolint;
mod own;

pub use add::{AddIgnore, add_ignore};

use crate::diagnostic::Diagnostic;
use crate::source::LineIndex;
use crate::syntax::Dockerfile;

/// Every request for silence in one file.
#[derive(Debug)]
pub struct Ignores {
    hadolint: hadolint::Pragmas,
    own: own::OwnIgnores,
}

impl Ignores {
    pub fn new(file: &Dockerfile<'_>, lines: &LineIndex) -> Self {
        Self { hadolint: hadolint::Pragmas::new(file, lines), own: own::OwnIgnores::new(file) }
    }

    /// Whether a comment asks not to hear of this. What cannot be built cannot be ignored.
    pub fn cover(&self, diagnostic: &Diagnostic, lines: &LineIndex) -> bool {
        diagnostic.code != "DL1000"
            && std::iter::once(&diagnostic.code).chain(&diagnostic.aliases).any(|code| {
                self.hadolint.cover(code, lines.line(diagnostic.anchor.start))
                    || self.own.cover(code, diagnostic.name, diagnostic.anchor)
            })
    }
}
