//! Lines of a terminal of 80 columns.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

pub const WIDTH: usize = 80;

/// The text cut, or filled up with blanks, to so many columns.
pub fn fit(text: &str, width: usize) -> String {
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

/// Lines of at most so many columns, cut at blanks where there are some.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
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

pub fn paragraph(out: &mut dyn Write, indent: &str, text: &str) -> io::Result<()> {
    let hang = " ".repeat(indent.width());
    for (at, line) in wrap(text, WIDTH - indent.width()).into_iter().enumerate() {
        writeln!(out, "{}{line}", if at == 0 { indent } else { &hang })?;
    }
    Ok(())
}
