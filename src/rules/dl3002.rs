//! DL3002: the last USER of the image is root.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::semantic::text_argument;
use crate::syntax::{Instruction, Kind};

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
    let mut last_users: Vec<Option<&Instruction<'_>>> = vec![None; semantics.stages.len()];
    for user in file.instructions().filter(|instruction| instruction.kind == Kind::User) {
        let stage = semantics.stage_at(user.span.start);
        if let Some(last) = stage.and_then(|stage| last_users.get_mut(stage.index)) {
            *last = Some(user);
        }
    }
    if !semantics.view.judges_every_stage() {
        let image = semantics.stages.last().into_iter().flat_map(|image| semantics.lineage(image));
        let user = image.filter_map(|stage| last_users.get(stage.index).copied().flatten()).next();
        last_users = vec![user];
    }
    for user in last_users.into_iter().flatten() {
        if is_root(&text_argument(file, user, semantics.view)) {
            cx.report(user, user.rest.span, "the image ends with root as its user")
                .help("end with a `USER` that has no more rights than the process needs");
        }
    }
}

fn is_root(user: &str) -> bool {
    let name = user.split(':').next().unwrap_or_default();
    name == "root" || name == "0"
}
