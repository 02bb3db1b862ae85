//! The changes of each scenario, if the user does not name them.

use std::collections::BTreeSet;

use super::context::{ContextFiles, find_junk};
use super::draft::{StepDraft, StepDrafts};
use super::graph::StageGraph;
use super::manifest::{is_manifest, is_manifest_source, manifest_for_glob, manifest_of_manager};
use super::model::{Rebuilt, Scenario};
use super::scenario::{ScenarioChange, simulate_change};
use super::source_matcher::{ChangedPath, SourceMatcher, clean, looks_like_file};
use crate::semantic::effects::{self, Verb};
use crate::semantic::paths::base_name;
use crate::semantic::scope::is_builder_variable;

/// Maximum number of build arguments that are tried one by one.
const MAX_TRIED: usize = 32;

/// Extensions of source files, in no particular order.
const CODE: [&str; 44] = [
    "py", "js", "ts", "jsx", "tsx", "mjs", "cjs", "go", "rs", "java", "kt", "kts", "scala", "clj", "c", "h",
    "cc", "cpp", "hpp", "cs", "fs", "vb", "rb", "php", "ex", "exs", "erl", "hs", "ml", "swift", "dart",
    "lua", "pl", "pm", "r", "R", "jl", "vue", "svelte", "html", "css", "scss", "sql", "sh",
];

/// Chooses the source files that change, from the sources of COPY and the files of the context.
pub(super) struct SourceChooser<'c> {
    pub(crate) drafts: &'c StepDrafts<'c, 'c>,
    pub(crate) graph: &'c StageGraph,
    /// `None` without a context.
    pub files: Option<&'c ContextFiles>,
    /// `--touch`.
    pub touch: Option<&'c str>,
    pub source: &'c [u8],
}

impl SourceChooser<'_> {
    pub(super) fn choose_scenario_change(&self, scenario: Scenario) -> ScenarioChange {
        match scenario {
            Scenario::Nothing => ScenarioChange::default(),
            Scenario::Source => {
                ScenarioChange { touch: self.choose_source_file(), ..ScenarioChange::default() }
            }
            Scenario::Manifest => {
                ScenarioChange { touch: self.choose_manifest(), ..ScenarioChange::default() }
            }
            Scenario::Base => ScenarioChange {
                image: self.graph.base_image_that_changes().map(str::to_string),
                ..ScenarioChange::default()
            },
            Scenario::Argument => {
                ScenarioChange { args: self.choose_arguments(), ..ScenarioChange::default() }
            }
        }
    }

    /// The sources in the build context of all steps that are built.
    fn step_sources(&self) -> impl Iterator<Item = (&StepDraft<'_, '_>, &SourceMatcher)> {
        let needed = self.drafts.steps.iter().filter(|draft| self.graph.is_stage_needed(draft.stage));
        needed.flat_map(|draft| draft.key.reads.iter().map(move |read| (draft, read)))
    }

    /// A source file that the broadest COPY copies.
    fn choose_source_file(&self) -> Option<ChangedPath> {
        if let Some(path) = self.touch {
            return Some(ChangedPath { path: clean(path), exact: true });
        }
        let reads: Vec<&SourceMatcher> = self
            .step_sources()
            .map(|(_, read)| read)
            .filter(|read| read.known && !is_manifest_source(&read.pattern))
            .collect();
        if let Some(files) = self.files {
            let broadest = reads.iter().max_by_key(|read| {
                // If several are equal, the first one is used: `max_by_key` would return the last.
                let count = files
                    .all
                    .iter()
                    .filter(|file| read.path_prefix_named_by_source(&file.path).is_some())
                    .count();
                (count, std::cmp::Reverse(reads.iter().position(|other| std::ptr::eq(*other, **read))))
            })?;
            let mut reached = files.all.iter().filter(|file| {
                broadest.path_prefix_named_by_source(&file.path).is_some()
                    && !is_manifest(base_name(&file.path))
                    && find_junk(&file.path).is_none()
            });
            let code = reached.clone().find(|file| is_source_code_path(&file.path));
            let file = code.or_else(|| reached.next())?;
            return Some(ChangedPath { path: file.path.clone(), exact: true });
        }
        let broadest = reads.iter().min_by_key(|read| {
            let is_file = base_name(&read.pattern).contains('.');
            (!read.is_whole_context(), is_file || read.is_glob(), read.pattern.matches('/').count())
        })?;
        let exact = base_name(&broadest.pattern).trim_start_matches('.').contains('.') && !broadest.is_glob();
        Some(ChangedPath { path: broadest.pattern.clone(), exact })
    }

    /// A dependency manifest: one that a COPY names, or else one that the commands read.
    fn choose_manifest(&self) -> Option<ChangedPath> {
        let exact = |path: String| ChangedPath { path, exact: true };
        let named =
            self.step_sources().map(|(_, read)| read).filter(|read| is_manifest_source(&read.pattern));
        for read in named {
            let there = self.files.and_then(|files| {
                files.all.iter().find(|file| {
                    read.path_prefix_named_by_source(&file.path).is_some()
                        && is_manifest(base_name(&file.path))
                })
            });
            match (there, self.files) {
                (Some(file), _) => return Some(exact(file.path.clone())),
                (None, None) if read.is_glob() => {
                    let directory =
                        read.pattern.rsplit_once('/').map(|(directory, _)| format!("{directory}/"));
                    let name = manifest_for_glob(&read.pattern)?;
                    return Some(exact(directory.unwrap_or_default() + &name));
                }
                (None, None) if is_manifest(base_name(&read.pattern)) => {
                    return Some(exact(read.pattern.clone()));
                }
                (None, None) => return Some(ChangedPath { path: read.pattern.clone(), exact: false }),
                (None, Some(_)) => {}
            }
        }
        if let Some(files) = self.files {
            let mut found: Vec<&str> = files
                .all
                .iter()
                .map(|file| file.path.as_str())
                .filter(|path| is_manifest(base_name(path)))
                .filter(|path| {
                    self.step_sources().any(|(_, read)| read.path_prefix_named_by_source(path).is_some())
                })
                .collect();
            found.sort_by_key(|path| (path.matches('/').count(), *path));
            return found.first().map(|path| exact((*path).to_string()));
        }
        self.step_sources().find(|(_, read)| read.known && !read.is_glob())?;
        let is_copied = |path: &ChangedPath| {
            self.step_sources().any(|(_, read)| read.effect_of_change(path) != Rebuilt::No)
        };
        self.manifest_of_commands().map(exact).filter(is_copied)
    }

    /// Whether the file that an install reads may be in a directory that is copied from an unknown build context.
    pub(super) fn may_copy_manifest(&self) -> bool {
        let is_directory =
            |read: &SourceMatcher| read.known && !read.is_glob() && !looks_like_file(&read.pattern);
        self.files.is_none()
            && self.step_sources().any(|(_, read)| is_directory(read))
            && self.manifest_of_commands().is_some()
    }

    /// The file that install commands without package names read.
    fn manifest_of_commands(&self) -> Option<String> {
        let needed = self.drafts.steps.iter().filter(|draft| self.graph.is_stage_needed(draft.stage));
        for run in needed.filter_map(|draft| draft.run) {
            for command in &run.script.commands {
                let Some(call) = effects::command_effects(command, self.source).packages else { continue };
                if !matches!(call.verb, Verb::Install | Verb::Build | Verb::Download) {
                    continue;
                }
                let words = command.words.iter().map(|word| word.text.as_str());
                let file = words.map(base_name).find(|word| is_manifest(word));
                if let Some(name) =
                    file.or_else(|| manifest_of_manager(call.manager).filter(|_| call.packages.is_empty()))
                {
                    return Some(name.to_string());
                }
            }
        }
        None
    }

    /// The build arguments whose names suggest a new value in every build; otherwise the one that the most steps
    /// depend on.
    fn choose_arguments(&self) -> BTreeSet<String> {
        let declared = self.drafts.declared.iter().filter(|(name, _)| !is_builder_variable(name));
        let per_build = self.drafts.per_build_arguments();
        if !per_build.is_empty() {
            return per_build;
        }
        let from = self.drafts.from_args.iter().flat_map(super::step_inputs::ArgNames::names);
        let names: BTreeSet<&str> = declared.map(|(name, _)| name.as_str()).chain(from).collect();
        let weight = |name: &str| {
            let change =
                ScenarioChange { args: BTreeSet::from([name.to_string()]), ..ScenarioChange::default() };
            let outcome = simulate_change(self.drafts, self.graph, &change);
            let again = outcome.again.iter().zip(&self.drafts.steps);
            again
                .filter(|(runs, draft)| **runs == Rebuilt::Yes && self.graph.is_stage_needed(draft.stage))
                .count()
        };
        let tried = names.into_iter().filter(|name| !is_builder_variable(name)).take(MAX_TRIED);
        let most = tried.map(|name| (weight(name), std::cmp::Reverse(name))).max();
        most.filter(|(weight, _)| *weight > 0).map(|(_, name)| name.0.to_string()).into_iter().collect()
    }
}

fn is_source_code_path(path: &str) -> bool {
    base_name(path)
        .rsplit_once('.')
        .is_some_and(|(stem, extension)| !stem.is_empty() && CODE.contains(&extension))
}
