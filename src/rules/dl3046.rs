//! DL3046: `useradd` with a large UID, which makes the login logs huge.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::semantic::{Run, View, programs};

pub(super) static RULE: Rule = Rule {
    code: "DL3046",
    name: "useradd-large-uid",
    group: Group::Hadolint,
    severity: Severity::Warning,
    hadolint_severity: None,
    enabled: Enabled::Default,
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../rules/DL3046.md"),
};

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    if !run.matters() {
        return;
    }
    let found = run.calls(&programs::USERADD).filter(|call| !call.has_any(&["l", "no-log-init"])).find_map(|call| {
        // hadolint looks for values of the letter only.
        let long = if run.view.reads_options_by_letter() { Vec::new() } else { call.values("uid") };
        call.values("u").into_iter().chain(long).find(|uid| is_large(uid.text, run.view))
    });
    if let Some(uid) = found {
        let message = format!("the login logs grow with the UID, and {} makes them large", uid.text);
        cx.report(run.outer, uid.span, message).help("add `--no-log-init`, or choose a smaller UID");
    }
}

fn is_large(uid: &str, view: View) -> bool {
    uid.chars().count() > 5 && (view.judges_variables_by_name() || uid.bytes().all(|byte| byte.is_ascii_digit()))
}
