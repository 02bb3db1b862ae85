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

pub use add_ignores::{IgnoreAddition, add_ignore, add_ignores};
pub use comments::collect_comments;
pub use diff::{unified_diff, unified_with};
pub use fixpoint::{FixTrust, FixedText, apply_alone_if_harmless, fix_until_stable};
pub use invariants::{LintResult, PlacedComment};
pub use lint_memo::LintMemo;
pub use splice::apply_edits;
pub use withhold::{WithheldFix, reason_against_file, withhold_fixes};
pub use write::{WriteError, WriteMethod, replace_file};
