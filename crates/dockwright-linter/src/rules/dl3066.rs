//! DL3066: USER with a name, not a number.

use std::collections::HashSet;

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::{image_user, is_root_user, mentions_any_variable, text_argument};
use crate::syntax::{Arguments, Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3066",
    name: "user-by-name",
    severity: Severity::Info,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DL3066.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>) {
    let (file, semantics) = (cx.file, cx.semantics);
    if semantics.view.judges_every_user {
        check_every_user(cx);
        return;
    }
    let Some(instruction) = image_user(file, semantics) else { return };
    let value = text_argument(file, instruction, semantics.view);
    let user = user_without_group(&value);
    // Windows users have no numeric IDs.
    if semantics.is_windows(instruction.span.start) {
        return;
    }
    if !is_number(user) && !user.contains('$') && !is_root_user(user) {
        report(cx, instruction, user);
    }
}

/// As in hadolint: each USER separately, with the ARGs above it.
fn check_every_user(cx: &mut RuleChecker<'_>) {
    let file = cx.file;
    let mut arguments: HashSet<&str> = HashSet::new();
    for instruction in file.instructions() {
        if let Arguments::Declarations(names) = &instruction.arguments {
            arguments.extend(names.first().map(|first| first.name.text.as_ref()));
        }
        if instruction.kind == Kind::User {
            let value = text_argument(file, instruction, cx.semantics.view);
            if !is_number(user_without_group(&value)) && !mentions_any_variable(&value, &arguments) {
                report(cx, instruction, user_without_group(&value));
            }
        }
    }
}

fn report(cx: &mut RuleChecker<'_>, instruction: &Instruction<'_>, user: &str) {
    let message = format!("`{user}` is a user name, not a numeric UID");
    cx.report(instruction, instruction.rest.span, message)
        .help("use a numeric UID; Kubernetes with `runAsNonRoot` rejects names");
}

/// The user without the group.
fn user_without_group(value: &str) -> &str {
    value.split(':').next().unwrap_or_default()
}

fn is_number(user: &str) -> bool {
    user.bytes().all(|byte| byte.is_ascii_digit())
}
