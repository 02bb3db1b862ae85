//! The meaning of a Dockerfile, which rules, reports and editors share.
//!
//! [`semantic`]: what each stage and each RUN does. [`facts`]: sizes of images and packages, and what a stage certainly
//! lacks. [`optimize`]: steps, rebuilds and bytes of a build. Nothing here depends on rules, diagnostics or a terminal.

pub mod byte_search;
pub mod facts;
mod memo;
pub mod optimize;
pub mod semantic;
pub use dockerfile_syntax as syntax;
pub use dockerfile_syntax as source;
pub use dockwright_diagnostic as diagnostic;
pub use dockwright_shell as shell;
