//! DL3002: the last USER of the image is root.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::{image_user, is_root_user, last_users, text_argument};

pub(super) static RULE: Rule = Rule {
    code: "DL3002",
    name: "last-user-root",
    check: Check::File(check),
    docs: include_str!("../../../../rules/DL3002.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>) {
    let (file, semantics) = (cx.file, cx.semantics);
    let users = if semantics.view.judges_every_stage {
        last_users(file, semantics)
    } else {
        vec![image_user(file, semantics)]
    };
    for user in users.into_iter().flatten() {
        if is_root_user(&text_argument(file, user, semantics.view)) {
            cx.report(user, user.rest.span, "the container runs as root")
                .help("end the stage with a non-root `USER` that owns only what it needs");
        }
    }
}
