//! [`Plan`]: the cost of a file, its problems ranked by cost, and the effect of fixes.
//!
//! The effect of fixes is not estimated: the fixes of each level are applied by the same engine that writes them, and the
//! result is analyzed again. Each fix is also applied alone, to find out what it saves.

mod comparison;
mod conditions;
mod figures;
mod memo;
mod model;
mod problems;
mod saves;

use crate::baseline::{Known, pass_over};
use crate::diagnostic::{Applicability, Diagnostic};
use crate::fix::{self, Look, Trust, settle};
use crate::optimize::{NoPicture, Picture};

pub use comparison::Comparison;
pub use conditions::{Condition, Limited};
use memo::Memo;
pub use model::*;

/// How a text is analyzed.
#[derive(Clone, Copy)]
pub struct Analyzer<'e> {
    /// What rules report, with what is needed to judge a fix.
    pub look: &'e dyn Fn(&[u8]) -> Look,
    /// Whether problems with this code are listed.
    pub is_listed: &'e dyn Fn(&str) -> bool,
    /// Whether `--fix` applies fixes of problems with this code.
    pub is_fixed: &'e dyn Fn(&str) -> bool,
    /// What it costs.
    pub picture: &'e dyn Fn(&[u8]) -> Result<Picture, NoPicture>,
}

/// The plan of a file. Problems that are `known` are not listed.
///
/// # Errors
/// The file has no stage, or not the one asked for, or is too long.
pub fn plan(source: &[u8], known: Option<&Known>, analyzer: Analyzer<'_>) -> Result<Plan, NoPicture> {
    let memo = Memo::new(analyzer);
    let picture = memo.picture(source)?;
    let look = memo.look(source);
    let after: Vec<After> =
        Level::ALL.into_iter().map(|level| after(source, &picture, level, &memo, analyzer)).collect();
    let listed = match known {
        Some(known) => pass_over(known, source, look.diagnostics.clone()).0,
        None => look.diagnostics.clone(),
    };
    let is_listed = |found: &Diagnostic| {
        std::iter::once(&found.code).chain(&found.aliases).any(|code| (analyzer.is_listed)(code))
    };
    let diagnostics: Vec<Diagnostic> = listed.into_iter().filter(is_listed).collect();
    let before = Figures::of(&picture);
    let (problems, diagnostics) = problems::problems(
        diagnostics,
        &problems::Site { source, look: &look, picture: &picture, memo: &memo, after: &after },
    );
    let ranking = problems::ranking(&problems);
    let changes = HundredChanges::between(&before, after.last().map_or(&before, |after| &after.figures));
    Ok(Plan { picture, before, after, changes, problems, ranking, diagnostics, source: source.to_vec() })
}

/// What the fixes of a level change.
fn after(source: &[u8], now: &Picture, level: Level, memo: &Memo<'_>, analyzer: Analyzer<'_>) -> After {
    let trust = Trust { least: level.least(), wanted: analyzer.is_fixed };
    let settled = settle(source, trust, &|text| memo.look(text));
    let changed = settled.text != source;
    // A text that cannot be analyzed would be one that does not build: no fix makes that of one that does.
    let picture = if changed { memo.picture(&settled.text).ok() } else { None };
    let picture = picture.unwrap_or_else(|| now.clone());
    After {
        level,
        made: settled.made.into_iter().map(|(code, title)| Made { code, title }).collect(),
        refused: settled
            .refused
            .into_iter()
            .map(|withheld| Left { code: withheld.code, reason: withheld.reason.to_string() })
            .collect(),
        figures: Figures::of(&picture),
        diff: fix::unified(&now.file, source, &settled.text),
        picture,
        left: settled.left.iter().map(|found| found.code).collect(),
    }
}

impl Level {
    /// From `--fix` alone to the highest level of `--unsafe-fixes`.
    pub const ALL: [Self; 4] = [Self::Safe, Self::Low, Self::Mid, Self::High];

    /// The least trusted class of fix that the level applies.
    #[must_use]
    pub const fn least(self) -> Applicability {
        match self {
            Self::Safe => Applicability::Safe,
            Self::Low => Applicability::UnsafeLow,
            Self::Mid => Applicability::UnsafeMid,
            Self::High => Applicability::UnsafeHigh,
        }
    }
}
