//! The caches that package managers leave in a layer (w4).

use std::sync::LazyLock;

use serde::Deserialize;

use super::bytes::Bytes;
use super::commands::{LocatedCommand, paths_overlap, pattern_covers};
use super::draft::StepDraft;
use crate::semantic::base_image::Distribution;
use crate::semantic::effects::Verb;
use crate::semantic::managers::{self, FilesKeptByManager, PackageManager};

#[derive(Debug, Deserialize)]
struct CacheMeasurements {
    measured: Vec<MeasuredSize>,
}

/// A size from real builds. The date and the method are for readers of the file.
#[derive(Debug, Deserialize)]
struct MeasuredSize {
    key: String,
    distribution: String,
    release: String,
    bytes: u64,
}

static MEASURED: LazyLock<Vec<MeasuredSize>> = LazyLock::new(|| {
    let read = toml::from_str::<CacheMeasurements>(include_str!("../../../../data/optimize/measured.toml"));
    read.map(|table| table.measured).unwrap_or_default()
});

/// A cache that a RUN leaves in its layer.
#[derive(Debug)]
pub(super) struct LeftoverCache {
    /// The name of the manager.
    pub manager: &'static str,
    /// `package lists of apt`.
    pub what: &'static str,
    pub directories: &'static [&'static str],
    pub bytes: Bytes,
    pub weight: f64,
}

/// The caches that a RUN fills and does not delete. `archives` gives the size of the archives that a manager
/// fetches.
pub(super) fn leftover_caches(
    draft: &StepDraft<'_, '_>,
    commands: &[LocatedCommand<'_>],
    distribution: Option<&Distribution>,
    variables: &dyn Fn(&str) -> bool,
    archives: &dyn Fn(&str) -> Option<Bytes>,
) -> Vec<LeftoverCache> {
    let all = managers::all_managers()
        .flat_map(|manager| manager.kept.iter().map(move |kept| ManagerCache { manager, kept }));
    all.filter_map(|cache| cache.leftover_cache(draft, commands, distribution, variables, archives)).collect()
}

/// A cache of a package manager.
struct ManagerCache {
    manager: &'static PackageManager,
    kept: &'static FilesKeptByManager,
}

impl ManagerCache {
    fn leftover_cache(
        &self,
        draft: &StepDraft<'_, '_>,
        commands: &[LocatedCommand<'_>],
        distribution: Option<&Distribution>,
        variables: &dyn Fn(&str) -> bool,
        archives: &dyn Fn(&str) -> Option<Bytes>,
    ) -> Option<LeftoverCache> {
        let kept = self.kept;
        let filled = commands.iter().rposition(|one| self.is_filled_by(one))?;
        let after = commands.get(filled + 1..).unwrap_or_default();
        if after.iter().any(|one| self.is_emptied_by(one))
            || kept.variables.iter().any(|name| variables(name))
        {
            return None;
        }
        // An image of an unknown publisher may be based on such an image.
        let id = distribution.and_then(|distribution| distribution.id.as_deref());
        if id.map_or(!kept.emptied_in.is_empty(), |id| kept.emptied_in.contains(&id)) {
            return None;
        }
        if draft.run?.is_offline() {
            return None;
        }
        let mounts = &draft.run?.mounts;
        let is_mounted = |directory: &str| {
            mounts.iter().any(|mount| {
                mount.is_cache_or_tmpfs()
                    && pattern_covers(mount.mount_target_text(), &expand_tilde(directory))
            })
        };
        if kept.directories.iter().any(|directory| is_mounted(directory)) {
            return None;
        }
        let measured = || measured_cache_size(kept.measured?, distribution).map(Bytes::measured);
        let bytes = if kept.archives { archives(self.manager.name) } else { measured() };
        Some(LeftoverCache {
            manager: self.manager.name,
            what: kept.what,
            directories: kept.directories,
            bytes: bytes.unwrap_or(Bytes::UNKNOWN),
            weight: kept.weight,
        })
    }

    fn is_filled_by(&self, one: &LocatedCommand<'_>) -> bool {
        let Some(call) = &one.effects.packages else { return false };
        let kept = self.kept;
        call.manager == self.manager.name
            && (kept.filled_by.contains(&call.verb) || (kept.also_filled_by)(one.command))
            && !kept.options.iter().any(|option| one.command.has_flag(option))
            && !kept
                .variables
                .iter()
                .any(|name| one.command.words.iter().any(|word| word.text.starts_with(name)))
    }

    fn is_emptied_by(&self, one: &LocatedCommand<'_>) -> bool {
        let kept = self.kept;
        let of_manager = one.effects.packages.as_ref().filter(|call| call.manager == self.manager.name);
        if let Some(call) = of_manager.filter(|call| call.verb == Verb::Clean) {
            // `apt-get clean` deletes the packages, and keeps the lists.
            return kept.emptied_by.contains(&call.verb) || one.command.has_argument(kept.emptied_by_words);
        }
        of_manager.is_some_and(|call| kept.emptied_by.contains(&call.verb))
            || one.absolute_paths(&one.effects.deletes).iter().any(|path| {
                let path = path.trim_end_matches("/*");
                kept.directories
                    .iter()
                    .any(|directory| path.len() > 1 && paths_overlap(path, &expand_tilde(directory)))
            })
    }
}

/// Replaces a leading `~` with root's home, `/root`.
pub fn expand_tilde(path: &str) -> String {
    path.strip_prefix('~').map_or_else(|| path.to_string(), |rest| format!("/root{rest}"))
}

/// The measured size for a distribution.
pub fn measured_cache_size(key: &str, distribution: Option<&Distribution>) -> Option<u64> {
    let (id, release) = (distribution?.id.as_deref()?, distribution?.release.as_deref()?);
    let found =
        MEASURED.iter().find(|one| one.key == key && one.distribution == id && one.release == release);
    found.map(|one| one.bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read() {
        let measured =
            toml::from_str::<CacheMeasurements>(include_str!("../../../../data/optimize/measured.toml"));
        assert!(measured.is_ok_and(|table| table.measured.iter().all(|one| one.bytes > 0)));
    }
}
