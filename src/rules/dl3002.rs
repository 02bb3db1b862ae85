//! DL3002: the last USER of a stage is root.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::syntax::{Arguments, Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3002",
    name: "last-user-root",
    group: Group::Hadolint,
    severity: Severity::Warning,
    hadolint_severity: None,
    enabled: Enabled::Default,
    fixable: Fixable::Never,
    check: Check::File(check),
    docs: include_str!("../../rules/DL3002.md"),
};

fn check(cx: &mut Checker<'_>) {
    let (file, semantics) = (cx.file, cx.semantics);
    let mut ends_as_root: Vec<Option<&Instruction<'_>>> = vec![None; semantics.stages.len()];
    for user in file.instructions().filter(|instruction| instruction.kind == Kind::User) {
        let Some(stage) = semantics.stage_at(user.span.start) else { continue };
        if let Some(last) = ends_as_root.get_mut(stage.index) {
            *last = is_root(user).then_some(user);
        }
    }
    for user in ends_as_root.into_iter().flatten() {
        cx.report(user, user.rest.span, "the last `USER` of this stage is root")
            .help("end the stage with a `USER` that has no more rights than the process needs");
    }
}

fn is_root(user: &Instruction<'_>) -> bool {
    let Arguments::Text(name) = &user.arguments else { return false };
    let user = name.text.split(':').next().unwrap_or_default();
    user == "root" || user == "0"
}
