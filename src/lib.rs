//! dockwright finds problems in Dockerfiles and fixes them.
//!
//! One file passes through [`source`] → [`syntax`] (a lossless tree) → [`semantic`] and [`shell`] (what each
//! stage and each RUN does) → `rules` (which only filter those facts) → [`fix`] → `report`. Dependencies point
//! in that direction only; `cli` is the last and uses all others.

mod baseline;
mod byte_search;
pub mod cli;
pub mod config;
mod error_text;
pub mod facts;
mod files;
pub mod fix;
pub mod foreign;
pub mod format;
mod hexadecimal;
mod ignores;
mod library_errors;
pub mod lint;
pub mod lsp;
pub mod optimize;
pub mod pages;
mod pairs;
mod pin;
pub mod plan;
mod policy;
pub mod report;
pub mod rule;
mod rule_links;
mod rule_version;
pub mod rules;
pub mod semantic;
mod shellcheck;
pub use dockerfile_syntax as syntax;
pub use dockerfile_syntax as source;
pub use dockwright_diagnostic as diagnostic;
pub use dockwright_shell as shell;
