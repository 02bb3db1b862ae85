//! The linter: rules with their fixes, ignore comments and known problems; one file, from bytes to diagnostics.
//!
//! [`lint`] runs [`rules`] on the model of a file, and [`fix`] applies their edits. How diagnostics are selected on
//! the command line, printed or sent to an editor is not known here.

pub mod baseline;
pub mod error_text;
pub mod fix;
pub mod foreign;
pub mod ignores;
pub mod library_errors;
pub mod lint;
pub mod pages;
pub mod pairs;
pub mod policy;
pub mod rule;
pub mod rule_version;
pub mod rules;
pub mod shellcheck;
pub use dockerfile_syntax as syntax;
pub use dockerfile_syntax as source;
pub use dockwright_diagnostic as diagnostic;
pub use dockwright_model::{byte_search, facts, optimize, semantic};
pub use dockwright_shell as shell;
