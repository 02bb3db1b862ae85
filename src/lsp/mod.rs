//! The language server: the same diagnostics, fixes and pages in an editor, from the same engine. It reports nothing
//! else.
//!
//! One thread (`server`) reads messages and keeps the documents; it never does slow work. Slow work runs on separate
//! threads (`session`): analyzing the newest text of a document, and responding to requests about it. These get an
//! immutable text and return a value. The requests about one text share a thread, and with it the syntax tree
//! (`text_thread`), except for those that take long.

mod actions;
mod analysis;
mod client;
mod completion;
mod config_faults;
mod configuration;
mod context;
mod cost;
mod cost_report;
mod definition;
mod diagnostics;
mod documents;
mod folding;
mod formatting;
mod hints;
mod hover;
mod lenses;
mod links;
mod pinning;
mod place;
mod position;
mod references;
mod rename;
mod request_parser;
mod requests;
mod selection;
mod server;
mod session;
mod signature;
mod symbols;
mod text_thread;
mod tokens;
mod transport;
mod watching;
mod wording;
mod workspace;
mod workspace_symbols;

pub use server::{SessionEnd, serve};
pub use transport::connect;
