//! Figures in words: sizes, classes, scenarios. What is unknown prints `?`, what was measured in builds of the
//! same thing `≈`, what is estimated `~`.

use crate::facts::about;
use crate::optimize::{Bytes, ClassCount, Range, Runs, Scenario, ScenarioPicture};
use crate::plan::{BytesChange, Change, Level, Rebuild};

/// `14.2 MB`, with 1000 bytes to the kilobyte, as image sizes are given.
pub fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match UNITS.iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => {
            let tenths = (u128::from(bytes) * 10 + u128::from(*unit) / 2) / u128::from(*unit);
            format!("{}.{} {name}", tenths / 10, tenths % 10)
        }
        None => format!("{bytes} B"),
    }
}

/// `14.2 MB + ≈ 20 MB + ~ 93 MB + ?`; `0` where it is nothing for certain.
pub fn bytes(bytes: Bytes) -> String {
    let mut parts = Vec::new();
    if bytes.known > 0 {
        parts.push(size(bytes.known));
    }
    if bytes.measured > 0 {
        parts.push(format!("≈ {}", size(bytes.measured)));
    }
    if bytes.estimated > 0 {
        parts.push(format!("~ {}", about(bytes.estimated)));
    }
    if bytes.unknown > 0 {
        parts.push("?".to_string());
    }
    if parts.is_empty() { "0".to_string() } else { parts.join(" + ") }
}

/// `2 L + 1 S`; steps that cost next to nothing are left out unless there are no others.
pub fn classes(classes: &[ClassCount]) -> String {
    let worth: Vec<String> = classes
        .iter()
        .filter(|one| one.cost.weight() > 0.0)
        .map(|one| {
            if one.steps == 1 {
                one.cost.name().to_string()
            } else {
                format!("{}×{}", one.steps, one.cost.name())
            }
        })
        .collect();
    if worth.is_empty() { "XS".to_string() } else { worth.join(" + ") }
}

/// `12` or `12 to 14`.
pub fn range(range: Range) -> String {
    let (least, most) = (number(range.least), number(range.most));
    if least == most { least } else { format!("{least} to {most}") }
}

/// Without decimals where there are none; else one.
pub fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_string)
}

/// What changes: `a source file, src/main.py`.
pub fn change(one: &ScenarioPicture) -> String {
    let title = one.scenario.title();
    match (one.changes.as_slice(), one.exact) {
        ([], _) => title.to_string(),
        ([only], false) if only == "." => format!("{title} (any)"),
        ([only], false) => format!("{title} ({only}/…)"),
        (all, _) => format!("{title} ({})", all.join(", ")),
    }
}

/// Whether the scenario cannot happen, as far as the file tells.
pub fn is_void(one: &ScenarioPicture) -> bool {
    one.changes.is_empty() && one.scenario != Scenario::Nothing
}

/// `−14.2 MB`, `−≈ 20.0 MB`, `+3 B`; empty where nothing changes.
pub fn bytes_change(change: BytesChange) -> String {
    let sign = |number: i64| if number < 0 { "−" } else { "+" };
    let mut parts = Vec::new();
    if change.known != 0 {
        parts.push(format!("{}{}", sign(change.known), size(change.known.unsigned_abs())));
    }
    if change.measured != 0 {
        parts.push(format!("{}≈ {}", sign(change.measured), size(change.measured.unsigned_abs())));
    }
    if change.estimated != 0 {
        parts.push(format!("{}~ {}", sign(change.estimated), about(change.estimated.unsigned_abs())));
    }
    if change.unknown != 0 {
        parts.push(format!("{}?", sign(change.unknown)));
    }
    parts.join(" ")
}

/// What a rewrite does, in a few words: `−14.2 MB, −1 layer, score −63`; empty where nothing is known to change.
pub fn change_of(change: &Change) -> String {
    let sign = |below: bool| if below { "−" } else { "+" };
    let size = if change.waste.is_none() { change.adds } else { change.waste };
    let mut parts = Vec::new();
    if !size.is_none() {
        parts.push(bytes_change(size));
    }
    if change.layers != 0 {
        let number = change.layers.unsigned_abs();
        let noun = if number == 1 { "layer" } else { "layers" };
        parts.push(format!("{}{number} {noun}", sign(change.layers < 0)));
    }
    if change.score != 0.0 {
        parts.push(format!("score {}{}", sign(change.score < 0.0), number(change.score.abs())));
    }
    parts.join(", ")
}

/// What is run: `2×L + S`; `none` where there is no such change.
pub fn rebuild(rebuild: &Rebuild) -> String {
    match rebuild {
        Rebuild { happens: false, .. } => "none".to_string(),
        Rebuild { steps: 0, .. } => "nothing".to_string(),
        Rebuild { classes: counts, .. } => classes(counts),
    }
}

/// What to write to have the fixes of a level made.
pub const fn flags(level: Level) -> &'static str {
    match level {
        Level::Safe => "--fix",
        Level::Low => "--fix --unsafe-fixes",
        Level::Mid => "--fix --unsafe-fixes=mid",
        Level::High => "--fix --unsafe-fixes=high",
    }
}

pub const fn mark(runs: Runs) -> &'static str {
    match runs {
        Runs::No => "·",
        Runs::Maybe => "?",
        Runs::Yes => "●",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_well() {
        for (bytes, expected) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (14_249_999, "14.2 MB"),
            (14_250_000, "14.3 MB"),
            (999_999, "1000.0 kB"),
            (u64::MAX, "18446744073.7 GB"),
        ] {
            assert_eq!(size(bytes), expected);
        }
        let all = Bytes { known: 5, measured: 2_000, estimated: 93_400_000, unknown: 3 };
        assert_eq!(super::bytes(all), "5 B + ≈ 2.0 kB + ~ 93 MB + ?");
        assert_eq!(super::bytes(Bytes::NONE), "0");
        assert_eq!(number(3.25), "3.2");
        assert_eq!(number(90.0), "90");
    }
}
