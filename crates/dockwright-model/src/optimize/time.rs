//! How long steps take. A step takes the seconds of the cost classes of its commands. A build that also downloads its
//! dependencies, because no earlier step did, also takes the time of the download. If a cache mount keeps what a step
//! downloads or compiles, a rebuild takes half of the time. A second build of the same project takes little. A build log (`--timings`) replaces all of this.

use super::commands::LocatedCommand;
use super::draft::{StepDraft, StepDrafts};
use super::graph::StageGraph;
use super::model::{Cost, StepReport};
use crate::semantic::effects::Verb;

/// The part of the time that a rebuild takes if a cache mount keeps what the step downloads or compiles.
pub const WITH_CACHE_MOUNT: f64 = 0.5;

/// Adds downloads to [`StepReport::time`], and fills in [`StepReport::rebuild_time`].
pub(super) fn fill_in_step_times(steps: &mut [StepReport], drafts: &StepDrafts<'_, '_>, graph: &StageGraph) {
    let work: Vec<DependencyWork<'_>> = drafts.steps.iter().map(DependencyWork::from_draft).collect();
    for (id, (step, draft)) in steps.iter_mut().zip(&drafts.steps).enumerate() {
        let (own, download) = estimate_step_and_download_seconds(&work, id, step.time, graph);
        let has_mount = draft.run.is_some_and(|run| run.mounts.iter().any(|mount| mount.kind() == "cache"));
        let assumed = own + download;
        step.time = step.seconds.unwrap_or(assumed);
        step.download_time = download;
        step.rebuild_time = match step.seconds {
            None if has_mount => assumed * WITH_CACHE_MOUNT,
            _ => step.time,
        };
    }
}

/// The work of a step on the dependencies of a project.
struct DependencyWork<'d> {
    stage: usize,
    /// The manager and the directory of an install, if a second install would find the packages installed.
    install: Option<(&'static str, &'d str)>,
    /// The manager that it builds with, if its builds download dependencies.
    builds: Option<&'static str>,
    /// The managers whose dependencies it downloads, if it does nothing else.
    fetches: Vec<&'static str>,
    /// The manager whose dependencies it compiles without the project.
    compiles_dependencies: Option<&'static str>,
    /// What an earlier build must have in common with this one, so that it only compiles what has changed.
    reuses: Option<String>,
}

impl<'d> DependencyWork<'d> {
    fn from_draft(draft: &'d StepDraft<'_, '_>) -> Self {
        let mut work = Self {
            stage: draft.stage,
            install: None,
            builds: None,
            fetches: Vec::new(),
            compiles_dependencies: None,
            reuses: None,
        };
        for one in &draft.commands {
            if work.install.is_none() {
                work.install = project_install(one, draft);
            }
            let Some(manager) = one.manager() else { continue };
            let Some(build) = &manager.build else { continue };
            if build.only_compiles_dependencies(one.command) {
                work.compiles_dependencies = Some(manager.name);
            }
            let verb = one.effects.packages.as_ref().map(|call| call.verb);
            if verb == Some(Verb::Download) || build.only_downloads_dependencies(one.command) {
                work.fetches.push(manager.name);
            } else if verb.is_none_or(|verb| matches!(verb, Verb::Build | Verb::Install)) {
                work.builds = work.builds.or(Some(manager.name));
                let reuses =
                    build.reuses.map(|reuses| format!("{:?} {}", one.directory, reuses(one.command)));
                work.reuses = work.reuses.or(reuses);
            }
        }
        work
    }
}

/// The manager and the directory of a call that installs the packages of a project, if a second call would find them
/// installed.
fn project_install<'d>(
    one: &LocatedCommand<'_>,
    draft: &'d StepDraft<'_, '_>,
) -> Option<(&'static str, &'d str)> {
    let call = one.effects.packages.as_ref()?;
    let directory = draft.state.workdir.as_deref().filter(|own| one.directory.as_deref() == Some(own))?;
    let is_project = call.verb == Verb::Install && call.packages.is_empty();
    (is_project && one.manager()?.skips_installed_packages(one.command)).then_some((call.manager, directory))
}

/// The seconds of a step, and the additional seconds for a download. `own`: the seconds of the step if it were
/// the only one.
fn estimate_step_and_download_seconds(
    work: &[DependencyWork<'_>],
    id: usize,
    mut own: f64,
    graph: &StageGraph,
) -> (f64, f64) {
    let Some(step) = work.get(id) else { return (0.0, 0.0) };
    let mut later = work.iter().skip(id + 1).filter(|one| is_stage_based_on(step.stage, one.stage, graph));
    let mut earlier = work.iter().take(id).filter(|one| is_stage_based_on(one.stage, step.stage, graph));
    // Both together take as long as one that installs everything.
    if step.install.is_some() && later.any(|one| one.install == step.install) {
        own = (own - Cost::S.seconds()).max(0.0);
    }
    if step.install.is_some() && earlier.clone().any(|one| one.install == step.install) {
        // The packages are installed, so only checking them takes time.
        let rest = if own >= Cost::L.seconds() { own - Cost::L.seconds() } else { 0.0 };
        return (rest.max(Cost::S.seconds()).min(own), 0.0);
    }
    let Some(manager) = step.builds else { return (own, 0.0) };
    if step.reuses.is_some() && earlier.clone().any(|one| one.reuses == step.reuses) {
        return (own.min(Cost::S.seconds()), 0.0);
    }
    if earlier.clone().any(|one| one.compiles_dependencies == Some(manager)) {
        // Only the program itself is left to compile.
        return (own.min(Cost::L.seconds()), 0.0);
    }
    let fetched = step.fetches.contains(&manager)
        || earlier.any(|one| one.fetches.contains(&manager) || one.builds == Some(manager));
    (own, if fetched { 0.0 } else { Cost::M.seconds() })
}

/// Whether a stage contains the files of another one: it is the same stage or is built on it.
fn is_stage_based_on(stage: usize, of: usize, graph: &StageGraph) -> bool {
    graph.stage_and_ancestors(of).any(|one| one == stage)
}
