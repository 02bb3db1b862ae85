//! Shell text: the commands that a RUN runs, with spans into the Dockerfile.
//!
//! The only module that names shuck. Text is given to it with its length unchanged (comment and blank lines
//! inside continuations become blanks), so that an offset there is an offset in the Dockerfile minus a constant.

mod script;

pub use script::*;
