//! DL3014: `apt-get install` that waits for an answer.

use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::fixes::packages::{Asking, report_asking};
use crate::semantic::managers::apt;
use crate::semantic::{Call, Run, View, programs};

pub(super) static RULE: Rule = Rule {
    code: "DL3014",
    name: "apt-get-without-yes",
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../rules/DL3014.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    let asking =
        run.calls(&programs::APT_GET).filter(|call| call.does(&["install"]) && !says_yes(call, run.view));
    report_asking(cx, run, asking, |_| Asking {
        subcommands: &["install"],
        message: "`apt-get install` without `-y` waits for confirmation and fails in a build",
        help: "add `-y`",
    });
}

/// Twice quiet means yes.
fn says_yes(call: &Call<'_>, view: View) -> bool {
    if call.command.may_have_options {
        return true;
    }
    let quiet = call.count("q").max(call.count("quiet"));
    call.has_any(&apt::YES)
        || call.has("qq")
        || call.command.has_argument(&["-q=2"])
        || (if view.counts_quiet_exactly { quiet == 2 } else { quiet >= 2 })
        || call.sets(&apt::YES_SETTINGS)
}
