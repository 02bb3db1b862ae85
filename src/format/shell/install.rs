//! [`PackageWords`]: the words that are package names.

use std::collections::HashSet;

use crate::semantic::{Semantics, effects};
use crate::source::Span;

/// The packages of all commands of a file.
#[derive(Debug, Default)]
pub(crate) struct PackageWords {
    spans: HashSet<Span>,
}

impl PackageWords {
    pub(crate) fn new(semantics: &Semantics<'_>) -> Self {
        let mut spans = HashSet::new();
        for command in semantics.runs.iter().flat_map(|run| &run.script.commands) {
            let effects = effects::command_effects(command, semantics.file.source);
            let call = effects.packages.filter(|call| {
                matches!(call.verb, effects::Verb::Install | effects::Verb::Remove | effects::Verb::Download)
            });
            if let Some(call) = call {
                spans.extend(call.words(command).map(|word| word.span));
            }
        }
        Self { spans }
    }

    /// Whether the word at a span is a package.
    pub(crate) fn contains(&self, span: Span) -> bool {
        self.spans.contains(&span)
    }
}
