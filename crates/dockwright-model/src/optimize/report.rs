//! [`build_report`]: puts the parts together.

use super::amounts;
use super::bytes::Bytes;
use super::draft::StepDrafts;
use super::graph::{StageGraph, has_digest};
use super::model::{
    BaseImageReport, CauseTotal, ClassCount, Cost, FileReport, Rebuilt, ReportedBuildError, Scenario,
    ScenarioReport, StageReport, StageTransfer, StepRange, StepReport, Totals, WasteCause, WastedBytes,
};
use super::scenario::{ScenarioChange, simulate_change};
use super::scenario_changes::SourceChooser;
use super::stages::base_image_bytes;
use super::step_inputs::CopiedOrigin;
use super::steps::{report_steps, step_volatilities};
use super::waste::compute_layer_account;
use super::{ReportError, ReportInputs, StepOutline, context};
use crate::facts::images;
use crate::semantic::build::BuildConversionStep as FrontendPhase;
use crate::semantic::{Semantics, StageBaseKind, View, base_image};
use crate::syntax;

/// The report of a file.
///
/// # Errors
/// There is nothing to build, or no such target, or the file is too long.
pub fn build_report(name: &str, source: &[u8], inputs: &ReportInputs<'_>) -> Result<FileReport, ReportError> {
    let file = syntax::parse(source);
    let semantics = Semantics::new(&file, View::Exact);
    let StepOutline { drafts, graph, .. } = StepOutline::new(&semantics, inputs.target)?;
    let account = compute_layer_account(&semantics, &drafts, &graph, inputs.files);
    let mut steps = report_steps(&semantics, &drafts, &graph, &account, inputs);
    let chooser =
        SourceChooser { drafts: &drafts, graph: &graph, files: inputs.files, touch: inputs.touch, source };
    let changes = Scenario::ALL.map(|scenario| (scenario, chooser.choose_scenario_change(scenario)));
    let mut scenarios = Vec::new();
    for (scenario, change) in &changes {
        let outcome = simulate_change(&drafts, &graph, change);
        for ((step, again), own) in steps.iter_mut().zip(outcome.again).zip(outcome.own) {
            if step.built {
                step.again.set(*scenario, again);
                step.own.set(*scenario, own);
            }
        }
        let unknown =
            *scenario == Scenario::Manifest && change.touch.is_none() && chooser.may_copy_manifest();
        scenarios.push(ScenarioReport { unknown, ..scenario_report(*scenario, change, &steps) });
    }
    let per_build = drafts.per_build_arguments();
    for (step, volatility) in steps.iter_mut().zip(step_volatilities(&drafts, &graph, &per_build)) {
        step.volatility = volatility;
    }
    let totals = total_bytes(&steps, &account.waste);
    let context = inputs.files.map(|files| context::context_report(files, &drafts.steps, &steps, &graph));
    let mut report = FileReport {
        file: name.to_string(),
        target: graph.target.map(|target| display_name(&semantics, target)),
        refused: first_refusal(&semantics),
        base: base_image_report(&semantics, &graph),
        stages: build_stage_reports(&semantics, &drafts, &graph),
        steps,
        scenarios,
        waste: account.waste,
        totals,
        context,
        assumptions: Vec::new(),
    };
    report.assumptions = list_assumptions(&report, inputs);
    Ok(report)
}

fn display_name(semantics: &Semantics<'_>, stage: usize) -> String {
    semantics.stages.get(stage).map_or_else(|| stage.to_string(), crate::semantic::Stage::display_name)
}

fn scenario_report(scenario: Scenario, change: &ScenarioChange, steps: &[StepReport]) -> ScenarioReport {
    let that = |runs: Rebuilt| {
        steps
            .iter()
            .filter(move |step| step.built && step.again.rebuilt_in_scenario(scenario) == runs)
            .map(|step| step.id)
    };
    let again: Vec<usize> = that(Rebuilt::Yes).collect();
    let maybe: Vec<usize> = that(Rebuilt::Maybe).collect();
    let of =
        |ids: &[usize]| sum_seconds(ids.iter().filter_map(|id| steps.get(*id)).map(|step| step.rebuild_time));
    let classes = Cost::ALL.into_iter().filter_map(|cost| {
        let count = again.iter().filter(|id| steps.get(**id).is_some_and(|step| step.cost == cost)).count();
        (count > 0).then_some(ClassCount { cost, steps: count })
    });
    let (least, possible) = (of(&again), of(&maybe));
    let mut changes: Vec<String> = change.touch.iter().map(|touch| touch.path.clone()).collect();
    changes.extend(change.image.clone());
    changes.extend(change.args.iter().cloned());
    ScenarioReport {
        scenario,
        changes,
        unknown: false,
        exact: change.touch.as_ref().is_none_or(|touch| touch.exact),
        breaks_at: again.first().or(maybe.first()).copied(),
        classes: classes.collect(),
        seconds: StepRange { least, most: least + possible },
        again,
        maybe,
    }
}

/// The sum; zero for no steps. (The standard sum of nothing is a negative zero, which JSON would show.)
fn sum_seconds(seconds: impl Iterator<Item = f64>) -> f64 {
    seconds.fold(0.0, |sum, one| sum + one)
}

fn total_bytes(steps: &[StepReport], waste: &[WastedBytes]) -> Totals {
    let shipped = || steps.iter().filter(|step| step.ships && step.layer);
    let by_cause = WasteCause::ALL.into_iter().filter_map(|cause| {
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
        full_build: sum_seconds(steps.iter().filter(|step| step.built).map(|step| step.time)),
    }
}

fn first_refusal(semantics: &Semantics<'_>) -> Option<ReportedBuildError> {
    let syntax = semantics.file.errors.first().map(|error| (error.span, error.message.clone()));
    let convert = semantics
        .build
        .refusals
        .iter()
        .find(|refusal| refusal.certain && refusal.step >= FrontendPhase::Instructions);
    let (span, message) =
        syntax.or_else(|| convert.map(|refusal| (refusal.error.span, refusal.error.message.clone())))?;
    Some(ReportedBuildError { line: semantics.line(span.start), message })
}

fn base_image_report(semantics: &Semantics<'_>, graph: &StageGraph) -> Option<BaseImageReport> {
    let root = graph.image_root_stage()?;
    let Some(reference) = graph.image(root) else {
        let is_scratch = semantics.build.stages.get(root)?.base == StageBaseKind::Scratch;
        return is_scratch.then(|| BaseImageReport {
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
    let image = images::image_size(reference);
    Some(BaseImageReport {
        reference: reference.to_string(),
        known: base_image::find_base_image(reference).is_some(),
        system,
        pinned: has_digest(reference),
        bytes: base_image_bytes(reference),
        amounts: amounts::image_size_parts(image.as_ref()),
    })
}

fn build_stage_reports(
    semantics: &Semantics<'_>,
    drafts: &StepDrafts<'_, '_>,
    graph: &StageGraph,
) -> Vec<StageReport> {
    let moving = graph.base_image_that_changes();
    let mut stages: Vec<StageReport> = semantics
        .build
        .stages
        .iter()
        .enumerate()
        .map(|(index, stage)| StageReport {
            index,
            name: semantics.stages.get(index).and_then(|stage| stage.alias()).map(str::to_string),
            line: semantics.line(stage.from.span.start),
            from: stage.image.value().to_string(),
            parent: graph.parent(index),
            takes: Vec::new(),
            built: graph.is_stage_needed(index),
            ships: graph.is_stage_in_image(index),
            base_moves: moving.is_some() && graph.image(index) == moving,
        })
        .collect();
    for draft in &drafts.steps {
        for taken in &draft.key.taken {
            if let (CopiedOrigin::Stage(from), Some(stage)) = (&taken.origin, stages.get_mut(draft.stage)) {
                stage.takes.push(StageTransfer {
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

fn list_assumptions(report: &FileReport, inputs: &ReportInputs<'_>) -> Vec<String> {
    let mut all = vec!["BuildKit builds the image, on a machine that keeps its build cache".to_string()];
    match inputs.files {
        Some(files) if files.assumed => all.push(format!(
            "the build context is the directory `{}`, because all sources of `COPY` are there (`--context` sets another one)",
            files.directory
        )),
        Some(_) => {}
        None => all.push(
            "the build context is unknown, and so are the sizes of copied files (`--context` sets it)".to_string(),
        ),
    }
    if report.steps.iter().all(|step| step.seconds.is_none()) {
        all.push(
            "times are typical values for the commands (`--timings` takes them from a build log)".to_string(),
        );
    }
    all.push("build arguments have their default values".to_string());
    all
}
