//! [`DirectiveComment`]: a comment that was probably meant as a parser directive.

use super::reference::ImageReference;
use crate::source::Span;
use crate::syntax::{CheckOptions, Comment, Directive, DirectiveKind, Dockerfile, Node, closest_spelling};

/// The keys of the directives.
const KEYS: [(&str, DirectiveKind); 3] =
    [("syntax", DirectiveKind::Syntax), ("escape", DirectiveKind::Escape), ("check", DirectiveKind::Check)];

/// A comment with the key of a directive, or a similar one, and a value that only a directive has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectiveComment {
    /// From the `#` to the end of the line.
    pub span: Span,
    pub kind: DirectiveKind,
    /// The key as written.
    pub key: Span,
    /// What separates the key from its value, spaces included.
    pub separator: Span,
    pub fault: DirectiveFault,
}

/// Why BuildKit reads it as a comment: the first reason that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirectiveFault {
    /// The key is misspelled.
    Key,
    /// There is no `=` between key and value.
    Separator,
    /// `syntax` and `check` must start in the first column; the number of spaces before the `#`.
    Indented(u32),
    /// Something that ends the directives is above it.
    Below(DirectiveEnd),
}

/// What ends the directives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirectiveEnd {
    EmptyLine,
    Comment,
    Instruction,
}

impl DirectiveComment {
    /// The intended key.
    pub fn name(&self) -> &'static str {
        KEYS.iter().find(|(_, kind)| *kind == self.kind).map_or("", |(name, _)| *name)
    }
}

/// The directive comments of a file, in order.
pub fn directive_comments(file: &Dockerfile<'_>) -> Vec<DirectiveComment> {
    let mut above = None;
    let mut found = Vec::new();
    for item in &file.items {
        match &item.node {
            Node::ByteOrderMark => {}
            Node::Blank => above = above.or(Some(DirectiveEnd::EmptyLine)),
            Node::Instruction(_) => above = above.or(Some(DirectiveEnd::Instruction)),
            Node::Directive(directive) => found.extend(indented_directive(directive, item.span)),
            Node::Comment(comment) => {
                found.extend(directive_of_comment(file, comment, above));
                above = above.or(Some(DirectiveEnd::Comment));
            }
        }
    }
    found
}

/// A directive that BuildKit does not read because it is indented.
fn indented_directive(directive: &Directive<'_>, line: Span) -> Option<DirectiveComment> {
    let indent = directive.span.start - line.start;
    (!directive.is_effective && indent > 0).then(|| DirectiveComment {
        span: directive.span,
        kind: directive.kind,
        key: directive.key.span,
        separator: Span::new(directive.key.span.end, directive.value.span.start),
        fault: DirectiveFault::Indented(indent),
    })
}

fn directive_of_comment(
    file: &Dockerfile<'_>,
    comment: &Comment<'_>,
    above: Option<DirectiveEnd>,
) -> Option<DirectiveComment> {
    let bytes = comment.span.bytes(file.source);
    let text = std::str::from_utf8(bytes).ok()?.strip_prefix('#')?;
    let spaces = text.len() - text.trim_start_matches([' ', '\t']).len();
    let body = text.get(spaces..)?;
    let key = body.get(..body.find(|c: char| !c.is_ascii_alphanumeric())?)?;
    let rest = body.get(key.len()..)?;
    let value = rest.trim_start();
    let (value, is_set) = match value.strip_prefix(['=', ':']) {
        Some(after) => (after.trim_start(), value.starts_with('=')),
        None if value.len() < rest.len() => (value, false),
        None => return None,
    };
    let lower = key.to_ascii_lowercase();
    let exact = KEYS.iter().find(|(name, _)| *name == lower);
    let (name, kind) = *exact.or_else(|| {
        let near = closest_spelling(&lower, &KEYS.map(|(name, _)| name))?;
        KEYS.iter().find(|(name, _)| *name == near)
    })?;
    if !is_plausible_value(kind, value.trim_end()) {
        return None;
    }
    let fault = match (lower == name, is_set, above) {
        (false, ..) => DirectiveFault::Key,
        // DW0004 reports ignore comments in the wrong form.
        (true, false, _) if kind == DirectiveKind::Check && value.starts_with("skip") => return None,
        (true, false, _) => DirectiveFault::Separator,
        // Except for `error`, it configures the instruction below it.
        (true, true, _) if kind == DirectiveKind::Check && !sets_error(value) => return None,
        (true, true, above) => DirectiveFault::Below(above?),
    };
    if matches!(fault, DirectiveFault::Below(_)) && has_directive_value(file, kind, value.trim_end()) {
        return None;
    }
    let at = |offset: usize| comment.span.start + u32::try_from(offset).unwrap_or(u32::MAX);
    let key_start = 1 + spaces;
    let key_end = key_start + key.len();
    let value_start = 1 + text.len() - value.len();
    Some(DirectiveComment {
        span: comment.span,
        kind,
        key: Span::new(at(key_start), at(key_end)),
        separator: Span::new(at(key_end), at(value_start)),
        fault,
    })
}

/// Whether a directive that BuildKit reads has the same content.
fn has_directive_value(file: &Dockerfile<'_>, kind: DirectiveKind, value: &str) -> bool {
    file.directives().any(|found| found.is_effective && found.kind == kind && found.value.text == value)
}

/// Whether the value is valid for the directive and unlikely in an ordinary comment.
fn is_plausible_value(kind: DirectiveKind, value: &str) -> bool {
    match kind {
        DirectiveKind::Escape => matches!(value, "\\" | "`"),
        DirectiveKind::Syntax => value.contains('/') && ImageReference::parse(value).is_ok(),
        DirectiveKind::Check => {
            !value.contains(char::is_whitespace) && value.contains('=') && CheckOptions::parse(value).is_ok()
        }
    }
}

fn sets_error(value: &str) -> bool {
    CheckOptions::parse(value).is_ok_and(|options| options.error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;

    fn find_directive_faults(text: &str) -> Vec<(&'static str, DirectiveFault)> {
        let file = syntax::parse(text.as_bytes());
        directive_comments(&file).iter().map(|found| (found.name(), found.fault)).collect()
    }

    #[test]
    fn finds_misplaced_directives() {
        use DirectiveEnd::{Comment, EmptyLine, Instruction};
        for (text, expected) in [
            ("# syntx=docker/dockerfile:1\nFROM a\n", Some(("syntax", DirectiveFault::Key))),
            ("#Sytnax = docker/dockerfile:1\nFROM a\n", Some(("syntax", DirectiveFault::Key))),
            ("# sintax: docker/dockerfile:1\nFROM a\n", Some(("syntax", DirectiveFault::Key))),
            ("# escpae=`\nFROM a\n", Some(("escape", DirectiveFault::Key))),
            ("#excape=\\\nFROM a\n", Some(("escape", DirectiveFault::Key))),
            ("# chekc=skip=all\nFROM a\n", Some(("check", DirectiveFault::Key))),
            ("# checks=error=true\nFROM a\n", Some(("check", DirectiveFault::Key))),
            ("FROM a\n# chekc=skip=UndefinedVar\nUSER $b\n", Some(("check", DirectiveFault::Key))),
            ("# syntax docker/dockerfile:1\nFROM a\n", Some(("syntax", DirectiveFault::Separator))),
            ("# syntax: docker/dockerfile:1\nFROM a\n", Some(("syntax", DirectiveFault::Separator))),
            ("# escape `\nFROM a\n", Some(("escape", DirectiveFault::Separator))),
            ("# check: error=true\nFROM a\n", Some(("check", DirectiveFault::Separator))),
            ("\n# escape=`\nFROM a\n", Some(("escape", DirectiveFault::Below(EmptyLine)))),
            (
                "# license\n# syntax=docker/dockerfile:1\nFROM a\n",
                Some(("syntax", DirectiveFault::Below(Comment))),
            ),
            ("ARG a\n# escape=`\nFROM a\n", Some(("escape", DirectiveFault::Below(Instruction)))),
            ("#!/bin/sh\n# escape=`\nFROM a\n", Some(("escape", DirectiveFault::Below(Comment)))),
            ("# a\n# check=skip=all;error=true\nFROM a\n", Some(("check", DirectiveFault::Below(Comment)))),
            (" # syntax=docker/dockerfile:1\nFROM a\n", Some(("syntax", DirectiveFault::Indented(1)))),
            // BuildKit reads these.
            ("# syntax=docker/dockerfile:1\n# escape=`\n# check=skip=all\nFROM a\n", None),
            ("# SYNTAX=docker/dockerfile:1\nFROM a\n", None),
            (" # escape=`\nFROM a\n", None),
            ("#!/bin/sh\n# syntax=docker/dockerfile:1\nFROM a\n", None),
            ("FROM a\n# check=skip=UndefinedVar\nUSER $b\n", None),
            // Repeated.
            ("# syntax=docker/dockerfile:1\n\n# syntax=docker/dockerfile:1\nFROM a\n", None),
            // Comments.
            ("# check: skip=all\nFROM a\n", None),
            ("# check: this\nFROM a\n", None),
            ("# check the value=1 first\nFROM a\n", None),
            ("# syntax is ok\nFROM a\n", None),
            ("# syntax: see docs/syntax.md for more\nFROM a\n", None),
            ("# syntax error in line/column\nFROM a\n", None),
            ("FROM a\n# escape=...\nUSER b\n", None),
            ("FROM a\n# escape the `\nUSER b\n", None),
            ("# stage=base of all services\nFROM a\n", None),
            ("# cheap=skip/x\nFROM a\n", None),
            ("# image=docker/dockerfile:1\nFROM a\n", None),
            ("# checked=true\nFROM a\n", None),
            ("# syntax\nFROM a\n", None),
            ("# syntax=\nFROM a\n", None),
            ("RUN <<EOF\n# syntx=docker/dockerfile:1\nEOF\n", None),
        ] {
            assert_eq!(find_directive_faults(text), expected.into_iter().collect::<Vec<_>>(), "{text}");
        }
    }
}
