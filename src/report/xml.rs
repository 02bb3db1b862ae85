//! Text in XML: replaces characters that XML cannot represent; quick-xml does the rest.

use std::borrow::Cow;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::escape::{minimal_escape, partial_escape};
use quick_xml::events::{BytesDecl, BytesText, Event};

/// A document, with an indentation of two spaces per level.
///
/// # Errors
/// `out` cannot be written to.
pub(super) fn open_document(out: &mut dyn Write) -> io::Result<Writer<&mut dyn Write>> {
    let mut writer = Writer::new_with_indent(out, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    Ok(writer)
}

/// Escapes text between tags.
pub(super) fn escaped_text(text: &str) -> BytesText<'_> {
    match replace_illegal_characters(text) {
        Cow::Borrowed(text) => BytesText::new(text),
        Cow::Owned(text) => BytesText::from_escaped(partial_escape(text).into_owned()),
    }
}

/// The text, with U+FFFD for each character that XML cannot represent, not even escaped.
pub(super) fn replace_illegal_characters(text: &str) -> Cow<'_, str> {
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    if text.chars().all(allowed) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if allowed(c) { c } else { '\u{fffd}' }).collect())
}

/// Text in an attribute between double quotes, escaped as hadolint does: `>`, `'` and line ends are not escaped.
pub(super) fn hadolint_attribute(text: &str) -> String {
    minimal_escape(replace_illegal_characters(text)).replace('"', "&quot;")
}

/// Escapes text between tags as hadolint does.
pub(super) fn hadolint_content(text: &str) -> String {
    partial_escape(replace_illegal_characters(text)).into_owned()
}
