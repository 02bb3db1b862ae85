//! The value of a variable at the position where it is set or used, and where it comes from.

use super::describe_uses;
use super::state::format_inline_code;
use crate::semantic::assignments::find_shell_variable;
use crate::semantic::occurrences::{Occurrence, OccurrenceRole, Occurrences, Symbol};
use crate::semantic::scope::{ScopeId, VariableBinding, VariableOrigin};
use crate::semantic::secrets::HiddenSecrets;
use crate::semantic::{BaseVariable, Run, Semantics};
use crate::shell::ParseOutcome;
use crate::source::Span;
use crate::syntax::{Arguments, Instruction, Kind, MountField, MountKey};

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
            let used = describe_uses(semantics, names, here.symbol, instruction.span);
            let used = used.map_or("not used in this file".to_string(), |lines| format!("used {lines}"));
            let sources = source_lines(semantics, names, instruction, here.span);
            (scope_after(semantics, instruction.span.start)?, Some(format!("{sources}{used}")))
        }
    };
    let binding = semantics.build.scopes.get(scope, &name)?;
    if here.role == OccurrenceRole::Declaration && binding.declared != Some(here.span) {
        return None;
    }
    let place = place
        .or_else(|| declaration_line(semantics, &name, binding))
        .map(|place| format!(", {place}"))
        .unwrap_or_default();
    let shown = binding
        .value
        .as_ref()
        .map(|value| HiddenSecrets::find(semantics).masked_value(&name, value).into_owned());
    Some(format!("{} = {}{place}", format_inline_code(&name), describe_binding(binding, shown.as_deref())))
}

/// `set on line 2`; for an ARG that takes the value of the one above the first FROM, the lines of both.
fn declaration_line(semantics: &Semantics<'_>, name: &str, binding: &VariableBinding<'_>) -> Option<String> {
    let declared = binding.declared?;
    let line = semantics.line(declared.start);
    let instruction = semantics.file.instructions().find(|it| it.span.contains(declared))?;
    let Arguments::Declarations(declarations) = &instruction.arguments else {
        return Some(format!("set on line {line}"));
    };
    let is_bare = declarations
        .iter()
        .any(|declaration| declaration.name.span == declared && declaration.default.is_none());
    let global = semantics.build.scopes.get(semantics.build.global, name).and_then(|global| global.declared);
    match global.filter(|global| is_bare && *global != declared) {
        Some(global) => {
            Some(format!("set on line {}, declared on line {line}", semantics.line(global.start)))
        }
        None if is_bare => Some(format!("declared on line {line}")),
        None => Some(format!("set on line {line}")),
    }
}

/// `from `PORT` (line 3), `: the variables in the value that a declaration sets, and where they get their values.
fn source_lines(
    semantics: &Semantics<'_>,
    names: &Occurrences,
    instruction: &Instruction<'_>,
    declared: Span,
) -> String {
    let value = match &instruction.arguments {
        Arguments::Declarations(all) => {
            all.iter().find(|one| one.name.span == declared).and_then(|one| one.default.as_ref())
        }
        Arguments::Pairs { pairs, .. } => {
            pairs.iter().find(|pair| pair.key.span == declared).map(|pair| &pair.value)
        }
        _ => None,
    };
    let Some(value) = value else { return String::new() };
    let uses =
        names.all.iter().filter(|one| one.role == OccurrenceRole::Use && value.span.contains(one.span));
    let mut sources: Vec<String> = uses
        .map(|one| {
            let name = String::from_utf8_lossy(one.span.bytes(semantics.file.source)).into_owned();
            format!("{} (line {})", format_inline_code(&name), semantics.line(one.definition.start))
        })
        .collect();
    sources.dedup();
    if sources.is_empty() { String::new() } else { format!("from {}, ", sources.join(" and ")) }
}

/// A variable that no instruction sets: the value that the base image gives it, the place in a RUN that sets it, or that
/// it has none. `None` if no variable is at the offset, or if anything may set it.
pub(super) fn describe_undeclared(
    semantics: &Semantics<'_>,
    names: &Occurrences,
    instruction: &Instruction<'_>,
    offset: u32,
) -> Option<(String, Span)> {
    let here = names.undeclared.iter().find(|one| one.reach.contains(Span::empty(offset)))?;
    let (source, reach) = (semantics.file.source, here.reach);
    let name = String::from_utf8_lossy(here.span.bytes(source)).into_owned();
    let is_braced = Span::new(reach.start, here.span.start).bytes(source) == b"${";
    let follows = source.get(here.span.end as usize);
    let has_alternative = is_braced && follows.is_some_and(|byte| matches!(byte, b':' | b'-' | b'+' | b'?'));
    let is_from = matches!(instruction.arguments, Arguments::From(_));
    let build = &semantics.build;
    let scope = if is_from { build.global } else { build.scopes.scope_before(instruction.span.start) };
    let code = format_inline_code(&name);
    // These run in the container, where anything may set the variable.
    let is_run_time = matches!(instruction.kind, Kind::Cmd | Kind::Entrypoint | Kind::Healthcheck);
    if let Some(binding) = build.scopes.get(scope, &name) {
        if is_run_time && binding.origin != VariableOrigin::Env {
            let text = format!("{code} is a build argument, so it is not set when a container runs");
            return Some((text, reach));
        }
        if !binding.known {
            return Some((format!("{code} is set by the base image; its value is unknown"), reach));
        }
        let value = binding.value.as_ref();
        let shown = value.map(|value| HiddenSecrets::find(semantics).masked_value(&name, value).into_owned());
        return Some((
            format!("{code} = {}, set by the builder", describe_binding(binding, shown.as_deref())),
            reach,
        ));
    }
    let otherwise = if has_alternative { "the text in the braces decides" } else { "it is empty" };
    let text = match build.scopes.base_variable(scope, &name) {
        BaseVariable::Set(Some(value)) => {
            format!("{code} = {}, set by the base image", format_inline_code(value))
        }
        BaseVariable::Set(None) => format!("{code} is set by the base image; its value is unknown"),
        _ if is_run_time => return None,
        unset @ (BaseVariable::Unset { .. } | BaseVariable::Unknown) if instruction.kind == Kind::Run => {
            let run = semantics.find_run(instruction)?;
            describe_shell_variable(semantics, run, &name, (unset, otherwise))?
        }
        BaseVariable::Unset { .. } => format!("{code} is not set here, so {otherwise}"),
        BaseVariable::Unknown => {
            format!("{code} is not set in this file; if the base image does not set it, {otherwise}")
        }
    };
    Some((text, reach))
}

/// A variable of a RUN that no instruction sets: what in the RUN sets it, or that nothing does. `None` if a script may
/// set it.
fn describe_shell_variable(
    semantics: &Semantics<'_>,
    run: &Run<'_>,
    name: &str,
    (of_base, otherwise): (BaseVariable<'_>, &str),
) -> Option<String> {
    let code = format_inline_code(name);
    let is_name = |field: &MountField<'_>| {
        field.key == Some(MountKey::Env) && field.value.as_ref().is_some_and(|value| value.text == name)
    };
    if run.mounts.iter().flat_map(|mount| &mount.fields).any(is_name) {
        return Some(format!("{code} is set to a secret by `--mount`"));
    }
    if let Some(span) = find_shell_variable(run, semantics.file.source, name.as_bytes()) {
        return Some(format!("{code} is set by this `RUN` on line {}", semantics.line(span.start)));
    }
    if name == "HOME" && matches!(of_base, BaseVariable::Unset { .. } | BaseVariable::Unknown) {
        return Some(format!("{code} is the home directory of the user; BuildKit sets it for `RUN`"));
    }
    let is_known = run.script.reading == ParseOutcome::Complete
        && !run.script.commands.iter().any(|command| command.is_any(&[".", "source", "eval"]));
    is_known.then(|| match of_base {
        BaseVariable::Unknown => {
            format!(
                "{code} is not set in this file; if the base image or the shell does not set it, {otherwise}"
            )
        }
        _ => format!("{code} is not set in this stage; if the shell does not set it, {otherwise}"),
    })
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
    match (shown, binding.known) {
        (Some(""), true) => "empty".to_string(),
        (Some(value), true) if !binding.certain => format!("{} by default", format_inline_code(value)),
        (Some(value), true) => format_inline_code(value),
        (None, _) => "no value, unless the build sets one".to_string(),
        _ => "unknown".to_string(),
    }
}
