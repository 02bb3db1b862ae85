//! DL3064: a secret in ARG or ENV.

use crate::rule::{Check, DiagnosticPairing, Fixable, OptimizerScope, Rule, RuleChecker};
use crate::rules::fixes::secret_mount;
use crate::semantic::{names_secret, parse_settings};
use crate::source::Span;
use crate::syntax::{Arguments, Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3064",
    name: "secret-in-arg-or-env",
    fixable: Fixable::Sometimes,
    leads: &[("SecretsUsedInArgOrEnv", DiagnosticPairing::Words)],
    in_optimizer: OptimizerScope::BuiltStages,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DL3064.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>) {
    let (file, view) = (cx.file, cx.semantics.view);
    for instruction in file.instructions() {
        let inner = match &instruction.arguments {
            Arguments::Onbuild(trigger) => trigger,
            _ => instruction,
        };
        let secrets: Vec<_> =
            declared_names(cx, inner).into_iter().filter(|(name, _)| names_secret(name, view)).collect();
        for (name, span) in view.limit_reports_per_instruction(secrets.into_iter()) {
            let keyword = inner.keyword.text.to_uppercase();
            let offer = secret_mount::use_secret_mount(cx, instruction);
            let (message, help) =
                secret_mount::describe_secret(inner.kind, &format!("`{keyword}`"), &format!("`{name}`"));
            cx.report(instruction, span, message).help(help).fix_or_reason(offer);
        }
    }
}

/// The names that an ARG or ENV sets, with their positions.
fn declared_names(cx: &RuleChecker<'_>, instruction: &Instruction<'_>) -> Vec<(String, Span)> {
    let view = cx.semantics.view;
    match &instruction.arguments {
        Arguments::Declarations(names) => {
            let read = if view.first_argument_only { 1 } else { names.len() };
            names.iter().take(read).map(|name| (name.name.text.to_string(), name.name.span)).collect()
        }
        Arguments::Pairs { .. } if instruction.kind == Kind::Env => {
            parse_settings(cx.file, instruction, view)
                .into_iter()
                .map(|setting| (setting.key, setting.pair.key.span))
                .collect()
        }
        _ => Vec::new(),
    }
}
