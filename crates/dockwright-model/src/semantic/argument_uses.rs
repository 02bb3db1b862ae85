//! [`ArgumentUses`]: which instructions contain the names of build arguments as words.

use std::collections::{HashMap, HashSet};

use super::Semantics;
use crate::syntax::{Arguments, Instruction, Kind};

/// The items of the file that contain a name, by the names that ARG and ENV declare.
#[derive(Debug, Default)]
pub(super) struct ArgumentUses(HashMap<Vec<u8>, Vec<usize>>);

impl ArgumentUses {
    pub(super) fn new(semantics: &Semantics<'_>) -> Self {
        let file = semantics.file;
        let mut names: HashSet<&[u8]> = HashSet::new();
        for one in file.instructions().filter(|one| matches!(one.kind, Kind::Arg | Kind::Env)) {
            if let Arguments::Declarations(declared) = &one.arguments {
                names.extend(declared.iter().map(|one| one.name.text.as_bytes()));
            }
        }
        let mut uses = Self::default();
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        for (at, item) in file.items.iter().enumerate() {
            let Some(instruction) = item.instruction().filter(|_| !names.is_empty()) else { continue };
            for word in instruction.span.bytes(file.source).split(|byte| !is_part(byte)) {
                if !names.contains(word) {
                    continue;
                }
                let items = uses.0.entry(word.to_vec()).or_default();
                if items.last() != Some(&at) {
                    items.push(at);
                }
            }
        }
        uses
    }
}

impl<'a> Semantics<'a> {
    /// The instructions that contain the name of a build argument as a whole word, in file order.
    pub fn instructions_naming(&self, argument: &str) -> impl Iterator<Item = &'a Instruction<'a>> {
        let uses = self.argument_uses.get_or_init(|| ArgumentUses::new(self));
        let items = uses.0.get(argument.as_bytes()).map(Vec::as_slice).unwrap_or_default();
        items.iter().filter_map(|at| self.file.items.get(*at)?.instruction())
    }
}
