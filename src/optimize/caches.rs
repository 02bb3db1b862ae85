//! What package managers keep for themselves in a layer (w4).

use std::sync::LazyLock;

use serde::Deserialize;

use super::bytes::Bytes;
use super::commands::{Located, covers, overlaps};
use super::draft::Draft;
use crate::semantic::base_image::Distribution;
use crate::semantic::effects::Verb;

/// What a manager leaves behind.
#[derive(Debug, Deserialize)]
struct Kept {
    /// As in the effects of commands.
    manager: String,
    /// What it is, for people.
    what: String,
    /// Verbs that fill it.
    filled_by: Vec<String>,
    /// Where it is kept; `~` is the home of root.
    folders: Vec<String>,
    /// Options that keep it from being filled, without dashes.
    #[serde(default)]
    options: Vec<String>,
    /// Variables that do so, by any value.
    #[serde(default)]
    variables: Vec<String>,
    /// Subcommand verbs that empty it.
    #[serde(default = "clean")]
    emptied_by: Vec<String>,
    /// Distributions whose official images empty it themselves.
    #[serde(default)]
    emptied_in: Vec<String>,
    /// The key of a measured size.
    measured: Option<String>,
    /// What it usually amounts to beside others, for the order of points only; in megabytes.
    weight: f64,
}

fn clean() -> Vec<String> {
    vec!["clean".to_string()]
}

#[derive(Debug, Deserialize)]
struct Table {
    kept: Vec<Kept>,
}

#[derive(Debug, Deserialize)]
struct Measurements {
    measured: Vec<Measured>,
}

/// A size that real builds came to. Date and method stand beside it, for those who read the file.
#[derive(Debug, Deserialize)]
struct Measured {
    key: String,
    distribution: String,
    release: String,
    bytes: u64,
}

static TABLE: LazyLock<Vec<Kept>> = LazyLock::new(|| {
    let read = toml::from_str::<Table>(include_str!("../../data/optimize/caches.toml"));
    read.map(|table| table.kept).unwrap_or_default()
});

static MEASURED: LazyLock<Vec<Measured>> = LazyLock::new(|| {
    let read = toml::from_str::<Measurements>(include_str!("../../data/optimize/measured.toml"));
    read.map(|table| table.measured).unwrap_or_default()
});

/// A cache that a RUN leaves in its layer.
#[derive(Debug)]
pub struct Left {
    /// `package lists of apt`.
    pub what: &'static str,
    pub folders: &'static [String],
    pub bytes: Bytes,
    pub weight: f64,
}

/// The name of a verb, as data and reports have it.
pub const fn verb_name(verb: Verb) -> &'static str {
    match verb {
        Verb::Update => "update",
        Verb::Install => "install",
        Verb::Upgrade => "upgrade",
        Verb::Remove => "remove",
        Verb::Clean => "clean",
        Verb::Query => "query",
        Verb::Configure => "configure",
        Verb::Build => "build",
        Verb::Download => "download",
    }
}

/// What a RUN fills and does not empty again.
pub fn left(
    draft: &Draft<'_, '_>,
    commands: &[Located<'_>],
    distribution: Option<&Distribution>,
    variables: &dyn Fn(&str) -> bool,
) -> Vec<Left> {
    TABLE.iter().filter_map(|kept| kept.left(draft, commands, distribution, variables)).collect()
}

impl Kept {
    fn left(
        &'static self,
        draft: &Draft<'_, '_>,
        commands: &[Located<'_>],
        distribution: Option<&Distribution>,
        variables: &dyn Fn(&str) -> bool,
    ) -> Option<Left> {
        let filled = commands.iter().rposition(|one| self.is_filled(one))?;
        let after = commands.get(filled + 1..).unwrap_or_default();
        if after.iter().any(|one| self.is_emptied(one)) || self.variables.iter().any(|name| variables(name)) {
            return None;
        }
        // Of an image that nobody knows it is as likely as not that it is built on such a one.
        let id = distribution.and_then(|distribution| distribution.id.as_deref());
        if id.map_or(!self.emptied_in.is_empty(), |id| self.emptied_in.iter().any(|own| own == id)) {
            return None;
        }
        if draft.run?.is_offline() {
            return None;
        }
        let mounts = &draft.run?.mounts;
        let is_mounted = |folder: &str| {
            mounts.iter().any(|mount| mount.is_throwaway() && covers(mount.target_text(), &home(folder)))
        };
        if self.folders.iter().any(|folder| is_mounted(folder)) {
            return None;
        }
        let bytes = self.measured.as_deref().and_then(|key| measured(key, distribution));
        Some(Left {
            what: &self.what,
            folders: &self.folders,
            bytes: bytes.map_or(Bytes::UNKNOWN, Bytes::measured),
            weight: self.weight,
        })
    }

    fn is_filled(&self, one: &Located<'_>) -> bool {
        let Some(call) = &one.effects.packages else { return false };
        call.manager == self.manager
            && self.filled_by.iter().any(|verb| verb == verb_name(call.verb))
            && !self.options.iter().any(|option| one.command.has_flag(option))
            && !self
                .variables
                .iter()
                .any(|name| one.command.words.iter().any(|word| word.text.starts_with(name.as_str())))
    }

    fn is_emptied(&self, one: &Located<'_>) -> bool {
        let by_manager = one.effects.packages.as_ref().is_some_and(|call| {
            call.manager == self.manager && self.emptied_by.iter().any(|verb| verb == verb_name(call.verb))
        });
        by_manager
            || one.absolute(&one.effects.deletes).iter().any(|path| {
                let path = path.trim_end_matches("/*");
                self.folders.iter().any(|folder| path.len() > 1 && overlaps(path, &home(folder)))
            })
    }
}

/// The path with root's home for `~`.
pub fn home(path: &str) -> String {
    path.strip_prefix('~').map_or_else(|| path.to_string(), |rest| format!("/root{rest}"))
}

/// What was measured for a distribution.
pub fn measured(key: &str, distribution: Option<&Distribution>) -> Option<u64> {
    let (id, release) = (distribution?.id.as_deref()?, distribution?.release.as_deref()?);
    let found =
        MEASURED.iter().find(|one| one.key == key && one.distribution == id && one.release == release);
    found.map(|one| one.bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_can_be_read() {
        assert!(toml::from_str::<Table>(include_str!("../../data/optimize/caches.toml")).is_ok());
        let measured = toml::from_str::<Measurements>(include_str!("../../data/optimize/measured.toml"));
        assert!(measured.is_ok_and(|table| table.measured.iter().all(|one| one.bytes > 0)));
        assert!(TABLE.iter().all(|kept| !kept.folders.is_empty() && !kept.filled_by.is_empty()));
    }
}
