//! How long steps take. A step takes the seconds of the cost classes of its commands. A build that also downloads its dependencies, because
//! no earlier step did, takes longer by a download. If a cache mount keeps what a step downloads or compiles, a rebuild
//! takes half of the time. A build log (`--timings`) replaces all of this.

use super::draft::StepDrafts;
use super::graph::StageGraph;
use super::model::{Cost, StepReport};

/// The part of the time that a rebuild takes if a cache mount keeps what the step downloads or compiles.
const WITH_CACHE_MOUNT: f64 = 0.5;

/// Tools that download dependencies on their own when they build.
const FETCHING_BUILDS: [&str; 5] = ["go", "cargo", "maven", "gradle", "dotnet"];

/// Adds downloads to [`StepReport::time`], and fills in [`StepReport::rebuild_time`].
pub(super) fn set_times(steps: &mut [StepReport], drafts: &StepDrafts<'_, '_>, graph: &StageGraph) {
    let installs: Vec<Option<(&str, &str)>> = steps.iter().map(project_install).collect();
    let times: Vec<(f64, f64)> =
        (0..steps.len()).map(|id| assumed_time(steps, &installs, id, graph)).collect();
    for ((step, (own, download)), draft) in steps.iter_mut().zip(times).zip(&drafts.steps) {
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

/// The seconds of a step, and the additional seconds for a download. `installs`: what [`project_install`] returns for
/// each step.
fn assumed_time(
    steps: &[StepReport],
    installs: &[Option<(&str, &str)>],
    id: usize,
    graph: &StageGraph,
) -> (f64, f64) {
    let Some(step) = steps.get(id) else { return (0.0, 0.0) };
    let mut own = step.time;
    let install = installs.get(id).copied().flatten();
    let same = || steps.iter().zip(installs).enumerate().filter(|(_, (_, other))| **other == install);
    // Both together take as long as one that installs everything.
    if install.is_some() && same().any(|(at, (later, _))| at > id && is_below(step.stage, later.stage, graph))
    {
        own = (own - Cost::S.seconds()).max(0.0);
    }
    if install.is_some() && same().any(|(at, (one, _))| at < id && is_below(one.stage, step.stage, graph)) {
        // The packages are there: what is left of a long install is a look at each.
        let rest = if own >= Cost::L.seconds() { own - Cost::L.seconds() } else { 0.0 };
        return (rest.max(Cost::S.seconds()).min(own), 0.0);
    }
    let Some(manager) = builds_with(step) else { return (own, 0.0) };
    let mut earlier = steps.iter().take(id).filter(|one| is_below(one.stage, step.stage, graph));
    if earlier.clone().any(|one| compiles_dependencies(one, manager)) {
        // Only the program itself is left to compile.
        return (own.min(Cost::L.seconds()), 0.0);
    }
    let fetched =
        earlier.any(|one| only_fetches_dependencies(one, manager) || builds_with(one) == Some(manager));
    (own, if fetched { 0.0 } else { Cost::M.seconds() })
}

/// Managers whose install of a project's own list does nothing for packages that are there.
const INCREMENTAL: [&str; 9] = ["npm", "yarn", "pnpm", "bun", "composer", "bundle", "poetry", "pipenv", "uv"];

/// The manager and the directory of a step that installs the packages of a project, if a second one would find them there.
fn project_install(step: &StepReport) -> Option<(&str, &str)> {
    // `npm ci` starts with an empty directory; the others may be about another project.
    const MAY_DIFFER: [&str; 8] =
        ["npm ci", "clean-install", "cd ", "--prefix", "--cwd", "--working-dir", "--directory", " -C "];
    let call = step.effects.packages.iter().find(|call| {
        call.verb == "install" && call.names.is_empty() && INCREMENTAL.contains(&call.manager.as_str())
    })?;
    let directory = step.state.workdir.as_deref()?;
    (!MAY_DIFFER.iter().any(|word| step.text.contains(word))).then_some((&call.manager, directory))
}

/// Whether files of a stage are there in another: it is the same one, or one that it is built on.
fn is_below(stage: usize, of: usize, graph: &StageGraph) -> bool {
    stage == of || std::iter::successors(graph.parent(of), |one| graph.parent(*one)).any(|one| one == stage)
}

/// The tool that a step builds with, if it downloads dependencies for that.
fn builds_with(step: &StepReport) -> Option<&'static str> {
    let builds = |verb: &str| matches!(verb, "build" | "install");
    let called = |manager: &str| {
        step.effects.packages.iter().any(|call| call.manager == manager && builds(&call.verb))
    };
    let wrapper = |manager: &str| {
        let name = match manager {
            "gradle" => "gradlew",
            "maven" => "mvnw",
            _ => return false,
        };
        step.op == "RUN" && step.text.contains(name) && !only_fetches_dependencies(step, manager)
    };
    let is_build =
        |manager: &&str| (called(manager) && !only_fetches_dependencies(step, manager)) || wrapper(manager);
    FETCHING_BUILDS.into_iter().find(is_build)
}

/// Whether a step does nothing but download the dependencies.
fn only_fetches_dependencies(step: &StepReport, manager: &str) -> bool {
    let words: &[&str] = match manager {
        "maven" => &["go-offline", "dependency:resolve"],
        "gradle" => &["dependencies", "resolveDependencies"],
        "dotnet" => &["dotnet restore"],
        "go" => &["go mod download", "go mod vendor"],
        "cargo" => &["cargo fetch"],
        _ => &[],
    };
    step.effects.packages.iter().any(|call| call.manager == manager && call.verb == "download")
        || step.op == "RUN" && words.iter().any(|word| step.text.contains(word))
}

/// Whether a step compiles the dependencies without the sources.
fn compiles_dependencies(step: &StepReport, manager: &str) -> bool {
    manager == "cargo" && step.text.contains("chef cook")
}
