//! Look, fix, look again, until there is nothing left to fix; refuse what would do harm.

use std::collections::HashMap;

use super::select::select;
use super::splice::splice;
use crate::diagnostic::{Applicability, Diagnostic, Fix, Severity};

/// More passes than any chain of fixes needs; one that does not come to rest within them never does.
const MOST_PASSES: usize = 10;

/// Which fixes may be made.
#[derive(Debug, Clone)]
pub struct Trust {
    /// The least class that is still made.
    pub least: Applicability,
    /// Only fixes of diagnostics with these codes; empty for all.
    pub only: Vec<String>,
}

impl Trust {
    fn allows(&self, diagnostic: &Diagnostic, fix: &Fix) -> bool {
        let named = |code: &str| self.only.is_empty() || self.only.iter().any(|only| only == code);
        fix.applicability >= self.least
            && fix.applicability > Applicability::Shown
            && (named(diagnostic.code) || diagnostic.aliases.iter().any(|code| named(code)))
    }
}

/// A text to which nothing more can be done.
#[derive(Debug)]
pub struct Settled {
    pub text: Vec<u8>,
    /// What is left to be said about `text`.
    pub left: Vec<Diagnostic>,
    /// What was mended, in the order in which it was: code and title of the fix.
    pub made: Vec<(&'static str, String)>,
    /// Fixes that were not made because the result would have broken a law, with the law.
    pub refused: Vec<(&'static str, &'static str)>,
}

/// Makes every fix that `trust` allows and that does no harm. `look` gives the diagnostics of a text.
///
/// A fix does harm when the file can no longer be built (a new `DL1000`), when a diagnostic of its own severity
/// or a higher one appears that the old text did not only hide, or when a comment is lost. Such a fix is
/// left out and named in [`Settled::refused`].
pub fn settle(source: &[u8], trust: &Trust, look: &dyn Fn(&[u8]) -> Look) -> Settled {
    let mut settled =
        Settled { text: source.to_vec(), left: Vec::new(), made: Vec::new(), refused: Vec::new() };
    let mut now = look(&settled.text);
    for _ in 0..MOST_PASSES {
        let wanted = |diagnostic: &Diagnostic, fix: &Fix| {
            trust.allows(diagnostic, fix) && !settled.refused.iter().any(|(code, _)| *code == diagnostic.code)
        };
        let chosen = select(&now.diagnostics, &wanted);
        if chosen.is_empty() {
            break;
        }
        // All at once; where that does harm, one by one, so that the culprit is known.
        let (made, next) = match attempt(&settled.text, &now, &chosen, look) {
            Ok((text, next)) => (chosen, (text, next)),
            Err(law) if chosen.len() == 1 => {
                settled.refused.push((chosen[0].code, law));
                continue;
            }
            Err(_) => {
                let mut first = None;
                let mut refused = Vec::new();
                for diagnostic in &chosen {
                    match attempt(&settled.text, &now, &[diagnostic], look) {
                        Ok(next) => {
                            first = Some((vec![*diagnostic], next));
                            break;
                        }
                        Err(law) => refused.push((diagnostic.code, law)),
                    }
                }
                settled.refused.extend(refused);
                let Some(first) = first else { continue };
                first
            }
        };
        for diagnostic in made {
            if let Some(fix) = &diagnostic.fix {
                settled.made.push((diagnostic.code, fix.title.clone()));
            }
        }
        (settled.text, now) = next;
    }
    settled.left = now.diagnostics;
    settled
}

/// What one look at a text shows.
#[derive(Debug)]
pub struct Look {
    pub diagnostics: Vec<Diagnostic>,
    /// The text of every comment, in order.
    pub comments: Vec<String>,
}

fn attempt(
    text: &[u8],
    before: &Look,
    chosen: &[&Diagnostic],
    look: &dyn Fn(&[u8]) -> Look,
) -> Result<(Vec<u8>, Look), &'static str> {
    let edits = chosen.iter().filter_map(|diagnostic| diagnostic.fix.as_ref()).flat_map(|fix| &fix.edits);
    let next = splice(text, edits).ok_or("its edits overlap")?;
    let after = look(&next);
    if refusals(&after) > refusals(before) {
        return Err("the file could not be built any more");
    }
    let least = chosen.iter().map(|diagnostic| diagnostic.severity).min().unwrap_or(Severity::Style);
    if has_new(before, &after, least) {
        return Err("another diagnostic would appear");
    }
    let own: bool = chosen.iter().all(|diagnostic| diagnostic.code.starts_with("DW000"));
    if !own && !is_subsequence(&before.comments, &after.comments) {
        return Err("a comment would be lost");
    }
    Ok((next, after))
}

fn refusals(look: &Look) -> usize {
    look.diagnostics.iter().filter(|diagnostic| diagnostic.code == "DL1000").count()
}

/// Whether some code is reported more often than before, at `least` or worse.
fn has_new(before: &Look, after: &Look, least: Severity) -> bool {
    let count = |look: &Look| {
        let mut counts: HashMap<&'static str, usize> = HashMap::new();
        for diagnostic in look.diagnostics.iter().filter(|diagnostic| diagnostic.severity >= least) {
            *counts.entry(diagnostic.code).or_default() += 1;
        }
        counts
    };
    let known = count(before);
    count(after).iter().any(|(code, number)| *number > known.get(code).copied().unwrap_or(0))
}

fn is_subsequence(part: &[String], whole: &[String]) -> bool {
    let mut whole = whole.iter();
    part.iter().all(|wanted| whole.any(|comment| comment == wanted))
}
