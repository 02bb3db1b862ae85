//! Every fix in the document that `check --fix` applies.

use gen_lsp_types::{CodeAction, CodeActionKind};

use super::super::client::FIX_ALL;
use super::super::requests::RequestContext;
use super::edit::{line_edits, workspace_edit};
use crate::diagnostic::Applicability;
use crate::files::engine::LintEngine;
use crate::lint::BuildContext;

/// The action; `None` if there is nothing to do.
pub(super) fn fix_all_action(
    subject: &RequestContext,
    (engine, build_context): (&LintEngine, &BuildContext),
) -> Option<CodeAction> {
    let level = engine.settings.fix;
    let found = &subject.analysis.lint.diagnostics;
    let any = found.iter().any(|found| found.fix.as_ref().is_some_and(|fix| fix.applicability >= level));
    if !any {
        return None;
    }
    let settled = engine.fix(subject.text.bytes(), build_context, level, &[]);
    let edits = line_edits(subject.text.as_str(), std::str::from_utf8(&settled.text).ok()?);
    (!edits.is_empty()).then(|| CodeAction {
        title: match level {
            Applicability::Safe => "Apply all safe fixes in this file".to_string(),
            _ => "Apply all safe and unsafe fixes in this file".to_string(),
        },
        kind: Some(CodeActionKind::Custom(FIX_ALL.into())),
        edit: Some(workspace_edit(subject, &edits)),
        ..CodeAction::default()
    })
}
