//! The value of a variable at the position where it is used.

use super::state::inline_code;
use crate::semantic::Semantics;
use crate::semantic::occurrences::{Occurrence, Role, Symbol};
use crate::semantic::scope::{VariableBinding, VariableOrigin};
use crate::semantic::secrets::HiddenSecrets;

/// The value of the variable at an occurrence; `None` if it is not the use of a variable.
pub(crate) fn describe_value(semantics: &Semantics<'_>, here: &Occurrence) -> Option<String> {
    let is_use = here.role == Role::Use && matches!(here.symbol, Symbol::Variable(_));
    let name = String::from_utf8_lossy(here.span.bytes(semantics.file.source)).into_owned();
    let instruction =
        semantics.file.instructions().find(|it| it.span.contains(here.span)).filter(|_| is_use)?;
    let scopes = &semantics.build.scopes;
    let scope = match instruction.arguments {
        crate::syntax::Arguments::From(_) => semantics.build.global,
        _ => scopes.scope_before(instruction.span.start),
    };
    let binding = scopes.get(scope, &name)?;
    let line = binding.declared.map(|declared| semantics.line(declared.start));
    let line = line.map(|line| format!(", set on line {line}")).unwrap_or_default();
    let shown = binding
        .value
        .as_ref()
        .map(|value| HiddenSecrets::find(semantics).value_of(&name, value).into_owned());
    Some(format!("{} = {}{line}", inline_code(&name), describe_binding(binding, shown.as_deref())))
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
