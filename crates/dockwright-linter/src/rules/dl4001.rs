//! DL4001: both curl and wget in one stage.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::Run;
use crate::shell::ShellCommand;

pub(super) static RULE: Rule = Rule {
    code: "DL4001",
    name: "curl-and-wget",
    severity: Severity::Info,
    hadolint_severity: Some(Severity::Warning),
    check: Check::File(check),
    docs: include_str!("../../../../rules/DL4001.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>) {
    let semantics = cx.semantics;
    for onbuild in [false, true] {
        let mut used = UsedTools::default();
        // Triggers run in a stage of another file, so they are only compared with each other.
        let stage = |run: &Run<'_>| if onbuild { None } else { run.stage };
        for run in semantics.runs.iter().filter(|run| run.onbuild == onbuild && run.affects_final_image()) {
            if stage(run) != used.stage {
                used = UsedTools { stage: stage(run), ..UsedTools::default() };
            }
            let call = |name: &str| run.script.commands.iter().find(|command| command.is(name));
            let (curl, wget) = (call("curl"), call("wget"));
            used.curl |= curl.is_some();
            used.wget |= wget.is_some();
            let both = used.curl && used.wget && (!used.reported || semantics.view.repeats_curl_and_wget);
            // If one RUN has both, the second one is reported.
            if let Some(command) = curl.into_iter().chain(wget).max_by_key(|command| command.span.start)
                && both
            {
                report(cx, run, command);
                used.reported = true;
            }
        }
    }
}

/// The programs that a stage has used so far.
#[derive(Default)]
struct UsedTools {
    stage: Option<usize>,
    curl: bool,
    wget: bool,
    reported: bool,
}

fn report(cx: &mut RuleChecker<'_>, run: &Run<'_>, command: &ShellCommand) {
    let (this, other) = if command.is("curl") { ("curl", "wget") } else { ("wget", "curl") };
    cx.report(run.outer, command.name_span(), format!("this stage uses both `{this}` and `{other}`"))
        .help("use only one of them");
}
