//! [`FilesKeptByManager`]: what a package manager leaves in a layer.

use super::Verb::{self, Clean};
use crate::shell::ShellCommand;

/// Files that a manager keeps for its next call.
#[derive(Debug)]
pub struct FilesKeptByManager {
    /// Their name in reports: `package lists of apt`.
    pub what: &'static str,
    /// The calls that create them.
    pub(crate) filled_by: &'static [Verb],
    /// Whether another call creates them because of its options.
    pub(crate) also_filled_by: fn(&ShellCommand) -> bool,
    /// Where they are kept; `~` is the home directory of root.
    pub directories: &'static [&'static str],
    /// Options that prevent them, without dashes.
    pub options: &'static [&'static str],
    /// Variables that prevent them, with any value.
    pub variables: &'static [&'static str],
    /// The calls that delete them; deleting one of the directories has the same effect.
    pub(crate) emptied_by: &'static [Verb],
    /// Other subcommands that delete them.
    pub(crate) emptied_by_words: &'static [&'static str],
    /// Distributions whose official images delete them after every call.
    pub(crate) emptied_in: &'static [&'static str],
    /// The key of a measured size in `data/optimize/measured.toml`.
    pub measured: Option<&'static str>,
    /// Whether they are the archives of the installed packages, whose sizes are in `data/languages`.
    pub(crate) archives: bool,
    /// Their usual size in megabytes, used only for sorting.
    pub weight: f64,
}

impl FilesKeptByManager {
    pub(crate) const DEFAULT: Self = Self {
        what: "",
        filled_by: &[],
        also_filled_by: |_| false,
        directories: &[],
        options: &[],
        variables: &[],
        emptied_by: &[Clean],
        emptied_by_words: &[],
        emptied_in: &[],
        measured: None,
        archives: false,
        weight: 0.0,
    };
}
