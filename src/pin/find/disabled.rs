//! `# dockwright pin=off`: instructions that are not pinned.

use std::collections::BTreeSet;

use crate::source::Span;
use crate::syntax::{Dockerfile, Node};

/// The starts of the instructions that such comments apply to: it is in the block of comments directly above, or
/// inside a continuation.
pub(super) fn unpinned_instructions(file: &Dockerfile<'_>) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    let mut above = false;
    for item in &file.items {
        match &item.node {
            Node::Comment(comment) => above |= turns_pinning_off(comment.text.as_ref()),
            Node::Instruction(instruction) => {
                let lines = instruction.continuations.iter().flat_map(|line| &line.skipped);
                let inside = |span: Span| {
                    let text = String::from_utf8_lossy(span.bytes(file.source));
                    text.trim().strip_prefix('#').is_some_and(turns_pinning_off)
                };
                if above || lines.filter(|line| line.comment).any(|line| inside(line.span)) {
                    found.insert(instruction.span.start);
                }
                above = false;
            }
            _ => above = false,
        }
    }
    found
}

/// Whether a comment, without its `#`, turns pinning off.
fn turns_pinning_off(text: &str) -> bool {
    let rest = || {
        let rest = text.trim_start().strip_prefix("dockwright")?.strip_prefix([' ', '\t'])?;
        let rest = rest.trim_start().strip_prefix("pin")?.trim_start().strip_prefix('=')?;
        rest.trim_start().strip_prefix("off")
    };
    rest().is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;

    #[test]
    fn comment_disables_pinning_of_next_instruction() {
        for (text, expected) in [
            ("# dockwright pin=off built here\nFROM a\n", 1),
            ("#dockwright\tpin = off\n# more\nFROM a\n", 1),
            ("# dockwright pin=off\n\nFROM a\n", 0),
            ("# dockwright pin=offline\nFROM a\n", 0),
            ("# dockwright pins=off\nFROM a\n", 0),
            ("# we use dockwright pin=off\nFROM a\n", 0),
            ("FROM a\nRUN b \\\n  # dockwright pin=off why\n  c\n", 1),
            ("# dockwright pin=off\nFROM a\nRUN b\n", 1),
        ] {
            let file = syntax::parse(text.as_bytes());
            assert_eq!(unpinned_instructions(&file).len(), expected, "{text}");
        }
    }
}
