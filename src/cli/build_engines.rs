//! [`LintEngines`]: which engines check each file. There is one for each set of settings, and another one for each way in
//! which a Compose or Bake file builds it.

use std::path::PathBuf;
use std::sync::Arc;

use super::lint_file::FileOutcome;
use crate::config::Settings;
use crate::files::build_contexts::BuildContexts;
use crate::files::builds::BuildTarget;
use crate::files::engine::LintEngine;
use crate::report::FileResult;
use crate::semantic::BuildInputs;
use crate::shellcheck::ShellCheck;

/// The engines of a run.
#[derive(Debug)]
pub(super) struct LintEngines<'a> {
    /// Settings from the command line, which override those of a Compose or Bake file.
    inputs: BuildInputs,
    contexts: &'a Arc<BuildContexts>,
    program: Option<&'a Arc<ShellCheck>>,
    made: Vec<(Option<BuildVariant>, LintEngine)>,
}

/// The settings that a Compose or Bake file gives for a build.
#[derive(Debug, PartialEq, Eq)]
struct BuildVariant {
    context: PathBuf,
    target: Option<String>,
    args: Vec<(String, Option<String>)>,
    named_contexts: Vec<String>,
}

impl<'a> LintEngines<'a> {
    pub(super) fn new(
        inputs: BuildInputs,
        contexts: &'a Arc<BuildContexts>,
        program: Option<&'a Arc<ShellCheck>>,
    ) -> Self {
        Self { inputs, contexts, program, made: Vec::new() }
    }

    /// The numbers of the engines for a file: one, or one for each build that differs from the others.
    pub(super) fn indices_of_engines(
        &mut self,
        settings: &Arc<Settings>,
        builds: &[BuildTarget],
    ) -> Vec<usize> {
        let mut variant: Vec<Option<BuildVariant>> = builds
            .iter()
            .map(|build| {
                let BuildTarget { context, target, args, named_contexts, .. } = build.clone();
                Some(BuildVariant { context, target, args, named_contexts })
            })
            .collect();
        if variant.is_empty() {
            variant.push(None);
        }
        let mut numbers: Vec<usize> =
            variant.into_iter().map(|variant| self.index_of_engine(settings, variant)).collect();
        numbers.dedup();
        numbers
    }

    fn index_of_engine(&mut self, settings: &Arc<Settings>, variant: Option<BuildVariant>) -> usize {
        let known = |(other, engine): &(Option<BuildVariant>, LintEngine)| {
            *other == variant && Arc::ptr_eq(&engine.settings, settings)
        };
        if let Some(number) = self.made.iter().position(known) {
            return number;
        }
        let mut inputs = self.inputs.clone();
        let mut contexts = Arc::clone(self.contexts);
        if let Some(variant) = &variant {
            for (name, value) in &variant.args {
                if let Some(value) = value {
                    inputs.args.entry(name.clone()).or_insert_with(|| value.clone());
                }
            }
            inputs.target = inputs.target.or_else(|| variant.target.clone());
            inputs.named_contexts.extend(variant.named_contexts.iter().cloned());
            if !contexts.has_given_context() {
                contexts = Arc::new(
                    BuildContexts::with_context(variant.context.clone())
                        .with_guessed_contexts(contexts.guesses_missing_contexts()),
                );
            }
        }
        if let (true, false, Some(context)) =
            (contexts.guesses_missing_contexts(), contexts.has_given_context(), &settings.context)
        {
            contexts = Arc::new(BuildContexts::with_context(context.clone()).with_guessed_contexts(true));
        }
        let engine = LintEngine::new(Arc::clone(settings)).with_shellcheck(self.program.cloned());
        self.made.push((variant, engine.with_build(inputs, contexts)));
        self.made.len() - 1
    }

    #[must_use]
    pub(super) fn get(&self, number: usize) -> Option<&LintEngine> {
        self.made.get(number).map(|(_, engine)| engine)
    }
}

/// Merges the results of two builds of one file; a problem that both have is reported once.
pub(super) fn merge_outcomes(first: FileOutcome, second: FileOutcome) -> FileOutcome {
    match (first, second) {
        (FileOutcome::Done(mut first), FileOutcome::Done(second)) => {
            merge_files(&mut first.file, second.file);
            FileOutcome::Done(first)
        }
        (first, _) => first,
    }
}

fn merge_files(first: &mut FileResult, second: FileResult) {
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
