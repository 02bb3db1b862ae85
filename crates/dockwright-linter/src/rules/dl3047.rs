//! DL3047: `wget` fills the build log with its progress.

use crate::diagnostic::Severity;
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::packages;
use crate::semantic::{Call, Run, programs};

pub(super) static RULE: Rule = Rule {
    code: "DL3047",
    name: "wget-progress",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3047.md"),
    ..Rule::HADOLINT
};

const QUIET: [&str; 8] = ["progress", "q", "quiet", "o", "output-file", "a", "append-output", "no-verbose"];

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    let exact = !run.view.reads_options_by_letter;
    let is_noisy = |call: &Call<'_>| {
        let brief =
            call.command.has_argument(&["-nv"]) || (exact && call.has_option("n") && call.has_option("v"));
        call.lacks_options(&QUIET) && !brief
    };
    let noisy: Vec<Call<'_>> = run.calls(&programs::WGET).filter(is_noisy).collect();
    if let Some(call) = noisy.first() {
        // Busybox's wget has no such option.
        let offer = if packages::has_gnu_wget(cx, run) {
            packages::add_option(cx, None, &noisy, "--progress=dot:giga")
        } else {
            Err("this may not be GNU `wget`".into())
        };
        cx.report(run.outer, call.command.name_span(), "`wget` floods the build log with progress lines")
            .help("add `-nv`, or `--progress=dot:giga`")
            .fix_or_reason(offer);
    }
}
