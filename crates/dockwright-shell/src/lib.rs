//! Shell text: the commands that a RUN runs, with spans into the Dockerfile.
//!
//! This is the only crate that uses shuck. The text that shuck reads is as long as that of the Dockerfile (`mask`
//! turns comment and blank lines inside continuations into spaces), so the offsets of both differ only by a constant.
//! `read` gives the commands of a text, [`read_exec_array`] and [`read_joined_array`] those of a JSON array;
//! [`tree::parse_tree`] gives all its tokens, for layout.

pub mod analysis;
mod directive;
mod heredoc_tracker;
mod items;
mod limits;
mod list;
mod mask;
mod memo;
mod nested;
mod parentheses;
mod pipeline;
mod quotes;
mod read;
mod repairs;
mod script;
mod simple;
mod stop;
#[cfg(test)]
mod tests;
mod text;
pub mod tree;
mod variables;
mod walk;

pub use directive::{ShellCheckDirective, covers_code};
pub use list::{ListConnector, ListItem, ListNode};
pub use mask::mask_continuations;
pub use read::{read_exec_array, read_joined_array, read_script};
pub use script::*;
pub use variables::{VariableUse, find_variable_uses};
