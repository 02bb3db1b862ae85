//! [`KeptFiles`]: what a package manager leaves in a layer.

use super::Verb::{self, Clean};
use crate::shell::ShellCommand;

/// Files that a manager keeps for its next call.
#[derive(Debug)]
pub(crate) struct KeptFiles {
    /// What they are, for people: `package lists of apt`.
    pub what: &'static str,
    /// The calls that fill it.
    pub(crate) filled_by: &'static [Verb],
    /// Other calls that do so, by their options.
    pub(crate) also_filled_by: fn(&ShellCommand) -> bool,
    /// Where they are kept; `~` is the home of root.
    pub directories: &'static [&'static str],
    /// Options that keep it from being filled, without dashes.
    pub options: &'static [&'static str],
    /// Variables that do so, by any value.
    pub variables: &'static [&'static str],
    /// The calls that empty it; deleting one of the directories does so, too.
    pub(crate) emptied_by: &'static [Verb],
    /// Other subcommands that do so.
    pub(crate) emptied_by_words: &'static [&'static str],
    /// Distributions whose official images empty it after every call.
    pub(crate) emptied_in: &'static [&'static str],
    /// The key of a measured size in `data/optimize/measured.toml`.
    pub measured: Option<&'static str>,
    /// It holds the archives of the packages that are installed, whose sizes are in `data/languages`.
    pub(crate) archives: bool,
    /// Its usual size in megabytes, used only for sorting.
    pub weight: f64,
}

impl KeptFiles {
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
