//! DL3066: USER with a name, not a number.

use std::collections::HashSet;

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::semantic::{mentions_any, text_argument};
use crate::syntax::{Arguments, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3066",
    name: "user-by-name",
    group: Group::Hadolint,
    severity: Severity::Info,
    hadolint_severity: None,
    enabled: Enabled::Default,
    fixable: Fixable::Never,
    check: Check::File(check),
    docs: include_str!("../../rules/DL3066.md"),
};

fn check(cx: &mut Checker<'_>) {
    let (file, view) = (cx.file, cx.semantics.view);
    let mut arguments: HashSet<&str> = HashSet::new();
    for instruction in file.instructions() {
        if let Arguments::Declarations(names) = &instruction.arguments {
            let read = if view.first_argument_only() { 1 } else { names.len() };
            arguments.extend(names.iter().take(read).map(|name| name.name.text.as_ref()));
        }
        if instruction.kind != Kind::User {
            continue;
        }
        let value = text_argument(file, instruction, view);
        let user = value.split(':').next().unwrap_or_default();
        let is_number = user.bytes().all(|byte| byte.is_ascii_digit());
        let is_unknown = if view.variables_are_text() {
            mentions_any(&value, &arguments)
        } else {
            user.contains('$')
        };
        if !is_number && !is_unknown {
            let message = format!("`{user}` is a name, and only its number says whether it is root");
            cx.report(instruction, instruction.rest.span, message)
                .help("write the user's number: Kubernetes with `runAsNonRoot` refuses names");
        }
    }
}
