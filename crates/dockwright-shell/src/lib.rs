//! Shell text: the commands that a RUN runs, with spans into the Dockerfile.
//!
//! The only crate that names shuck. Text is given to it with its length unchanged ([`mask`]: comment and blank
//! lines inside continuations become blanks), so that an offset there is an offset in the Dockerfile minus a
//! constant. [`read`] gives the commands of a text, [`read_exec`] and [`read_joined`] those of a JSON array;
//! [`tree::tree`] gives all its tokens, for layout.

pub mod analysis;
mod bodies;
mod bounds;
mod directive;
mod items;
mod list;
mod mask;
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

pub use directive::{Directive, covers};
pub use list::{Joint, ListItem, ListNode};
pub use mask::mask;
pub use read::{read, read_exec, read_joined};
pub use script::*;
pub use variables::{VariableUse, variable_uses};
