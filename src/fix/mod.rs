//! From fixes to a new text: choose those that do not disturb each other, splice their edits in, look again,
//! until nothing is left to do. Nothing here touches a file but [`write`].

mod add_ignores;
mod comments;
mod diff;
mod grounds;
mod laws;
mod select;
mod settle;
mod splice;
mod write;

pub use add_ignores::{Addition, add_ignore, add_ignores};
pub use comments::comments;
pub use diff::unified;
pub use grounds::{Withheld, against_file, withhold};
pub use laws::{CommentAt, Look};
pub use settle::{Settled, Trust, harmless_alone, settle};
pub use splice::splice;
pub use write::{WriteError, Written, replace};
