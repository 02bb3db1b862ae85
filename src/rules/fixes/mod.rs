//! The longer fixes, one file each; a rule finds, and asks here for the change.

pub mod add_to_copy;
pub mod bind_mount;
pub mod build_argument;
pub mod build_packages;
pub mod cache_mount;
pub mod change_directory;
pub mod clean_up;
pub mod copy_split;
pub mod dead_run;
pub mod debug_target;
pub mod exec_form;
#[cfg(test)]
mod first_fix;
pub mod fold;
pub mod hoist;
pub mod inherited;
pub mod install_once;
pub mod late_deletion;
pub mod later;
pub mod maintainer;
pub mod merge;
pub mod mode_of_copy;
pub mod owner_of_copy;
pub mod packages;
pub mod pipefail;
pub mod place;
pub mod run_edit;
pub mod runtime_libraries;
pub mod runtime_stage;
pub mod secret_mount;
pub mod shell_change;
pub mod sink;
pub mod sudo;
pub mod trim;
pub mod workdir;
pub mod yarn;
