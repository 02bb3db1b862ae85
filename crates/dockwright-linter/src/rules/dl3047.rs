//! DL3047: `wget` fills the build log with its progress.

use crate::diagnostic::Severity;
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::packages;
use crate::semantic::{ProgramCall, Run, programs};

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
    let is_noisy = |call: &ProgramCall<'_>| {
        let brief =
            call.command.has_argument(&["-nv"]) || (exact && call.has_option("n") && call.has_option("v"));
        call.lacks_options(&QUIET) && !brief
    };
    let noisy: Vec<ProgramCall<'_>> = run.calls(&programs::WGET).filter(is_noisy).collect();
    if let Some(call) = noisy.first() {
        // The `wget` of BusyBox has no such option.
        let (offer, help) = if packages::has_gnu_wget(cx, run) {
            let offer = packages::add_option(cx, None, &noisy, "--progress=dot:giga");
            (offer, "add `-nv`, or `--progress=dot:giga`")
        } else {
            let reason = "this may not be GNU `wget`";
            (Err(reason.into()), "add `-q`, or `-nv` if this is GNU `wget`")
        };
        cx.report(run.outer, call.command.name_span(), "`wget` floods the build log with progress lines")
            .help(help)
            .fix_or_reason(offer);
    }
}
