//! Durations as Go writes them: `1h2m3.5s`.

/// Nanoseconds of a duration as Go writes it; `None` if it is invalid, or longer than 292 years.
pub(super) fn parse_nanoseconds(text: &str) -> Option<i128> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned == "0" {
        return Some(0);
    }
    if unsigned.is_empty() || unsigned.len() > 100 {
        return None;
    }
    let mut total: i128 = 0;
    let mut left = unsigned;
    while !left.is_empty() {
        let number = left.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(left.len());
        let (number, after) = left.split_at(number);
        let unit = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(unit);
        let scale: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
            return None;
        }
        if !whole.is_empty() {
            total = total.checked_add(whole.parse::<i128>().ok()?.checked_mul(scale)?)?;
        }
        let mut digit_scale = scale;
        for digit in fraction.bytes() {
            digit_scale /= 10;
            total += i128::from(digit - b'0') * digit_scale;
        }
        left = after;
    }
    let total = if text.starts_with('-') { -total } else { total };
    i64::try_from(total).is_ok().then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_durations_like_go() {
        for (text, expected) in [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("1h2m3.5s", Some(3_723_500_000_000)),
            ("50ns", Some(50)),
            (".5s", Some(500_000_000)),
            ("5.s", Some(5_000_000_000)),
            ("1µs", Some(1_000)),
            ("-1s", Some(-1_000_000_000)),
            ("5", None),
            ("1d", None),
            ("s", None),
            (".s", None),
            ("1.2.3s", None),
            ("1e3s", None),
            (" 1s", None),
            ("", None),
            ("9999999h", None),
            ("99999999999999999999s", None),
            ("+1ms", Some(1_000_000)),
            ("-", None),
            ("1s2", None),
            ("1 s", None),
            ("1..2s", None),
        ] {
            assert_eq!(parse_nanoseconds(text), expected, "{text}");
        }
    }
}
