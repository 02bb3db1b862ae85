//! [`PinReview`]: the result for each place, for reports.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use super::failure::LookupError;
use super::find::PinCandidate;
use super::kind::PinKind;
use super::lookup::{LookupResult, LookupResults, PinResolution};
use crate::fix::WithheldFix;

/// The result for a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PinStatus {
    /// A pin was added, or would be.
    Pinned,
    /// A pin was updated, or would be.
    Updated,
    /// There is a valid pin.
    Current,
    /// There is no pin.
    Missing,
    /// The pinned version is no longer available, or has changed.
    Unavailable,
    /// The pin is older than allowed.
    TooOld,
    /// It cannot be pinned.
    Skipped,
    /// It could not be looked up.
    Failed,
}

/// A place that can be pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct PinEntry {
    /// From 1.
    pub line: u32,
    pub kind: PinKind,
    pub name: String,
    pub status: PinStatus,
    /// The pin before the run.
    pub from: Option<String>,
    /// The current pin after the run, or the newest one that is known.
    pub to: Option<String>,
    /// Why it failed or was skipped.
    pub reason: Option<String>,
    /// What to do if it failed.
    pub help: Option<String>,
    /// When the cached response was received.
    #[schemars(with = "Option<String>")]
    pub(crate) cached: Option<Timestamp>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct PinnedFile {
    #[serde(rename = "file")]
    pub name: String,
    #[serde(rename = "pins")]
    pub entries: Vec<PinEntry>,
}

/// The criteria for reviewing places.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PinReview<'a> {
    pub answers: &'a LookupResults,
    pub check: bool,
    pub update: bool,
    /// In days.
    pub(crate) max_age: Option<u32>,
}

impl PinReview<'_> {
    /// The places of a file before and after; `refused` are the reasons of the fix engine, and `line` gives the line
    /// of an offset.
    #[must_use]
    pub(crate) fn review_places(
        &self,
        before: &[PinCandidate],
        after: &[PinCandidate],
        refused: &[WithheldFix],
        line: &dyn Fn(u32) -> u32,
    ) -> Vec<PinEntry> {
        // Pins neither add nor remove places.
        let is_same = before.len() == after.len();
        let pairs = before.iter().enumerate().map(|(at, place)| (place, after.get(at).filter(|_| is_same)));
        pairs.map(|(place, after)| self.review_place(place, after, refused, line(place.span.start))).collect()
    }

    fn review_place(
        &self,
        place: &PinCandidate,
        after: Option<&PinCandidate>,
        refused: &[WithheldFix],
        line: u32,
    ) -> PinEntry {
        let from = place.current_pin().map(str::to_string);
        let mut entry = PinEntry {
            line,
            kind: place.kind,
            name: place.name.clone(),
            status: PinStatus::Current,
            from: from.clone(),
            to: None,
            reason: None,
            help: None,
            cached: None,
        };
        let question = match &place.target {
            Ok(target) => &target.question,
            Err(reason) => {
                entry.status = PinStatus::Skipped;
                entry.reason = Some(reason.clone());
                return entry;
            }
        };
        let Some(LookupResult { found, cached }) = self.answers.get(question) else {
            if from.is_none() {
                entry.status = PinStatus::Missing;
            }
            return entry;
        };
        entry.cached = *cached;
        let found = match found {
            Ok(found) => found,
            Err(failure) => {
                let skipped = matches!(failure, LookupError::Unversioned(_));
                entry.status = if skipped { PinStatus::Skipped } else { PinStatus::Failed };
                entry.reason = Some(failure.to_string());
                entry.help = failure.advice().filter(|_| !skipped);
                return entry;
            }
        };
        entry.to = Some(found.version.clone());
        if self.check {
            entry.status = self.review_pin(&found.clone(), from.as_deref());
            return entry;
        }
        let now = after.and_then(PinCandidate::current_pin);
        entry.status = match &from {
            None if now.is_some() => PinStatus::Pinned,
            Some(from) if now.is_some_and(|now| now != from) => PinStatus::Updated,
            Some(from) if *from == found.version || !self.update => PinStatus::Current,
            _ => {
                let reason = refused.first().map_or("the edit would change something else", |one| one.reason);
                entry.reason = Some(reason.to_string());
                PinStatus::Skipped
            }
        };
        entry
    }

    fn review_pin(&self, found: &PinResolution, from: Option<&str>) -> PinStatus {
        let Some(pinned) = &found.pinned else { return PinStatus::Current };
        if !pinned.available {
            return PinStatus::Unavailable;
        }
        let is_newest = from == Some(found.version.as_str());
        let age = pinned.date.map(|date| Timestamp::now().duration_since(date));
        let limit = self.max_age.map(|days| SignedDuration::from_hours(24 * i64::from(days)));
        match (age, limit) {
            (Some(age), Some(limit)) if age > limit && !is_newest => PinStatus::TooOld,
            _ => PinStatus::Current,
        }
    }
}

/// How many places there are of each status.
#[derive(Debug, Clone, Default)]
pub(crate) struct PinCounts(std::collections::BTreeMap<PinStatus, usize>);

impl PinCounts {
    #[must_use]
    pub(crate) fn from_results(results: &[PinnedFile]) -> Self {
        let mut counts = Self::default();
        for entry in results.iter().flat_map(|result| &result.entries) {
            *counts.0.entry(entry.status).or_default() += 1;
        }
        counts
    }

    #[must_use]
    pub(crate) fn count(&self, status: PinStatus) -> usize {
        self.0.get(&status).copied().unwrap_or(0)
    }

    /// Whether `--check` fails.
    #[must_use]
    pub(crate) fn problems(&self) -> usize {
        // Without `--check`, a missing pin is reported only if its kind was not requested.
        [PinStatus::Missing, PinStatus::Unavailable, PinStatus::TooOld]
            .map(|status| self.count(status))
            .iter()
            .sum()
    }

    /// The counts in words.
    #[must_use]
    pub(crate) fn describe_counts(&self, check: bool, diff: bool, verbose: bool) -> String {
        let verb = |done: &str, would: &str| if diff { would.to_string() } else { done.to_string() };
        let describe = |status: PinStatus, number: usize| {
            let (pins, are) = if number == 1 { ("pin", "is") } else { ("pins", "are") };
            match status {
                PinStatus::Pinned => format!("{} {number} {pins}", verb("added", "would add")),
                PinStatus::Updated => format!("{} {number} {pins}", verb("updated", "would update")),
                PinStatus::Missing => {
                    format!("{number} {pins} {are} missing")
                }
                PinStatus::Unavailable => format!("{number} {pins} {are} no longer available"),
                PinStatus::TooOld => format!("{number} {pins} {are} too old"),
                PinStatus::Current => format!("{number} {pins} {are} current"),
                PinStatus::Skipped if verbose => format!("{number} {pins} skipped"),
                PinStatus::Skipped => {
                    let reasons = if number == 1 { "reason" } else { "reasons" };
                    format!("{number} {pins} skipped (`--verbose` gives the {reasons})")
                }
                PinStatus::Failed if number == 1 => "1 lookup failed".to_string(),
                PinStatus::Failed => format!("{number} lookups failed"),
            }
        };
        let all = [
            PinStatus::Pinned,
            PinStatus::Updated,
            PinStatus::Missing,
            PinStatus::Unavailable,
            PinStatus::TooOld,
            PinStatus::Current,
            PinStatus::Skipped,
            PinStatus::Failed,
        ];
        let counted = all.into_iter().filter(|status| self.count(*status) > 0);
        let counted: Vec<String> = counted.map(|status| describe(status, self.count(status))).collect();
        if counted.is_empty() {
            return if check { "nothing to check" } else { "nothing to pin" }.to_string();
        }
        let advice = match self.count(PinStatus::Missing) {
            0 => "",
            1 => "; run the same command without `--check` to add the missing pin",
            _ => "; run the same command without `--check` to add the missing pins",
        };
        counted.join(", ") + advice
    }
}
