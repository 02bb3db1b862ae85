//! [`Savings`]: the savings if a problem is fixed, and the weight that ranks it.

use super::{MetricChange, Savings};
use crate::diagnostic::{Diagnostic, ProblemCost};
use crate::optimize::{Bytes, FileReport, Rebuilt, Scenario, StepReport, WITH_CACHE_MOUNT};
use crate::rules;
use crate::source::Span;

/// A secret in the image comes before everything that only costs time or space.
const SECRET: f64 = 1_000_000.0;
/// Megabytes of the image that count as much as a second of each rebuild: people change sources many times a day.
const MEGABYTES_PER_SECOND: f64 = 5.0;
/// How often dependencies or build arguments change, compared with sources.
const SELDOM: f64 = 0.2;
/// The share of builds on machines that keep cache mounts: most CI jobs start without them.
const SHARE_KEEPING_CACHE_MOUNTS: f64 = 0.25;

/// The rule whose fixes only save time if a machine keeps cache mounts.
const CACHE_MOUNT: &str = "DW1201";

/// What fixing a problem saves. `lines` are those of its instruction, `line_of` the line of an offset.
pub(super) fn compute_savings(
    found: &Diagnostic,
    change: Option<&MetricChange>,
    report: &FileReport,
    lines: (u32, u32),
    line_of: &dyn Fn(Span) -> u32,
) -> Savings {
    let (rebuild, after) = saved_time(found, change, report, line_of);
    let (image, usual) = saved_bytes(found, change, report, lines);
    let is_secret = found.loss == Some(ProblemCost::Secret);
    let layers = change.map_or(0, |change| change.layers.min(0).unsigned_abs());
    let mut weight = if is_secret { SECRET } else { 0.0 };
    #[expect(clippy::cast_precision_loss, reason = "only the order depends on it")]
    let megabytes = image.known_total() as f64 / 1e6;
    let often = if matches!(after, Some(Scenario::Manifest | Scenario::Argument)) { SELDOM } else { 1.0 };
    let kept = if found.code == CACHE_MOUNT { SHARE_KEEPING_CACHE_MOUNTS } else { 1.0 };
    weight += rebuild * often * kept * MEGABYTES_PER_SECOND + megabytes;
    if image.unknown > 0 && image.known_total() == 0 {
        weight += usual;
    }
    #[expect(clippy::cast_precision_loss, reason = "files have few layers")]
    let of_layers = layers as f64 * 0.1;
    Savings { image, rebuild, after, layers, secret: is_secret, weight: weight + of_layers }
}

impl Savings {
    /// The weight for ranking the problem: approximately the saved megabytes, or the saved time converted to
    /// megabytes.
    #[must_use]
    pub const fn ranking_weight(&self) -> f64 {
        self.weight
    }

    /// Whether the time has more weight than the size.
    #[must_use]
    pub(crate) fn saves_mostly_time(&self) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "only two amounts are compared")]
        let megabytes = self.image.known_total() as f64 / 1e6;
        self.rebuild * MEGABYTES_PER_SECOND > megabytes
    }
}

/// Seconds of the rebuild after a change, and that change.
fn saved_time(
    found: &Diagnostic,
    change: Option<&MetricChange>,
    report: &FileReport,
    line_of: &dyn Fn(Span) -> u32,
) -> (f64, Option<Scenario>) {
    if let Some(change) = change {
        let all = [
            (change.source, Scenario::Source),
            (change.dependency, Scenario::Manifest),
            (change.argument, Scenario::Argument),
        ];
        if let Some((seconds, scenario)) = all.into_iter().find(|(seconds, _)| *seconds < -0.5) {
            return (-seconds, Some(scenario));
        }
    }
    let starts = match &found.loss {
        Some(ProblemCost::Rebuild(starts)) => starts,
        Some(ProblemCost::Download(start)) => return saved_download(report, line_of(Span::empty(*start))),
        _ => return (0.0, None),
    };
    let lines: Vec<u32> = starts.iter().map(|start| line_of(Span::empty(*start))).collect();
    // A build still compiles the sources; only its download is unnecessary.
    let unnecessary =
        |step: &StepReport| if step.download_time > 0.0 { step.download_time } else { step.rebuild_time };
    let steps = report.steps.iter().filter(|step| step.built && lines.contains(&step.line));
    let seconds = steps.map(unnecessary).sum();
    (seconds, (seconds > 0.0).then_some(Scenario::Source))
}

/// Seconds that a cache mount would save the step on a line, and the change after which that step is rebuilt.
fn saved_download(report: &FileReport, line: u32) -> (f64, Option<Scenario>) {
    let Some(step) = report.steps.iter().find(|step| step.built && step.line == line) else {
        return (0.0, None);
    };
    let changes = [Scenario::Source, Scenario::Manifest, Scenario::Argument];
    let change = changes.into_iter().find(|change| step.again.rebuilt_in_scenario(*change) == Rebuilt::Yes);
    // A build still compiles the sources.
    let kept = if step.download_time > 0.0 { step.download_time } else { step.rebuild_time };
    (change.map_or(0.0, |_| kept * (1.0 - WITH_CACHE_MOUNT)), change)
}

/// The bytes, and the megabytes that are usual if they are unknown.
fn saved_bytes(
    found: &Diagnostic,
    change: Option<&MetricChange>,
    report: &FileReport,
    (first, last): (u32, u32),
) -> (Bytes, f64) {
    if let Some(ProblemCost::Image(bytes)) = found.loss {
        return (Bytes::estimated(bytes), 0.0);
    }
    let wastes = rules::find_by_code(found.code).and_then(|rule| rule.wastes);
    let of_rule =
        report.waste.iter().filter(|one| Some(one.cause) == wastes && one.line >= first && one.line <= last);
    let (bytes, usual) =
        of_rule.fold((Bytes::NONE, 0.0), |(bytes, usual), one| (bytes + one.bytes, usual + one.usual));
    if let Some(ProblemCost::UnknownSize { usual_megabytes }) = found.loss {
        return (Bytes::UNKNOWN, usual.max(f64::from(usual_megabytes)));
    }
    let saved = change.map_or(Bytes::NONE, |change| change.image.saved_bytes());
    if saved.known_total() >= bytes.known_total() && saved.known_total() > 0 {
        return (Bytes { unknown: 0, ..saved }, 0.0);
    }
    (Bytes { unknown: bytes.unknown.min(1), ..bytes }, usual)
}
