//! Amounts of memory: `size=64m` of a tmpfs mount.

/// The number of bytes; `None` if this is not a size. A size is a number, which may have a fraction, and an optional
/// unit: `b`, or one of `k m g t p` (powers of 1024), with an optional `b` or `ib`. Case does not matter, and a space
/// may precede the unit.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a size that large is as good as any"
)]
pub(crate) fn parse_size(text: &str) -> Option<u64> {
    let last = text.rfind(|c: char| c.is_ascii_digit() || c == '.' || c == ' ')?;
    let (number, suffix) = (text.get(..=last)?, text.get(last + 1..)?);
    let number = number.strip_suffix(' ').unwrap_or(number);
    if !number.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'+' | b'-' | b'e' | b'E')) {
        return None;
    }
    let number: f64 = number.parse().ok()?;
    if number < 0.0 || !number.is_finite() {
        return None;
    }
    let suffix = suffix.to_ascii_lowercase();
    let unit = match suffix.as_str() {
        "" | "b" => 0,
        _ => {
            let exponent = "kmgtp".find(suffix.chars().next()?)?;
            if !matches!(suffix.get(1..)?, "" | "b" | "ib") {
                return None;
            }
            i32::try_from(exponent).ok()? + 1
        }
    };
    Some((number * 1024f64.powi(unit)) as u64)
}

#[cfg(test)]
mod tests {
    use super::parse_size;

    #[test]
    fn parses_sizes_like_buildkit() {
        for (text, expected) in [
            ("64", Some(64)),
            ("64b", Some(64)),
            ("1k", Some(1024)),
            ("1K", Some(1024)),
            ("1KiB", Some(1024)),
            ("2mb", Some(2 << 20)),
            ("1.5g", Some(3 << 29)),
            ("1 g", Some(1 << 30)),
            ("0", Some(0)),
            ("-1", None),
            ("1x", None),
            ("1kx", None),
            ("1kbb", None),
            ("1bb", None),
            ("m", None),
            ("", None),
            ("1.2.3", None),
            ("é1", None),
            ("1é", None),
        ] {
            assert_eq!(parse_size(text), expected, "{text}");
        }
    }
}
