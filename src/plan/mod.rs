//! [`Plan`]: the picture of a file, what the optimizer's fixes would make of it, and the picture of that.
//!
//! Nothing is estimated: the fixes of each level are made, by the same engine that writes them, and the result is
//! looked at anew. Each rewrite is also made alone, to tell what it changes.

mod conditions;
mod figures;
mod model;

use crate::baseline::{Known, pass_over};
use crate::diagnostic::{Applicability, Diagnostic, Fix};
use crate::fix::{self, Look, Trust, harmless_alone, settle, splice};
use crate::optimize::{NoPicture, Picture};
use crate::source::LineIndex;

pub use conditions::Condition;
pub use model::*;

/// So many rewrites of a file are tried alone; of more, only what stands in them is told.
const MOST_TRIED: usize = 40;

/// How a text is looked at.
#[derive(Clone, Copy)]
pub struct Eyes<'e> {
    /// What rules say of it.
    pub look: &'e dyn Fn(&[u8]) -> Look,
    /// Whether fixes of diagnostics with this code are wanted.
    pub wanted: &'e dyn Fn(&str) -> bool,
    /// What it costs.
    pub picture: &'e dyn Fn(&[u8]) -> Result<Picture, NoPicture>,
}

/// The plan of a file. Rewrites of what is `known` are not listed.
///
/// # Errors
/// There is no picture of it.
pub fn plan(source: &[u8], known: Option<&Known>, eyes: Eyes<'_>) -> Result<Plan, NoPicture> {
    let picture = (eyes.picture)(source)?;
    let look = (eyes.look)(source);
    let after = Level::ALL.into_iter().map(|level| after(source, &picture, level, eyes)).collect();
    let wanted = |found: &&Diagnostic| {
        let is_wanted = std::iter::once(&found.code).chain(&found.aliases).any(|code| (eyes.wanted)(code));
        is_wanted && (found.fix.is_some() || !found.refused.is_empty())
    };
    let lines = LineIndex::new(source);
    let listed = match known {
        Some(known) => pass_over(known, source, look.diagnostics.clone()).0,
        None => look.diagnostics.clone(),
    };
    let rewrites = listed
        .iter()
        .filter(wanted)
        .enumerate()
        .map(|(at, found)| {
            let mut rewrite = rewrite(found, &lines);
            if let Some(fix) = found.fix.as_ref().filter(|_| at < MOST_TRIED) {
                try_alone(&mut rewrite, (source, &look, &picture), found, fix, eyes);
            }
            rewrite
        })
        .collect();
    let before = Figures::of(&picture);
    Ok(Plan { picture, before, after, rewrites })
}

/// What the fixes of a level make of the file.
fn after(source: &[u8], now: &Picture, level: Level, eyes: Eyes<'_>) -> After {
    let settled = settle(source, Trust { least: level.least(), wanted: eyes.wanted }, eyes.look);
    let changed = settled.text != source;
    // A text without a picture would be one that cannot be built: no fix makes that of one that can.
    let picture = if changed { (eyes.picture)(&settled.text).ok() } else { None };
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
    }
}

fn rewrite(found: &Diagnostic, lines: &LineIndex) -> Rewrite {
    let (line, end_line) = lines.lines(found.anchor);
    let fix = found.fix.as_ref();
    Rewrite {
        code: found.code,
        name: found.name,
        line,
        end_line,
        message: found.message.clone(),
        help: found.help.clone(),
        class: fix.map(|fix| Class::of(fix.applicability)),
        title: fix.map(|fix| fix.title.clone()),
        proof: fix.map(|fix| fix.proof.clone()).unwrap_or_default(),
        missing: fix.and_then(|fix| fix.missing.clone()),
        refused: found.refused.clone(),
        harm: None,
        edits: fix
            .iter()
            .flat_map(|fix| &fix.edits)
            .map(|edit| Edit { start: edit.span.start, end: edit.span.end, text: edit.text.clone() })
            .collect(),
        diff: String::new(),
        change: None,
    }
}

/// Makes the rewrite and no other, and tells what that changes.
fn try_alone(
    rewrite: &mut Rewrite,
    (source, look, picture): (&[u8], &Look, &Picture),
    found: &Diagnostic,
    fix: &Fix,
    eyes: Eyes<'_>,
) {
    let text = match harmless_alone(source, look, found, eyes.look) {
        Ok(text) => text,
        Err(law) => {
            rewrite.harm = Some(law.to_string());
            let Some(text) = splice(source, fix.edits.iter()) else { return };
            text
        }
    };
    rewrite.diff = fix::unified(&picture.file, source, &text);
    if let Ok(after) = (eyes.picture)(&text) {
        rewrite.change = Some(Change::between(&Figures::of(picture), &Figures::of(&after)));
    }
}

impl Level {
    /// From what `--fix` makes by itself to all that a command makes.
    pub const ALL: [Self; 4] = [Self::Safe, Self::Low, Self::Mid, Self::High];

    /// The least trusted class that belongs to it.
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
