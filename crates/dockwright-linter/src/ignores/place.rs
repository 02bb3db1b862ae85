//! Why a comment has no effect on the instruction below it, and how to fix that.

use super::comment::{Ignore, IgnoreProgram, IgnoreScope};
use super::removal::{self, changes_directives};
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::semantic::HadolintPragma;
use crate::source::Span;
use crate::syntax::{Dockerfile, Node};

/// Why a comment does not apply to its instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CommentObstacle {
    /// hadolint applies only the last of several comments, at this span.
    LastCounts(Span),
    /// BuildKit applies only the first of several comments, at this span.
    FirstCounts(Span),
    /// hadolint's comments apply to the next line, which is a comment.
    Comment,
    EmptyLine,
}

/// The instruction below a comment.
#[derive(Debug, Clone, Copy)]
pub(super) struct InstructionBelow {
    pub instruction: Span,
    /// `None` if the comment applies to it.
    pub(crate) obstacle: Option<CommentObstacle>,
    /// The start of the line where the comment would have to be.
    place: u32,
}

/// `None` at the end of the file.
pub(super) fn instruction_below(file: &Dockerfile<'_>, ignore: &Ignore) -> Option<InstructionBelow> {
    let items = &file.items;
    let start = items.partition_point(|item| item.span.end <= ignore.comment.start);
    let (mut last, mut has_comment, mut empty_line) = (None, false, None);
    for item in items.get(start + 1..)? {
        match &item.node {
            Node::Comment(comment) => {
                has_comment = true;
                if matches!(HadolintPragma::parse(&comment.text), Some(HadolintPragma::Line(_))) {
                    last = Some(comment.span);
                }
            }
            Node::Blank => empty_line = Some(item.span.end),
            Node::Directive(_) | Node::ByteOrderMark => has_comment = true,
            Node::Instruction(instruction) => {
                let block = empty_line.unwrap_or(item.span.start);
                let first = file
                    .attached_comments(instruction)
                    .into_iter()
                    .find(|one| is_buildkit_check_comment(&one.text));
                let (obstacle, place) = match ignore.program {
                    IgnoreProgram::Hadolint => {
                        let comment = has_comment.then_some(CommentObstacle::Comment);
                        let empty = empty_line.map(|_| CommentObstacle::EmptyLine);
                        (last.map(CommentObstacle::LastCounts).or(comment).or(empty), item.span.start)
                    }
                    IgnoreProgram::Dockwright => (empty_line.map(|_| CommentObstacle::EmptyLine), block),
                    IgnoreProgram::Buildkit => {
                        let first = first.filter(|first| first.span.start < ignore.comment.start);
                        (first.map(|first| CommentObstacle::FirstCounts(first.span)), block)
                    }
                    _ => (None, block),
                };
                return Some(InstructionBelow { instruction: instruction.span, obstacle, place });
            }
        }
    }
    None
}

/// Whether the text is that of a comment for BuildKit's checks.
pub(super) fn is_buildkit_check_comment(comment: &str) -> bool {
    comment.split_once('=').is_some_and(|(key, _)| key.trim().eq_ignore_ascii_case("check"))
}

impl InstructionBelow {
    /// Moves the comment to the place where it has an effect, or its codes into the comment that has one.
    pub(super) fn fix_by_moving_comment(
        &self,
        file: &Dockerfile<'_>,
        ignore: &Ignore,
        all: &[&Ignore],
    ) -> Option<Fix> {
        let removal = removal::remove_comment(file, ignore)?.edit;
        let hazard = changes_directives(file, &removal, false)
            .then_some("a line below would become a parser directive");
        let (title, edits, missing) = match self.obstacle? {
            CommentObstacle::LastCounts(span) | CommentObstacle::FirstCounts(span) => {
                let target = all.iter().find(|other| {
                    other.program == ignore.program
                        && other.comment.start == span.start
                        && other.scope != IgnoreScope::File
                })?;
                let mut edits = merge_ignore_comments(file.source, ignore, target)?;
                edits.push(removal);
                ("merge the two comments", edits, hazard)
            }
            CommentObstacle::Comment | CommentObstacle::EmptyLine => {
                let text = String::from_utf8_lossy(ignore.comment.bytes(file.source)).trim_end().to_string();
                let rest = file.source.get(self.place as usize..)?;
                let spaces = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                let spaces = String::from_utf8_lossy(rest.get(..spaces)?);
                let between = (self.obstacle == Some(CommentObstacle::Comment))
                    .then_some("the comment in between may belong to the instruction");
                let edits = vec![removal, Edit::insert(self.place, format!("{spaces}{text}\n"))];
                ("move the comment to the instruction", edits, hazard.or(between))
            }
        };
        Some(match missing {
            None => Fix::safe(title, edits),
            Some(fact) => Fix::new(Applicability::Suggestion, title, edits).with_risk(fact),
        })
    }
}

/// Adds the codes and the reason of one comment to another one for the same program.
fn merge_ignore_comments(source: &[u8], from: &Ignore, to: &Ignore) -> Option<Vec<Edit>> {
    let is_new = |code: &&str| !to.codes.iter().any(|known| known.text == **code);
    let codes: Vec<&str> = from.codes.iter().map(|code| code.text.as_str()).filter(is_new).collect();
    let mut edits = Vec::new();
    if !codes.is_empty() {
        // In the order of the comments.
        edits.push(if from.comment.start < to.comment.start {
            Edit::insert(to.codes.first()?.span.start, format!("{},", codes.join(",")))
        } else {
            Edit::insert(to.codes.last()?.span.end, format!(",{}", codes.join(",")))
        });
    }
    let reason = |ignore: &Ignore| {
        let after = Span::new(ignore.codes.last()?.span.end, ignore.comment.end);
        let text = String::from_utf8_lossy(after.bytes(source));
        let text = text.trim_start_matches([' ', '\t', '#', '/']).trim();
        (!text.is_empty()).then(|| text.to_string())
    };
    if let Some(why) = reason(from) {
        let sign = match (reason(to), to.program) {
            (Some(_), _) => "; ",
            (None, IgnoreProgram::Buildkit) => " // ",
            (None, _) => " # ",
        };
        let text = to.comment.bytes(source);
        let length = u32::try_from(text.trim_ascii_end().len()).ok()?;
        edits.push(Edit::insert(to.comment.start + length, format!("{sign}{why}")));
    }
    Some(edits)
}
