//! [`CostLimit`]: a limit of `--fail-on`: `wasted>20MB`, `rebuild>5min`, and with `--since` also `image>+50MB`.

use std::fmt;

use super::Metrics;
use crate::config::nearest_name;
use crate::error_text::{ErrorText, suggest_name};
use crate::optimize::Bytes;

/// A limit for one metric of a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CostLimit {
    metric: Metric,
    limit: LimitValue,
}

/// What is limited: a value, or how much it may grow.
#[derive(Debug, Clone, Copy, PartialEq)]
enum LimitValue {
    /// In bytes, layers or seconds.
    Value(f64),
    /// How much the metric may grow.
    Growth(f64),
    /// Percent more than before.
    Percent(f64),
}

/// Which limits apply.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ApplicableLimits<'f> {
    /// Limits of values.
    Value,
    /// Limits of growth, too, from this version of the file.
    GrowthFrom(&'f Metrics),
}

/// The metrics that can be limited. Unknown sizes do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Metric {
    /// Bytes of the image.
    Image,
    /// Bytes of the added layers.
    Added,
    /// Wasted bytes of them.
    Wasted,
    Layers,
    /// Seconds of the rebuild after a change to a source file.
    Rebuild,
}

const METRICS: [(&str, Metric); 7] = [
    ("image", Metric::Image),
    ("added", Metric::Added),
    ("wasted", Metric::Wasted),
    ("layers", Metric::Layers),
    ("rebuild", Metric::Rebuild),
    // Names of earlier versions.
    ("adds", Metric::Added),
    ("waste", Metric::Wasted),
];
const SIZES: [(&str, f64); 4] = [("kb", 1e3), ("mb", 1e6), ("gb", 1e9), ("b", 1.0)];
const TIMES: [(&str, f64); 3] = [("min", 60.0), ("h", 3600.0), ("s", 1.0)];

impl CostLimit {
    /// Reads what a user wrote.
    ///
    /// # Errors
    /// The text is not a limit; the error gives the reason.
    pub fn parse(written: &str) -> Result<Self, ErrorText> {
        const SHAPE: &str = "use a limit such as `wasted>20MB`, `layers>15` or `rebuild>5min`";
        let text = written.trim();
        let Some((name, limit)) = text.split_once('>') else {
            if text.is_empty() {
                return Err(ErrorText::new("the limit is empty").help(SHAPE));
            }
            let why = if text.contains('<') {
                "limits are written with `>`, not `<`"
            } else {
                "the limit has no `>`"
            };
            return Err(ErrorText::new(why).help(SHAPE));
        };
        let name = name.trim();
        if name.is_empty() {
            return Err(ErrorText::new("no metric before `>`").help(SHAPE));
        }
        let replaced = [("score", "`rebuild`"), ("efficiency", "`wasted` or `added`")];
        if let Some((_, now)) = replaced.iter().find(|(old, _)| old.eq_ignore_ascii_case(name)) {
            return Err(ErrorText::new(format!("unknown metric `{name}`")).help(format!("use {now}")));
        }
        let known = METRICS.iter().find(|(metric, _)| metric.eq_ignore_ascii_case(name));
        let Some((_, metric)) = known else {
            let is_current = |(name, metric): &&(&str, Metric)| *name == metric.name();
            let names: Vec<&str> = METRICS.iter().filter(is_current).map(|(name, _)| *name).collect();
            let nearest = nearest_name(name, names.iter().copied());
            return Err(ErrorText::new(format!("unknown metric `{name}`"))
                .help(suggest_name(nearest.as_deref(), &names)));
        };
        let limit = limit.trim();
        if limit.starts_with('=') {
            return Err(ErrorText::new("limits are written with `>`, not `>=`").help(SHAPE));
        }
        let limit = metric.parse_limit(limit)?;
        Ok(Self { metric: *metric, limit })
    }

    /// Whether it limits how much the metric may grow, which needs an earlier version of the file.
    #[must_use]
    pub(crate) const fn is_about_growth(&self) -> bool {
        !matches!(self.limit, LimitValue::Value(_))
    }

    /// How far a file exceeds the limit: "wasted space is at least 2.6 MB, limit is 1 MB". `None` if it does not.
    #[must_use]
    pub(crate) fn describe_excess(&self, figures: &Metrics, limited: ApplicableLimits<'_>) -> Option<String> {
        let value = self.metric.metric_value(figures);
        let subject = self.metric.subject();
        let unknown = match self.metric {
            Metric::Image => figures.image.unknown,
            Metric::Added => figures.added.unknown,
            Metric::Wasted => figures.wasted.unknown,
            Metric::Layers | Metric::Rebuild => 0,
        };
        let at_least = if unknown > 0 { "at least " } else { "" };
        let shown = |value: f64| self.metric.format_value(value);
        match (self.limit, limited) {
            (LimitValue::Value(limit), _) => (value > limit).then(|| {
                let limit = shown(limit);
                match self.metric {
                    // Every excess is at least 1 layer.
                    Metric::Layers if value < 1.5 => format!("1 layer, limit is {limit}"),
                    Metric::Layers => format!("{} layers, limit is {limit}", shown(value)),
                    _ => format!("{subject} is {at_least}{}, limit is {limit}", shown(value)),
                }
            }),
            (LimitValue::Growth(_) | LimitValue::Percent(_), ApplicableLimits::Value) => None,
            (LimitValue::Growth(limit), ApplicableLimits::GrowthFrom(before)) => {
                let growth = value - self.metric.metric_value(before);
                (growth > limit)
                    .then(|| format!("{subject} grows by {}, limit is {}", shown(growth), shown(limit)))
            }
            (LimitValue::Percent(limit), ApplicableLimits::GrowthFrom(before)) => {
                let before = self.metric.metric_value(before);
                let growth = value - before;
                (growth > before * limit / 100.0).then(|| {
                    format!(
                        "{subject} grows from {} to {}, limit is +{} %",
                        shown(before),
                        shown(value),
                        format_rounded(limit)
                    )
                })
            }
        }
    }
}

impl fmt::Display for CostLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.metric.name();
        let unit = match self.metric {
            Metric::Image | Metric::Added | Metric::Wasted => "B",
            Metric::Layers => "",
            Metric::Rebuild => "s",
        };
        match self.limit {
            LimitValue::Value(limit) => write!(f, "{name}>{limit}{unit}"),
            LimitValue::Growth(limit) => write!(f, "{name}>+{limit}{unit}"),
            LimitValue::Percent(limit) => write!(f, "{name}>+{limit}%"),
        }
    }
}

/// With one decimal, which is omitted if it is zero; with two for values below 1.
fn format_rounded(value: f64) -> String {
    let text = if value.abs() < 1.0 { format!("{value:.2}") } else { format!("{value:.1}") };
    match text.split_once('.') {
        Some((whole, decimals)) if decimals.bytes().all(|digit| digit == b'0') => whole.to_string(),
        _ => text,
    }
}

impl Metric {
    fn name(self) -> &'static str {
        METRICS.iter().find(|(_, metric)| *metric == self).map_or("", |(name, _)| name)
    }

    /// What sentences call it.
    const fn subject(self) -> &'static str {
        match self {
            Self::Image => "image size",
            Self::Added => "size of the added layers",
            Self::Wasted => "wasted space",
            Self::Layers => "number of layers",
            Self::Rebuild => "rebuild time after a source change",
        }
    }

    /// The error for a text that is not a limit of this metric.
    fn explain_limit_error(self, text: &str) -> ErrorText {
        let (kind, units, example) = match self {
            Self::Image | Self::Added | Self::Wasted => {
                ("a size", "`B`, `kB`, `MB` or `GB`, as in ", "`wasted>20MB`")
            }
            Self::Layers => ("a whole number", "", "`layers>15`"),
            Self::Rebuild => ("a duration", "`s`, `min` or `h`, as in ", "`rebuild>5min`"),
        };
        let digits = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').trim();
        let is_number = digits.len() < text.len();
        if text.is_empty() {
            ErrorText::new("no value after `>`").help(format!("use a limit such as {example}"))
        } else if text.ends_with('%') {
            ErrorText::new("a limit in percent must start with `+`")
                .help(format!("use a limit such as {example}"))
        } else if is_number && !units.is_empty() && digits.is_empty() {
            ErrorText::new(format!("no unit after `{text}`")).help(format!("use {units}{example}"))
        } else if is_number && !units.is_empty() && digits.chars().all(char::is_alphabetic) {
            ErrorText::new(format!("`{text}` has an unknown unit")).help(format!("use {units}{example}"))
        } else {
            ErrorText::new(format!("`{text}` is not {kind}")).help(format!("use a limit such as {example}"))
        }
    }

    /// # Errors
    /// The text is not a limit of this metric.
    fn parse_limit(self, text: &str) -> Result<LimitValue, ErrorText> {
        let (is_growth, value) = text.strip_prefix('+').map_or((false, text), |rest| (true, rest));
        let number = |text: &str| {
            let number: f64 = text.trim().parse().ok()?;
            (number.is_finite() && number >= 0.0).then_some(number)
        };
        let error = || self.explain_limit_error(value.trim());
        if let Some(percent) = value.strip_suffix('%') {
            let percent = number(percent).filter(|_| is_growth).ok_or_else(error)?;
            return Ok(LimitValue::Percent(percent));
        }
        let units: &[(&str, f64)] = match self {
            Self::Image | Self::Added | Self::Wasted => &SIZES,
            Self::Layers => &[("", 1.0)],
            Self::Rebuild => &TIMES,
        };
        let lower = value.to_ascii_lowercase();
        let with_unit = || {
            let (digits, unit) =
                units.iter().find_map(|(name, unit)| Some((lower.strip_suffix(name)?, *unit)))?;
            let is_valid = |number: &f64| self != Self::Layers || number.fract() == 0.0;
            number(digits).filter(is_valid).map(|number| number * unit)
        };
        // Zero is the same in all units.
        let zero = || number(&lower).filter(|number| *number == 0.0);
        let value = with_unit().or_else(zero).ok_or_else(error)?;
        Ok(if is_growth { LimitValue::Growth(value) } else { LimitValue::Value(value) })
    }

    fn metric_value(self, figures: &Metrics) -> f64 {
        match self {
            Self::Image => size_as_number(figures.image),
            Self::Added => size_as_number(figures.added),
            Self::Wasted => size_as_number(figures.wasted),
            Self::Layers => f64::from(u32::try_from(figures.layers).unwrap_or(u32::MAX)),
            Self::Rebuild => figures.source.seconds.most,
        }
    }

    fn format_value(self, value: f64) -> String {
        let units: &[(f64, &str)] = match self {
            Self::Image | Self::Added | Self::Wasted => &[(1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")],
            Self::Layers => return format_rounded(value),
            Self::Rebuild => &[(3600.0, "h"), (60.0, "min"), (1.0, "s")],
        };
        let smallest = units.last().copied().unwrap_or((1.0, ""));
        let (factor, unit) = units.iter().copied().find(|(factor, _)| value >= *factor).unwrap_or(smallest);
        format!("{} {unit}", format_rounded(value / factor))
    }
}

#[expect(clippy::cast_precision_loss, reason = "no image comes near the 2^53 bytes from which it matters")]
fn size_as_number(bytes: Bytes) -> f64 {
    bytes.known_total() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimize::StepRange;
    use crate::plan::RebuildCost;

    fn metrics_with(added: u64, layers: usize, seconds: f64) -> Metrics {
        let bytes = |known, measured| Bytes { known, measured, estimated: 0, unknown: 3 };
        let rebuild =
            RebuildCost { seconds: StepRange { least: 1.0, most: seconds }, ..RebuildCost::default() };
        Metrics {
            layers,
            image: Bytes::known(200_000_000 + added),
            added: bytes(added, 40_000_000),
            wasted: bytes(5_000_000, 20_000_000),
            source: rebuild,
            dependency: RebuildCost::default(),
            argument: RebuildCost::default(),
            full_build: RebuildCost::default(),
        }
    }

    #[test]
    fn values_are_limited() {
        let figures = metrics_with(60_000_000, 4, 210.0);
        for (written, expected) in [
            ("wasted>20MB", Some("wasted space is at least 25 MB, limit is 20 MB")),
            ("waste>20MB", Some("wasted space is at least 25 MB, limit is 20 MB")),
            ("Wasted > 25 mb", None),
            ("wasted>0", Some("wasted space is at least 25 MB, limit is 0 B")),
            ("wasted>24999kB", Some("wasted space is at least 25 MB, limit is 25 MB")),
            ("waste>1GB", None),
            ("image>259999999B", Some("image size is 260 MB, limit is 260 MB")),
            ("adds>100MB", None),
            ("added>99.9MB", Some("size of the added layers is at least 100 MB, limit is 99.9 MB")),
            ("layers>3", Some("4 layers, limit is 3")),
            ("layers>4", None),
            ("rebuild>3min", Some("rebuild time after a source change is 3.5 min, limit is 3 min")),
            ("rebuild>210s", None),
            ("rebuild>209s", Some("rebuild time after a source change is 3.5 min, limit is 3.5 min")),
            ("image>+1MB", None),
        ] {
            let condition = CostLimit::parse(written).expect("a limit");
            assert_eq!(
                condition.describe_excess(&figures, ApplicableLimits::Value).as_deref(),
                expected,
                "{written}"
            );
            let again = CostLimit::parse(&condition.to_string());
            assert_eq!(again, Ok(condition), "{written}");
        }
    }

    #[test]
    fn growth_is_limited() {
        let (before, now) = (metrics_with(60_000_000, 4, 200.0), metrics_with(120_000_000, 5, 230.0));
        for (written, expected) in [
            ("image>+50MB", Some("image size grows by 60 MB, limit is 50 MB")),
            ("image>+60MB", None),
            ("added>+59%", Some("size of the added layers grows from 100 MB to 160 MB, limit is +59 %")),
            ("added>+60%", None),
            (
                "rebuild>+10%",
                Some("rebuild time after a source change grows from 3.3 min to 3.8 min, limit is +10 %"),
            ),
            ("layers>+0", Some("number of layers grows by 1, limit is 0")),
            ("layers>4", Some("5 layers, limit is 4")),
        ] {
            let condition = CostLimit::parse(written).expect("a limit");
            let excess = condition.describe_excess(&now, ApplicableLimits::GrowthFrom(&before));
            assert_eq!(excess.as_deref(), expected, "{written}");
            assert!(
                condition.describe_excess(&before, ApplicableLimits::GrowthFrom(&now)).is_none()
                    || written == "layers>4"
            );
        }
    }

    #[test]
    fn rejects_other_texts_as_limits() {
        for (written, why) in [
            ("", "the limit is empty"),
            ("wasted", "the limit has no `>`"),
            ("wasted=3", "the limit has no `>`"),
            ("wasted<20MB", "limits are written with `>`, not `<`"),
            ("score>10", "use `rebuild`"),
            ("efficiency>0.8", "use `wasted` or `added`"),
            ("wasted>", "no value after `>`"),
            ("wasted>x", "`x` is not a size"),
            ("wasted>-1", "`-1` is not a size"),
            ("wasted>=3MB", "limits are written with `>`, not `>=`"),
            ("wasted>3", "no unit after `3`; use `B`, `kB`, `MB` or `GB`, as in `wasted>20MB`"),
            ("image>+3", "no unit after `3`"),
            ("wasted>3MiB", "`3MiB` has an unknown unit; use `B`, `kB`, `MB` or `GB`"),
            ("rebuild>5parsec", "`5parsec` has an unknown unit; use `s`, `min` or `h`, as in `rebuild>5min`"),
            ("layers>1.5", "`1.5` is not a whole number; use a limit such as `layers>15`"),
            ("wasted>10%", "must start with `+`"),
            ("layers>3MB", "`3MB` is not a whole number"),
            ("rebuild>3MB", "`3MB` has an unknown unit"),
            ("wast>3", "unknown metric `wast`"),
            ("wasted>inf", "`inf` is not a size"),
        ] {
            let error = CostLimit::parse(written).expect_err(written).to_string();
            assert!(error.contains(why), "{written}: {error}");
        }
    }
}
