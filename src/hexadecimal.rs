//! Bytes in hexadecimal, for digests and fingerprints.

use std::fmt::Write as _;

/// Two lower-case digits for each byte.
pub(crate) fn to_hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
