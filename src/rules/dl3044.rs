//! DL3044: an ENV refers to a variable that it sets itself.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::semantic::expand::{Mode, NoVariables, expand};
use crate::semantic::{Base, Setting, View, mentions, settings};
use crate::source::Span;
use crate::syntax::{Arguments, Dockerfile, Instruction, Kind};
use std::collections::HashSet;

pub(super) static RULE: Rule = Rule {
    code: "DL3044",
    name: "env-refers-to-itself",
    group: Group::Hadolint,
    severity: Severity::Error,
    hadolint_severity: None,
    enabled: Enabled::Default,
    fixable: Fixable::Never,
    check: Check::File(check),
    docs: include_str!("../../rules/DL3044.md"),
};

fn check(cx: &mut Checker<'_>) {
    let (file, view) = (cx.file, cx.semantics.view);
    let mut scopes = Scopes::default();
    for instruction in file.instructions() {
        if let Some(stage) = cx.semantics.stage_from(instruction.span.start)
            && !view.names_are_global()
        {
            scopes.enter(stage.base);
        }
        match &instruction.arguments {
            Arguments::Declarations(names) => {
                let read = if view.first_argument_only() { 1 } else { names.len() };
                scopes.current.extend(names.iter().take(read).map(|name| name.name.text.to_string()));
            }
            Arguments::Pairs { .. } if instruction.kind == Kind::Env => {
                let settings = settings(file, instruction, view);
                let found = early_references(file, &settings, view, &scopes.current);
                for (name, span) in view.reported(found.into_iter()) {
                    report(cx, instruction, &name, span);
                }
                scopes.current.extend(settings.into_iter().map(|setting| setting.key));
            }
            _ => {}
        }
    }
}

fn report(cx: &mut Checker<'_>, env: &Instruction<'_>, name: &str, span: Span) {
    cx.report(env, span, format!("`{name}` is set by this same `ENV`, and has its value only after it"))
        .help(format!("set `{name}` in an `ENV` of its own before this one"));
}

/// References to what another pair of the same ENV sets, and nothing before it.
fn early_references(
    file: &Dockerfile<'_>,
    settings: &[Setting<'_, '_>],
    view: View,
    known: &HashSet<String>,
) -> Vec<(String, Span)> {
    let is_set_by_another = |index: usize, name: &str| {
        !known.contains(name)
            && settings.iter().enumerate().any(|(other, setting)| other != index && setting.key == name)
    };
    let mut found = Vec::new();
    for (index, setting) in settings.iter().enumerate() {
        let value = &setting.pair.value;
        if view.names_are_global() {
            let mut names = settings.iter().map(|setting| setting.key.as_str());
            if let Some(name) = names
                .find(|name| is_set_by_another(index, name) && mentions(&setting.value, name))
            {
                found.push((name.to_string(), value.span));
            }
            continue;
        }
        for used in expand(&value.text, file.escape, Mode::Word, &NoVariables).uses {
            // Every image has a PATH.
            if used.name != "PATH" && is_set_by_another(index, used.name) {
                found.push((used.name.to_string(), value.part(used.range, file.source)));
            }
        }
    }
    found
}

/// The names that have a value, by stage.
#[derive(Debug, Default)]
struct Scopes {
    current: HashSet<String>,
    finished: Vec<HashSet<String>>,
    entered: bool,
}

impl Scopes {
    fn enter(&mut self, base: Base) {
        let finished = std::mem::take(&mut self.current);
        // What stands before the first FROM is in no stage.
        if self.entered {
            self.finished.push(finished);
        }
        self.entered = true;
        if let Base::Stage(parent) = base {
            self.current = self.finished.get(parent).cloned().unwrap_or_default();
        }
    }
}
