//! Paths as relative references, for formats that require them.

use std::fmt::Write as _;

/// A path in which characters that are not allowed in a URI are percent-encoded.
pub(super) fn encode_path(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    // A colon in the first part would look like the end of a scheme.
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}
