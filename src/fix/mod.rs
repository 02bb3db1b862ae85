//! From fixes to a new text: choose those that do not disturb each other, splice their edits in, look again,
//! until nothing is left to do. Nothing here touches a file but [`write`].

mod diff;
mod select;
mod settle;
mod splice;
mod write;

pub use diff::unified;
pub use settle::{Look, Settled, Trust, settle};
pub use write::{WriteError, replace};
