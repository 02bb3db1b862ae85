//! A formatter that proves that it changed nothing but the layout. Start with `format`.
//!
//! `file` prints a file from its syntax tree, `instruction` and `shell` one production each. `proof` compares
//! the old text with the new one, and does not depend on the printers.

mod comment;
mod file;
mod instruction;
mod layers;
mod options;
mod parts;
mod proof;
mod range;
mod shell;
mod sort;
mod tokens;
mod writer;

pub use options::{FormatOptions, OperatorPosition};
pub use proof::Difference;
pub use range::format_range;

use crate::fix;
use crate::semantic::{Semantics, View};
use crate::syntax::{self, Dockerfile};

/// What formatting a file comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Formatted {
    /// It is laid out like this already.
    Unchanged,
    /// The new text, and the number of layers that it rebuilds once.
    Changed { text: String, rebuilt: usize },
    /// Files of this kind are left alone: a clause such as "the file is generated".
    Skipped(&'static str),
    /// The new layout could not be proved to mean the same.
    Unproved(Difference),
}

/// Lays out a file.
pub fn format(source: &[u8], options: &FormatOptions) -> Formatted {
    let dockerfile = syntax::parse(source);
    let semantics = Semantics::new(&dockerfile, View::Exact);
    let Ok(text) = std::str::from_utf8(source) else { return Formatted::Skipped("the file is not UTF-8") };
    if let Some(reason) = skipped(&dockerfile, &semantics) {
        return Formatted::Skipped(reason);
    }
    if options.sort_packages
        && !options.keep_cache
        && let Some(sorted) = sort::sorted(&semantics).and_then(|sorted| String::from_utf8(sorted).ok())
    {
        let unsorted = FormatOptions { sort_packages: false, ..*options };
        return match format(sorted.as_bytes(), &unsorted) {
            Formatted::Unchanged => changed(&semantics, sorted),
            Formatted::Changed { text, .. } => changed(&semantics, text),
            other => other,
        };
    }
    let new = file::print(&semantics, text, options);
    if new == text {
        return Formatted::Unchanged;
    }
    let parsed = syntax::parse(new.as_bytes());
    let print_again = || file::print(&Semantics::new(&parsed, View::Exact), &new, options);
    if let Err(difference) = proof::prove(&dockerfile, &parsed, options, &print_again) {
        return Formatted::Unproved(difference);
    }
    changed(&semantics, new)
}

fn changed(before: &Semantics<'_>, new: String) -> Formatted {
    let rebuilt = layers::rebuilt(before, &syntax::parse(new.as_bytes()));
    Formatted::Changed { text: new, rebuilt }
}

/// Why a file is left alone.
fn skipped(file: &Dockerfile<'_>, semantics: &Semantics<'_>) -> Option<&'static str> {
    let is_refused = || {
        !file.errors.is_empty() || semantics.build.refusals_beside_errors(file).any(|refusal| refusal.certain)
    };
    fix::against_file(file).or_else(|| is_refused().then_some("BuildKit rejects the file"))
}
