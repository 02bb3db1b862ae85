//! [`StageContents`]: the known files of each stage, so that `COPY --from` has a size.

use std::collections::HashMap;

use super::bytes::Bytes;
use super::commands::{LocatedCommand, is_shell_text_complete, paths_overlap};
use super::draft::StepDraft;
use super::graph::StageGraph;
use super::image_paths;
use super::language_packages::{LanguageShare, removes_packages};
use super::layers::LayerEntry;
use super::step_inputs::CopiedOrigin;
use super::waste::adds_unknown_bytes;
use crate::semantic::Semantics;
use crate::semantic::paths::is_within;

/// The steps so far, by stage.
#[derive(Debug, Default)]
pub(super) struct StageContents<'s, 'a> {
    steps: Vec<(usize, StepFiles<'s, 'a>)>,
}

/// The effect of a step on the files of its stage.
#[derive(Debug)]
enum StepFiles<'s, 'a> {
    Copied(Vec<LayerEntry>),
    /// A RUN, with the language packages that each of its commands installs.
    Run(&'s StepDraft<'s, 'a>, Vec<Option<LanguageShare>>),
}

/// The content of a path.
#[derive(Default)]
struct PathContents {
    /// Files by their paths; a later file replaces an earlier one.
    files: HashMap<String, Bytes>,
    /// Directories with unknown files.
    trees: Bytes,
    /// Whether there may be other files.
    more: bool,
}

impl<'s, 'a> StageContents<'s, 'a> {
    pub(super) fn record_copied_files(&mut self, stage: usize, entries: &[LayerEntry]) {
        self.steps.push((stage, StepFiles::Copied(entries.to_vec())));
    }

    pub(super) fn record_run(&mut self, draft: &'s StepDraft<'s, 'a>, shares: &[Option<LanguageShare>]) {
        self.steps.push((draft.stage, StepFiles::Run(draft, shares.to_vec())));
    }

    /// The size of each path that a COPY copies from another stage or image.
    pub(super) fn copied_sizes(
        &self,
        draft: &StepDraft<'_, '_>,
        semantics: &Semantics<'_>,
        graph: &StageGraph,
    ) -> Vec<Bytes> {
        let sizes = draft.key.taken.iter().flat_map(|taken| {
            taken.paths.iter().map(|path| match taken.origin {
                CopiedOrigin::Stage(stage) => self.size_of(stage, path, semantics, graph),
                CopiedOrigin::Image(_) => Bytes::UNKNOWN,
            })
        });
        sizes.collect()
    }

    /// The size of the content at a path of a stage.
    fn size_of(&self, stage: usize, path: &str, semantics: &Semantics<'_>, graph: &StageGraph) -> Bytes {
        let path = format!("/{}", path.trim_matches('/'));
        if path == "/" || path.contains(['*', '?', '[', '$']) {
            return Bytes::UNKNOWN;
        }
        let chain: Vec<usize> = graph.stage_and_ancestors(stage).collect();
        let starts_from_image = chain.last().is_some_and(|root| graph.image(*root).is_some());
        let mut below = PathContents {
            more: starts_from_image && !image_paths::probably_lacks(semantics, stage, &path),
            ..PathContents::default()
        };
        for (of, step) in &self.steps {
            let is_known = !chain.contains(of)
                || match step {
                    StepFiles::Copied(entries) => {
                        below.add_copied_files(entries, &path);
                        true
                    }
                    StepFiles::Run(draft, shares) => below.add_run(draft, shares, &path),
                };
            if !is_known {
                return Bytes::UNKNOWN;
            }
        }
        let known: Bytes = below.files.into_values().sum::<Bytes>() + below.trees;
        if below.more || known.is_none() { known + Bytes::UNKNOWN } else { known }
    }
}

impl PathContents {
    fn add_copied_files(&mut self, entries: &[LayerEntry], path: &str) {
        for entry in entries {
            if is_within(&entry.path, path) {
                if entry.tree {
                    self.trees += entry.bytes;
                } else {
                    self.files.insert(entry.path.clone(), entry.bytes);
                }
            } else if entry.tree && (entry.path == "/" || is_within(path, &entry.path)) {
                self.more = true;
            }
        }
    }

    /// `false` if the RUN may delete some of it.
    fn add_run(&mut self, draft: &StepDraft<'_, '_>, shares: &[Option<LanguageShare>], path: &str) -> bool {
        let deletes = |one: &LocatedCommand<'_>| {
            let deleted = one.absolute_paths(&one.effects.deletes);
            !one.effects.unknown && deleted.iter().any(|deleted| paths_overlap(deleted, path))
        };
        if draft.commands.iter().any(deletes) || removes_packages(&draft.commands) {
            return false;
        }
        self.more |= !is_shell_text_complete(draft) || draft.fired || draft.commands.is_empty();
        let mounts = draft.run.map(|run| run.mounts.as_slice()).unwrap_or_default();
        let is_mounted =
            |place: &str| mounts.iter().any(|mount| paths_overlap(mount.mount_target_text(), place));
        for (one, share) in draft.commands.iter().zip(shares) {
            let installed = share.as_ref().and_then(|share| Some((share.directory.as_deref()?, share)));
            if let Some((directory, share)) = installed.filter(|(directory, _)| !is_mounted(directory)) {
                if is_within(directory, path) {
                    self.trees += share.bytes_in_directory();
                } else {
                    self.more |= is_within(path, directory);
                }
                continue;
            }
            self.more |= adds_unknown_bytes(one, draft) && one.may_create_below(path);
        }
        true
    }
}
