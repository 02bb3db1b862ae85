//! Versions, as the package managers compare them.

pub(super) mod debian;
pub(super) mod node;
pub(super) mod python;
pub(super) mod ruby;
