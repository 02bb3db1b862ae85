//! Adds ignore comments for all reported problems, so that a team can start without them.
//!
//! A comment is inserted directly above its instruction, but above comments that a program reads, because
//! these must stay next to the instruction, and above all comments of FROM and ARG, because the last of these
//! describes the stage or argument. Problems outside of instructions are ignored for the file, below the
//! parser directives.

use std::collections::{BTreeMap, BTreeSet};

use super::splice::apply_edits;
use super::withhold::{is_directive_comment, reason_against_file};
use crate::diagnostic::{Diagnostic, Edit};
use crate::ignores::{Ignore, IgnoreScope, own_ignores};
use crate::rules::dw0004;
use crate::source::Span;
use crate::syntax::{self, Dockerfile, Instruction, Kind, Node};

/// Maximum number of passes. The first pass ignores everything except for problems that the new comments
/// themselves cause.
const MAX_PASSES: usize = 8;

/// A text with comments added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreAddition {
    pub text: Vec<u8>,
    /// The code of each newly ignored diagnostic.
    pub ignored: Vec<&'static str>,
    /// The remaining diagnostics of `text`.
    pub left: Vec<Diagnostic>,
}

/// Adds comments until `lint` only finds problems that cannot be ignored. `reason` is one line without control
/// characters.
///
/// # Errors
/// Why nothing could be added: the file must not be changed, or the build would change.
pub fn add_ignores(
    source: &[u8],
    reason: Option<&str>,
    lint: &dyn Fn(&[u8]) -> Vec<Diagnostic>,
) -> Result<IgnoreAddition, &'static str> {
    let mut addition = IgnoreAddition { text: source.to_vec(), ignored: Vec::new(), left: lint(source) };
    // Build errors cannot be ignored, and a malformed comment is fixed rather than ignored.
    let can_be_ignored =
        |found: &&Diagnostic| !found.is_certain_build_error() && found.code != dw0004::RULE.code;
    for _ in 0..MAX_PASSES {
        let wanted: Vec<&Diagnostic> = addition.left.iter().filter(can_be_ignored).collect();
        if wanted.is_empty() {
            return Ok(addition);
        }
        let file = syntax::parse(&addition.text);
        if let Some(reason) = reason_against_file(&file) {
            return Err(reason);
        }
        let edits = IgnorePlan::new(&file, &wanted).edits(reason);
        let Some(text) = apply_edits(&addition.text, &edits) else {
            return Err("the comments would overlap");
        };
        if !is_same_build(&file, &syntax::parse(&text)) {
            return Err("the comments would change the build");
        }
        let left = lint(&text);
        let codes = |found: &[Diagnostic]| found.iter().map(|one| one.code).collect::<Vec<_>>();
        let mut remaining = codes(&left);
        addition.ignored.extend(codes(&addition.left).into_iter().filter(|code| {
            let still = remaining.iter().position(|other| other == code);
            still.map(|at| remaining.swap_remove(at)).is_none()
        }));
        (addition.text, addition.left) = (text, left);
    }
    Err("comments cannot ignore every problem in this file")
}

/// The edit that ignores one diagnostic. `None` if it cannot be ignored, or if the file must not be changed.
pub fn add_ignore(source: &[u8], found: &Diagnostic, reason: &str) -> Option<Edit> {
    let file = syntax::parse(source);
    if found.is_certain_build_error() || reason_against_file(&file).is_some() {
        return None;
    }
    let edit = IgnorePlan::new(&file, &[found]).edits(Some(reason)).pop()?;
    let text = apply_edits(source, [&edit])?;
    is_same_build(&file, &syntax::parse(&text)).then_some(edit)
}

/// The codes to ignore at each place.
struct IgnorePlan<'f, 's> {
    file: &'f Dockerfile<'s>,
    whole_file: BTreeSet<&'static str>,
    /// By the number of the item.
    instructions: BTreeMap<usize, BTreeSet<&'static str>>,
}

impl<'f, 's> IgnorePlan<'f, 's> {
    fn new(file: &'f Dockerfile<'s>, found: &[&Diagnostic]) -> Self {
        let mut plan = Self { file, whole_file: BTreeSet::new(), instructions: BTreeMap::new() };
        for diagnostic in found {
            let at = file.items.partition_point(|item| item.span.end <= diagnostic.anchor.start);
            let instruction = file.items.get(at).and_then(|item| item.instruction());
            let holds = |instruction: &Instruction<'_>| instruction.span.contains(diagnostic.anchor);
            let codes = match instruction.filter(|found| holds(found)) {
                Some(instruction) if !has_distant_description(file, at, instruction) => {
                    plan.instructions.entry(at).or_default()
                }
                _ => &mut plan.whole_file,
            };
            codes.insert(diagnostic.code);
        }
        plan
    }

    fn edits(&self, reason: Option<&str>) -> Vec<Edit> {
        let own = own_ignores(self.file);
        let mut edits = Vec::new();
        if !self.whole_file.is_empty() {
            let known = own.iter().find(|ignore| ignore.scope == IgnoreScope::File);
            edits.push(match known {
                Some(ignore) => add_codes_to_comment(ignore, &self.whole_file),
                None => {
                    self.comment_edit("ignore-file", &self.whole_file, self.first_comment_offset(), reason)
                }
            });
        }
        for (at, codes) in &self.instructions {
            let Some(instruction) = self.file.items.get(*at).and_then(|item| item.instruction()) else {
                continue;
            };
            let known = own.iter().find(|ignore| ignore.scope == IgnoreScope::Instruction(instruction.span));
            edits.push(match known {
                Some(ignore) => add_codes_to_comment(ignore, codes),
                None => {
                    self.comment_edit("ignore", codes, self.comment_offset_above(*at, instruction), reason)
                }
            });
        }
        join_insertions(edits)
    }

    /// The position after the parser directives or the `#!` line.
    fn first_comment_offset(&self) -> u32 {
        let items = &self.file.items;
        let stays = |node: &Node<'_>| match node {
            Node::ByteOrderMark | Node::Directive(_) => true,
            Node::Comment(comment) => comment.text.starts_with('!') && comment.span.start == 0,
            _ => false,
        };
        items.iter().rev().find(|item| stays(&item.node)).map_or(0, |item| item.span.end)
    }

    /// The offset at which the comment for the instruction with this number is inserted: the start of a line.
    fn comment_offset_above(&self, at: usize, instruction: &Instruction<'_>) -> u32 {
        let described = matches!(instruction.kind, Kind::From | Kind::Arg);
        let start = |at: usize| self.file.items.get(at).map_or(0, |item| item.span.start);
        let mut place = start(at);
        for above in (0..at).rev() {
            let Some(Node::Comment(comment)) = self.file.items.get(above).map(|item| &item.node) else {
                break;
            };
            if start(above) < self.first_comment_offset() {
                break;
            }
            if described || is_directive_comment(&comment.text) {
                place = start(above);
            }
        }
        place
    }

    fn comment_edit(&self, word: &str, codes: &BTreeSet<&str>, at: u32, reason: Option<&str>) -> Edit {
        let source = self.file.source;
        let rest = source.get(at as usize..).unwrap_or_default();
        let spaces: String = rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .map(|byte| char::from(*byte))
            .collect();
        let codes = codes.iter().copied().collect::<Vec<_>>().join(",");
        let reason = reason.map_or(String::new(), |reason| format!(" {reason}"));
        let before = source.get(..at as usize).unwrap_or_default();
        let line = |text: &[u8]| {
            text.iter().position(|byte| *byte == b'\n').map(|at| text.get(..at).map(<[u8]>::to_vec))
        };
        let crlf = line(rest).flatten().map_or(before.ends_with(b"\r\n"), |line| line.ends_with(b"\r"));
        let end = if crlf { "\r\n" } else { "\n" };
        // The last line may be a directive, without a line end.
        let missing = at as usize == source.len() && !before.is_empty() && !before.ends_with(b"\n");
        let first = if missing { end } else { "" };
        let end = if missing { "" } else { end };
        Edit::insert(at, format!("{first}{spaces}# dockwright {word}={codes}{reason}{end}"))
    }
}

/// Appends the codes to those in the comment.
fn add_codes_to_comment(ignore: &Ignore, codes: &BTreeSet<&str>) -> Edit {
    let at = ignore.codes.last().map_or(ignore.comment.end, |code| code.span.end);
    let known = |code: &&&str| !ignore.codes.iter().any(|other| other.text.eq_ignore_ascii_case(code));
    let codes: Vec<&str> = codes.iter().filter(known).copied().collect();
    Edit::insert(at, if codes.is_empty() { String::new() } else { format!(",{}", codes.join(",")) })
}

/// Joins two insertions at the same position, for the file and for its first instruction, because their order
/// matters.
fn join_insertions(edits: Vec<Edit>) -> Vec<Edit> {
    let mut joined: Vec<Edit> = Vec::new();
    for edit in edits {
        match joined.iter_mut().find(|other| other.span == edit.span) {
            Some(other) => other.text.push_str(&edit.text),
            None => joined.push(edit),
        }
    }
    joined.retain(|edit| !edit.text.is_empty());
    joined
}

/// Whether the comment that describes a FROM or an ARG is above a blank line: a new comment directly above the
/// instruction would separate the two.
fn has_distant_description(file: &Dockerfile<'_>, at: usize, instruction: &Instruction<'_>) -> bool {
    if !matches!(instruction.kind, Kind::From | Kind::Arg) {
        return false;
    }
    let above = at.checked_sub(1).and_then(|at| file.items.get(at));
    matches!(above.map(|item| &item.node), Some(Node::Blank))
        && !file.attached_comments(instruction).is_empty()
}

/// Whether both have the same instructions, as a builder reads them, with the same directives.
fn is_same_build(before: &Dockerfile<'_>, after: &Dockerfile<'_>) -> bool {
    let directives = |file: &Dockerfile<'_>| -> Vec<(Vec<u8>, bool)> {
        file.directives().map(|one| (one.span.bytes(file.source).to_vec(), one.is_effective)).collect()
    };
    let bodies = |file: &Dockerfile<'_>, instruction: &Instruction<'_>| -> Vec<Vec<u8>> {
        let body = |span: Span| span.bytes(file.source).to_vec();
        instruction.heredocs.iter().map(|heredoc| body(heredoc.body)).collect()
    };
    let alike = |(a, b): (&Instruction<'_>, &Instruction<'_>)| {
        a.keyword.text == b.keyword.text
            && a.rest.text == b.rest.text
            && a.flags
                .iter()
                .map(|flag| flag.span.bytes(before.source))
                .eq(b.flags.iter().map(|flag| flag.span.bytes(after.source)))
            && bodies(before, a) == bodies(after, b)
    };
    before.escape == after.escape
        && directives(before) == directives(after)
        && before.errors.len() == after.errors.len()
        && before.instructions().count() == after.instructions().count()
        && before.instructions().zip(after.instructions()).all(alike)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::Linter;
    use crate::rules;

    fn added(text: &str) -> String {
        let linter = Linter::with_rules(rules::ALL.iter().copied());
        let lint = |text: &[u8]| {
            let mut found = linter.lint(text);
            found.retain(|one| ["DL3006", "DL3007", "DL3020", "DW0001", "DW0002"].contains(&one.code));
            found
        };
        let added = add_ignores(text.as_bytes(), Some("old"), &lint).expect("comments can be added");
        assert!(added.left.is_empty(), "{text}");
        let again = add_ignores(&added.text, Some("old"), &lint).expect("comments can be added");
        assert_eq!(again.text, added.text, "{text}");
        String::from_utf8(added.text).expect("it was UTF-8")
    }

    #[test]
    fn places_comments_above_instructions() {
        for (text, expected) in [
            ("FROM a\n", "# dockwright ignore=DL3006 old\nFROM a\n"),
            ("FROM a:1\r\nADD x /y", "FROM a:1\r\n# dockwright ignore=DL3020 old\r\nADD x /y"),
            ("\u{feff}FROM a", "\u{feff}# dockwright ignore=DL3006 old\nFROM a"),
            (
                "# syntax=docker/dockerfile:1\nFROM a\n",
                "# syntax=docker/dockerfile:1\n# dockwright ignore=DL3006 old\nFROM a\n",
            ),
            (
                "# escape=`\n# words\nFROM a\n",
                "# escape=`\n# dockwright ignore=DL3006 old\n# words\nFROM a\n",
            ),
            (
                "FROM a:1\n  # words\n  ADD x /y\n",
                "FROM a:1\n  # words\n  # dockwright ignore=DL3020 old\n  ADD x /y\n",
            ),
            (
                "FROM a:1\n# words\n# hadolint ignore=DL3059\n# more\nADD x /y\n",
                "FROM a:1\n# words\n# dockwright ignore=DL3020,DW0001 old\n# hadolint ignore=DL3059\n# more\nADD x /y\n",
            ),
            (
                "FROM a:1\n# dockwright ignore=DL3000\n# words\nADD x /y\n",
                "FROM a:1\n# dockwright ignore=DL3000,DL3020,DW0001\n# words\nADD x /y\n",
            ),
            (
                "FROM a:1\n\n# x is\n# what we need\nFROM b AS x\n",
                "FROM a:1\n\n# dockwright ignore=DL3006 old\n# x is\n# what we need\nFROM b AS x\n",
            ),
            (
                "FROM a:1\n# x is\n\nFROM b AS x\n",
                "# dockwright ignore-file=DL3006 old\nFROM a:1\n# x is\n\nFROM b AS x\n",
            ),
            (
                "FROM a:1\nRUN x \\\n  # dockwright ignore=DL9999 why\n  y\n",
                "FROM a:1\nRUN x \\\n  # dockwright ignore=DL9999,DW0002 why\n  y\n",
            ),
        ] {
            assert_eq!(added(text), expected);
        }
    }
}
