//! The language server, used like by an editor: over the protocol, in memory or over pipes.

mod client;
mod completion;
mod configuration;
mod costs;
mod edits;
mod encodings;
mod formatting;
mod manners;
mod names;
mod pin;
mod requests;
mod secrets;
mod session;
mod structure;
mod workspace;
