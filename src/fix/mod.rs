//! From fixes to a new text: choose those that do not disturb each other, splice their edits in, look again,
//! until nothing is left to do. Nothing here touches a file but [`write`].

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

pub(crate) use add_ignores::add_ignore;
pub use add_ignores::add_ignores;
pub(crate) use comments::collect_comments;
pub use diff::unified_diff;
pub(crate) use diff::unified_diff_hiding;
pub(crate) use fixpoint::apply_alone_if_harmless;
pub use fixpoint::{FixTrust, FixedText, fix_until_stable};
pub use invariants::{LintResult, PlacedComment};
pub use lint_memo::LintMemo;
pub(crate) use splice::apply_edits;
pub(crate) use withhold::{WithheldFix, reason_against_file, withhold_fixes};
pub(crate) use write::{WriteError, WriteMethod, replace_file};
