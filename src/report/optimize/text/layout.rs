//! Layout of lines for a terminal.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The text, cut or padded with spaces to this number of columns.
pub(super) fn fit_to_width(text: &str, width: usize) -> String {
    let mut fitted = String::new();
    let mut used = 0;
    let cuts = text.width() > width;
    let room = if cuts { width.saturating_sub(2) } else { width };
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide > room {
            break;
        }
        fitted.push(c);
        used += wide;
    }
    if cuts {
        fitted.push_str(" …");
        used += 2;
    }
    fitted + &" ".repeat(width.saturating_sub(used))
}

/// The parts of a text between spaces. Text in backticks is one part if it fits on a line.
fn split_into_parts(text: &str, width: usize) -> Vec<&str> {
    let (mut parts, mut from, mut is_quoted) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        match c {
            '`' => is_quoted = !is_quoted,
            ' ' if !is_quoted => {
                parts.push(text.get(from..at).unwrap_or_default());
                from = at + 1;
            }
            _ => {}
        }
    }
    let last = text.get(from..).unwrap_or_default();
    let mut divided = Vec::new();
    for part in parts {
        if part.width() > width { divided.extend(part.split(' ')) } else { divided.push(part) }
    }
    // Without a closing backtick, nothing is quoted.
    if is_quoted || last.width() > width {
        divided.extend(last.split(' '));
    } else {
        divided.push(last);
    }
    divided
}

/// Lines of at most `width` columns, wrapped at spaces outside of backticks if possible.
pub(super) fn wrap_text(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in split_into_parts(text, width) {
        if !line.is_empty() && line.width() + 1 + word.width() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        let mut rest = word;
        // A word that is longer than a line is cut anywhere.
        while line.is_empty() && rest.width() > width {
            let cut = rest.char_indices().nth(width).map_or(rest.len(), |(at, _)| at);
            let (front, back) = rest.split_at(cut);
            if back.is_empty() {
                break;
            }
            lines.push(front.to_string());
            rest = back;
        }
        line.push_str(rest);
    }
    lines.push(line);
    lines
}

/// The lines of a paragraph; the first one starts with `indent`, and the others with as many spaces.
pub(super) fn wrap_paragraph(indent: &str, text: &str, width: usize) -> Vec<String> {
    let hang = " ".repeat(indent.width());
    wrap_text(text, width.saturating_sub(indent.width()))
        .into_iter()
        .enumerate()
        .map(|(at, line)| format!("{}{line}", if at == 0 { indent } else { &hang }))
        .collect()
}

pub(super) fn write_paragraph(out: &mut dyn Write, indent: &str, text: &str, width: usize) -> io::Result<()> {
    wrap_paragraph(indent, text, width).iter().try_for_each(|line| writeln!(out, "{line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_no_longer_than_the_width() {
        assert_eq!(wrap_text("a bb ccc dddd", 4), ["a bb", "ccc", "dddd"]);
        assert_eq!(wrap_text("see `b c` d", 8), ["see", "`b c` d"]);
        assert_eq!(wrap_text("see `b c` d", 4), ["see", "`b", "c` d"]);
        assert_eq!(wrap_text("see `b c d", 6), ["see `b", "c d"]);
        assert_eq!(wrap_text("abcdefgh i", 3), ["abc", "def", "gh", "i"]);
        assert_eq!(fit_to_width("abcdef", 5), "abc …");
        assert_eq!(fit_to_width("ab", 4), "ab  ");
        assert_eq!(wrap_paragraph("- ", "a b c", 4), ["- a", "  b", "  c"]);
    }
}
