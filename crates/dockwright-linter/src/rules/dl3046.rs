//! DL3046: `useradd` with a large UID, which makes the login logs huge.

use crate::rule::{Check, Fixable, OptimizerScope, Rule, RuleChecker};
use crate::rules::fixes::packages;
use crate::semantic::{ProgramCall, Run, View, programs};

pub(super) static RULE: Rule = Rule {
    code: "DL3046",
    name: "useradd-large-uid",
    fixable: Fixable::Sometimes,
    in_optimizer: OptimizerScope::BuiltStages,
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3046.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    if !run.affects_final_image() {
        return;
    }
    let large = |call: &ProgramCall<'_>| {
        // hadolint looks for values of the letter only.
        let long = if run.view.reads_options_by_letter { Vec::new() } else { call.values("uid") };
        let mut all = call.values("u").into_iter().chain(long).map(|uid| (uid.text.to_string(), uid.span));
        all.find(|(uid, _)| is_large_uid(uid, run.view))
    };
    let mut calls = run.calls(&programs::USERADD).filter(|call| call.lacks_options(&["l", "no-log-init"]));
    let found = calls.find_map(|call| Some((large(&call)?, call)));
    if let Some(((uid, span), call)) = found {
        let offer = packages::add_useradd_no_log_init(cx, run, call);
        let message = format!("`useradd` with UID {uid} creates very large login logs");
        cx.report(run.outer, span, message)
            .help("add `--no-log-init`, or use a smaller UID")
            .fix_or_reason(offer);
    }
}

fn is_large_uid(uid: &str, view: View) -> bool {
    uid.chars().count() > 5
        && (view.judges_variables_by_name || uid.bytes().all(|byte| byte.is_ascii_digit()))
}
