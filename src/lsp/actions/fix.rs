//! The fix of one diagnostic.

use gen_lsp_types::{CodeAction, CodeActionDisabled, CodeActionKind};

use super::super::diagnostics;
use super::super::requests::RequestContext;
use super::edit::workspace_edit;
use crate::diagnostic::{Applicability, Diagnostic};
use crate::files::engine::LintEngine;
use crate::fix::apply_alone_if_harmless;
use crate::lint::BuildContext;

/// The fix as an action; if it is withheld, a disabled action with the reason, for clients that support it.
pub(super) fn fix_action(
    subject: &RequestContext,
    (engine, build_context): (&LintEngine, &BuildContext),
    found: &Diagnostic,
) -> Option<CodeAction> {
    let fix = found.fix.as_ref()?;
    let class = match fix.applicability {
        Applicability::Safe => String::new(),
        class => format!(" ({}{})", class.as_str(), missing_fact_suffix(fix.missing.as_deref())),
    };
    let mut action = CodeAction {
        title: format!("{}{class}", fix.title),
        kind: Some(CodeActionKind::QuickFix),
        diagnostics: Some(vec![diagnostics::to_lsp_diagnostic(found, &subject.text)]),
        ..CodeAction::default()
    };
    match apply_alone_if_harmless(subject.text.bytes(), &subject.analysis.lint, found, &|text| {
        engine.analyze(text, build_context)
    }) {
        Ok(_) => {
            action.is_preferred = (fix.applicability == Applicability::Safe).then_some(true);
            action.edit = Some(workspace_edit(subject, &fix.edits));
        }
        Err(reason) if subject.client.disabled_actions => {
            action.disabled = Some(CodeActionDisabled::new(format!("not fixed: {reason}")));
        }
        Err(_) => return None,
    }
    Some(action)
}

fn missing_fact_suffix(fact: Option<&str>) -> String {
    fact.map(|fact| format!("; {fact}")).unwrap_or_default()
}
