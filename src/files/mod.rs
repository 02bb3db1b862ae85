//! Which files are checked, and with which settings: found below directories and in builds of Compose and Bake, each with
//! its build context, its ignore file and the rules of its configuration.

pub(crate) mod build_contexts;
pub(crate) mod builds;
pub(crate) mod discover;
pub(crate) mod engine;
