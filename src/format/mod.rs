//! A formatter that proves that only the layout changes. Start with `format`.
//!
//! `file` prints a file from its syntax tree, `instruction` and `shell` one production each. `proof` compares the old
//! text with the new one, and does not depend on the printers.

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
pub(crate) use proof::LayoutDifference;
pub(crate) use range::format_range;

use proof::prove_layout;

use crate::fix;
use crate::semantic::{Semantics, View};
use crate::syntax::{self, Dockerfile};

/// The result of formatting a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormatResult {
    /// It already has this layout.
    Unchanged,
    /// The new text, and the number of layers that it rebuilds once.
    Changed { text: String, rebuilt: usize },
    /// Files of this kind are not changed: a clause such as "the file is generated".
    Skipped(&'static str),
    /// The new layout could not be proved to mean the same.
    Unproved(LayoutDifference),
}

/// Lays out a file.
pub fn format(source: &[u8], options: &FormatOptions) -> FormatResult {
    format_parsed(&Semantics::new(&syntax::parse(source), View::Exact), options)
}

/// Lays out a file whose meaning is known.
pub(crate) fn format_parsed(semantics: &Semantics<'_>, options: &FormatOptions) -> FormatResult {
    let dockerfile = semantics.file;
    let Ok(text) = std::str::from_utf8(dockerfile.source) else {
        return FormatResult::Skipped("the file is not UTF-8 text; save it as UTF-8");
    };
    if let Some(reason) = reason_to_skip(dockerfile, semantics) {
        return FormatResult::Skipped(reason);
    }
    if options.sort_packages
        && !options.keep_cache
        && let Some(sorted) = sort::sort_lists(semantics).and_then(|sorted| String::from_utf8(sorted).ok())
    {
        let unsorted = FormatOptions { sort_packages: false, ..*options };
        return match format(sorted.as_bytes(), &unsorted) {
            FormatResult::Unchanged => format_result_of_change(semantics, sorted),
            FormatResult::Changed { text, .. } => format_result_of_change(semantics, text),
            other => other,
        };
    }
    let new = file::print_file(semantics, text, options);
    if new == text {
        return FormatResult::Unchanged;
    }
    let parsed = syntax::parse(new.as_bytes());
    let print_again = || file::print_file(&Semantics::new(&parsed, View::Exact), &new, options);
    if let Err(difference) = prove_layout(dockerfile, &parsed, options, &print_again) {
        return FormatResult::Unproved(difference);
    }
    format_result_of_change(semantics, new)
}

fn format_result_of_change(before: &Semantics<'_>, new: String) -> FormatResult {
    let rebuilt = layers::count_rebuilt_layers(before, &syntax::parse(new.as_bytes()));
    FormatResult::Changed { text: new, rebuilt }
}

/// Why a file is not changed.
fn reason_to_skip(file: &Dockerfile<'_>, semantics: &Semantics<'_>) -> Option<&'static str> {
    let is_refused = || {
        !file.errors.is_empty()
            || semantics.build.refusals_despite_errors(file).any(|refusal| refusal.certain)
    };
    fix::reason_against_file(file)
        .or_else(|| is_refused().then_some("the file has build errors; `dockwright check` lists them"))
}
