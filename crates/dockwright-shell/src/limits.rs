//! Limits for the parser: longer or deeper texts would take too much time, or more stack than a thread has.

/// Maximum length in bytes. The longest RUN in the corpus is 26 kB long.
const LENGTH: usize = 256 * 1024;

/// Maximum number of open brackets. The parser stops at 100 levels of syntax.
const NESTING: usize = 200;

/// Maximum number of open `${`. If one is not closed, the parser's time grows with the fourth power of their number.
const NESTED_EXPANSIONS: usize = 12;

/// Maximum number of `((` and `${`. If they are nested, the parser needs more stack, or time that grows
/// quadratically. All of them count, because nesting is only certain after parsing: quotes may hide brackets.
const ARITHMETICS: usize = 2_000;
const EXPANSIONS: usize = 20_000;

/// Whether the parser can read this text on any thread and in a short time.
pub(super) fn is_within_limits(text: &str) -> bool {
    if text.len() > LENGTH {
        return false;
    }
    let (mut depth, mut arithmetics, mut expansions) = (0_usize, 0_usize, 0_usize);
    let mut open_expansions = 0_usize;
    let mut before = 0;
    for byte in text.bytes() {
        match byte {
            b'(' | b'{' => {
                depth += 1;
                open_expansions += usize::from(byte == b'{' && before == b'$');
                arithmetics += usize::from(byte == b'(' && before == b'(');
                expansions += usize::from(byte == b'{' && before == b'$');
            }
            b')' | b'}' => {
                depth = depth.saturating_sub(1);
                open_expansions = open_expansions.saturating_sub(usize::from(byte == b'}'));
            }
            _ => {}
        }
        if depth > NESTING
            || open_expansions > NESTED_EXPANSIONS
            || arithmetics > ARITHMETICS
            || expansions > EXPANSIONS
        {
            return false;
        }
        before = byte;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::is_within_limits;

    #[test]
    fn rejects_texts_beyond_limits() {
        for (unit, count, expected) in [
            ("a && ", 1_000, true),
            ("$(a) ", 10_000, true),
            ("${a} ", 10_000, true),
            ("$((", 50, true),
            ("$((", 101, false),
            ("${a:-", 12, true),
            ("${a:-", 13, false),
            ("$(", 200, true),
            ("$(", 201, false),
            ("{ a; ", 200, true),
            ("{ a; ", 201, false),
            ("$((\")))\" ", 2_001, false),
            ("a", 262_144, true),
            ("a", 262_145, false),
        ] {
            assert_eq!(is_within_limits(&unit.repeat(count)), expected, "{unit} {count}");
        }
    }
}
