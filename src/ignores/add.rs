//! Where a comment that asks for silence goes, and what it says.

use super::own;
use crate::diagnostic::{Diagnostic, Edit};
use crate::source::Span;
use crate::syntax::{Comment, Dockerfile, Item, Node};

/// A change that makes a diagnostic be ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddIgnore {
    pub edit: Edit,
    /// Where the reason stands in the text of the edit, in bytes; `None` where the comment was there, with its
    /// own reason.
    pub reason: Option<std::ops::Range<usize>>,
}

/// The edit that adds `code` to the ignores of the instruction that a diagnostic is about, or of the file where
/// it is about none. `None` for what cannot be ignored.
pub fn add_ignore(file: &Dockerfile<'_>, found: &Diagnostic, reason: &str) -> Option<AddIgnore> {
    if found.code == "DL1000" {
        return None;
    }
    let at = file.items.partition_point(|item| item.span.end <= found.anchor.start);
    let item = file.items.get(at);
    let instruction = item.and_then(Item::instruction).filter(|it| it.span.contains(found.anchor));
    let Some((item, instruction)) = item.zip(instruction) else {
        return Some(for_file(file, found.code, reason));
    };
    let above = file.items.get(..at).unwrap_or_default().iter().rev();
    let comments: Vec<&Comment<'_>> = above
        .map_while(|item| match &item.node {
            Node::Comment(comment) => Some(comment),
            _ => None,
        })
        .collect();
    if let Some(end) = comments.iter().find_map(|comment| end_of_codes(comment, file.source)) {
        let edit = Edit::insert(end, format!(",{}", found.code));
        return Some(AddIgnore { edit, reason: None });
    }
    // What hadolint reads speaks of the next line only: nothing may come between.
    let pragmas = comments.iter().take_while(|comment| comment.text.trim_start().starts_with("hadolint"));
    let indentation = Span::new(item.span.start, instruction.span.start).bytes(file.source);
    let indentation = String::from_utf8_lossy(indentation).into_owned();
    let start =
        pragmas.last().map_or(item.span.start, |comment| start_of_line(file.source, comment.span.start));
    Some(comment_line(
        file.source,
        start,
        &format!("{indentation}# dockwright ignore={}", found.code),
        reason,
    ))
}

/// An ignore for the whole file: below the parser directives, which must come first.
fn for_file(file: &Dockerfile<'_>, code: &str, reason: &str) -> AddIgnore {
    let head =
        file.items.iter().take_while(|item| matches!(item.node, Node::ByteOrderMark | Node::Directive(_)));
    let start = head.last().map_or(0, |item| item.span.end);
    comment_line(file.source, start, &format!("# dockwright ignore-file={code}"), reason)
}

/// A line for `comment` at `start`, where a line starts or the file ends.
fn comment_line(source: &[u8], start: u32, comment: &str, reason: &str) -> AddIgnore {
    let before = source.get(..start as usize).unwrap_or_default();
    let is_line_start = before.last().is_none_or(|byte| *byte == b'\n') || before == b"\xEF\xBB\xBF";
    let line_end = if ends_in_cr_lf(source, start) { "\r\n" } else { "\n" };
    let first = if is_line_start { "" } else { line_end };
    let mut text = format!("{first}{comment} ");
    let reason_start = text.len();
    text += reason;
    let reason = Some(reason_start..text.len());
    text += if is_line_start { line_end } else { "" };
    AddIgnore { edit: Edit::insert(start, text), reason }
}

/// Where the codes of an ignore of ours for an instruction end; `None` for any other comment.
fn end_of_codes(comment: &Comment<'_>, source: &[u8]) -> Option<u32> {
    let (false, codes) = own::parse(&comment.text)? else { return None };
    let verbatim = comment.span.bytes(source).get(1..)? == comment.text.as_bytes();
    let mut end = comment.text.find('=').filter(|_| verbatim)?;
    for code in &codes {
        end += comment.text.get(end..)?.find(code.as_str())? + code.len();
    }
    Some(comment.span.start + 1 + u32::try_from(end).ok()?)
}

fn start_of_line(source: &[u8], offset: u32) -> u32 {
    let before = source.get(..offset as usize).unwrap_or_default();
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    u32::try_from(start).unwrap_or(offset)
}

/// How the line at `offset` ends; where it is the last, the one before.
fn ends_in_cr_lf(source: &[u8], offset: u32) -> bool {
    let (before, after) = source.split_at_checked(offset as usize).unwrap_or((source, &[]));
    let line = after.split_inclusive(|byte| *byte == b'\n').next().filter(|line| line.ends_with(b"\n"));
    line.unwrap_or(before).ends_with(b"\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::splice;
    use crate::lint::Linter;
    use crate::{rules, syntax};

    /// What the text becomes when the diagnostic with this code is ignored.
    fn ignored(text: &str, code: &str) -> String {
        let linter = Linter::of_rules(rules::all());
        let found = linter.lint(text.as_bytes());
        let found = found.iter().find(|found| found.code == code).expect("the rule reports");
        let file = syntax::parse(text.as_bytes());
        let added = add_ignore(&file, found, "why").expect("it can be ignored");
        let reason = added.reason.clone().map_or("why", |range| &added.edit.text[range]);
        assert_eq!(reason, "why");
        let new = splice(text.as_bytes(), [&added.edit]).expect("the edit fits");
        let new = String::from_utf8(new).expect("text");
        let left = linter.lint(new.as_bytes());
        assert!(!left.iter().any(|left| left.code == code), "{new} {left:?}");
        new
    }

    #[test]
    fn the_comment_stands_where_it_is_heeded() {
        for (text, code, expected) in [
            ("FROM node\n", "DL3006", "# dockwright ignore=DL3006 why\nFROM node\n"),
            (
                "FROM a:1\r\nADD b /\r\n",
                "DL3020",
                "FROM a:1\r\n# dockwright ignore=DL3020 why\r\nADD b /\r\n",
            ),
            ("FROM a:1\n  ADD b /", "DL3020", "FROM a:1\n  # dockwright ignore=DL3020 why\n  ADD b /"),
            (
                "FROM a:1\n# hadolint ignore=DL3045\nADD b x\n",
                "DL3020",
                "FROM a:1\n# dockwright ignore=DL3020 why\n# hadolint ignore=DL3045\nADD b x\n",
            ),
            (
                "FROM a:1\n# dockwright ignore = DL3045 ,DL3021 old\n# b\nADD b x\n",
                "DL3020",
                "FROM a:1\n# dockwright ignore = DL3045 ,DL3021,DL3020 old\n# b\nADD b x\n",
            ),
            (
                "# syntax=docker/dockerfile:1\nFROM node\n",
                "DL3006",
                "# syntax=docker/dockerfile:1\n# dockwright ignore=DL3006 why\nFROM node\n",
            ),
        ] {
            assert_eq!(ignored(text, code), expected);
        }
    }

    #[test]
    fn what_is_about_no_instruction_is_ignored_in_the_file() {
        for (text, expected) in [
            ("# escape=`\n", "# escape=`\n# dockwright ignore-file=X why\n"),
            ("# escape=`", "# escape=`\n# dockwright ignore-file=X why"),
            ("\u{feff}# a\n", "\u{feff}# dockwright ignore-file=X why\n# a\n"),
            ("", "# dockwright ignore-file=X why\n"),
        ] {
            let added = for_file(&syntax::parse(text.as_bytes()), "X", "why");
            let new = splice(text.as_bytes(), [&added.edit]).expect("the edit fits");
            assert_eq!(String::from_utf8_lossy(&new), expected);
        }
    }
}
