//! [`LanguagePackages`]: the sizes that calls of pip, npm and similar tools add to their layers, for each stage.

use std::collections::HashMap;

use super::bytes::Bytes;
use super::commands::LocatedCommand;
use super::context::ContextFiles;
use super::draft::StepDraft;
use super::environments;
use super::graph::StageGraph;
use super::inputs::join_path;
use super::layers::LayerEntry;
use crate::facts::languages::calls::{self, CallContext};
use crate::facts::languages::{InstallEstimate, InstalledPackages, LanguageRegistry, RequestedPackage};
use crate::semantic::Semantics;
use crate::semantic::effects::Verb;
use crate::semantic::paths::base_name;

/// The log of npm and `package-lock.json`, which are written for a project without dependencies, too. Measured on
/// 2026-11-30 with npm 11.19.1.
const EMPTY_NPM_INSTALL: u64 = 1_300;

/// The packages and files of the stages so far.
#[derive(Debug)]
pub(super) struct LanguagePackages<'f> {
    files: Option<&'f ContextFiles>,
    stages: Vec<StageManifests>,
}

#[derive(Debug, Clone, Default)]
struct StageManifests {
    /// Files of the context that name packages, by their paths in the image.
    manifests: HashMap<String, usize>,
    python: InstalledPackages,
    /// The packages of Node.js that are installed globally, and those of projects, by their directories.
    node: InstalledPackages,
    projects: HashMap<String, InstalledPackages>,
    /// Whether the byte code of the pip that belongs to the image is written.
    pip_was_run: bool,
    /// Whether the byte code of the modules of Python that pip imports is written.
    modules_are_compiled: bool,
    /// The directories of its virtual environments.
    environments: Vec<String>,
}

/// The packages that one call adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LanguageShare {
    pub registry: LanguageRegistry,
    /// The directory that they are in, an absolute path, if it is known.
    pub(crate) directory: Option<String>,
    /// Bytes in the layer, as far as they are known.
    pub bytes: u64,
    /// The bytes that are not in the directory: byte code of pip itself and of Python's modules.
    pub(crate) elsewhere: u64,
    /// Bytes of the archives that stay in the cache, unless it is turned off.
    pub(crate) archives: u64,
    /// Whether the cache also has lists of versions, some of which are much larger than usual.
    pub(crate) has_version_lists: bool,
    /// The bytes that stay in the layer.
    pub kept: u64,
    /// The packages that the call names, itself or in files.
    pub(crate) requested: Vec<RequestedPackage>,
    /// How many packages there are, and how many of them have an unknown size.
    pub packages: usize,
    pub unknown: usize,
}

impl LanguageShare {
    /// The bytes, and whether the sum is incomplete.
    pub(crate) fn added_bytes(&self) -> Bytes {
        self.bytes_with_unknown_part(self.bytes)
    }

    /// The bytes in the package directory.
    pub(crate) fn bytes_in_directory(&self) -> Bytes {
        self.bytes_with_unknown_part(self.bytes.saturating_sub(self.elsewhere))
    }

    pub(crate) fn archive_bytes(&self) -> Bytes {
        let archives = self.bytes_with_unknown_part(self.archives);
        if self.has_version_lists { archives + Bytes::UNKNOWN } else { archives }
    }

    fn bytes_with_unknown_part(&self, bytes: u64) -> Bytes {
        Bytes { unknown: u32::from(self.unknown > 0), ..Bytes::estimated(bytes) }
    }
}

impl<'f> LanguagePackages<'f> {
    pub(super) fn new(files: Option<&'f ContextFiles>) -> Self {
        Self { files, stages: Vec::new() }
    }

    /// Records the files that a COPY or ADD places.
    pub(super) fn record_copied_files(&mut self, stage: usize, entries: &[LayerEntry], graph: &StageGraph) {
        let Some(files) = self.files else { return };
        let names = entries.iter().filter_map(|entry| Some((entry, files.all.get(entry.file?)?)));
        let manifests: Vec<(String, usize)> = names
            .filter(|(_, file)| may_name_packages(&file.path))
            .filter_map(|(entry, _)| Some((entry.path.clone(), entry.file?)))
            .collect();
        if !manifests.is_empty() {
            self.stage_entry(stage, graph).manifests.extend(manifests);
        }
    }

    /// The packages that a call adds. `None` if it installs no language packages, or if they are unknown.
    pub(super) fn install(
        &mut self,
        draft: &StepDraft<'_, '_>,
        one: &LocatedCommand<'_>,
        semantics: &Semantics<'_>,
        graph: &StageGraph,
    ) -> Option<LanguageShare> {
        let base = semantics.base_image(draft.stage);
        let variable = |name: &str| {
            let scopes = &semantics.build.scopes;
            let binding = scopes.get(scopes.scope_before(draft.anchor.span.start), name)?;
            Some(binding.value.as_deref().unwrap_or_default().to_string())
        };
        // Other users cannot write next to the modules of Python, and `PYTHONDONTWRITEBYTECODE` prevents it.
        let compiles_modules = one.runs_as_root
            && base.as_ref().is_some_and(|base| base.image.name == "python")
            && variable("PYTHONDONTWRITEBYTECODE").is_none_or(|value| value.is_empty());
        if let Some(directory) = environments::created_environment(one) {
            let stage = self.stage_entry(draft.stage, graph);
            stage.environments.push(directory.clone());
            let bytes = environments::size(base.as_ref())?;
            let is_first = compiles_modules && !std::mem::replace(&mut stage.modules_are_compiled, true);
            let elsewhere = if is_first { environments::byte_code_of_modules(base.as_ref()) } else { 0 };
            return Some(LanguageShare::for_virtual_environment(directory, bytes, elsewhere));
        }
        let call = one.effects.packages.as_ref()?;
        let files = self.files;
        let stage = self.stage_entry(draft.stage, graph);
        let read = |path: &str| {
            let path = join_path(one.directory.as_deref(), path)?;
            let files = files?;
            let file = match stage.manifests.get(&path) {
                Some(file) => files.all.get(*file)?.path.clone(),
                None => mounted_context_path(draft, &path)?,
            };
            files.text(&file)
        };
        let asked =
            calls::read_install(one.command, call, &CallContext { read: &read, variable: &variable })?;
        let present = match asked.registry {
            LanguageRegistry::Pip => &mut stage.python,
            LanguageRegistry::Npm if asked.shared => &mut stage.node,
            LanguageRegistry::Npm => {
                let of_call = one.absolute_paths(&one.effects.creates).into_iter().next();
                let place = of_call.or_else(|| one.directory.clone()).unwrap_or_default();
                let project = stage.projects.entry(place).or_default();
                // `npm ci` deletes what is installed, and installs all of it again.
                if one.command.operands().next().is_some_and(|word| word.text == "ci") {
                    *project = InstalledPackages::default();
                }
                project
            }
        };
        let installed = asked.registry.install(&asked.wanted, present);
        let compiled =
            if asked.compiles { environments::compiled_size(base.as_ref(), installed.compiled) } else { 0 };
        let mut share = LanguageShare::from_estimate(asked.registry, &installed, compiled);
        let environment = environments::virtual_environment_in_use(one, &stage.environments, &variable);
        share.directory = environment
            .clone()
            .or_else(|| environments::project_directory(one, &variable))
            .or_else(|| one.absolute_paths(&one.effects.creates).into_iter().next())
            .or_else(|| {
                (asked.registry == LanguageRegistry::Pip)
                    .then(|| environments::site_packages(base.as_ref()))?
            });
        if call.manager == "pip"
            && environment.is_none()
            && installed.known > 0
            && compiles_modules
            && !std::mem::replace(&mut stage.pip_was_run, true)
        {
            let replaces_pip = asked.wanted.iter().any(|one| one.name == "pip");
            if !std::mem::replace(&mut stage.modules_are_compiled, true) {
                share.elsewhere += environments::byte_code_of_modules(base.as_ref());
            }
            if !replaces_pip {
                share.elsewhere += environments::byte_code_of_pip(base.as_ref());
            }
            share.bytes += share.elsewhere;
        }
        share.requested = asked.wanted;
        if call.manager == "npm" && installed.known == 0 && installed.unknown.is_empty() {
            share.bytes += EMPTY_NPM_INSTALL;
        }
        Some(share)
    }

    fn stage_entry(&mut self, stage: usize, graph: &StageGraph) -> &mut StageManifests {
        while self.stages.len() <= stage {
            let parent = graph.parent(self.stages.len()).and_then(|parent| self.stages.get(parent));
            self.stages.push(parent.cloned().unwrap_or_default());
        }
        // The loop above has added the entry.
        &mut self.stages[stage]
    }
}

impl LanguageShare {
    fn for_virtual_environment(directory: String, bytes: u64, elsewhere: u64) -> Self {
        Self {
            registry: LanguageRegistry::Pip,
            directory: Some(directory),
            bytes: bytes + elsewhere,
            elsewhere,
            archives: 0,
            has_version_lists: false,
            kept: 0,
            requested: Vec::new(),
            packages: 1,
            unknown: 0,
        }
    }

    fn from_estimate(registry: LanguageRegistry, installed: &InstallEstimate, compiled: u64) -> Self {
        Self {
            registry,
            directory: None,
            bytes: installed.files + compiled,
            elsewhere: 0,
            archives: installed.archives,
            has_version_lists: installed.has_version_lists,
            kept: 0,
            requested: Vec::new(),
            packages: installed.packages(),
            unknown: installed.unknown.len(),
        }
    }
}

/// Whether a RUN removes installed packages again, so that its layer is smaller than what it installed.
pub(super) fn removes_packages(commands: &[LocatedCommand<'_>]) -> bool {
    const MANAGERS: [&str; 8] = ["pip", "pipenv", "poetry", "uv", "npm", "yarn", "pnpm", "bun"];
    commands.iter().any(|one| {
        let by_manager = one
            .effects
            .packages
            .as_ref()
            .is_some_and(|call| call.verb == Verb::Remove && MANAGERS.contains(&call.manager));
        let deleted = one.absolute_paths(&one.effects.deletes);
        by_manager
            || deleted.iter().any(|path| ["node_modules", "-packages"].iter().any(|part| path.contains(part)))
    })
}

/// The path in the context of a file that a bind mount provides.
fn mounted_context_path(draft: &StepDraft<'_, '_>, path: &str) -> Option<String> {
    let mounts = &draft.run?.mounts;
    mounts.iter().filter(|mount| mount.kind() == "bind" && mount.from().is_none()).find_map(|mount| {
        let target = join_path(draft.state.workdir.as_deref(), mount.mount_target_text())?;
        let rest = path.strip_prefix(target.trim_end_matches('/'))?;
        let source = mount.source().map_or("", |source| &source.text);
        (rest.is_empty() || rest.starts_with('/'))
            .then(|| super::source_matcher::clean(&format!("{source}{rest}")))
    })
}

fn may_name_packages(path: &str) -> bool {
    let name = base_name(path);
    let names = ["package.json", "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml"];
    let ends = [".txt", ".in", ".toml", ".lock"];
    !path.contains("node_modules/") && (names.contains(&name) || ends.iter().any(|end| name.ends_with(end)))
}
