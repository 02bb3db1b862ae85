//! [`class`]: how long a step takes, by a table of commands.

use std::sync::LazyLock;

use serde::Deserialize;

use super::caches::verb_name;
use super::commands::Located;
use super::draft::Draft;
use super::model::Cost;
use crate::syntax::Kind;

#[derive(Debug, Deserialize)]
struct Row {
    program: Vec<String>,
    #[serde(default)]
    verb: Vec<String>,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    bare: bool,
    class: String,
}

#[derive(Debug, Deserialize)]
struct Table {
    cost: Vec<Row>,
}

static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let read = toml::from_str::<Table>(include_str!("../../data/optimize/costs.toml"));
    read.map(|table| table.cost).unwrap_or_default()
});

/// The class of a step.
pub fn class(draft: &Draft<'_, '_>, commands: &[Located<'_>]) -> Cost {
    match draft.instruction.kind {
        Kind::Run => commands.iter().map(of_command).max().unwrap_or(Cost::S),
        Kind::Copy if draft.key.reads.iter().any(super::touch::Read::is_whole) => Cost::S,
        // What is fetched over the network.
        Kind::Add if draft.key.reads.is_empty() => Cost::M,
        _ => Cost::XS,
    }
}

fn of_command(one: &Located<'_>) -> Cost {
    let name = one.command.name.as_deref().unwrap_or_default();
    let name = name.rsplit('/').next().unwrap_or_default();
    let fits = |row: &&Row| {
        let is = |own: &str| row.program.iter().any(|program| program == own);
        let words = &one.command.words;
        let has_word = || words.iter().any(|word| row.words.contains(&word.text));
        let named = match &one.effects.packages {
            Some(call) => {
                let verb = row.verb.iter().any(|verb| verb == verb_name(call.verb));
                is(call.manager) && verb && (!row.bare || call.packages.is_empty())
            }
            None => row.verb.is_empty() && is(name),
        };
        named && (row.words.is_empty() || has_word())
    };
    TABLE.iter().find(fits).map_or(Cost::S, Row::class)
}

impl Row {
    fn class(&self) -> Cost {
        Cost::ALL.into_iter().find(|cost| cost.name() == self.class).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read() {
        let table = toml::from_str::<Table>(include_str!("../../data/optimize/costs.toml"));
        let rows = table.expect("it is read").cost;
        assert!(rows.iter().all(|row| Cost::ALL.iter().any(|cost| cost.name() == row.class)));
    }
}
