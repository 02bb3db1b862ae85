//! dockwright finds problems in Dockerfiles and fixes them.
//!
//! One file passes through [`source`] → [`syntax`] (a lossless tree) → [`semantic`] and [`shell`] (what each
//! stage and each RUN does) → `rules` (which only filter those facts) → [`fix`] → `report`. Up to the fixes, these are
//! crates of their own; this one is the program. Dependencies point in that direction only; `cli` is the last and uses
//! all others.

pub mod cli;
pub mod config;
mod files;
pub mod format;
mod hexadecimal;
pub mod lsp;
mod pin;
pub mod plan;
pub mod report;
mod rule_links;
pub use dockerfile_syntax as syntax;
pub use dockerfile_syntax as source;
pub use dockwright_diagnostic as diagnostic;
pub use dockwright_linter::{
    baseline, error_text, fix, foreign, ignores, library_errors, lint, pages, pairs, policy, rule,
    rule_version, rules, shellcheck,
};
pub use dockwright_model::{facts, optimize, semantic};
pub use dockwright_shell as shell;
