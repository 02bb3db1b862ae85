//! Code actions: the fix of each diagnostic, all safe fixes at once, a pin, and an ignore.

mod edit;
mod fix;
mod fix_all;
mod ignore;
mod pin;

pub(super) use edit::workspace_edit;
pub(super) use pin::{PIN, PinArgument, execute_pin};

use gen_lsp_types::{Code, CodeAction, CodeActionContext, CodeActionKind, CodeActionResponse, Range};

use super::client::FIX_ALL;
use super::configuration::DocumentRules;
use super::requests::RequestContext;
use crate::diagnostic::Diagnostic;

/// Maximum number of fixes in one response, because each requires an analysis of the whole file.
const MAX_FIXES: usize = 20;
/// Maximum number of ignore actions in one response, because a whole file may be selected.
const MAX_IGNORES: usize = 20;
/// Maximum size of a file, in bytes, for which the fix of all problems is computed even if the client does not
/// request it by name.
const SMALL: usize = 1 << 20;

/// The actions for the diagnostics in a range, and for those that the client names: many clients name all of the
/// line.
pub(super) fn code_actions(
    subject: &RequestContext,
    range: Range,
    context: &CodeActionContext,
) -> Vec<CodeActionResponse> {
    let DocumentRules::Engine(engine, beside, build) = &subject.rules else { return Vec::new() };
    let build_context = &build.with_files(engine, beside, subject.text.bytes());
    let span = subject.text.span(range);
    let found = &subject.analysis.lint.diagnostics;
    let is_named = |found: &Diagnostic| {
        context.diagnostics.iter().any(|named| {
            matches!(&named.code, Some(Code::String(code)) if *code == found.code)
                && named.range == subject.text.range(found.span)
        })
    };
    let here: Vec<&Diagnostic> =
        found.iter().filter(|found| found.span.overlaps_or_adjoins(span) || is_named(found)).collect();
    let mut actions: Vec<CodeAction> = Vec::new();
    if is_action_kind_requested(context, &CodeActionKind::QuickFix) {
        let fixable = here.iter().filter(|found| found.fix.is_some());
        actions.extend(
            fixable
                .take(MAX_FIXES)
                .filter_map(|found| fix::fix_action(subject, (engine, build_context), found)),
        );
        let line = |line| subject.text.line_range(line);
        let lines = Range { start: line(range.start.line).start, end: line(range.end.line).end };
        actions.extend(pin::pin_actions(subject, engine, subject.text.span(lines)));
        if engine.settings.inline_ignores {
            actions.extend(ignore::ignore_actions(subject, here.iter().take(MAX_IGNORES).copied()));
        }
    }
    let asked = context.only.is_some();
    if is_action_kind_requested(context, &CodeActionKind::Custom(FIX_ALL.into()))
        && (asked || subject.text.bytes().len() <= SMALL)
    {
        actions.extend(fix_all::fix_all_action(subject, (engine, build_context)));
    }
    actions.into_iter().map(CodeActionResponse::CodeAction).collect()
}

/// Whether the client requests actions of this kind: it may name parent kinds.
fn is_action_kind_requested(context: &CodeActionContext, kind: &CodeActionKind) -> bool {
    let Some(only) = &context.only else { return true };
    let name = kind_name(kind);
    only.iter().map(self::kind_name).any(|wanted| {
        let rest = name.strip_prefix(wanted.as_str());
        rest.is_some_and(|rest| wanted.is_empty() || rest.is_empty() || rest.starts_with('.'))
    })
}

fn kind_name(kind: &CodeActionKind) -> String {
    let name = serde_json::to_value(kind).unwrap_or_default();
    name.as_str().unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_kind_and_parent_kind() {
        let fix_all = CodeActionKind::Custom(FIX_ALL.into());
        for (only, kind, expected) in [
            (None, &fix_all, true),
            (Some(vec![]), &fix_all, false),
            (Some(vec![CodeActionKind::Empty]), &fix_all, true),
            (Some(vec![CodeActionKind::Source]), &fix_all, true),
            (Some(vec![CodeActionKind::SourceFixAll]), &fix_all, true),
            (Some(vec![fix_all.clone()]), &fix_all, true),
            (Some(vec![CodeActionKind::Custom("source.fix".into())]), &fix_all, false),
            (Some(vec![CodeActionKind::Custom("source.fixAll.other".into())]), &fix_all, false),
            (Some(vec![CodeActionKind::Source]), &CodeActionKind::QuickFix, false),
        ] {
            let context = CodeActionContext { only: only.clone(), ..CodeActionContext::default() };
            assert_eq!(is_action_kind_requested(&context, kind), expected, "{only:?} {kind:?}");
        }
    }
}
