//! The longer fixes, one file each; a rule finds, and asks here for the change.

pub mod add_to_copy;
pub mod cache_mount;
pub mod change_directory;
pub mod clean_up;
pub mod dead_run;
pub mod exec_form;
pub mod install_once;
pub mod later;
pub mod maintainer;
pub mod merge;
pub mod packages;
pub mod pipefail;
pub mod place;
pub mod run_edit;
pub mod secret_mount;
pub mod sink;
pub mod sudo;
pub mod trim;
pub mod workdir;
