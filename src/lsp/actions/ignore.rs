//! "Ignore this here": a comment above the instruction, with room for the reason.

use std::collections::HashSet;

use gen_lsp_types::{CodeAction, CodeActionKind};

use super::super::diagnostics;
use super::super::requests::RequestContext;
use super::edit::ignore_edit;
use crate::diagnostic::Diagnostic;
use crate::fix::add_ignore;

/// The placeholder for the reason.
const REASON: &str = "TODO: reason";

/// One action for each code and instruction among the diagnostics.
pub(super) fn ignore_actions<'d>(
    subject: &RequestContext,
    found: impl Iterator<Item = &'d Diagnostic>,
) -> Vec<CodeAction> {
    let mut known = HashSet::new();
    let once = found.filter(|found| known.insert((found.code, found.anchor)));
    once.filter_map(|found| {
        let added = add_ignore(subject.text.bytes(), found, REASON)?;
        Some(CodeAction {
            title: format!("Ignore {} for this instruction", found.code),
            kind: Some(CodeActionKind::QuickFix),
            diagnostics: Some(vec![diagnostics::to_lsp_diagnostic(found, &subject.text)]),
            edit: Some(ignore_edit(subject, &added, REASON)),
            ..CodeAction::default()
        })
    })
    .collect()
}
