//! [`picture`]: puts the parts together.

use super::amounts;
use super::bytes::Bytes;
use super::choice::Chooser;
use super::draft::Drafts;
use super::graph::{Graph, is_pinned};
use super::key::Origin;
use super::model::{
    BaseImage, Cause, CauseTotal, ClassCount, Cost, Picture, Range, Refused, Runs, Scenario, ScenarioPicture,
    Stage, Step, Take, Totals, Waste,
};
use super::scenario::{Change, outcome};
use super::steps::{steps, volatilities};
use super::waste::account;
use super::{Inputs, NoPicture, Outline, context};
use crate::facts::images;
use crate::semantic::build::Step as Phase;
use crate::semantic::{Base, Semantics, View, base_image};
use crate::syntax;

/// The picture of a file.
///
/// # Errors
/// There is nothing to build, or no such target, or the file is too long.
pub fn picture(name: &str, source: &[u8], inputs: &Inputs<'_>) -> Result<Picture, NoPicture> {
    let file = syntax::parse(source);
    let semantics = Semantics::new(&file, View::Exact);
    let Outline { drafts, graph, .. } = Outline::new(&semantics, inputs.target)?;
    let account = account(&semantics, &drafts, &graph, inputs.files);
    let mut steps = steps(&semantics, &drafts, &graph, &account, inputs);
    let chooser =
        Chooser { drafts: &drafts, graph: &graph, files: inputs.files, touch: inputs.touch, source };
    let changes = Scenario::ALL.map(|scenario| (scenario, chooser.change(scenario)));
    let mut scenarios = Vec::new();
    for (scenario, change) in &changes {
        let outcome = outcome(&drafts, &graph, change);
        for ((step, again), own) in steps.iter_mut().zip(outcome.again).zip(outcome.own) {
            if step.built {
                step.again.set(*scenario, again);
                step.own.set(*scenario, own);
            }
        }
        scenarios.push(scenario_picture(*scenario, change, &steps));
    }
    let per_build = changes.iter().map(|(_, change)| &change.args).find(|args| !args.is_empty());
    let per_build = per_build.cloned().unwrap_or_default();
    for (step, volatility) in steps.iter_mut().zip(volatilities(&drafts, &graph, &per_build)) {
        step.volatility = volatility;
    }
    let totals = totals(&steps, &account.waste);
    let context = inputs.files.map(|files| context::table(files, &drafts.steps, &steps, &graph));
    let mut picture = Picture {
        file: name.to_string(),
        target: graph.target.map(|target| display_name(&semantics, target)),
        refused: refused(&semantics),
        base: base(&semantics, &graph),
        stages: stages(&semantics, &drafts, &graph),
        steps,
        scenarios,
        waste: account.waste,
        totals,
        context,
        assumptions: Vec::new(),
    };
    picture.assumptions = assumptions(&picture, inputs);
    Ok(picture)
}

fn display_name(semantics: &Semantics<'_>, stage: usize) -> String {
    semantics.stages.get(stage).map_or_else(|| stage.to_string(), crate::semantic::Stage::display_name)
}

fn scenario_picture(scenario: Scenario, change: &Change, steps: &[Step]) -> ScenarioPicture {
    let that = |runs: Runs| {
        steps.iter().filter(move |step| step.built && step.again.get(scenario) == runs).map(|step| step.id)
    };
    let again: Vec<usize> = that(Runs::Yes).collect();
    let maybe: Vec<usize> = that(Runs::Maybe).collect();
    let of =
        |ids: &[usize]| ids.iter().filter_map(|id| steps.get(*id)).map(|step| step.rebuild_time).sum::<f64>();
    let classes = Cost::ALL.into_iter().filter_map(|cost| {
        let count = again.iter().filter(|id| steps.get(**id).is_some_and(|step| step.cost == cost)).count();
        (count > 0).then_some(ClassCount { cost, steps: count })
    });
    let (least, possible) = (of(&again), of(&maybe));
    let mut changes: Vec<String> = change.touch.iter().map(|touch| touch.path.clone()).collect();
    changes.extend(change.image.clone());
    changes.extend(change.args.iter().cloned());
    ScenarioPicture {
        scenario,
        changes,
        exact: change.touch.as_ref().is_none_or(|touch| touch.exact),
        breaks_at: again.first().or(maybe.first()).copied(),
        classes: classes.collect(),
        seconds: Range { least, most: least + possible },
        again,
        maybe,
    }
}

fn totals(steps: &[Step], waste: &[Waste]) -> Totals {
    let shipped = || steps.iter().filter(|step| step.ships && step.layer);
    let by_cause = Cause::ALL.into_iter().filter_map(|cause| {
        let of_cause: Vec<Bytes> =
            waste.iter().filter(|one| one.cause == cause).map(|one| one.bytes).collect();
        let bytes: Bytes = of_cause.iter().copied().sum();
        (!of_cause.is_empty()).then_some(CauseTotal { cause, bytes })
    });
    Totals {
        layers: shipped().count(),
        adds: shipped().map(|step| step.adds).sum(),
        waste: waste.iter().map(|one| one.bytes).sum(),
        by_cause: by_cause.collect(),
        full_build: steps.iter().filter(|step| step.built).map(|step| step.time).sum(),
    }
}

fn refused(semantics: &Semantics<'_>) -> Option<Refused> {
    let syntax = semantics.file.errors.first().map(|error| (error.span, error.message.clone()));
    let convert = semantics
        .build
        .refusals
        .iter()
        .find(|refusal| refusal.certain && refusal.step >= Phase::Instructions);
    let (span, message) =
        syntax.or_else(|| convert.map(|refusal| (refusal.error.span, refusal.error.message.clone())))?;
    Some(Refused { line: semantics.line(span.start), message })
}

fn base(semantics: &Semantics<'_>, graph: &Graph) -> Option<BaseImage> {
    let root = graph.root()?;
    let Some(reference) = graph.image(root) else {
        let is_scratch = semantics.build.stages.get(root)?.base == Base::Scratch;
        return is_scratch.then(|| BaseImage {
            reference: "scratch".to_string(),
            known: true,
            system: None,
            pinned: true,
            bytes: Bytes::NONE,
            amounts: Vec::new(),
        });
    };
    let system = semantics.distribution(root).and_then(|distribution| {
        let id = distribution.id?;
        Some(distribution.release.map_or_else(|| id.clone(), |release| format!("{id} {release}")))
    });
    let image = images::size(reference);
    Some(BaseImage {
        reference: reference.to_string(),
        known: base_image::lookup(reference).is_some(),
        system,
        pinned: is_pinned(reference),
        bytes: image.as_ref().map_or(Bytes::UNKNOWN, |size| {
            if size.exact { Bytes::measured(size.disk) } else { Bytes::estimated(size.disk) }
        }),
        amounts: amounts::of_image(image.as_ref()),
    })
}

fn stages(semantics: &Semantics<'_>, drafts: &Drafts<'_, '_>, graph: &Graph) -> Vec<Stage> {
    let moving = graph.moving_image();
    let mut stages: Vec<Stage> = semantics
        .build
        .stages
        .iter()
        .enumerate()
        .map(|(index, stage)| Stage {
            index,
            name: semantics.stages.get(index).and_then(|stage| stage.alias()).map(str::to_string),
            line: semantics.line(stage.from.span.start),
            from: stage.image.value().to_string(),
            parent: graph.parent(index),
            takes: Vec::new(),
            built: graph.is_needed(index),
            ships: graph.is_shipped(index),
            base_moves: moving.is_some() && graph.image(index) == moving,
        })
        .collect();
    for draft in &drafts.steps {
        for taken in &draft.key.taken {
            if let (Origin::Stage(from), Some(stage)) = (&taken.origin, stages.get_mut(draft.stage)) {
                stage.takes.push(Take {
                    stage: *from,
                    line: semantics.line(draft.anchor.span.start),
                    paths: taken.paths.clone(),
                    mount: taken.mount,
                });
            }
        }
    }
    stages
}

fn assumptions(picture: &Picture, inputs: &Inputs<'_>) -> Vec<String> {
    let mut all = vec!["BuildKit builds the image, on a machine that keeps its build cache".to_string()];
    match inputs.files {
        Some(files) if files.assumed => all.push(format!(
            "the build context is the directory `{}`, because all sources of `COPY` are there (`--context` sets another one)",
            files.folder
        )),
        Some(_) => {}
        None => all.push(
            "the build context is unknown, and so are the sizes of copied files (`--context` sets it)".to_string(),
        ),
    }
    if picture.steps.iter().all(|step| step.seconds.is_none()) {
        all.push(
            "times are typical values for the commands (`--timings` takes them from a build log)".to_string(),
        );
    }
    all.push("build arguments have their default values".to_string());
    all
}
