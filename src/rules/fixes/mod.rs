//! The longer fixes, one file each; a rule finds, and asks here for the change.

pub mod add_to_copy;
pub mod clean_up;
pub mod exec_form;
pub mod later;
pub mod maintainer;
pub mod packages;
pub mod run_edit;
pub mod workdir;
