//! [`ImageFacts`]: the known facts about an image.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// The contents of an image. `None` means unknown, never "no".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageFacts {
    /// `debian`, `alpine`, `rockylinux`, `none` (no distribution at all).
    pub distro: Option<String>,
    /// `apt`, `dpkg`, `apk`, `yum`, `dnf`, `microdnf`, `tdnf`, `rpm`, `pacman`.
    pub managers: Option<Vec<String>>,
    /// `glibc`, `musl`, `uclibc`.
    pub libc: Option<String>,
    pub sh: Option<BinSh>,
    pub bash: Option<bool>,
    /// Tools that are certainly present, with the kind if it matters: see [`ImageFacts::tool`].
    pub tools: BTreeMap<String, Option<String>>,
    /// Tools that are certainly absent.
    pub(crate) absent: BTreeSet<String>,
    /// The current user, as a name or a number, with a group if there is one.
    pub user: Option<String>,
    /// Accounts that certainly exist, besides root.
    pub users: BTreeSet<String>,
    /// Whether no SHELL instruction applies.
    pub has_default_shell: Option<bool>,
    pub workdir: Option<String>,
    /// In exec form; empty if none is set.
    pub entrypoint: Option<Vec<String>>,
    /// In exec form; empty if none is set.
    pub cmd: Option<Vec<String>>,
    /// Variables with their values. `PATH` is included only if it is not the usual one.
    pub env: Option<BTreeMap<String, String>>,
    /// Variables that are set to unknown values.
    pub env_varies: BTreeSet<String>,
    pub expose: Option<Vec<String>>,
    pub volume: Option<Vec<String>>,
    /// `default` if none is set.
    pub stopsignal: Option<String>,
    /// The keywords of its ONBUILD instructions.
    pub onbuild: Option<Vec<String>>,
    /// Whether the tag was still being rebuilt when the facts were gathered.
    pub(crate) moving: bool,
}

/// The shell at `/bin/sh`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BinSh {
    Dash,
    /// Busybox.
    Ash,
    /// There is a shell, but not at `/bin/sh`.
    Elsewhere,
    /// There is no shell.
    None,
}

/// Whether a tool is in an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolPresence<'a> {
    /// With its kind if it is known: `gnu`, `busybox`.
    Present(Option<&'a str>),
    Absent,
    Unknown,
}

/// The state of a variable in an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageVariable<'a> {
    Is(&'a str),
    /// Set to an unknown value.
    Varies,
    Unset,
    Unknown,
}

impl ImageFacts {
    /// Whether a tool is present: `curl`, `wget` (of kind `gnu` or `busybox`), `git`, `useradd` (shadow's),
    /// `adduser`, `ca-certificates`, `gnu-coreutils`, `findutils`, `gcc`, `make`, `tar`, `xz`, ….
    pub fn tool(&self, name: &str) -> ToolPresence<'_> {
        match self.tools.get(name) {
            Some(kind) => ToolPresence::Present(kind.as_deref()),
            None if self.absent.contains(name) => ToolPresence::Absent,
            None => ToolPresence::Unknown,
        }
    }

    pub fn variable(&self, name: &str) -> ImageVariable<'_> {
        let Some(env) = &self.env else { return ImageVariable::Unknown };
        match env.get(name) {
            Some(value) => ImageVariable::Is(value),
            None if self.env_varies.contains(name) => ImageVariable::Varies,
            None => ImageVariable::Unset,
        }
    }

    /// Whether its user is root; `None` if that is not known.
    pub(crate) fn is_root(&self) -> Option<bool> {
        self.user.as_deref().map(super::is_root_user)
    }

    /// Whether the image has this package manager; `None` if that is not known.
    pub(crate) fn has_manager(&self, name: &str) -> Option<bool> {
        self.managers.as_ref().map(|managers| managers.iter().any(|manager| manager == name))
    }

    /// The facts that all of these share.
    pub(crate) fn facts_shared_by_all<'f>(all: impl IntoIterator<Item = &'f Self>) -> Self {
        let mut all = all.into_iter();
        let Some(first) = all.next() else { return Self::default() };
        let mut common = first.clone();
        // A variable that one image sets and another does not is unknown: the map can only say "set".
        for other in all {
            keep_if_equal(&mut common.distro, other.distro.as_ref());
            keep_if_equal(&mut common.managers, other.managers.as_ref());
            keep_if_equal(&mut common.libc, other.libc.as_ref());
            keep_if_equal(&mut common.sh, other.sh.as_ref());
            keep_if_equal(&mut common.bash, other.bash.as_ref());
            keep_if_equal(&mut common.user, other.user.as_ref());
            keep_if_equal(&mut common.has_default_shell, other.has_default_shell.as_ref());
            keep_if_equal(&mut common.workdir, other.workdir.as_ref());
            keep_if_equal(&mut common.entrypoint, other.entrypoint.as_ref());
            keep_if_equal(&mut common.cmd, other.cmd.as_ref());
            keep_if_equal(&mut common.env, other.env.as_ref());
            keep_if_equal(&mut common.expose, other.expose.as_ref());
            keep_if_equal(&mut common.volume, other.volume.as_ref());
            keep_if_equal(&mut common.stopsignal, other.stopsignal.as_ref());
            keep_if_equal(&mut common.onbuild, other.onbuild.as_ref());
            common.tools.retain(|tool, kind| match other.tools.get(tool) {
                Some(other) => {
                    keep_if_equal(kind, other.as_ref());
                    true
                }
                None => false,
            });
            common.absent.retain(|tool| other.absent.contains(tool));
            common.users.retain(|user| other.users.contains(user));
            if common.env_varies != other.env_varies {
                common.env = None;
            }
            common.moving |= other.moving;
        }
        common
    }
}

fn keep_if_equal<T: PartialEq>(known: &mut Option<T>, other: Option<&T>) {
    if known.as_ref() != other {
        *known = None;
    }
}
