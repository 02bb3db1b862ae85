//! [`cost_class`]: how long a step takes, from the package managers that it calls and a table of other programs.

use std::sync::LazyLock;

use serde::Deserialize;

use super::commands::LocatedCommand;
use super::draft::StepDraft;
use super::model::Cost;
use crate::semantic::effects::Verb;
use crate::semantic::managers::{ManagerCost, PackageManager};
use crate::semantic::paths::base_name;
use crate::syntax::Kind;

#[derive(Debug, Deserialize)]
struct CostRow {
    program: Vec<String>,
    class: String,
}

#[derive(Debug, Deserialize)]
struct CostTable {
    cost: Vec<CostRow>,
}

static TABLE: LazyLock<Vec<CostRow>> = LazyLock::new(|| {
    let read = toml::from_str::<CostTable>(include_str!("../../../../data/optimize/costs.toml"));
    read.map(|table| table.cost).unwrap_or_default()
});

/// The class of a step.
pub(super) fn cost_class(draft: &StepDraft<'_, '_>, commands: &[LocatedCommand<'_>]) -> Cost {
    match draft.instruction.kind {
        Kind::Run => commands.iter().map(cost_of_command).max().unwrap_or(Cost::S),
        Kind::Copy | Kind::Add
            if draft.key.reads.iter().any(super::source_matcher::SourceMatcher::is_whole_context) =>
        {
            Cost::S
        }
        // The file is downloaded.
        Kind::Add if draft.key.reads.is_empty() => Cost::M,
        _ => Cost::XS,
    }
}

/// The seconds of a step: the sum over its slow commands, plus a single amount for all commands of class S.
pub(super) fn estimate_seconds(draft: &StepDraft<'_, '_>, commands: &[LocatedCommand<'_>]) -> f64 {
    if draft.instruction.kind != Kind::Run || commands.is_empty() {
        return cost_class(draft, commands).seconds();
    }
    let classes: Vec<Cost> = commands.iter().map(cost_of_command).collect();
    let long = classes.iter().filter(|class| **class > Cost::S).map(|class| class.seconds()).sum::<f64>();
    let has_short = classes.contains(&Cost::S);
    long + if has_short { Cost::S.seconds() } else { 0.0 }
}

/// The class of a call.
fn cost_of_call(one: &LocatedCommand<'_>, manager: Option<&PackageManager>) -> Option<Cost> {
    let build = manager.and_then(|manager| manager.build.as_ref());
    if build.is_some_and(|build| build.only_downloads_dependencies(one.command)) {
        return Some(Cost::M);
    }
    match one.effects.packages.as_ref()?.verb {
        Verb::Clean | Verb::Query | Verb::Configure => Some(Cost::XS),
        Verb::Update => Some(Cost::S),
        _ => None,
    }
}

fn cost_of_command(one: &LocatedCommand<'_>) -> Cost {
    let name = one.command.name.as_deref().unwrap_or_default();
    let name = base_name(name);
    let manager = one.manager();
    if let Some(cost) = cost_of_call(one, manager) {
        return cost;
    }
    let words = &one.command.words;
    let has_word = |row: &ManagerCost| words.iter().any(|word| row.words.contains(&word.text.as_str()));
    let fits = |row: &&ManagerCost| match &one.effects.packages {
        Some(call) => {
            row.verbs.contains(&call.verb)
                && (!row.bare || call.packages.is_empty())
                && (row.words.is_empty() || has_word(row))
        }
        None => row.verbs.is_empty(),
    };
    let by_manager = manager.and_then(|manager| manager.costs.iter().find(fits)).map(|row| row.cost);
    let by_name = || {
        let is_program = one.effects.packages.is_none();
        TABLE.iter().find(|row| is_program && row.program.iter().any(|own| own == name)).map(CostRow::to_cost)
    };
    by_manager.or_else(by_name).unwrap_or(Cost::S)
}

impl CostRow {
    fn to_cost(&self) -> Cost {
        Cost::ALL.into_iter().find(|cost| cost.name() == self.class).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read() {
        let table = toml::from_str::<CostTable>(include_str!("../../../../data/optimize/costs.toml"));
        let rows = table.expect("it is read").cost;
        assert!(rows.iter().all(|row| Cost::ALL.iter().any(|cost| cost.name() == row.class)));
    }
}
