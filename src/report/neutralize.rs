//! Makes file content harmless: no control sequence or command reaches a terminal or a CI log.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Words that GitHub's runner interprets after `::`, on any line that a program prints.
const WORKFLOW_COMMANDS: [&str; 14] = [
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "notice",
    "remove-matcher",
    "save-state",
    "set-",
    "stop-commands",
    "warning",
];

/// The text on one line, with `\u{…}` instead of control characters and instead of the first character of a command
/// for a CI service (`::error`, `##[error]`, `##vso[`).
#[must_use]
pub(crate) fn neutralize(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b':' && byte != b'#') {
        return Cow::Borrowed(text);
    }
    let inert = neutralize_with_offsets(text.as_bytes(), &mut []);
    if inert == text { Cow::Borrowed(text) } else { Cow::Owned(inert) }
}

/// Like [`neutralize`], for bytes (invalid UTF-8 becomes `\x…`). Each of `places`, offsets into `bytes` in ascending
/// order, is changed to the offset of the same place in the result.
pub(super) fn neutralize_with_offsets(bytes: &[u8], places: &mut [usize]) -> String {
    let mut out = String::with_capacity(bytes.len());
    let mut places = places.iter_mut().peekable();
    let mut at = 0;
    let mut leading = true;
    for chunk in bytes.utf8_chunks() {
        for (offset, c) in chunk.valid().char_indices() {
            while let Some(place) = places.next_if(|place| **place <= at + offset) {
                *place = out.len();
            }
            let rest = chunk.valid().get(offset..).unwrap_or_default();
            if is_control(c) || starts_ci_command(rest) || (leading && rest.starts_with("::")) {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            } else {
                out.push(c);
            }
            leading &= c.is_whitespace();
        }
        at += chunk.valid().len();
        for (offset, byte) in chunk.invalid().iter().enumerate() {
            while let Some(place) = places.next_if(|place| **place <= at + offset) {
                *place = out.len();
            }
            let _ = write!(out, "\\x{byte:02x}");
            leading = false;
        }
        at += chunk.invalid().len();
    }
    places.for_each(|place| *place = out.len());
    out
}

/// Whether a character controls the terminal or changes how the text is displayed; not a tab.
#[must_use]
pub(crate) fn is_control(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(
            c,
            '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Whether a command for a CI service starts here.
pub(super) fn starts_ci_command(rest: &str) -> bool {
    if let Some(after) = rest.strip_prefix("::") {
        return WORKFLOW_COMMANDS.iter().any(|word| after.starts_with(word));
    }
    rest.strip_prefix("##")
        .is_some_and(|after| after.trim_start_matches(|c: char| c.is_ascii_alphabetic()).starts_with('['))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_terminal_commands() {
        for (text, shown) in [
            ("plain text", "plain text"),
            ("tab\tand é 漢", "tab\tand é 漢"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("a\rb\nc", "a\\u{d}b\\u{a}c"),
            ("\u{9b}2J", "\\u{9b}2J"),
            ("x\u{202e}y\u{2066}z", "x\\u{202e}y\\u{2066}z"),
            ("::error::x", "\\u{3a}:error::x"),
            ("  ::anything::x", "  \\u{3a}:anything::x"),
            ("RUN echo '::set-output name=a::b'", "RUN echo '\\u{3a}:set-output name=a::b'"),
            ("std::vector and [::]:80", "std::vector and [::]:80"),
            ("##[error]x ##vso[task]", "\\u{23}#[error]x \\u{23}#vso[task]"),
            ("## a heading", "## a heading"),
        ] {
            assert_eq!(neutralize(text), shown);
        }
        assert_eq!(neutralize_with_offsets(b"a\xffb", &mut []), "a\\xffb");
    }

    proptest! {
        #[test]
        fn escapes_control_characters(bytes in any::<Vec<u8>>()) {
            let shown = neutralize_with_offsets(&bytes, &mut []);
            prop_assert!(!shown.chars().any(is_control));
            prop_assert!(!shown.trim_start().starts_with("::"));
        }

        #[test]
        fn places_move_with_the_text(
            before in "[a-c\u{1b}é:#]{0,9}", word in "[a-c\u{1b}é]{0,9}", after in "[a-c\u{1b}é]{0,9}",
        ) {
            let bytes = format!("{before}{word}{after}").into_bytes();
            let mut places = [before.len(), before.len() + word.len()];
            let shown = neutralize_with_offsets(&bytes, &mut places);
            prop_assert_eq!(shown.get(places[0]..places[1]), Some(&*neutralize_with_offsets(word.as_bytes(), &mut [])));
        }
    }
}
