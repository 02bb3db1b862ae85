//! [`MountableCache`]: how to keep the cache of a package manager in a mount.

use super::Verb::{self, Download, Install, Upgrade};

/// A cache, or several of one manager.
#[derive(Debug)]
pub(crate) struct MountableCache {
    /// [`Manager::name`](super::Manager::name).
    pub manager: &'static str,
    /// The calls that fill it.
    pub(crate) verbs: &'static [Verb],
    /// Where it is: `~` is the home of the user, `$NAME` the value of a variable, which must be known.
    pub(crate) targets: &'static [&'static str],
    /// Whether two builds may not use it at once.
    pub locked: bool,
    /// The values of variables of `targets` if they are not set.
    pub(crate) homes: &'static [(&'static str, &'static str)],
    /// Variables that put it elsewhere.
    pub(crate) moved_by: &'static [&'static str],
    /// Options, word for word, that keep it from being used.
    pub off: &'static [&'static str],
    /// Options that put it elsewhere, or use it otherwise: without the dashes before them.
    pub options: &'static [&'static str],
    /// Variables that keep it from being used.
    pub(crate) off_by: &'static [&'static str],
    /// Commands that empty it, by their words; without any, all that the effects of commands call a clean-up.
    pub(crate) emptied_by: &'static [&'static [&'static str]],
    /// What the manager needs to keep its downloads, after its name.
    pub option: Option<&'static str>,
    /// The replacement for an option that disables the cache, so that indexes are new.
    pub(crate) fresh: Option<&'static str>,
    /// Variables that each call gets: where its cache is, or how it is to be used.
    pub sets: &'static [(&'static str, &'static str)],
    /// Files of the project that run the manager, in whatever version.
    pub(crate) wrappers: &'static [&'static str],
    /// Whether it belongs to the system, so that only root can call it.
    pub system: bool,
    /// Why no mount is offered.
    pub(crate) unproved: Option<&'static str>,
    /// Programs that need what is in it later, so that all of their calls get the same mounts. Empty for what is
    /// needed only while it is filled.
    pub(crate) needed_by: &'static [&'static str],
}

impl MountableCache {
    pub(crate) const DEFAULT: Self = Self {
        manager: "",
        verbs: &[Install, Upgrade, Download],
        targets: &[],
        locked: false,
        homes: &[],
        moved_by: &[],
        off: &[],
        options: &[],
        off_by: &[],
        emptied_by: &[],
        option: None,
        fresh: None,
        sets: &[],
        wrappers: &[],
        system: false,
        unproved: None,
        needed_by: &[],
    };
}
