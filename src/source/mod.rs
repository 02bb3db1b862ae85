//! The text of a file and positions in it: bytes everywhere, lines and columns only at the edge.

mod line_index;
mod span;

pub use line_index::{LineColumn, LineIndex};
pub use span::Span;
