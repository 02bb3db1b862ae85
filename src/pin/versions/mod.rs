//! Versions, as the package managers compare them.

pub mod debian;
pub mod node;
pub mod python;
pub mod ruby;
