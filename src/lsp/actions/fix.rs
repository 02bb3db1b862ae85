//! The fix of one diagnostic.

use gen_lsp_types::{CodeAction, CodeActionDisabled, CodeActionKind};

use super::super::answers::Subject;
use super::super::diagnostics;
use super::edit::workspace_edit;
use crate::diagnostic::{Applicability, Diagnostic};
use crate::files::engine::Engine;
use crate::fix::harmless_alone;
use crate::lint::Beside;

/// The fix as an action; where it would do harm, the reason why it is not made, for clients that show it.
pub fn action(
    subject: &Subject,
    (engine, beside): (&Engine, &Beside),
    found: &Diagnostic,
) -> Option<CodeAction> {
    let fix = found.fix.as_ref()?;
    let class = match fix.applicability {
        Applicability::Safe => String::new(),
        class => format!(" ({}{})", class.as_str(), missing(fix.missing.as_deref())),
    };
    let mut action = CodeAction {
        title: format!("{}{class}", fix.title),
        kind: Some(CodeActionKind::QuickFix),
        diagnostics: Some(vec![diagnostics::of(found, &subject.text)]),
        ..CodeAction::default()
    };
    match harmless_alone(subject.text.bytes(), &subject.analysis.look, found, &|text| {
        engine.look(text, beside)
    }) {
        Ok(_) => {
            action.is_preferred = (fix.applicability == Applicability::Safe).then_some(true);
            action.edit = Some(workspace_edit(subject, &fix.edits));
        }
        Err(law) if subject.client.disabled_actions => {
            action.disabled = Some(CodeActionDisabled::new(format!("not fixed: {law}")));
        }
        Err(_) => return None,
    }
    Some(action)
}

fn missing(fact: Option<&str>) -> String {
    fact.map(|fact| format!("; {fact}")).unwrap_or_default()
}
