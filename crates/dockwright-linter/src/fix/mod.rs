//! From fixes to a new text: select fixes that do not conflict, apply their edits, check again, and repeat until
//! nothing is left to fix. Only [`write`] accesses files.

mod add_ignores;
mod comments;
mod diff;
mod fixpoint;
mod invariants;
mod lint_memo;
mod select;
mod splice;
mod withhold;
mod write;

pub use add_ignores::add_ignore;
pub use add_ignores::add_ignores;
pub(crate) use comments::collect_comments;
pub use diff::unified_diff;
pub use diff::unified_diff_hiding;
pub use fixpoint::apply_alone_if_harmless;
pub use fixpoint::{AppliedFix, FixSelection, FixedText, fix_until_stable};
pub use invariants::{LintResult, PlacedComment};
pub use lint_memo::LintMemo;
pub use splice::apply_edits;
pub use withhold::{WithheldFix, reason_against_file, withhold_fixes};
pub use write::{WriteError, WriteMethod, replace_file};
