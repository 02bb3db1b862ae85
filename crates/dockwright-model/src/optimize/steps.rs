//! The steps as reports show them.

use super::ReportInputs;
use super::amounts;
use super::commands::{LocatedCommand, is_shell_text_complete};
use super::cost::{cost_class, estimate_seconds};
use super::draft::{StepDraft, StepDrafts};
use super::graph::StageGraph;
use super::manifest::is_manifest_source;
use super::model::{CommandEffects, PackageRequest, RebuildByScenario, StepReport, StepState, Volatility};
use super::time::fill_in_step_times;
use super::waste::LayerSizes;
use crate::facts::packages;
use crate::semantic::secrets::HiddenSecrets;
use crate::semantic::{Semantics, StageBaseKind};
use crate::syntax::Kind;

/// One for each draft; which changes rebuild them is filled in later.
pub(super) fn report_steps(
    semantics: &Semantics<'_>,
    drafts: &StepDrafts<'_, '_>,
    graph: &StageGraph,
    account: &LayerSizes,
    inputs: &ReportInputs<'_>,
) -> Vec<StepReport> {
    let labels = step_labels(semantics, drafts);
    let source = semantics.file.source;
    let hidden = HiddenSecrets::find(semantics);
    let steps = drafts.steps.iter().zip(labels).enumerate();
    let mut steps: Vec<StepReport> = steps
        .map(|(id, (draft, label))| {
            let commands = &draft.commands;
            let (line, end_line) = semantics.first_and_last_line(draft.anchor.span);
            StepReport {
                id,
                stage: draft.stage,
                line,
                end_line,
                op: instruction_name(draft),
                text: if hidden.is_empty() {
                    instruction_text(draft, source)
                } else {
                    masked_text(draft, &hidden, source)
                },
                lines: hidden
                    .masked_text_of_span(draft.instruction.span, source)
                    .lines()
                    .map(str::to_string)
                    .collect(),
                fired: draft.fired,
                seconds: label
                    .as_deref()
                    .filter(|_| graph.is_stage_needed(draft.stage))
                    .and_then(|label| inputs.timings?.seconds_of_step(label)),
                label,
                layer: draft.makes_layer(),
                built: graph.is_stage_needed(draft.stage),
                ships: graph.is_stage_in_image(draft.stage),
                state: StepState { ..draft.state.clone() },
                adds: account.adds.get(id).copied().unwrap_or_default(),
                amounts: amounts::step_size_parts(
                    account.adds.get(id).copied().unwrap_or_default(),
                    account.shares.get(id).map_or(&[], Vec::as_slice),
                    || debian_release_of_step(semantics, draft),
                ),
                volatility: Volatility::Text,
                cost: if draft.counts { cost_class(draft, commands) } else { super::Cost::XS },
                again: RebuildByScenario::default(),
                own: RebuildByScenario::default(),
                effects: command_effects(draft, commands),
                time: if draft.counts { estimate_seconds(draft, commands) } else { 0.0 },
                download_time: 0.0,
                rebuild_time: 0.0,
            }
        })
        .collect();
    fill_in_step_times(&mut steps, drafts, graph);
    steps
}

fn instruction_name(draft: &StepDraft<'_, '_>) -> String {
    match draft.instruction.kind {
        Kind::Unknown => draft.instruction.keyword.text.to_uppercase(),
        kind => kind.name().to_string(),
    }
}

/// The instruction on one line: continuations and runs of spaces become one space.
fn instruction_text(draft: &StepDraft<'_, '_>, source: &[u8]) -> String {
    let instruction = draft.instruction;
    let mut words: Vec<String> = vec![instruction_name(draft)];
    words.extend(
        instruction.flags.iter().map(|flag| String::from_utf8_lossy(flag.span.bytes(source)).into_owned()),
    );
    words.push(instruction.rest.text.to_string());
    for heredoc in &instruction.heredocs {
        words.push(String::from_utf8_lossy(heredoc.body.bytes(source)).into_owned());
    }
    words.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of the step with its secrets masked.
fn masked_text(draft: &StepDraft<'_, '_>, hidden: &HiddenSecrets, source: &[u8]) -> String {
    let text = hidden.masked_text_of_span(draft.instruction.span, source);
    let lines = text.lines().map(|line| line.trim_end().trim_end_matches(['\\', '`']).trim());
    lines.filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join(" ")
}

fn command_effects(draft: &StepDraft<'_, '_>, commands: &[LocatedCommand<'_>]) -> CommandEffects {
    let mut effects = CommandEffects { complete: is_shell_text_complete(draft), ..CommandEffects::default() };
    for one in commands {
        effects.network |= one.effects.network && !one.effects.unknown;
        if one.effects.unknown {
            let name = one.command.name.clone().unwrap_or_else(|| "?".to_string());
            if !effects.unknown.contains(&name) {
                effects.unknown.push(name);
            }
        }
        if let Some(call) = &one.effects.packages {
            let words = call.words(one.command);
            effects.packages.push(PackageRequest {
                manager: call.manager.to_string(),
                verb: call.verb.name().to_string(),
                names: words.map(|word| word.text.clone()).collect(),
            });
        }
    }
    effects
}

/// The source of the estimates of a RUN: `bookworm`, and whether it replaces Ubuntu. What a COPY takes from another stage
/// is estimated only for language packages.
fn debian_release_of_step(
    semantics: &Semantics<'_>,
    draft: &StepDraft<'_, '_>,
) -> Option<(packages::DebianRelease, bool)> {
    draft.run?;
    let base = semantics.base_image(draft.stage)?;
    Some((packages::installed_system_of_image(&base.image)?.release(), base.image.name == "ubuntu"))
}

/// The label of each step in a build: `2/5`, after the name of the stage if there are several. An external image
/// counts as the first step.
fn step_labels(semantics: &Semantics<'_>, drafts: &StepDrafts<'_, '_>) -> Vec<Option<String>> {
    let stages = &semantics.build.stages;
    let mut totals: Vec<usize> =
        stages.iter().map(|stage| usize::from(stage.base == StageBaseKind::Image)).collect();
    let mut at = totals.clone();
    for draft in drafts.steps.iter().filter(|draft| draft.counts) {
        if let Some(total) = totals.get_mut(draft.stage) {
            *total += 1;
        }
    }
    // An image in a mount or a `COPY --from` also counts as a stage.
    let named = stages.len() > 1
        || drafts.steps.iter().any(|draft| {
            draft.instruction.flag("mount").is_some()
                || draft
                    .key
                    .taken
                    .iter()
                    .any(|taken| matches!(taken.origin, super::step_inputs::CopiedOrigin::Image(_)))
        });
    drafts
        .steps
        .iter()
        .map(|draft| {
            let (index, total) = (at.get_mut(draft.stage)?, totals.get(draft.stage)?);
            if !draft.counts {
                return None;
            }
            *index += 1;
            let place = format!("{index}/{total}");
            if !named {
                return Some(place);
            }
            let stage = stages.get(draft.stage)?;
            Some(match &stage.name {
                Some(name) => format!("{name} {place}"),
                None => format!("stage-{} {place}", draft.stage),
            })
        })
        .collect()
}

/// How often a step changes: the most frequent change of its own inputs and of all steps before it.
pub(super) fn step_volatilities(
    drafts: &StepDrafts<'_, '_>,
    graph: &StageGraph,
    per_build: &std::collections::BTreeSet<String>,
) -> Vec<Volatility> {
    let mut ends: Vec<Volatility> = Vec::new();
    let mut found = Vec::with_capacity(drafts.steps.len());
    for draft in &drafts.steps {
        while ends.len() <= draft.stage {
            let stage = ends.len();
            let parent = graph.parent(stage).and_then(|parent| ends.get(parent).copied());
            let image = graph.image(stage).filter(|image| !super::graph::has_digest(image));
            let from = drafts.from_args.get(stage).is_some_and(|args| args.contain_any_argument(per_build));
            ends.push(match (parent, image) {
                _ if from => Volatility::Build,
                (Some(parent), _) => parent,
                (None, Some(_)) => Volatility::Base,
                (None, None) => Volatility::Text,
            });
        }
        let own = volatility_of_step(draft, &ends, per_build);
        let before = ends.get(draft.stage).copied().unwrap_or(Volatility::Text);
        let volatility = if draft.key.free { own } else { own.max(before) };
        if draft.counts
            && let Some(end) = ends.get_mut(draft.stage)
        {
            *end = (*end).max(volatility);
        }
        found.push(if draft.counts { volatility } else { Volatility::Text });
    }
    found
}

fn volatility_of_step(
    draft: &StepDraft<'_, '_>,
    ends: &[Volatility],
    per_build: &std::collections::BTreeSet<String>,
) -> Volatility {
    if draft.key.args.contain_any_argument(per_build) {
        return Volatility::Build;
    }
    let reads = draft.key.reads.iter().map(|read| {
        if is_manifest_source(&read.pattern) { Volatility::Manifest } else { Volatility::Source }
    });
    let taken = draft.key.taken.iter().map(|taken| match &taken.origin {
        super::step_inputs::CopiedOrigin::Stage(stage) => {
            ends.get(*stage).copied().unwrap_or(Volatility::Text)
        }
        super::step_inputs::CopiedOrigin::Image(_) => Volatility::Base,
    });
    reads.chain(taken).max().unwrap_or(Volatility::Text)
}
