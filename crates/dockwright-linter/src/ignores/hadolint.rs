//! `# hadolint ignore=…` as in hadolint 2.15.1: by line number, comments at top level only.

use std::collections::BTreeMap;

use super::comment::{Ignore, IgnoreProgram, IgnoreScope, IgnoredCode, is_ignore_reason};
use crate::semantic::HadolintPragma;
use crate::source::LineIndex;
use crate::syntax::{Comment, Dockerfile, Kind, Node};

/// Every pragma that ignores something.
pub(super) fn find_pragmas(file: &Dockerfile<'_>, lines: &LineIndex) -> Vec<Ignore> {
    let mut found = Vec::new();
    // The lines (from 1) after which a pragma for a stage is in effect; none is in effect at the start of a stage.
    // The value is the number of the pragma in `found`.
    let mut by_stage: BTreeMap<u32, Option<usize>> = BTreeMap::new();
    for item in &file.items {
        match &item.node {
            Node::Comment(comment) => {
                let after = lines.line(comment.span.start) + 1;
                match HadolintPragma::parse(&comment.text) {
                    Some(HadolintPragma::Line(codes)) => {
                        found.push(pragma_ignore(comment, &codes, IgnoreScope::Line(after)));
                    }
                    Some(HadolintPragma::Stage(codes)) => {
                        by_stage.insert(after, Some(found.len()));
                        found.push(pragma_ignore(
                            comment,
                            &codes,
                            IgnoreScope::Lines { after, until: u32::MAX },
                        ));
                    }
                    Some(HadolintPragma::Global(codes)) => {
                        found.push(pragma_ignore(comment, &codes, IgnoreScope::File));
                    }
                    Some(HadolintPragma::Shell(_)) | None => {}
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
            pragma.scope = IgnoreScope::Lines { after: line, until: next };
        }
        next = line;
    }
    found
}

fn pragma_ignore(comment: &Comment<'_>, codes: &[&str], scope: IgnoreScope) -> Ignore {
    let reason = comment.text.split_once('#').map_or("", |(_, reason)| reason);
    Ignore {
        program: IgnoreProgram::Hadolint,
        scope,
        codes: codes
            .iter()
            .map(|code| IgnoredCode::new(code, &comment.text, comment.span.start + 1))
            .collect(),
        comment: comment.span,
        has_reason: is_ignore_reason(reason),
    }
}
