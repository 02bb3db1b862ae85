//! [`Condition`]: what a Dockerfile may cost at most, as `--fail-on` has it: `waste>20MB`, `efficiency<0.8`.

use std::fmt;

use super::Figures;
use crate::optimize::Bytes;

/// A bound on one figure of a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Condition {
    figure: Figure,
    /// In bytes, layers, weights, or a share.
    limit: f64,
}

/// What can be bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Figure {
    /// Bytes that ship for nothing, as far as they are known or measured.
    Waste,
    /// Bytes that the layers add, as far as they are known or measured.
    Adds,
    Layers,
    /// What a day of builds costs: less is better.
    Score,
    /// What of the added bytes is no waste, from 0 to 1: more is better.
    Efficiency,
}

const FIGURES: [(&str, Figure); 5] = [
    ("waste", Figure::Waste),
    ("adds", Figure::Adds),
    ("layers", Figure::Layers),
    ("score", Figure::Score),
    ("efficiency", Figure::Efficiency),
];
const UNITS: [(&str, f64); 4] = [("kb", 1e3), ("mb", 1e6), ("gb", 1e9), ("b", 1.0)];

impl Condition {
    /// Reads what a user wrote.
    ///
    /// # Errors
    /// It is no such condition; the text says why.
    pub fn parse(written: &str) -> Result<Self, String> {
        const SHAPE: &str = "write it like `waste>20MB`, `layers>15`, `score>60` or `efficiency<0.8`";
        let text = written.trim();
        let Some((name, above, limit)) = text
            .split_once('>')
            .map(|(name, limit)| (name, true, limit))
            .or_else(|| text.split_once('<').map(|(name, limit)| (name, false, limit)))
        else {
            return Err(format!("no `>` or `<`; {SHAPE}"));
        };
        let name = name.trim();
        let known = FIGURES.iter().find(|(figure, _)| figure.eq_ignore_ascii_case(name));
        let Some((_, figure)) = known else {
            return Err(format!("unknown metric `{name}`; use waste, adds, layers, score or efficiency"));
        };
        if above != figure.is_better_small() {
            let (wrong, right) = if above { ('>', '<') } else { ('<', '>') };
            return Err(format!("`{name}` cannot have a limit with `{wrong}`; use `{right}`"));
        }
        let limit =
            figure.limit(limit.trim()).ok_or_else(|| format!("`{limit}` is not a valid limit; {SHAPE}"))?;
        Ok(Self { figure: *figure, limit })
    }

    /// How far a file with these metrics exceeds the limit: "waste is at least 2.6 MB, limit is 1 MB".
    #[must_use]
    pub fn excess(&self, figures: &Figures) -> String {
        let (name, value) = (self.figure.name(), self.figure.of(figures));
        let unknown = match self.figure {
            Figure::Waste => figures.waste.unknown,
            Figure::Adds => figures.adds.unknown,
            Figure::Layers | Figure::Score | Figure::Efficiency => 0,
        };
        let at_least = if unknown > 0 { "at least " } else { "" };
        let shown = |value: f64| match self.figure {
            Figure::Waste | Figure::Adds => {
                let (unit, factor) = match value {
                    1e9.. => ("GB", 1e9),
                    1e6.. => ("MB", 1e6),
                    1e3.. => ("kB", 1e3),
                    _ => ("B", 1.0),
                };
                format!("{} {unit}", rounded(value / factor))
            }
            _ => rounded(value),
        };
        format!("{name} is {at_least}{}, limit is {}", shown(value), shown(self.limit))
    }

    /// Whether a file with these figures costs too much.
    #[must_use]
    pub fn is_met(&self, figures: &Figures) -> bool {
        let value = self.figure.of(figures);
        if self.figure.is_better_small() { value > self.limit } else { value < self.limit }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.figure.name();
        let sign = if self.figure.is_better_small() { '>' } else { '<' };
        match self.figure {
            Figure::Waste | Figure::Adds => write!(f, "{name}{sign}{}B", self.limit),
            _ => write!(f, "{name}{sign}{}", self.limit),
        }
    }
}

/// With one decimal, unless it is zero; two for what is less than 1.
fn rounded(value: f64) -> String {
    let text = if value.abs() < 1.0 { format!("{value:.2}") } else { format!("{value:.1}") };
    match text.split_once('.') {
        Some((whole, decimals)) if decimals.bytes().all(|digit| digit == b'0') => whole.to_string(),
        _ => text,
    }
}

impl Figure {
    fn name(self) -> &'static str {
        FIGURES.iter().find(|(_, figure)| *figure == self).map_or("", |(name, _)| name)
    }

    const fn is_better_small(self) -> bool {
        !matches!(self, Self::Efficiency)
    }

    fn limit(self, text: &str) -> Option<f64> {
        let is_size = matches!(self, Self::Waste | Self::Adds);
        let lower = text.to_ascii_lowercase();
        let (number, unit) = UNITS
            .iter()
            .filter(|_| is_size)
            .find_map(|(name, unit)| Some((lower.strip_suffix(name)?, *unit)))
            .unwrap_or((&lower, 1.0));
        let number: f64 = number.trim().parse().ok()?;
        (number.is_finite() && number >= 0.0).then_some(number * unit)
    }

    fn of(self, figures: &Figures) -> f64 {
        match self {
            Self::Waste => size(figures.waste),
            Self::Adds => size(figures.adds),
            Self::Layers => f64::from(u32::try_from(figures.layers).unwrap_or(u32::MAX)),
            Self::Score => figures.score.most,
            Self::Efficiency if size(figures.adds) > 0.0 => {
                (1.0 - size(figures.waste) / size(figures.adds)).max(0.0)
            }
            Self::Efficiency => 1.0,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "no image comes near the 2^53 bytes from which it matters")]
fn size(bytes: Bytes) -> f64 {
    bytes.figure() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimize::Range;
    use crate::plan::Rebuild;

    #[test]
    fn conditions_hold_figures_to_limits() {
        let bytes = |known, measured| Bytes { known, measured, estimated: 0, unknown: 3 };
        let figures = Figures {
            layers: 4,
            adds: bytes(60_000_000, 40_000_000),
            waste: bytes(5_000_000, 20_000_000),
            source: Rebuild::default(),
            manifest: Rebuild::default(),
            cold: Rebuild::default(),
            score: Range { least: 10.0, most: 12.5 },
        };
        for (written, expected) in [
            ("waste>20MB", true),
            ("waste > 25 mb", false),
            ("waste>24999kB", true),
            ("waste>1GB", false),
            ("waste>24999999", true),
            ("adds>100MB", false),
            ("adds>99.9MB", true),
            ("layers>3", true),
            ("layers>4", false),
            ("score>12", true),
            ("score>12.5", false),
            ("efficiency<0.8", true),
            ("Efficiency<0.75", false),
        ] {
            let condition = Condition::parse(written).expect("a condition");
            assert_eq!(condition.is_met(&figures), expected, "{written}");
            let excess = condition.excess(&figures);
            match written {
                "waste>20MB" => assert_eq!(excess, "waste is at least 25 MB, limit is 20 MB"),
                "adds>99.9MB" => assert_eq!(excess, "adds is at least 100 MB, limit is 99.9 MB"),
                "layers>3" => assert_eq!(excess, "layers is 4, limit is 3"),
                "score>12" => assert_eq!(excess, "score is 12.5, limit is 12"),
                "efficiency<0.8" => assert_eq!(excess, "efficiency is 0.75, limit is 0.80"),
                _ => {}
            }
            let again = Condition::parse(&condition.to_string());
            assert_eq!(again, Ok(condition), "{written}");
        }
        for written in [
            "",
            "waste",
            "waste=3",
            "waste<20MB",
            "score<0.8",
            "efficiency>0.8",
            "waste>",
            "waste>x",
            "waste>-1",
            "layers>3MB",
            "efficiency<0.8MB",
            "wast>3",
            "waste>inf",
        ] {
            assert!(Condition::parse(written).is_err(), "{written}");
        }
    }
}
