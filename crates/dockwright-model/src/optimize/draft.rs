//! [`StepDraft`]: a step before it is measured, and the walk over the file that finds the steps.

use std::collections::{BTreeSet, HashMap};

use super::commands::{LocatedCommand, locate_commands};
use super::model::StepState;
use super::step_inputs::{ArgEnvironment, ArgNames, StepInputs, is_per_build};
use crate::semantic::expand::{Expansion, ExpansionMode, expand};
use crate::semantic::scope::ScopeId;
use crate::semantic::{Run, Semantics, StageBaseKind, base_image};
use crate::syntax::{Arguments, Instruction, Kind, Word};

/// An instruction at the place where it is executed.
#[derive(Debug)]
pub struct StepDraft<'s, 'a> {
    /// For a trigger, the instruction after ONBUILD.
    pub instruction: &'a Instruction<'a>,
    /// For a trigger, the FROM that executes it.
    pub anchor: &'a Instruction<'a>,
    pub stage: usize,
    pub fired: bool,
    /// The RUN, with its commands.
    pub run: Option<&'s Run<'a>>,
    /// The commands with their effects and directories.
    pub commands: Vec<LocatedCommand<'s>>,
    /// The state before it.
    pub state: StepState,
    /// Its inputs, by which BuildKit caches it.
    pub key: StepInputs,
    /// Whether a build counts it as a step: RUN, COPY, ADD, WORKDIR.
    pub counts: bool,
    /// The destination of COPY and ADD, or the directory of WORKDIR: an absolute path, if it is known. It ends with
    /// `/` if it does in the file.
    pub destination: Option<String>,
}

impl StepDraft<'_, '_> {
    /// Whether it makes a layer.
    pub(crate) fn makes_layer(&self) -> bool {
        self.counts && !(self.instruction.kind == Kind::Workdir && self.destination.as_deref() == Some("/"))
    }
}

/// The state of a stage during the walk.
#[derive(Debug, Clone, Default)]
pub(super) struct StageWalk {
    pub environment: ArgEnvironment,
    pub user: ArgNames,
    pub workdir: ArgNames,
    pub state: StepState,
}

/// The steps of all stages, in order, and the build arguments that the image of each stage depends on.
pub struct StepDrafts<'s, 'a> {
    pub steps: Vec<StepDraft<'s, 'a>>,
    pub(crate) from_args: Vec<ArgNames>,
    /// Build arguments that stages declare, in file order, and whether a default is given.
    pub declared: Vec<(String, bool)>,
}

impl StepDrafts<'_, '_> {
    /// The build arguments whose names suggest a new value in every build.
    pub(super) fn per_build_arguments(&self) -> BTreeSet<String> {
        let declared = self.declared.iter().filter(|(name, has_default)| is_per_build(name, *has_default));
        declared.map(|(name, _)| name.clone()).collect()
    }
}

pub(super) struct StepBuilder<'s, 'a> {
    pub semantics: &'s Semantics<'a>,
    runs: HashMap<u32, &'s Run<'a>>,
    pub global: ArgEnvironment,
    /// The walk at the end of each stage.
    ends: Vec<StageWalk>,
    pub(crate) drafts: StepDrafts<'s, 'a>,
}

/// Walks over the file.
pub fn draft_steps<'s, 'a>(semantics: &'s Semantics<'a>) -> StepDrafts<'s, 'a> {
    let runs = semantics.runs.iter().map(|run| (run.instruction.span.start, run)).collect();
    let drafts = StepDrafts { steps: Vec::new(), from_args: Vec::new(), declared: Vec::new() };
    let mut drafter =
        StepBuilder { semantics, runs, global: ArgEnvironment::default(), ends: Vec::new(), drafts };
    let mut walk: Option<StageWalk> = None;
    for instruction in semantics.file.instructions() {
        match (&instruction.arguments, &mut walk) {
            (Arguments::From(_), _) => {
                drafter.ends.extend(walk.take());
                walk = Some(drafter.start_stage(instruction));
            }
            (_, Some(walk)) => drafter.process_instruction(walk, instruction, None),
            (Arguments::Declarations(_), None) => drafter.process_global_arg(instruction),
            _ => {}
        }
    }
    drafter.drafts
}

impl<'a> StepBuilder<'_, 'a> {
    /// Processes an ARG before the first FROM.
    fn process_global_arg(&mut self, instruction: &'a Instruction<'a>) {
        let Arguments::Declarations(declarations) = &instruction.arguments else { return };
        for declaration in declarations {
            let mut args = ArgNames::single(&declaration.name.text);
            if let Some(default) = &declaration.default {
                let scope = self.semantics.build.scopes.scope_before(instruction.span.start);
                args.add(&self.build_args_in_text(&default.text, scope, &self.global));
            }
            let name = declaration.name.text.clone();
            self.global.set(&name, &args);
        }
    }

    /// Processes a FROM: the initial state of a stage. Fires the triggers of the stage that it is built on.
    fn start_stage(&mut self, from: &'a Instruction<'a>) -> StageWalk {
        let index = self.drafts.from_args.len();
        let build = &self.semantics.build;
        let mut args = ArgNames::default();
        let Some(stage) = build.stages.get(index) else {
            self.drafts.from_args.push(args);
            return StageWalk::default();
        };
        let words = std::iter::once(&stage.arguments.image).chain(stage.platform_word());
        for word in words {
            args.add(&self.build_args_in_text(&word.text, build.global, &self.global));
        }
        self.drafts.from_args.push(args);
        let mut walk = match stage.base {
            StageBaseKind::Stage(parent) => self.ends.get(parent).cloned().unwrap_or_default(),
            base => {
                StageWalk { state: state_of_base_image(base, stage.image.value()), ..StageWalk::default() }
            }
        };
        if let StageBaseKind::Stage(parent) = stage.base {
            let triggers = build.stages.get(parent).map(|parent| parent.triggers.clone()).unwrap_or_default();
            for outer in triggers.into_iter().take(super::MAX_STEPS) {
                if let Arguments::Onbuild(inner) = &outer.arguments {
                    self.process_instruction(&mut walk, inner, Some(from));
                }
            }
        }
        walk
    }

    /// Processes an instruction of a stage. `fired`: the FROM that executes it, if it is a trigger.
    fn process_instruction(
        &mut self,
        walk: &mut StageWalk,
        instruction: &'a Instruction<'a>,
        fired: Option<&'a Instruction<'a>>,
    ) {
        if self.drafts.steps.len() >= super::MAX_STEPS {
            return;
        }
        let Some(stage) = self.drafts.from_args.len().checked_sub(1) else { return };
        let at = fired.unwrap_or(instruction).span.start;
        let scope = self.semantics.build.scopes.scope_before(at);
        let state = walk.state.clone();
        let run = self.runs.get(&instruction.span.start).copied().filter(|_| instruction.kind == Kind::Run);
        let source = self.semantics.file.source;
        let commands = run.map_or_else(Vec::new, |run| locate_commands(run, &state, source));
        let (key, destination) = self.step_inputs(walk, instruction, scope, fired.is_some());
        self.drafts.steps.push(StepDraft {
            instruction,
            anchor: fired.unwrap_or(instruction),
            stage,
            fired: fired.is_some(),
            run,
            commands,
            state,
            counts: matches!(instruction.kind, Kind::Run | Kind::Copy | Kind::Add | Kind::Workdir),
            key,
            destination,
        });
    }

    /// Expands a word.
    pub(super) fn expand_value<'t>(&self, text: &'t str, scope: ScopeId, fired: bool) -> Expansion<'t> {
        let escape = if fired { b'\\' } else { self.semantics.file.escape };
        expand(text, escape, ExpansionMode::Word, &self.semantics.build.scopes.environment(scope))
    }

    /// The build arguments on which a text depends.
    pub(super) fn build_args_in_text(
        &self,
        text: &str,
        scope: ScopeId,
        environment: &ArgEnvironment,
    ) -> ArgNames {
        let mut args = ArgNames::default();
        if text.contains('$') {
            let expansion = self.expand_value(text, scope, false);
            for used in &expansion.uses {
                args.add(&environment.args_of_variable(used.name));
            }
        }
        args
    }

    pub(super) fn build_args_in_word(&self, word: &Word<'_>, scope: ScopeId, walk: &StageWalk) -> ArgNames {
        self.build_args_in_text(&word.text, scope, &walk.environment)
    }
}

/// The settings of a base image.
fn state_of_base_image(base: StageBaseKind, reference: &str) -> StepState {
    if base == StageBaseKind::Scratch {
        return StepState { user: Some("root".to_string()), workdir: Some("/".to_string()), shell: None };
    }
    let Some(image) = base_image::find_base_image(reference) else { return StepState::default() };
    let facts = image.facts;
    StepState {
        user: facts.user.clone(),
        workdir: facts.workdir.clone(),
        shell: (facts.has_default_shell == Some(true)).then(|| "/bin/sh -c".to_string()),
    }
}
