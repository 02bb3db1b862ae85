//! [`SecretArguments`]: build arguments that are named like secrets.

use std::collections::HashMap;

use super::names_secret;
use crate::semantic::{Run, Semantics, View};
use crate::syntax::{Arguments, Kind};

/// ARGs without a default whose names suggest secrets: for each name, the stage and the offset of each declaration, in
/// file order.
#[derive(Debug, Default)]
pub(in crate::semantic) struct SecretArguments(HashMap<String, Vec<(usize, u32)>>);

impl SecretArguments {
    pub(in crate::semantic) fn new(semantics: &Semantics<'_>) -> Self {
        let mut found = Self::default();
        for arg in semantics.file.instructions().filter(|one| one.kind == Kind::Arg) {
            let start = arg.span.start;
            let (Some(stage), Arguments::Declarations(names)) = (semantics.stage_at(start), &arg.arguments)
            else {
                continue;
            };
            for one in names {
                let has_value =
                    one.default.as_ref().is_some_and(|word| !word.text.trim_matches(['"', '\'']).is_empty());
                let name = one.name.text.as_ref();
                if !has_value && names_secret(name, View::Exact) {
                    found.0.entry(name.to_string()).or_default().push((stage.index, start));
                }
            }
        }
        found
    }

    /// The names of those that apply to a RUN and occur in its text, in the order of their declarations.
    pub(super) fn names_used_in(&self, semantics: &Semantics<'_>, run: &Run<'_>) -> Vec<String> {
        let Some(stage) = run.stage.filter(|_| !self.0.is_empty()) else { return Vec::new() };
        let text = String::from_utf8_lossy(run.outer.span.bytes(semantics.file.source));
        let mut found: Vec<(u32, &str)> = Vec::new();
        for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')) {
            let Some((name, places)) = self.0.get_key_value(word) else { continue };
            let before = places.iter().filter(|(_, start)| *start < run.outer.span.start);
            let mut in_effect = before.filter(|(own, _)| semantics.is_built_on(stage, *own));
            found.extend(in_effect.next().map(|(_, start)| (*start, name.as_str())));
        }
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|(_, name)| name.to_string()).collect()
    }
}
