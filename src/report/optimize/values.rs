//! Values in words: sizes, times, changes. In prose, an unknown part reads "at least"; in tables it is `≥`. `~` marks
//! values that were measured in similar builds, or estimated.

use std::borrow::Cow;

use crate::facts::count_noun;
use crate::facts::format_size;
use crate::optimize::{Bytes, FileReport, Rebuilt, Scenario, ScenarioReport, Volatility};
use crate::plan::{FilePlan, FixClass, FixLevel, Metrics, RebuildCost, Savings};

/// In a sentence: `at least 84 MB`, `~84 MB`, `1.5 MB`, `an unknown size`, `nothing`.
pub(crate) fn size_in_prose(bytes: Bytes) -> String {
    match (bytes.known_total(), bytes.unknown) {
        (0, 0) => "nothing".to_string(),
        (0, _) => "an unknown size".to_string(),
        (_, 0) => marked_size(bytes),
        _ => format!("at least {}", format_size(bytes.known_total())),
    }
}

/// The wasted part of something; `None` if nothing is wasted.
pub(super) fn wasted_part(bytes: Bytes) -> Option<String> {
    match (bytes.known_total(), bytes.unknown) {
        (0, 0) => None,
        (0, _) => Some("part of it".to_string()),
        _ => Some(size_in_prose(bytes)),
    }
}

/// The text with an uppercase first letter.
pub(super) fn capitalize(text: &str) -> String {
    let (first, rest) = text.split_at_checked(1).unwrap_or((text, ""));
    format!("{}{rest}", first.to_uppercase())
}

/// The image with the first 12 digits of its digest.
pub(super) fn shorten_digest(reference: &str) -> Cow<'_, str> {
    const SHOWN: usize = 12;
    let Some((name, digest)) = reference.split_once("@sha256:") else { return reference.into() };
    let end = digest.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digest.len());
    match (digest.get(..SHOWN), digest.get(end..)) {
        (Some(shown), Some(after)) if end > SHOWN => format!("{name}@sha256:{shown}…{after}").into(),
        _ => reference.into(),
    }
}

/// After the noun: `image 1.5 MB`, `image size unknown`.
pub(crate) fn size_after_noun(bytes: Bytes) -> String {
    if bytes.known_total() == 0 && bytes.unknown > 0 {
        return "size unknown".to_string();
    }
    size_in_prose(bytes)
}

/// The size of the image, of its base and of the added layers, and the wasted part.
pub(super) fn image_sentence(plan: &FilePlan) -> String {
    let before = &plan.before;
    let wasted = wasted_part(before.wasted);
    if before.image.known_total() == 0 && before.image.unknown > 0 {
        let wasted = wasted.map(|part| format!("; {part} is wasted")).unwrap_or_default();
        return format!("Image size unknown{wasted}.");
    }
    let mut text = format!("Image {}: ", size_in_prose(before.image));
    if let Some(base) = plan.report.base.as_ref().filter(|base| base.reference != "scratch") {
        text += &match (base.bytes.known_total(), base.bytes.unknown) {
            (0, 1..) => "size of the base unknown, ".to_string(),
            _ => format!("base {}, ", size_in_prose(base.bytes)),
        };
    }
    text += &match (before.added.known_total(), before.added.unknown) {
        (0, 0) => "your layers add nothing".to_string(),
        (0, _) => "size of your layers unknown".to_string(),
        _ => format!("your layers {}", size_in_prose(before.added)),
    };
    text += &match wasted {
        // The wasted part may be in the base image, or in layers of unknown size.
        Some(part)
            if before.wasted.known_total() == 0
                || before.wasted.known_total() > before.added.known_total() =>
        {
            format!("; {part} is wasted")
        }
        Some(part) => format!(", of which {part} is wasted"),
        None => String::new(),
    };
    text + "."
}

/// The sentence instead of an empty list of problems. A file that does not build, or that wastes space, is not without
/// problems.
pub(super) fn no_problems_sentence(plan: &FilePlan) -> &'static str {
    if plan.report.refused.is_some() {
        "No other problems found."
    } else if plan.before.wasted == Bytes::NONE {
        "No problems found."
    } else if plan.is_filtered {
        "None of the selected rules reports the wasted space; `--steps` lists it."
    } else {
        "No problems found, but some space is wasted; `--steps` lists it."
    }
}

/// In a table: `≥ 84 MB`, `~84 MB`, `1.5 MB`, `unknown`, `0 B`.
pub(crate) fn size_in_table(bytes: Bytes) -> String {
    match (bytes.known_total(), bytes.unknown) {
        (0, 0) => "0 B".to_string(),
        (0, _) => "unknown".to_string(),
        (_, 0) => marked_size(bytes),
        _ => format!("≥ {}", format_size(bytes.known_total())),
    }
}

fn marked_size(bytes: Bytes) -> String {
    let mark = if bytes.measured + bytes.estimated > 0 { "~" } else { "" };
    format!("{mark}{}", format_size(bytes.known_total()))
}

/// `5 s`, `3.5 min`, `5 h`.
pub(super) fn format_seconds(seconds: f64) -> String {
    let (value, unit) = match seconds {
        5400.0.. => (seconds / 3600.0, "h"),
        90.0.. => (seconds / 60.0, "min"),
        _ => (seconds, "s"),
    };
    let text = if value < 10.0 && unit != "s" { format!("{value:.1}") } else { format!("{value:.0}") };
    format!("{} {unit}", text.strip_suffix(".0").unwrap_or(&text))
}

/// Whether a time is shown as no time.
pub(crate) fn rounds_to_zero(seconds: f64) -> bool {
    seconds < 0.5
}

/// The mark in a table if no such change is possible.
const NO_REBUILD: &str = "–";

/// A column of the effect of fixes: how long a rebuild takes.
#[derive(Clone, Copy)]
pub(super) struct RebuildColumn {
    pub(super) title: &'static str,
    /// For narrow terminals.
    pub(super) short_title: &'static str,
    /// The title of a bar.
    pub(super) change: &'static str,
    pub(super) of: fn(&Metrics) -> &RebuildCost,
}

const REBUILD_COLUMNS: [RebuildColumn; 3] = [
    RebuildColumn {
        title: "source change",
        short_title: "source",
        change: "a source change",
        of: |figures| &figures.source,
    },
    RebuildColumn {
        title: "dependency change",
        short_title: "dependency",
        change: "a dependency change",
        of: |figures| &figures.dependency,
    },
    RebuildColumn {
        title: "full build",
        short_title: "full build",
        change: "full build",
        of: |figures| &figures.full_build,
    },
];

/// The columns for the changes that are possible in at least one row.
pub(super) fn rebuild_columns(rows: &[&Metrics]) -> Vec<RebuildColumn> {
    let is_possible = |column: &RebuildColumn| rows.iter().any(|row| !is_impossible((column.of)(row)));
    REBUILD_COLUMNS.into_iter().filter(is_possible).collect()
}

/// The key below the table, if a change is not possible in some of the rows.
pub(super) fn key_of_impossible_changes(columns: &[RebuildColumn], rows: &[&Metrics]) -> Option<String> {
    let mut costs = columns.iter().flat_map(|column| rows.iter().map(|row| (column.of)(row)));
    costs.any(is_impossible).then(|| format!("{NO_REBUILD} no such change"))
}

const fn is_impossible(rebuild: &RebuildCost) -> bool {
    !rebuild.happens && !rebuild.unknown
}

/// Durations of a file: `~` marks them unless a build log gave them.
#[derive(Clone, Copy)]
pub(crate) struct DurationFormat {
    is_measured: bool,
}

impl DurationFormat {
    pub(crate) const fn new(is_measured: bool) -> Self {
        Self { is_measured }
    }

    pub(crate) fn format_for_report(report: &FileReport) -> Self {
        Self { is_measured: report.steps.iter().any(|step| step.seconds.is_some()) }
    }

    pub(crate) fn format_duration(self, seconds: f64) -> String {
        // A negative zero, too.
        if rounds_to_zero(seconds) {
            return "0 s".to_string();
        }
        let text = format_seconds(seconds);
        if self.is_measured { text } else { format!("~{text}") }
    }

    /// How long a rebuild takes; [`NO_REBUILD`] if no such change is possible.
    pub(crate) fn describe_rebuild(self, rebuild: &RebuildCost) -> String {
        match rebuild {
            RebuildCost { unknown: true, .. } => "unknown".to_string(),
            RebuildCost { happens: false, .. } => NO_REBUILD.to_string(),
            RebuildCost { seconds, .. } => self.format_duration(seconds.most),
        }
    }

    /// What fixing a problem saves, in a few words.
    pub(crate) fn describe_savings(self, saves: &Savings) -> String {
        if saves.secret {
            "secret".to_string()
        } else if saves.rebuild > 0.0 && saves.saves_mostly_time() {
            format!("{}/build", self.format_duration(saves.rebuild))
        } else if saves.image.known_total() > 0 {
            size_in_table(saves.image)
        } else if saves.image.unknown > 0 {
            "size unknown".to_string()
        } else if saves.layers > 0 {
            count_noun(usize::try_from(saves.layers).unwrap_or(usize::MAX), "layer")
        } else {
            String::new()
        }
    }
}

/// What rebuilds a step.
pub(crate) const fn describe_rebuild_cause(volatility: Volatility) -> &'static str {
    match volatility {
        Volatility::Text => "only if its text changes",
        Volatility::Base | Volatility::Index => "new base image",
        Volatility::Manifest => "dependency change",
        Volatility::Source => "source change",
        Volatility::Build => "every build",
    }
}

/// `line 4`, `lines 4, 7`.
pub(super) fn describe_line_numbers(lines: &[u32]) -> String {
    let all: Vec<String> = lines.iter().map(ToString::to_string).collect();
    format!("{} {}", if all.len() == 1 { "line" } else { "lines" }, all.join(", "))
}

/// What changes: `a source file (src/main.py)`.
pub(super) fn describe_change(one: &ScenarioReport) -> String {
    let title = one.scenario.title();
    match (one.changes.as_slice(), one.exact) {
        ([], _) => title.to_string(),
        ([only], _) if only.is_empty() => title.to_string(),
        ([only], false) if only == "." => format!("{title} (any)"),
        ([only], false) => format!("{title} ({only}/…)"),
        (all, _) => format!("{title} ({})", all.join(", ")),
    }
}

/// Whether the scenario cannot happen, according to the file.
pub(super) fn is_impossible_scenario(one: &ScenarioReport) -> bool {
    one.changes.is_empty() && one.scenario != Scenario::Nothing
}

/// The options that apply the fixes of a level.
pub(super) fn options_of_level(level: FixLevel) -> &'static str {
    level.applicability().command_line_options().unwrap_or_default()
}

/// The last of the options that apply the fixes of a level.
pub(super) const fn last_option_of_level(level: FixLevel) -> &'static str {
    match level {
        FixLevel::Safe => "--fix",
        FixLevel::Low => "--unsafe-fixes=low",
        FixLevel::Mid => "--unsafe-fixes=mid",
        FixLevel::High => "--unsafe-fixes=high",
    }
}

/// What applies a fix: an option, `suggestion` or `by hand`.
pub(super) const fn fix_label(class: Option<FixClass>) -> &'static str {
    match class {
        Some(class) => match class.level() {
            Some(level) => last_option_of_level(level),
            None => "suggestion",
        },
        None => "by hand",
    }
}

/// The label for a narrow column.
pub(super) fn short_fix_label(class: Option<FixClass>) -> &'static str {
    fix_label(class).trim_start_matches("--unsafe-fixes=")
}

pub(super) const fn rebuild_symbol(runs: Rebuilt) -> &'static str {
    match runs {
        Rebuilt::No => "·",
        Rebuilt::Maybe => "?",
        Rebuilt::Yes => "●",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_parts_are_words_in_prose_and_marks_in_tables() {
        let bytes = |known, measured, unknown| Bytes { known, measured, estimated: 0, unknown };
        for (bytes, prose, table) in [
            (bytes(0, 0, 0), "nothing", "0 B"),
            (bytes(0, 0, 2), "an unknown size", "unknown"),
            (bytes(1_500_000, 0, 0), "1.5 MB", "1.5 MB"),
            (bytes(0, 20_000_000, 0), "~20.0 MB", "~20.0 MB"),
            (bytes(1_000_000, 83_000_000, 3), "at least 84.0 MB", "≥ 84.0 MB"),
        ] {
            assert_eq!((size_in_prose(bytes).as_str(), size_in_table(bytes).as_str()), (prose, table));
        }
    }

    #[test]
    fn durations_read_well() {
        for (seconds, expected) in [
            (5.0, "5 s"),
            (89.0, "89 s"),
            (90.0, "1.5 min"),
            (180.0, "3 min"),
            (540.0, "9 min"),
            (18_000.0, "5 h"),
        ] {
            assert_eq!(format_seconds(seconds), expected);
        }
        let estimated = DurationFormat::new(false);
        assert_eq!(
            (estimated.format_duration(0.4), estimated.format_duration(5.0)),
            ("0 s".to_string(), "~5 s".to_string())
        );
        assert_eq!(estimated.format_duration(-0.0), "0 s");
    }

    #[test]
    fn rebuilds_without_steps_and_without_time_differ() {
        let clock = DurationFormat::new(true);
        let none = RebuildCost::default();
        for (rebuild, expected) in [
            (none.clone(), "–"),
            (RebuildCost { happens: true, steps: 2, ..none.clone() }, "0 s"),
            (RebuildCost { unknown: true, ..none }, "unknown"),
        ] {
            assert_eq!(clock.describe_rebuild(&rebuild), expected);
        }
    }

    #[test]
    fn impossible_changes_have_no_column() {
        let possible = RebuildCost { happens: true, ..RebuildCost::default() };
        let before = Metrics {
            layers: 1,
            image: Bytes::NONE,
            added: Bytes::NONE,
            wasted: Bytes::NONE,
            source: possible.clone(),
            dependency: RebuildCost::default(),
            argument: RebuildCost::default(),
            full_build: possible.clone(),
        };
        let titles = |rows: &[&Metrics]| {
            let columns = rebuild_columns(rows);
            let titles: Vec<&str> = columns.iter().map(|column| column.title).collect();
            (titles.join(", "), key_of_impossible_changes(&columns, rows))
        };
        assert_eq!(titles(&[&before]), ("source change, full build".to_string(), None));
        let after = Metrics { dependency: possible, ..before.clone() };
        let all = "source change, dependency change, full build".to_string();
        assert_eq!(titles(&[&before, &after]), (all, Some("– no such change".to_string())));
    }

    #[test]
    fn digests_are_shortened() {
        let digest = "06484c2a9dcc9070aeafbc0fe752cb9f73bc0cea5c311f6a516e9010061998ad";
        let image = format!("example.org:5000/java@sha256:{digest}");
        assert_eq!(shorten_digest(&image), "example.org:5000/java@sha256:06484c2a9dcc…");
        assert_eq!(
            shorten_digest(&format!("{image} (base)")),
            "example.org:5000/java@sha256:06484c2a9dcc… (base)"
        );
        assert_eq!(shorten_digest("debian:12"), "debian:12");
    }
}
