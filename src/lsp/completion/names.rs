//! Stages, and ARG and ENV names in scope.

use gen_lsp_types::CompletionItemKind;

use super::super::configuration::DocumentRules;
use super::Cursor;
use super::item::{CompletionEntry, CompletionItems};
use crate::semantic::scope::{ScopeId, VariableOrigin};
use crate::semantic::secrets::HiddenSecrets;
use crate::syntax::Kind;

/// The stages before the one that the cursor is in, or that starts there.
pub(super) fn add_stages(cursor: &Cursor<'_>, typed: &str, items: &mut CompletionItems<'_>) {
    let semantics = cursor.semantics;
    let current = semantics.file.instructions().rev().find(|it| it.span.start <= cursor.offset);
    // A FROM that is not complete starts no stage yet.
    let start = match current {
        Some(from) if from.kind == Kind::From => from.span.start,
        _ => semantics.stage_at(cursor.offset).map_or(0, |stage| stage.span.start),
    };
    for stage in semantics.stages.iter().take_while(|stage| stage.span.start < start) {
        let Some(name) = stage.alias() else { continue };
        let item = CompletionEntry {
            label: name,
            detail: Some(format!("FROM {}", stage.image_word.text)),
            ..CompletionEntry::default()
        };
        items.add(typed, CompletionItemKind::Module, item);
    }
}

/// The additional build contexts of the Compose and Bake files that build the document.
pub(super) fn add_named_contexts(cursor: &Cursor<'_>, typed: &str, items: &mut CompletionItems<'_>) {
    let DocumentRules::Engine(_, _, context) = &cursor.subject.rules else { return };
    for name in &context.named_contexts {
        let detail = Some("named context".to_string());
        let item = CompletionEntry { label: name, detail, rank: 1, ..CompletionEntry::default() };
        items.add(typed, CompletionItemKind::Module, item);
    }
}

/// The part of a variable's name that is typed at the end of a word: `V` of `a:${V`.
pub(super) fn typed_variable_prefix(current: &str) -> Option<&str> {
    let at = current.rfind(|c: char| c != '_' && !c.is_ascii_alphanumeric())?;
    let (before, name) = current.split_at(at + current.get(at..)?.chars().next()?.len_utf8());
    let lead = before.strip_suffix('{').unwrap_or(before);
    let dollars = lead.len() - lead.trim_end_matches('$').len();
    (dollars == 1 && !lead.ends_with("\\$")).then_some(name)
}

/// The variables that an instruction of this kind can use at the cursor.
pub(super) fn add_variables(cursor: &Cursor<'_>, kind: Kind, typed: &str, items: &mut CompletionItems<'_>) {
    let build = &cursor.semantics.build;
    let start = cursor.semantics.file.instructions().rev().find(|it| it.span.start <= cursor.offset);
    let scope = match (kind, start) {
        (Kind::From, _) | (_, None) => build.global,
        (_, Some(instruction)) => build.scopes.scope_before(instruction.span.start),
    };
    let is_run_time = matches!(kind, Kind::Cmd | Kind::Entrypoint | Kind::Healthcheck);
    let hidden = HiddenSecrets::find(cursor.semantics);
    for (name, binding) in build.scopes.names(scope) {
        if is_run_time && binding.origin == VariableOrigin::Arg {
            continue;
        }
        let origin = match binding.origin {
            VariableOrigin::Env => "ENV",
            VariableOrigin::Arg => "ARG",
            VariableOrigin::Builder => "BuildKit",
        };
        let value = binding
            .value
            .as_ref()
            .filter(|_| binding.known)
            .map(|value| format!("{origin} = {}", hidden.masked_value(name, value)));
        let detail = Some(value.unwrap_or_else(|| origin.to_string()));
        let rank = u8::from(binding.origin == VariableOrigin::Builder) * 2;
        let item = CompletionEntry { label: name, detail, rank, ..CompletionEntry::default() };
        items.add(typed, CompletionItemKind::Variable, item);
    }
    add_variables_of_base(cursor, scope, typed, items);
}

fn add_variables_of_base(cursor: &Cursor<'_>, scope: ScopeId, typed: &str, items: &mut CompletionItems<'_>) {
    let scopes = &cursor.semantics.build.scopes;
    for name in scopes.variables_of_base_image(scope) {
        if scopes.get(scope, name).is_none() {
            let detail = Some("base image".to_string());
            let item = CompletionEntry { label: name, detail, rank: 1, ..CompletionEntry::default() };
            items.add(typed, CompletionItemKind::Constant, item);
        }
    }
}

/// The variables that the file sets to a known value, with the value, in the scope of the instruction at the cursor.
pub(super) fn values_in_scope(cursor: &Cursor<'_>) -> Vec<(String, String)> {
    let scopes = &cursor.semantics.build.scopes;
    let start = cursor.semantics.file.instructions().rev().find(|it| it.span.start <= cursor.offset);
    let Some(start) = start else { return Vec::new() };
    let names = scopes.names(scopes.scope_before(start.span.start));
    let known = names.filter(|(_, binding)| binding.known && binding.origin != VariableOrigin::Builder);
    known
        .filter_map(|(name, binding)| Some((name.to_string(), binding.value.as_ref()?.to_string())))
        .collect()
}

/// Build arguments that BuildKit sets if they are declared.
pub(super) fn add_builder_arguments(cursor: &Cursor<'_>, typed: &str, items: &mut CompletionItems<'_>) {
    let build = &cursor.semantics.build;
    let in_stage = cursor.semantics.stage_at(cursor.offset).is_some();
    for (name, binding) in build.scopes.names(build.global).filter(|_| in_stage) {
        let origin = if binding.origin == VariableOrigin::Builder { "BuildKit" } else { "ARG before FROM" };
        let rank = u8::from(binding.origin == VariableOrigin::Builder);
        let item = CompletionEntry {
            label: name,
            detail: Some(origin.to_string()),
            rank,
            ..CompletionEntry::default()
        };
        items.add(typed, CompletionItemKind::Variable, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dollar_starts_a_variable() {
        for (current, expected) in [
            ("$", Some("")),
            ("a:$V", Some("V")),
            ("a:${V", Some("V")),
            ("${V}", None),
            ("V", None),
            ("\\$V", None),
            ("$$", None),
            ("é$V_1", Some("V_1")),
            ("{V", None),
            ("", None),
        ] {
            assert_eq!(typed_variable_prefix(current), expected, "{current}");
        }
    }
}
