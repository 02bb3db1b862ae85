//! The comments that belong to an instruction.

use std::borrow::Cow;

use super::ast::{Dockerfile, Instruction, Node};
use crate::Span;

/// A comment above an instruction, as BuildKit reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedComment<'s> {
    /// The line without its first byte, trimmed: an indented comment keeps its `#`, so it is neither a directive nor
    /// a description.
    pub text: Cow<'s, str>,
    /// From the `#` to the end of the line, without the line end.
    pub span: Span,
}

impl<'s> Dockerfile<'s> {
    /// All comments between the previous instruction and this one, in order. Blank lines are skipped; a lone `#` in
    /// the first column detaches those before it. None for the trigger of an ONBUILD.
    #[must_use]
    pub fn attached_comments(&self, instruction: &Instruction<'s>) -> Vec<AttachedComment<'s>> {
        let at = self.items.partition_point(|item| item.span.end <= instruction.span.start);
        let mut found = Vec::new();
        for item in self.items.get(..at).unwrap_or_default().iter().rev() {
            let (span, text, indented) = match &item.node {
                Node::Instruction(_) => break,
                Node::Comment(comment) => (comment.span, comment.text.clone(), comment.indented),
                Node::Directive(directive) if directive.comment => {
                    let text = directive.span.bytes(self.source).get(1..).unwrap_or_default();
                    (directive.span, String::from_utf8_lossy(text), false)
                }
                _ => continue,
            };
            let text = if indented { Cow::Owned(format!("#{text}")) } else { text };
            let text = match text {
                Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
                Cow::Owned(text) => Cow::Owned(text.trim().to_string()),
            };
            if text.is_empty() {
                break;
            }
            found.push(AttachedComment { text, span });
        }
        found.reverse();
        found
    }
}
