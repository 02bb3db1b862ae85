//! The value of a variable at the position where it is set or used.

use super::describe_uses;
use super::state::inline_code;
use crate::semantic::Semantics;
use crate::semantic::occurrences::{Occurrence, OccurrenceRole, Occurrences, Symbol};
use crate::semantic::scope::{ScopeId, VariableBinding, VariableOrigin};
use crate::semantic::secrets::HiddenSecrets;
use crate::syntax::Arguments;

/// The value of the variable at an occurrence, and where it is set, or used if this is its declaration. `None` if it is
/// not a variable.
pub(crate) fn describe_value(
    semantics: &Semantics<'_>,
    names: &Occurrences,
    here: &Occurrence,
) -> Option<String> {
    if !matches!(here.symbol, Symbol::Variable(_)) {
        return None;
    }
    let name = String::from_utf8_lossy(here.span.bytes(semantics.file.source)).into_owned();
    let instruction = semantics.file.instructions().find(|it| it.span.contains(here.span))?;
    let (scope, place) = match here.role {
        OccurrenceRole::Use => {
            let scope = match instruction.arguments {
                Arguments::From(_) => semantics.build.global,
                _ => semantics.build.scopes.scope_before(instruction.span.start),
            };
            (scope, None)
        }
        OccurrenceRole::Declaration => {
            let lines = describe_uses(semantics, names, here.symbol);
            let used = lines.map_or("not used in this file".to_string(), |lines| format!("used {lines}"));
            (scope_after(semantics, instruction.span.start)?, Some(used))
        }
    };
    let binding = semantics.build.scopes.get(scope, &name)?;
    if here.role == OccurrenceRole::Declaration && binding.declared != Some(here.span) {
        return None;
    }
    let line = || Some(format!("set on line {}", semantics.line(binding.declared?.start)));
    let place = place.or_else(line).map(|place| format!(", {place}")).unwrap_or_default();
    let shown = binding
        .value
        .as_ref()
        .map(|value| HiddenSecrets::find(semantics).masked_value(&name, value).into_owned());
    Some(format!("{} = {}{place}", inline_code(&name), describe_binding(binding, shown.as_deref())))
}

/// The variables after the instruction that starts at an offset.
fn scope_after(semantics: &Semantics<'_>, start: u32) -> Option<ScopeId> {
    let build = &semantics.build;
    let Some(stage) = semantics.stage_at(start) else { return Some(build.global) };
    let next = semantics.file.instructions_in(stage.span).find(|it| it.span.start > start);
    match next {
        Some(next) => Some(build.scopes.scope_before(next.span.start)),
        None => build.stages.get(stage.index).map(|stage| stage.end),
    }
}

/// `shown`: the value without secrets.
fn describe_binding(binding: &VariableBinding<'_>, shown: Option<&str>) -> String {
    match (shown, binding.known, binding.origin) {
        (Some(""), true, _) => "empty".to_string(),
        (Some(value), true, VariableOrigin::Env) => inline_code(value),
        (Some(value), true, _) if !binding.certain => format!("{} by default", inline_code(value)),
        (Some(value), true, _) => inline_code(value),
        (None, ..) => "no value, unless the build sets one".to_string(),
        _ => "unknown".to_string(),
    }
}
