//! JSON that is harmless on a terminal: control characters that JSON allows are written as `\u….`.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};

use super::neutralize::{is_control, starts_ci_command};

/// Writes a value on one line, without a line end.
///
/// # Errors
/// `out` cannot be written to.
pub(super) fn write_json_text<T: Serialize + ?Sized>(out: &mut dyn Write, value: &T) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(out, NeutralizingFormatter(CompactFormatter));
    value.serialize(&mut serializer).map_err(io::Error::from)
}

struct NeutralizingFormatter(CompactFormatter);

impl Formatter for NeutralizingFormatter {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut plain = 0;
        for (at, c) in fragment.char_indices() {
            let command = c == '#' && starts_ci_command(fragment.get(at..).unwrap_or_default());
            if !is_control(c) && !command {
                continue;
            }
            self.0.write_string_fragment(out, fragment.get(plain..at).unwrap_or_default())?;
            plain = at + c.len_utf8();
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
        }
        self.0.write_string_fragment(out, fragment.get(plain..).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn escaped_json_keeps_value(text in any::<String>()) {
            let mut out = Vec::new();
            super::write_json_text(&mut out, &text).expect("memory is writable");
            let written = String::from_utf8(out).expect("JSON is UTF-8");
            prop_assert!(!written.chars().any(super::is_control));
            prop_assert_eq!(serde_json::from_str::<String>(&written).expect("it is JSON"), text);
        }
    }
}
