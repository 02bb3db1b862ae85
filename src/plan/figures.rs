//! [`Figures`] of a picture, and the [`Change`] between two.

use super::{BytesChange, Change, Figures, Plan, Rebuild};
use crate::optimize::{Bytes, ClassCount, Cost, Picture, Range, Scenario, rounded};

impl Plan {
    /// A file of which no rewrite is known.
    #[must_use]
    pub fn without_rewrites(picture: Picture) -> Self {
        let before = Figures::of(&picture);
        Self { picture, before, after: Vec::new(), rewrites: Vec::new() }
    }
}

impl Figures {
    #[must_use]
    pub fn of(picture: &Picture) -> Self {
        let totals = &picture.totals;
        let of = |scenario: Scenario| {
            let one = picture.scenarios.iter().find(|one| one.scenario == scenario);
            one.map_or_else(Rebuild::default, |one| Rebuild {
                happens: !one.changes.is_empty(),
                steps: one.again.len(),
                classes: one.classes.clone(),
                weight: one.weight,
            })
        };
        let built = || picture.steps.iter().filter(|step| step.built);
        let classes = Cost::ALL
            .into_iter()
            .map(|cost| ClassCount { cost, steps: built().filter(|step| step.cost == cost).count() })
            .filter(|count| count.steps > 0);
        Self {
            layers: totals.layers,
            adds: totals.adds,
            waste: totals.waste,
            source: of(Scenario::Source),
            manifest: of(Scenario::Manifest),
            cold: Rebuild {
                happens: true,
                steps: built().count(),
                classes: classes.collect(),
                weight: Range { least: totals.cold, most: totals.cold },
            },
            score: totals.score,
        }
    }
}

impl Change {
    #[must_use]
    pub fn between(before: &Figures, after: &Figures) -> Self {
        Self {
            layers: difference(count(before.layers), count(after.layers)),
            adds: BytesChange::between(before.adds, after.adds),
            waste: BytesChange::between(before.waste, after.waste),
            score: rounded(after.score.most - before.score.most),
        }
    }
}

impl BytesChange {
    fn between(before: Bytes, after: Bytes) -> Self {
        Self {
            known: difference(before.known, after.known),
            measured: difference(before.measured, after.measured),
            estimated: difference(before.estimated, after.estimated),
            unknown: i64::from(after.unknown) - i64::from(before.unknown),
        }
    }

    /// Whether nothing changes, as far as is known.
    #[must_use]
    pub fn is_none(self) -> bool {
        self == Self { known: 0, measured: 0, estimated: 0, unknown: 0 }
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn difference(before: u64, after: u64) -> i64 {
    let of = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
    of(after) - of(before)
}
