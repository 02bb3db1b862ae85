//! [`Draft`]: a step while the picture is made, and the walk over the file that makes them.

use std::collections::HashMap;

use super::key::{Args, Environment, Key};
use super::model::State;
use crate::semantic::expand::{Expansion, Mode, expand};
use crate::semantic::scope::Scope;
use crate::semantic::{Base, Run, Semantics, base_image};
use crate::syntax::{Arguments, Instruction, Kind, Word};

/// An instruction in the place where it is built.
#[derive(Debug)]
pub struct Draft<'s, 'a> {
    /// For a trigger, what stands behind ONBUILD.
    pub instruction: &'a Instruction<'a>,
    /// For a trigger, the FROM that fires it.
    pub anchor: &'a Instruction<'a>,
    pub stage: usize,
    pub fired: bool,
    /// The commands of a RUN.
    pub run: Option<&'s Run<'a>>,
    /// What it finds.
    pub state: State,
    /// What it leaves: for the next instruction.
    pub key: Key,
    /// Whether a build counts it as a step: RUN, COPY, ADD, WORKDIR.
    pub counts: bool,
    /// The destination of COPY and ADD, or the folder of WORKDIR: an absolute path, where it is known. It ends
    /// with `/` where it is written so.
    pub destination: Option<String>,
}

impl Draft<'_, '_> {
    /// Whether it makes a layer.
    pub fn is_layer(&self) -> bool {
        self.counts && !(self.instruction.kind == Kind::Workdir && self.destination.as_deref() == Some("/"))
    }
}

/// The stage as far as it is walked.
#[derive(Debug, Clone, Default)]
pub(super) struct Walk {
    pub environment: Environment,
    pub user: Args,
    pub workdir: Args,
    pub state: State,
}

/// The steps of all stages, in order, and on which build arguments the image of each stage depends.
pub struct Drafts<'s, 'a> {
    pub steps: Vec<Draft<'s, 'a>>,
    pub from_args: Vec<Args>,
    /// Build arguments that stages declare, in file order, and whether a default is given.
    pub declared: Vec<(String, bool)>,
}

pub(super) struct Drafter<'s, 'a> {
    pub semantics: &'s Semantics<'a>,
    runs: HashMap<u32, &'s Run<'a>>,
    pub global: Environment,
    /// The walk at the end of each stage.
    ends: Vec<Walk>,
    pub drafts: Drafts<'s, 'a>,
}

/// Walks over the file.
pub fn drafts<'s, 'a>(semantics: &'s Semantics<'a>) -> Drafts<'s, 'a> {
    let runs = semantics.runs.iter().map(|run| (run.instruction.span.start, run)).collect();
    let drafts = Drafts { steps: Vec::new(), from_args: Vec::new(), declared: Vec::new() };
    let mut drafter = Drafter { semantics, runs, global: Environment::default(), ends: Vec::new(), drafts };
    let mut walk: Option<Walk> = None;
    for instruction in semantics.file.instructions() {
        match (&instruction.arguments, &mut walk) {
            (Arguments::From(_), _) => {
                drafter.ends.extend(walk.take());
                walk = Some(drafter.open(instruction));
            }
            (_, Some(walk)) => drafter.step(walk, instruction, None),
            (Arguments::Declarations(_), None) => drafter.global_arg(instruction),
            _ => {}
        }
    }
    drafter.drafts
}

impl<'a> Drafter<'_, 'a> {
    /// An ARG before the first FROM.
    fn global_arg(&mut self, instruction: &'a Instruction<'a>) {
        let Arguments::Declarations(declarations) = &instruction.arguments else { return };
        for declaration in declarations {
            let mut args = Args::one(&declaration.name.text);
            if let Some(default) = &declaration.default {
                let scope = self.semantics.build.scopes.before(instruction.span.start);
                args.add(&self.args_of(&default.text, scope, &self.global));
            }
            let name = declaration.name.text.clone();
            self.global.set(&name, &args);
        }
    }

    /// FROM: what a stage begins with; fires the triggers of the stage that it is built on.
    fn open(&mut self, from: &'a Instruction<'a>) -> Walk {
        let index = self.drafts.from_args.len();
        let build = &self.semantics.build;
        let mut args = Args::default();
        let Some(stage) = build.stages.get(index) else {
            self.drafts.from_args.push(args);
            return Walk::default();
        };
        let words = std::iter::once(&stage.arguments.image).chain(stage.platform_word());
        for word in words {
            args.add(&self.args_of(&word.text, build.global, &self.global));
        }
        self.drafts.from_args.push(args);
        let mut walk = match stage.base {
            Base::Stage(parent) => self.ends.get(parent).cloned().unwrap_or_default(),
            base => Walk { state: outside(base, stage.image.value()), ..Walk::default() },
        };
        if let Base::Stage(parent) = stage.base {
            let triggers = build.stages.get(parent).map(|parent| parent.triggers.clone()).unwrap_or_default();
            for outer in triggers.into_iter().take(super::MAX_STEPS) {
                if let Arguments::Onbuild(inner) = &outer.arguments {
                    self.step(&mut walk, inner, Some(from));
                }
            }
        }
        walk
    }

    /// An instruction of a stage; `fired` by a FROM, if it is a trigger.
    fn step(
        &mut self,
        walk: &mut Walk,
        instruction: &'a Instruction<'a>,
        fired: Option<&'a Instruction<'a>>,
    ) {
        if self.drafts.steps.len() >= super::MAX_STEPS {
            return;
        }
        let Some(stage) = self.drafts.from_args.len().checked_sub(1) else { return };
        let at = fired.unwrap_or(instruction).span.start;
        let scope = self.semantics.build.scopes.before(at);
        let state = walk.state.clone();
        let (key, destination) = self.key(walk, instruction, scope, fired.is_some());
        self.drafts.steps.push(Draft {
            instruction,
            anchor: fired.unwrap_or(instruction),
            stage,
            fired: fired.is_some(),
            run: self.runs.get(&instruction.span.start).copied().filter(|_| instruction.kind == Kind::Run),
            state,
            counts: matches!(instruction.kind, Kind::Run | Kind::Copy | Kind::Add | Kind::Workdir),
            key,
            destination,
        });
    }

    /// Expands a word.
    pub(super) fn value<'t>(&self, text: &'t str, scope: Scope, fired: bool) -> Expansion<'t> {
        let escape = if fired { b'\\' } else { self.semantics.file.escape };
        expand(text, escape, Mode::Word, &self.semantics.build.scopes.environment(scope))
    }

    /// The build arguments on which a text depends.
    pub(super) fn args_of(&self, text: &str, scope: Scope, environment: &Environment) -> Args {
        let mut args = Args::default();
        if text.contains('$') {
            let expansion = self.value(text, scope, false);
            for used in &expansion.uses {
                args.add(&environment.of(used.name));
            }
        }
        args
    }

    pub(super) fn args_of_word(&self, word: &Word<'_>, scope: Scope, walk: &Walk) -> Args {
        self.args_of(&word.text, scope, &walk.environment)
    }
}

/// What an image from outside brings.
fn outside(base: Base, reference: &str) -> State {
    if base == Base::Scratch {
        return State { user: Some("root".to_string()), workdir: Some("/".to_string()), shell: None };
    }
    let Some(image) = base_image::lookup(reference) else { return State::default() };
    let facts = image.facts;
    State {
        user: facts.user.clone(),
        workdir: facts.workdir.clone(),
        shell: (facts.has_default_shell == Some(true)).then(|| "/bin/sh -c".to_string()),
    }
}
