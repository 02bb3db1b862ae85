//! Wasted bytes, by cause.

mod build_only;
mod changes;
mod junk;

pub use build_only::{has_start_command, is_build_package};

pub(crate) use build_only::{starts_tool, uses_build_program};
pub(crate) use changes::chown_or_chmod_program;
pub(super) use changes::{adds_unknown_bytes, is_recursive_change};

use std::collections::{HashMap, HashSet};

use super::bytes::Bytes;
use super::caches::{self, LeftoverCache};
use super::commands::{LocatedCommand, is_shell_text_complete, pattern_covers};
use super::context::ContextFiles;
use super::draft::{StepDraft, StepDrafts};
use super::graph::StageGraph;
use super::language_packages::{LanguagePackages, LanguageShare, removes_packages};
use super::layers::{LayerEntry, files_added_by_step};
use super::model::{WasteCause, WastedBytes};
use super::stage_contents::StageContents;
use crate::facts::installs::AptInstalls;
use crate::facts::languages::LanguageRegistry;
use crate::semantic::base_image::Distribution;
use crate::semantic::effects::{PathSet, Verb};
use crate::semantic::paths::STANDARD_DIRECTORIES;
use crate::semantic::{Semantics, managers};
use crate::syntax::Kind;

/// The bytes that the layers add, and the wasted part.
#[derive(Debug, Default)]
pub struct LayerSizes {
    /// By step.
    pub adds: Vec<Bytes>,
    /// By step: the part of `adds` that language package managers add.
    pub(crate) shares: Vec<Vec<LanguageShare>>,
    pub waste: Vec<WastedBytes>,
}

impl LayerSizes {
    /// The Python packages that the calls of a step name, themselves or in requirements files.
    #[must_use]
    pub fn python_packages(&self, step: usize) -> Vec<&str> {
        let shares = self.shares.get(step).map(Vec::as_slice).unwrap_or_default();
        let of_python = shares.iter().filter(|share| share.registry == LanguageRegistry::Pip);
        of_python.flat_map(|share| &share.requested).map(|package| package.name.as_str()).collect()
    }
}

/// The layer account while it is computed.
struct LayerSizesBuilder<'s, 'a> {
    semantics: &'s Semantics<'a>,
    /// The packages that apt calls install.
    installs: AptInstalls,
    /// The packages that calls of pip, npm and similar managers install.
    languages: LanguagePackages<'s>,
    contents: StageContents<'s, 'a>,
    graph: &'s StageGraph,
    drafts: &'s StepDrafts<'s, 'a>,
    /// The content of the layers of the image so far.
    entries: Vec<LayerEntry>,
    /// Files by path: index in `entries`.
    by_path: HashMap<String, usize>,
    directories: HashSet<String>,
    /// The RUNs of the layers of the image so far, with their commands.
    runs: Vec<(usize, &'s [LocatedCommand<'s>])>,
    /// Caches left in earlier layers.
    left: Vec<(usize, LeftoverCache)>,
    /// Remaining comparisons of paths.
    comparisons_left: usize,
    account: LayerSizes,
}

/// Maximum number of comparisons: enough for any file written by people. After that, nothing more is found.
const MAX_COMPARISONS: usize = 2_000_000;

/// Computes the sizes of the layers, and the wasted space in them.
pub fn compute_layer_account<'s, 'a>(
    semantics: &'s Semantics<'a>,
    drafts: &'s StepDrafts<'s, 'a>,
    graph: &'s StageGraph,
    files: Option<&'s ContextFiles>,
) -> LayerSizes {
    let source = semantics.file.source;
    let mut ledger = LayerSizesBuilder {
        semantics,
        installs: AptInstalls::solve(semantics),
        languages: LanguagePackages::new(files),
        contents: StageContents::default(),
        graph,
        drafts,
        entries: Vec::new(),
        by_path: HashMap::new(),
        directories: graph
            .image_root_stage()
            .and_then(|root| graph.image(root))
            .map(|_| STANDARD_DIRECTORIES.into_iter().chain(["/run"]).map(str::to_string).collect())
            .unwrap_or_default(),
        runs: Vec::new(),
        left: Vec::new(),
        comparisons_left: MAX_COMPARISONS,
        account: LayerSizes::default(),
    };
    let systems: Vec<Option<Distribution>> =
        (0..semantics.build.stages.len()).map(|stage| semantics.distribution(stage)).collect();
    for (id, draft) in drafts.steps.iter().enumerate() {
        let ships = graph.is_stage_in_image(draft.stage);
        let (adds, shares) = match draft.instruction.kind {
            Kind::Copy | Kind::Add => {
                (ledger.count_bytes_of_copy(id, draft, files, source, ships), Vec::new())
            }
            Kind::Run => {
                let system = systems.get(draft.stage).and_then(Option::as_ref);
                let is_set = |name: &str| {
                    let scopes = &semantics.build.scopes;
                    let scope = scopes.scope_before(draft.anchor.span.start);
                    scopes.get(scope, name).is_some_and(|binding| binding.value.is_some())
                };
                ledger.count_bytes_of_run(id, draft, ships, system, &is_set)
            }
            _ => (Bytes::NONE, Vec::new()),
        };
        if draft.instruction.kind == Kind::Workdir
            && let Some(directory) = &draft.destination
        {
            ledger.directories.insert(directory.trim_end_matches('/').to_string());
        }
        ledger.account.adds.push(adds);
        ledger.account.shares.push(shares);
    }
    ledger.count_build_only_files(semantics, graph);
    if let Some(files) = files {
        ledger.count_unneeded_files(files, graph);
    }
    ledger.finish()
}

/// Which of these paths a command of a RUN leaves in its layer: those that no later command of the same RUN deletes.
fn entries_kept_in_layer(
    step: usize,
    at: usize,
    paths: Vec<String>,
    deletions: &[(usize, String)],
) -> impl Iterator<Item = LayerEntry> {
    let is_kept =
        move |path: &String| !deletions.iter().any(|(by, gone)| *by > at && pattern_covers(gone, path));
    let entry = move |path| LayerEntry { path, step, bytes: Bytes::UNKNOWN, tree: true, file: None };
    paths.into_iter().filter(is_kept).map(entry)
}

impl<'s, 'a> LayerSizesBuilder<'s, 'a> {
    fn count_bytes_of_copy(
        &mut self,
        id: usize,
        draft: &StepDraft<'_, '_>,
        files: Option<&ContextFiles>,
        source: &[u8],
        ships: bool,
    ) -> Bytes {
        let taken = self.contents.copied_sizes(draft, self.semantics, self.graph);
        let placed = files_added_by_step(id, draft, files, &self.directories, &taken, source);
        self.contents.record_copied_files(draft.stage, &placed.entries);
        self.languages.record_copied_files(draft.stage, &placed.entries, self.graph);
        if !ships {
            return placed.adds;
        }
        let mut again = Bytes::NONE;
        let (mut of, mut what) = (Vec::new(), Vec::new());
        for entry in placed.entries {
            if entry.tree {
                self.entries.push(entry);
                continue;
            }
            if let Some(earlier) = self.by_path.get(&entry.path).and_then(|at| self.entries.get_mut(*at))
                && earlier.step != id
                && earlier.bytes.known > 0
            {
                again += Bytes::known(earlier.bytes.known);
                if !of.contains(&earlier.step) {
                    of.push(earlier.step);
                }
                what.push(entry.path.clone());
                // The first bytes are already counted; from here on, the entry refers to the new ones.
                earlier.bytes = Bytes::NONE;
            }
            self.by_path.insert(entry.path.clone(), self.entries.len());
            self.entries.push(entry);
        }
        if !again.is_none() {
            self.record_waste(WasteCause::Overwritten, id, of, again, what, true, 0.0);
        }
        if let Some(destination) = draft.destination.as_deref().filter(|path| path.ends_with('/')) {
            self.directories.insert(destination.trim_end_matches('/').to_string());
        }
        placed.adds
    }

    fn count_bytes_of_run(
        &mut self,
        id: usize,
        draft: &'s StepDraft<'s, 'a>,
        ships: bool,
        system: Option<&Distribution>,
        is_set: &dyn Fn(&str) -> bool,
    ) -> (Bytes, Vec<LanguageShare>) {
        let commands = &draft.commands;
        let mut adds = Bytes::NONE;
        let mut languages = self.language_shares(draft, commands);
        self.contents.record_run(draft, &languages);
        let installed: Vec<Option<Bytes>> = commands
            .iter()
            .zip(&languages)
            .map(|(one, share)| {
                share.as_ref().map(LanguageShare::added_bytes).or_else(|| self.installed_bytes(one, commands))
            })
            .collect();
        adds += installed.iter().flatten().copied().sum();
        let writes = !is_shell_text_complete(draft)
            || draft.run.is_some_and(|run| run.script.commands.is_empty())
            || commands
                .iter()
                .zip(&installed)
                .any(|(one, bytes)| bytes.is_none() && changes::adds_unknown_bytes(one, draft));
        if writes {
            adds += Bytes::UNKNOWN;
        }
        let archives = |manager: &str| {
            let of_manager =
                commands.iter().zip(&languages).filter(|(one, _)| installs_with_manager(one, manager));
            of_manager
                .map(|(_, share)| share.as_ref().map(LanguageShare::archive_bytes))
                .try_fold(Bytes::NONE, |sum, one| Some(sum + one?))
        };
        let mut left = caches::leftover_caches(draft, commands, system, is_set, &archives);
        if ships {
            left.retain(|one| !self.is_already_left(one));
        }
        for (one, share) in commands.iter().zip(&mut languages) {
            if let Some(share) = share
                && left.iter().any(|left| installs_with_manager(one, left.manager))
            {
                share.kept = share.archives;
            }
        }
        let shares = languages.into_iter().flatten().collect();
        // If another part is also unknown, only one unknown part is counted.
        let counted = |bytes: Bytes| if writes { Bytes { unknown: 0, ..bytes } } else { bytes };
        adds += left.iter().map(|left| counted(left.bytes)).sum();
        // In a stage that is not part of the image, the layer has the same size, but nothing is wasted.
        if !ships {
            let changes = commands.iter().any(|one| changes::is_recursive_change(one).is_some());
            return (if changes { Bytes::UNKNOWN } else { adds }, shares);
        }
        adds += self.add_rewritten_files(id, commands);
        self.record_layer_deletions(id, commands);
        self.add_leftover_caches(id, left);
        self.count_removed_packages(id, commands);
        self.add_written_entries(id, commands);
        self.runs.push((id, commands));
        (adds, shares)
    }

    /// Whether an earlier layer has the same files: a second `apt-get update` downloads only lists that have changed.
    fn is_already_left(&self, cache: &LeftoverCache) -> bool {
        let same =
            |(_, earlier): &&(usize, LeftoverCache)| cache.manager == "apt" && earlier.what == cache.what;
        let Some((step, _)) = self.left.iter().rfind(same) else { return false };
        let later = self.runs.iter().filter(|(id, _)| id > step).flat_map(|(_, commands)| commands.iter());
        let deletes = |one: &LocatedCommand<'_>| {
            let gone = one.absolute_paths(&one.effects.deletes);
            gone.iter().any(|path| {
                let path = path.trim_end_matches("/*");
                cache
                    .directories
                    .iter()
                    .any(|directory| pattern_covers(path, directory) || pattern_covers(directory, path))
            })
        };
        !later.into_iter().any(deletes)
    }

    fn add_leftover_caches(&mut self, id: usize, left: Vec<LeftoverCache>) {
        for left in left {
            let what = vec![left.what.to_string()];
            self.record_waste(WasteCause::Caches, id, vec![id], left.bytes, what, true, left.weight);
            self.left.push((id, left));
        }
    }

    /// Adds the paths that the commands of a RUN write and create, except for those that it deletes itself.
    fn add_written_entries(&mut self, id: usize, commands: &[LocatedCommand<'_>]) {
        let deletions = changes::certain_deletions(commands);
        for (at, one) in commands.iter().enumerate() {
            if let PathSet::Known(_) = &one.effects.writes
                && one.effects.packages.is_none()
                && changes::is_recursive_change(one).is_none()
            {
                let written = one.absolute_paths(&one.effects.writes);
                self.entries.extend(entries_kept_in_layer(id, at, written, &deletions));
            }
            let created = one.absolute_paths(&one.effects.creates);
            self.entries.extend(entries_kept_in_layer(id, at, created, &deletions));
        }
    }

    /// The size that an installation adds, if it is known and nothing of it is removed in the same layer.
    fn installed_bytes(&self, one: &LocatedCommand<'_>, commands: &[LocatedCommand<'_>]) -> Option<Bytes> {
        let removes = |one: &LocatedCommand<'_>| {
            one.effects
                .packages
                .as_ref()
                .is_some_and(|call| managers::is_debian_manager(call.manager) && call.verb == Verb::Remove)
        };
        if commands.iter().any(removes) {
            return None;
        }
        self.installs.packages_installed_by_call(one.command)?.added.bytes.map(Bytes::estimated)
    }

    /// The sizes that language package managers add, by command.
    fn language_shares(
        &mut self,
        draft: &StepDraft<'_, '_>,
        commands: &[LocatedCommand<'_>],
    ) -> Vec<Option<LanguageShare>> {
        if removes_packages(commands) {
            return commands.iter().map(|_| None).collect();
        }
        let languages = &mut self.languages;
        commands.iter().map(|one| languages.install(draft, one, self.semantics, self.graph)).collect()
    }

    /// How many bytes less a step would add without these packages.
    fn bytes_saved_without(&self, step: usize, names: &[String]) -> Option<u64> {
        let (_, commands) = self.runs.iter().find(|(id, _)| *id == step)?;
        self.installs.bytes_saved_without(commands.iter().map(|one| one.command), names)
    }

    /// Whether there are enough remaining comparisons to compare all entries with this number of paths.
    fn reserve_comparisons(&mut self, paths: usize) -> bool {
        let cost = paths.saturating_mul(self.entries.len() + self.runs.len() + self.left.len());
        let left = self.comparisons_left.checked_sub(cost);
        self.comparisons_left = left.unwrap_or_default();
        left.is_some()
    }

    #[expect(clippy::too_many_arguments, reason = "they are the fields of one record")]
    fn record_waste(
        &mut self,
        cause: WasteCause,
        step: usize,
        of: Vec<usize>,
        bytes: Bytes,
        what: Vec<String>,
        certain: bool,
        usual: f64,
    ) {
        let anchor = self.drafts.steps.get(step).map_or(0, |draft| draft.anchor.span.start);
        let line = self.semantics.line(anchor);
        self.account.waste.push(WastedBytes { cause, step, line, of, bytes, what, certain, usual });
    }

    fn finish(self) -> LayerSizes {
        let mut account = self.account;
        account
            .waste
            .sort_by(|a, b| (a.line, a.step, a.cause, &a.what).cmp(&(b.line, b.step, b.cause, &b.what)));
        account
    }
}

/// Whether a command installs packages with this manager.
fn installs_with_manager(one: &LocatedCommand<'_>, manager: &str) -> bool {
    one.effects.packages.as_ref().is_some_and(|call| call.manager == manager && call.verb == Verb::Install)
}
