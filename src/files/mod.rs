//! Which files are looked at, and with what: found below directories and in builds of Compose and Bake, each with its
//! build context, its ignore file and the rules of its configuration.

pub mod build_contexts;
pub mod builds;
pub mod discover;
pub mod engine;
