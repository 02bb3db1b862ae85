//! DL3044: an ENV refers to a variable that it sets itself.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::Severity;
use crate::rule::{Check, DiagnosticPairing, Rule, RuleChecker};
use crate::semantic::expand::{ExpansionMode, NoVariables, expand};
use crate::semantic::{KeyValueSetting, mentioned_variables, parse_settings};
use crate::source::Span;
use crate::syntax::{Arguments, Dockerfile, Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3044",
    name: "env-refers-to-itself",
    severity: Severity::Error,
    leads: &[("UndefinedVar", DiagnosticPairing::Words)],
    check: Check::File(check),
    docs: include_str!("../../../../rules/DL3044.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>) {
    let (file, semantics) = (cx.file, cx.semantics);
    let scopes = &semantics.build.scopes;
    // The variables that are known to hadolint.
    let mut names_before: HashSet<String> = HashSet::new();
    for instruction in file.instructions() {
        match &instruction.arguments {
            Arguments::Declarations(names) => {
                names_before.extend(names.first().map(|first| first.name.text.to_string()));
            }
            Arguments::Pairs { .. } if instruction.kind == Kind::Env => {
                let env = EnvPairs::new(parse_settings(file, instruction, semantics.view));
                let found = if semantics.view.names_are_global {
                    env.find_mention_of_another(|name| names_before.contains(name)).into_iter().collect()
                } else {
                    let scope = scopes.scope_before(instruction.span.start);
                    env.find_uses_of_others(file, |name| scopes.get(scope, name).is_some())
                };
                for (name, span) in found {
                    report(cx, instruction, &name, span);
                }
                names_before.extend(env.settings.into_iter().map(|setting| setting.key));
            }
            _ => {}
        }
    }
}

fn report(cx: &mut RuleChecker<'_>, env: &Instruction<'_>, name: &str, span: Span) {
    cx.report(env, span, format!("`{name}` still has its old value here, because the same `ENV` sets it"))
        .help(format!("set `{name}` in a separate `ENV` before this one"));
}

/// The pairs of one ENV, and the number of pairs with each key.
struct EnvPairs<'i, 's> {
    settings: Vec<KeyValueSetting<'i, 's>>,
    count: HashMap<String, usize>,
}

impl<'i, 's> EnvPairs<'i, 's> {
    fn new(settings: Vec<KeyValueSetting<'i, 's>>) -> Self {
        let mut count = HashMap::new();
        for setting in &settings {
            *count.entry(setting.key.clone()).or_default() += 1;
        }
        Self { settings, count }
    }

    fn is_set_by_another(&self, setting: &KeyValueSetting<'_, '_>, name: &str) -> bool {
        self.count.get(name).is_some_and(|count| *count > usize::from(setting.key == name))
    }

    /// The variables that the builder expands and another pair sets.
    fn find_uses_of_others(
        &self,
        file: &Dockerfile<'_>,
        is_known: impl Fn(&str) -> bool,
    ) -> Vec<(String, Span)> {
        let mut found = Vec::new();
        for setting in &self.settings {
            let value = &setting.pair.value;
            for used in expand(&value.text, file.escape, ExpansionMode::Word, &NoVariables).uses {
                if self.is_set_by_another(setting, used.name) && !is_known(used.name) {
                    found.push((used.name.to_string(), value.span_of_range(used.range, file.source)));
                }
            }
        }
        found
    }

    /// The first value whose text names a variable that another pair sets.
    fn find_mention_of_another(&self, is_known: impl Fn(&str) -> bool) -> Option<(String, Span)> {
        self.settings.iter().find_map(|setting| {
            let is_hit = |name: &&str| self.is_set_by_another(setting, name) && !is_known(name);
            let name = mentioned_variables(&setting.value).find(is_hit)?;
            Some((name.to_string(), setting.pair.value.span))
        })
    }
}
