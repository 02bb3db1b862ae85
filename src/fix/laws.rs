//! What a fix must not do to a file, judged by a look at it before and after.

use std::collections::HashMap;

use super::grounds::is_about_ignores;
use crate::diagnostic::{Diagnostic, Edit, Severity};
use crate::rules::{self, dw0001};
use crate::source::Span;

/// What one look at a text shows.
#[derive(Debug, Default)]
pub struct Look {
    pub diagnostics: Vec<Diagnostic>,
    /// In the order of the file.
    pub comments: Vec<CommentAt>,
    /// Fixes that may not be made in this file.
    pub withheld: Vec<super::Withheld>,
}

/// A comment and what it stands above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentAt {
    /// From the `#` to the end of the line, trimmed.
    pub text: String,
    pub span: Span,
    /// The first byte that is no blank of the next line that is neither blank nor a comment. `None` for a comment
    /// that stands behind something on its line, or at the end of the file.
    pub below: Option<u32>,
}

/// The law that the change breaks, if it breaks one. `edits` are in the order of their spans; `texts` are the
/// old one and the new one.
pub fn broken(
    before: &Look,
    after: &Look,
    mended: &[&Diagnostic],
    edits: &[&Edit],
    texts: (&[u8], &[u8]),
) -> Option<&'static str> {
    let refusals =
        |look: &Look| look.diagnostics.iter().filter(|diagnostic| diagnostic.code == "DL1000").count();
    if refusals(after) > refusals(before) {
        return Some("the file could not be built any more");
    }
    if has_news(before, after, mended, edits) {
        return Some("another diagnostic would appear");
    }
    // Comments that ask for silence are what these are about.
    let of_ignores = mended.iter().filter(|diagnostic| is_about_ignores(diagnostic.code));
    let about: Vec<Span> = of_ignores
        .filter_map(|diagnostic| diagnostic.fix.as_ref())
        .flat_map(|fix| fix.edits.iter().map(|edit| edit.span))
        .collect();
    if !comments_survive(before, after, &about, edits, texts) {
        return Some("a comment would be lost, or stand above something else");
    }
    None
}

/// Whether something is reported that was not, as bad as the least of what is mended, or worse.
fn has_news(before: &Look, after: &Look, mended: &[&Diagnostic], edits: &[&Edit]) -> bool {
    let least = mended.iter().map(|diagnostic| diagnostic.severity).min().unwrap_or(Severity::Style);
    // By code: where it was reported, and whether that is being mended.
    let mut known: HashMap<&'static str, Vec<(Span, bool)>> = HashMap::new();
    for diagnostic in &before.diagnostics {
        let is_mended = mended.iter().any(|other| std::ptr::eq(*other, diagnostic));
        known.entry(diagnostic.code).or_default().push((diagnostic.anchor, is_mended));
    }
    // Where there is nothing left to ignore, an ignore is of no use any more.
    let revealed: Vec<&str> = mended
        .iter()
        .filter_map(|one| rules::by_code(one.code))
        .flat_map(|rule| rule.reveals)
        .copied()
        .collect();
    let hidden = |code| code == dw0001::RULE.code || revealed.contains(&code);
    after.diagnostics.iter().filter(|found| found.severity >= least && !hidden(found.code)).any(|found| {
        let Some(places) = known.get_mut(found.code) else { return true };
        let was_at = Span::empty(backward(found.anchor.start, edits));
        let here = places.iter().position(|(anchor, _)| anchor.contains(was_at));
        // Of a code that is reported once for many places it may name another one now.
        let elsewhere = || places.iter().position(|(_, is_mended)| !is_mended);
        match here.or_else(elsewhere) {
            Some(at) => {
                places.swap_remove(at);
                false
            }
            None => true,
        }
    })
}

/// Whether every comment is still there, in the old order and above the words that it stood above. Those that
/// the spans in `about` touch need not be.
fn comments_survive(
    before: &Look,
    after: &Look,
    about: &[Span],
    edits: &[&Edit],
    texts: (&[u8], &[u8]),
) -> bool {
    let is_meant = |comment: &CommentAt| about.iter().any(|span| span.touches(comment.span));
    let mut rest = after.comments.iter();
    before.comments.iter().filter(|old| !is_meant(old) && !moves(old, edits, texts.0)).all(|old| {
        let Some(now) = rest.find(|comment| comment.text == old.text) else { return false };
        match (old.below, now.below) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(below), Some(is_below)) => {
                let Some(expected) = forward(below, edits, texts.0) else { return false };
                let between = texts.1.get(is_below as usize..expected as usize);
                between.is_some_and(|text| !text.contains(&b'\n'))
            }
        }
    })
}

/// Whether the comment goes elsewhere together with the line that it stands above: one edit takes both away, and
/// another one puts them in.
fn moves(comment: &CommentAt, edits: &[&Edit], old: &[u8]) -> bool {
    let Some(below) = comment.below else { return false };
    let rest = Span::new(below, u32::try_from(old.len()).unwrap_or(u32::MAX)).bytes(old);
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii();
    let both = comment.span.to(Span::new(below, below + u32::try_from(line.len()).unwrap_or(0)));
    let taken = edits.iter().any(|edit| edit.text.trim().is_empty() && edit.span.contains(both));
    taken
        && edits.iter().filter(|edit| !edit.text.trim().is_empty()).any(|edit| {
            let mut lines = edit.text.lines().map(str::trim).skip_while(|one| *one != comment.text).skip(1);
            lines
                .find(|one| !one.is_empty() && !one.starts_with('#'))
                .is_some_and(|one| one.as_bytes() == line)
        })
}

/// Where a byte of the old text is in the new one; for one that is replaced, where what replaces it begins.
/// `None` where it is deleted with the rest of its line.
fn forward(offset: u32, edits: &[&Edit], old: &[u8]) -> Option<u32> {
    let mut moved = i64::from(offset);
    for edit in edits.iter().take_while(|edit| edit.span.start <= offset) {
        if edit.span.end > offset {
            let rest = Span::new(offset, edit.span.end).bytes(old);
            if edit.text.trim().is_empty() && rest.contains(&b'\n') {
                return None;
            }
            moved -= i64::from(offset - edit.span.start);
        } else {
            moved += length(&edit.text) - i64::from(edit.span.len());
        }
    }
    u32::try_from(moved).ok()
}

fn length(text: &str) -> i64 {
    i64::try_from(text.len()).unwrap_or(i64::MAX)
}

/// Where a byte of the new text was in the old one.
fn backward(offset: u32, edits: &[&Edit]) -> u32 {
    let mut moved = 0i64;
    for edit in edits {
        let starts_at = i64::from(edit.span.start) + moved;
        if starts_at > i64::from(offset) {
            break;
        }
        if i64::from(offset) < starts_at + length(&edit.text) {
            return edit.span.start;
        }
        moved += length(&edit.text) - i64::from(edit.span.len());
    }
    u32::try_from(i64::from(offset) - moved).unwrap_or(0)
}
