//! [`MountableCache`]: how to keep the cache of a package manager in a mount.

use super::Verb::{self, Download, Install, Upgrade};

/// A cache, or several caches of one manager.
#[derive(Debug)]
pub struct MountableCache {
    /// [`PackageManager::name`](super::PackageManager::name).
    pub manager: &'static str,
    /// The calls that fill it.
    pub verbs: &'static [Verb],
    /// Its directories: `~` is the home directory of the user, `$NAME` the value of a variable, which must be known.
    pub targets: &'static [&'static str],
    /// Whether two builds must not use it at the same time.
    pub locked: bool,
    /// The values of variables in `targets` if they are not set.
    pub homes: &'static [(&'static str, &'static str)],
    /// Variables that move it.
    pub moved_by: &'static [&'static str],
    /// Options that disable it, as written.
    pub off: &'static [&'static str],
    /// Options that move it or use it differently, without dashes.
    pub options: &'static [&'static str],
    /// Variables that disable it.
    pub off_by: &'static [&'static str],
    /// Commands that delete it, as words; if there are none, all commands with the effect `Clean`.
    pub emptied_by: &'static [&'static [&'static str]],
    /// The option, after the name of the manager, with which it keeps downloads.
    pub option: Option<&'static str>,
    /// The replacement for an option that disables the cache; it still fetches new indexes.
    pub fresh: Option<&'static str>,
    /// Variables that are set for each call: the place of its cache, or how it is used.
    pub sets: &'static [(&'static str, &'static str)],
    /// Project files that run the manager, in any version.
    pub wrappers: &'static [&'static str],
    /// Whether it belongs to the system, so that only root can call it.
    pub system: bool,
    /// Why dockwright does not offer a mount.
    pub unproved: Option<&'static str>,
    /// Programs that need its content later; all of their calls get the same mounts. Empty if the content is needed
    /// only while it is filled.
    pub needed_by: &'static [&'static str],
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
