//! `# hadolint ignore=…` as hadolint 2.15.1 has it: by line number, comments at top level only.

use std::collections::BTreeMap;

use super::comment::{Ignore, IgnoredCode, Program, Scope};
use crate::semantic::Pragma;
use crate::source::LineIndex;
use crate::syntax::{Comment, Dockerfile, Kind, Node};

/// Every pragma that ignores something.
pub fn find(file: &Dockerfile<'_>, lines: &LineIndex) -> Vec<Ignore> {
    let mut found = Vec::new();
    // The lines (from 1) after which a pragma for a stage is in force; every FROM begins with none. The value
    // is the number of the pragma in `found`.
    let mut by_stage: BTreeMap<u32, Option<usize>> = BTreeMap::new();
    for item in &file.items {
        match &item.node {
            Node::Comment(comment) => {
                let after = lines.line(comment.span.start) + 1;
                match Pragma::parse(&comment.text) {
                    Some(Pragma::Line(codes)) => found.push(ignore(comment, &codes, Scope::Line(after))),
                    Some(Pragma::Stage(codes)) => {
                        by_stage.insert(after, Some(found.len()));
                        found.push(ignore(comment, &codes, Scope::Lines { after, until: u32::MAX }));
                    }
                    Some(Pragma::Global(codes)) => found.push(ignore(comment, &codes, Scope::File)),
                    Some(Pragma::Shell(_)) | None => {}
                }
            }
            Node::Instruction(from) if from.kind == Kind::From => {
                by_stage.entry(lines.line(from.span.start)).or_default();
            }
            _ => {}
        }
    }
    let mut next = u32::MAX;
    for (line, pragma) in by_stage.into_iter().rev() {
        if let Some(pragma) = pragma.and_then(|at| found.get_mut(at)) {
            pragma.scope = Scope::Lines { after: line, until: next };
        }
        next = line;
    }
    found
}

fn ignore(comment: &Comment<'_>, codes: &[&str], scope: Scope) -> Ignore {
    let reason = comment.text.split_once('#').map_or("", |(_, reason)| reason);
    Ignore {
        program: Program::Hadolint,
        scope,
        codes: codes
            .iter()
            .map(|code| IgnoredCode::new(code, &comment.text, comment.span.start + 1))
            .collect(),
        comment: comment.span,
        has_reason: reason.chars().any(char::is_alphanumeric),
    }
}
