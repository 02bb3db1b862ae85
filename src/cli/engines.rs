//! [`Engines`]: which engines each file is given to. There is one for each set of settings, and one more for each
//! way in which a compose or bake file builds it.

use std::path::PathBuf;
use std::sync::Arc;

use super::lint_file::Outcome;
use crate::config::Settings;
use crate::files::builds::Build;
use crate::files::contexts::Contexts;
use crate::files::engine::Engine;
use crate::report::FileResult;
use crate::semantic::BuildInputs;
use crate::shellcheck::ShellCheck;

/// The engines of a run.
#[derive(Debug)]
pub struct Engines<'a> {
    /// What the command line says of every build; it is stronger than what a file says of one.
    inputs: BuildInputs,
    contexts: &'a Arc<Contexts>,
    program: Option<&'a Arc<ShellCheck>>,
    made: Vec<(Option<Told>, Engine)>,
}

/// What a compose or bake file says of a build.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    context: PathBuf,
    target: Option<String>,
    args: Vec<(String, Option<String>)>,
}

impl<'a> Engines<'a> {
    pub fn new(
        inputs: BuildInputs,
        contexts: &'a Arc<Contexts>,
        program: Option<&'a Arc<ShellCheck>>,
    ) -> Self {
        Self { inputs, contexts, program, made: Vec::new() }
    }

    /// The numbers of the engines for a file: one, or one for each build that differs from the others.
    pub fn numbers(&mut self, settings: &Arc<Settings>, builds: &[Build]) -> Vec<usize> {
        let mut told: Vec<Option<Told>> = builds
            .iter()
            .map(|build| {
                let Build { context, target, args, .. } = build.clone();
                Some(Told { context, target, args })
            })
            .collect();
        if told.is_empty() {
            told.push(None);
        }
        let mut numbers: Vec<usize> = told.into_iter().map(|told| self.number(settings, told)).collect();
        numbers.dedup();
        numbers
    }

    fn number(&mut self, settings: &Arc<Settings>, told: Option<Told>) -> usize {
        let known = |(other, engine): &(Option<Told>, Engine)| {
            *other == told && Arc::ptr_eq(&engine.settings, settings)
        };
        if let Some(number) = self.made.iter().position(known) {
            return number;
        }
        let mut inputs = self.inputs.clone();
        let mut contexts = Arc::clone(self.contexts);
        if let Some(told) = &told {
            for (name, value) in &told.args {
                if let Some(value) = value {
                    inputs.args.entry(name.clone()).or_insert_with(|| value.clone());
                }
            }
            inputs.target = inputs.target.or_else(|| told.target.clone());
            if !contexts.is_given() {
                contexts = Arc::new(Contexts::of(told.context.clone()).guessing(contexts.is_guessing()));
            }
        }
        if let (true, false, Some(context)) = (contexts.is_guessing(), contexts.is_given(), &settings.context)
        {
            contexts = Arc::new(Contexts::of(context.clone()).guessing(true));
        }
        let engine = Engine::new(Arc::clone(settings)).asking(self.program.cloned());
        self.made.push((told, engine.of_build(inputs, contexts)));
        self.made.len() - 1
    }

    #[must_use]
    pub fn get(&self, number: usize) -> Option<&Engine> {
        self.made.get(number).map(|(_, engine)| engine)
    }
}

/// Puts together what two builds of one file came to: what both have found is said once.
pub fn join(first: Outcome, second: Outcome) -> Outcome {
    match (first, second) {
        (Outcome::Done(mut first), Outcome::Done(second)) => {
            join_files(&mut first.file, second.file);
            Outcome::Done(first)
        }
        (first, _) => first,
    }
}

fn join_files(first: &mut FileResult, second: FileResult) {
    if first.diagnostics.is_empty() {
        *first = second;
        return;
    }
    for located in second.diagnostics {
        if !first.diagnostics.iter().any(|known| known.diagnostic == located.diagnostic) {
            first.diagnostics.push(located);
        }
    }
    first.diagnostics.sort_by_key(|located| (located.diagnostic.span, located.diagnostic.code));
}
