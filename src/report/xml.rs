//! Text in XML.

use std::borrow::Cow;

/// Text in an attribute between double quotes, escaped as hadolint does.
pub(super) fn attribute(text: &str) -> Cow<'_, str> {
    escape(text, |c| match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '"' => Some("&quot;"),
        _ => None,
    })
}

/// Text between tags.
pub(super) fn content(text: &str) -> Cow<'_, str> {
    escape(text, |c| match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        _ => None,
    })
}

/// Characters that XML cannot hold at all become U+FFFD.
fn escape(text: &str, escaped: impl Fn(char) -> Option<&'static str>) -> Cow<'_, str> {
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    if text.chars().all(|c| allowed(c) && escaped(c).is_none()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match escaped(c) {
            Some(entity) => out.push_str(entity),
            None if allowed(c) => out.push(c),
            None => out.push('\u{fffd}'),
        }
    }
    Cow::Owned(out)
}
