//! What runs again for nothing.

use std::collections::BTreeMap;

use super::{advice_for_install, advice_for_named, lines, point, short};
use crate::optimize::assemble::weight;
use crate::optimize::commands::is_of_system;
use crate::optimize::model::{Cost, Packages, Picture, Point, PointKind, Runs, Scenario, Step};

/// How often a change comes, as weight per second: people edit sources many times a day.
const EDITS: f64 = 4.0;

/// Installs behind a COPY of sources that they do not need.
pub fn sources(picture: &Picture, points: &mut Vec<Point>) {
    // By the step that breaks the cache: what it makes run again.
    let mut found: BTreeMap<usize, Vec<&Step>> = BTreeMap::new();
    for step in picture.steps.iter().filter(|step| step.built && step.op == "RUN") {
        let again = step.again.source == Runs::Yes && step.own.source != Runs::Yes;
        if !again || !installs(step) || has_dependencies(picture, step) {
            continue;
        }
        let breaker = breaker(picture, step, Scenario::Source);
        if let Some(breaker) = breaker {
            found.entry(breaker.id).or_default().push(step);
        }
    }
    for (breaker, again) in found {
        let Some(breaker) = picture.steps.get(breaker) else { continue };
        let cost: f64 = again.iter().map(|step| weight(step)).sum();
        let dearest = again.iter().max_by(|a, b| weight(a).total_cmp(&weight(b)).then(b.id.cmp(&a.id)));
        let Some(dearest) = dearest else { continue };
        let manager = manager(dearest);
        let named =
            dearest.effects.packages.iter().any(|call| call.manager == manager && !call.names.is_empty())
                && !dearest.text.contains(" -r");
        let what = match named {
            _ if is_of_system(&manager) => "packages of the system",
            true => "packages",
            false => "all dependencies",
        };
        let at: Vec<u32> = again.iter().map(|step| step.line).collect();
        let title = format!(
            "every change of a source file installs {what} again, since `{}` stands before `{}`",
            short(&breaker.text),
            short(&dearest.text)
        );
        // What is named in the step needs no list of dependencies.
        let files = files(dearest, &manager);
        let mut advice = if named || !files.is_empty() {
            advice_for_named(&files)
        } else {
            advice_for_install(&manager).to_string()
        };
        if named && files.is_empty() && is_of_system(&manager) && dearest.stage != breaker.stage {
            advice = "build this stage on one that ends above the COPY, where the install does not need the sources".to_string();
        }
        let advice = format!("{advice}; concerned: {}", lines(&at));
        let weight = EDITS * 0.7 * cost;
        let ids = std::iter::once(breaker.id).chain(again.iter().map(|step| step.id)).collect();
        points.push(point(PointKind::Rebuild, breaker.line, title, advice, ids, weight));
    }
}

/// The files of the context in which an install of the manager finds what to install.
fn files(step: &Step, manager: &str) -> Vec<String> {
    let mut files: Vec<String> = Vec::new();
    for call in step.effects.packages.iter().filter(|call| call.manager == manager) {
        for file in &call.files {
            if !file.contains("://") && !files.contains(file) {
                files.push(file.clone());
            }
        }
    }
    files
}

/// Whether the step installs what does not come out of the sources.
fn installs(step: &Step) -> bool {
    step.effects.packages.iter().any(|call| {
        let fetches = matches!(call.verb.as_str(), "install" | "upgrade" | "download");
        // A project that is installed itself needs its sources; the dependencies come along.
        let project = call.names.iter().any(|name| name.starts_with(['.', '/']) || name.contains("${"));
        fetches && !project
    })
}

/// Whether the dependencies of the project are there already, by a step that does not run again: what is left is
/// to install the project itself.
fn has_dependencies(picture: &Picture, step: &Step) -> bool {
    let whole = |step: &Step, manager: Option<&str>| {
        step.effects.packages.iter().any(|call| {
            let of_project = !is_of_system(&call.manager) && call.manager != "pip" && call.names.is_empty();
            let fetches = matches!(call.verb.as_str(), "install" | "download");
            fetches && of_project && manager.is_none_or(|manager| call.manager == manager)
        })
    };
    let own = manager(step);
    let chain = chain(picture, step.stage);
    let mut earlier = picture.steps.iter().filter(|one| one.id < step.id && chain.contains(&one.stage));
    whole(step, Some(&own)) && earlier.any(|one| one.again.source != Runs::Yes && whole(one, Some(&own)))
}

/// A stage and those that it is built on, from the first.
fn chain(picture: &Picture, stage: usize) -> Vec<usize> {
    let mut chain = vec![stage];
    let parent = |stage: &usize| picture.stages.get(*stage).and_then(|stage| stage.parent);
    while let Some(parent) = chain.last().and_then(parent) {
        chain.push(parent);
    }
    chain.reverse();
    chain
}

/// What runs a compiler, by manager, and where that keeps what it has made.
const COMPILERS: [(&str, [&str; 2], &str); 2] = [
    ("go", ["go build", "go install"], "`/root/.cache/go-build`"),
    ("cargo", ["cargo build", "cargo install --path"], "the folder `target` and `/usr/local/cargo/registry`"),
];

/// Programs that are compiled from nothing after each change of a source file.
pub fn compilers(picture: &Picture, points: &mut Vec<Point>) {
    for step in picture.steps.iter().filter(|step| step.built && step.again.source == Runs::Yes) {
        let builds = |step: &Step, (manager, words, _): &(&str, [&str; 2], &str)| {
            let manages = |call: &Packages| call.manager == *manager;
            step.effects.packages.iter().any(manages) && words.iter().any(|words| step.text.contains(words))
        };
        let Some(compiler) = COMPILERS.iter().find(|compiler| builds(step, compiler)) else { continue };
        let chain = chain(picture, step.stage);
        let mut earlier = picture.steps.iter().filter(|one| one.id < step.id && chain.contains(&one.stage));
        // Dependencies that were compiled before the sources came are not compiled again.
        let compiled = earlier.any(|one| {
            one.again.source != Runs::Yes && (builds(one, compiler) || one.text.contains("chef cook"))
        });
        if compiled || step.text.contains("type=cache") {
            continue;
        }
        let title =
            format!("every change of a source file lets `{}` compile all there is", short(&step.text));
        let advice =
            format!("mount a cache over {}, so that what did not change is not compiled again", compiler.2);
        let weight = EDITS * 0.7 * 0.2 * weight(step);
        points.push(point(PointKind::Rebuild, step.line, title, advice, vec![step.id], weight));
    }
}

fn manager(step: &Step) -> String {
    let installs = step.effects.packages.iter().filter(|call| call.verb == "install");
    let language = installs.clone().find(|call| !is_of_system(&call.manager));
    language.or_else(|| installs.clone().next()).map(|call| call.manager.clone()).unwrap_or_default()
}

/// The step at which the cache breaks for this one: the last one before it, in its stage or below, whose own
/// inputs change and that stands nearest to the start.
fn breaker<'p>(picture: &'p Picture, step: &Step, scenario: Scenario) -> Option<&'p Step> {
    chain(picture, step.stage).into_iter().find_map(|stage| {
        let of_stage = picture.steps.iter().filter(|one| one.stage == stage && one.id < step.id);
        of_stage.into_iter().find(|one| one.own.get(scenario) == Runs::Yes)
    })
}

/// Values that differ from build to build, above steps that do not use them.
pub fn arguments(picture: &Picture, points: &mut Vec<Point>) {
    let Some(changes) = picture.scenarios.iter().find(|one| one.scenario == Scenario::Argument) else {
        return;
    };
    if changes.changes.is_empty() {
        return;
    }
    let mentions = |step: &Step| changes.changes.iter().any(|name| step.text.contains(name.as_str()));
    let steps =
        || picture.steps.iter().filter(|step| step.again.argument == Runs::Yes && step.cost >= Cost::M);
    // What is built out of sources may look at any variable; and what stands behind a step that uses one runs
    // again with it.
    let may_use = |step: &Step| {
        let builds = step.effects.packages.iter().any(|call| call.verb == "build");
        mentions(step) || builds || !step.effects.unknown.is_empty() || !step.effects.complete
    };
    let uses = |step: &Step| matches!(step.op.as_str(), "RUN" | "COPY" | "ADD" | "WORKDIR") && may_use(step);
    let behind_use = |step: &Step| {
        picture.steps.iter().any(|one| one.stage == step.stage && one.id < step.id && one.built && uses(one))
    };
    let needless: Vec<&Step> = steps().filter(|step| !may_use(step) && !behind_use(step)).collect();
    let per_build = changes.changes.iter().any(|name| crate::optimize::key::is_per_build(name, false));
    let Some(first) = needless.first().filter(|_| per_build) else { return };
    // Where the image itself depends on it, there is no better place.
    let from_start =
        picture.steps.iter().any(|step| step.stage == first.stage && step.own.argument == Runs::Yes);
    if !from_start {
        return;
    }
    let declared = picture.steps.iter().find(|step| {
        step.op == "ARG"
            && step.stage == first.stage
            && changes.changes.iter().any(|name| step.text.contains(name.as_str()))
    });
    let cost: f64 = needless.iter().map(|step| weight(step)).sum();
    let names = changes.changes.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let title = format!("a new value of {names} runs `{}` again, which does not use it", short(&first.text));
    let at: Vec<u32> = needless.iter().map(|step| step.line).collect();
    let advice = format!("declare it just above its first use; concerned: {}", lines(&at));
    let ids = declared.into_iter().chain(needless.iter().copied()).map(|step| step.id).collect();
    let line = declared.map_or(first.line, |step| step.line);
    points.push(point(PointKind::Rebuild, line, title, advice, ids, EDITS * 0.3 * cost));
}

/// An index that is fetched in a RUN of its own comes from the cache for ever.
pub fn stale_index(picture: &Picture, points: &mut Vec<Point>) {
    for step in picture.steps.iter().filter(|step| step.built) {
        let calls = &step.effects.packages;
        let updates = calls.iter().find(|call| call.verb == "update");
        let only = calls.iter().all(|call| !matches!(call.verb.as_str(), "install" | "upgrade"));
        let Some(call) = updates.filter(|call| only && is_of_system(&call.manager)) else { continue };
        let installs = picture.steps.iter().find(|later| {
            later.id > step.id
                && later.stage == step.stage
                && later
                    .effects
                    .packages
                    .iter()
                    .any(|own| own.manager == call.manager && own.verb == "install")
        });
        let Some(installs) = installs else { continue };
        let title = format!(
            "`{}` stays in the cache while `{}` changes, which then installs from an old index",
            short(&step.text),
            short(&installs.text)
        );
        let advice = "put both into one RUN".to_string();
        points.push(point(PointKind::Rebuild, step.line, title, advice, vec![step.id, installs.id], 60.0));
    }
}
