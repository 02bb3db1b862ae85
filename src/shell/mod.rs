//! Shell text: the commands that a RUN runs, with spans into the Dockerfile.
//!
//! The only module that names shuck. Text is given to it with its length unchanged (comment and blank lines
//! inside continuations become blanks), so that an offset there is an offset in the Dockerfile minus a constant.

mod script;

use crate::source::Span;
use crate::syntax::{Continuation, Word};
pub use script::*;
pub fn mask(_: &[u8], _: Span, _: &[Continuation]) -> String {
    String::new()
}
pub fn read(_: &str, _: u32) -> Script {
    Script::default()
}
pub fn read_exec(_: &[Word<'_>]) -> Script {
    Script::default()
}
pub fn read_joined(_: &[Word<'_>], _: Span) -> Script {
    Script::default()
}
