//! The language server, spoken to as an editor does: over the protocol, in memory or over pipes.

mod client;
mod configuration;
mod edits;
mod formatting;
mod manners;
mod pin;
mod session;
