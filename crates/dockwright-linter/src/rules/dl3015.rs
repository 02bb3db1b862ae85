//! DL3015: `apt-get install` or `apt install` with recommended packages.

use crate::diagnostic::Severity;
use crate::facts::format_size;
use crate::rule::{Check, Fixable, OptimizerScope, Rule, RuleChecker};
use crate::rules::fixes::packages;
use crate::semantic::managers::apt;
use crate::semantic::{Run, programs};

pub(super) static RULE: Rule = Rule {
    code: "DL3015",
    name: "apt-recommends",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    in_optimizer: OptimizerScope::BuiltStages,
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3015.md"),
    ..Rule::HADOLINT
};

const HELP: &str = "add `--no-install-recommends` and list the packages that you need";

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    if !run.affects_image() {
        return;
    }
    let view = run.view;
    let read = |command| {
        if view.recommends_with_apt_get_only {
            programs::APT_GET.read(command, view)
        } else {
            programs::read_apt_call(command, view)
        }
    };
    let mut installs = run.script.commands.iter().filter_map(read);
    let install = installs.find(|call| {
        call.is_subcommand(&["install"])
            && call.lacks_options(&[apt::NO_RECOMMENDS.trim_start_matches("--")])
            && !call.command.has_argument(&[apt::NO_RECOMMENDS_SETTINGS[0]])
            && !call.has_setting(&apt::NO_RECOMMENDS_SETTINGS)
    });
    let Some(install) = install else { return };
    let span = install.command.span_of_argument(&["install"]);
    let offer = packages::add_no_recommends(cx, run, install.command);
    let known = cx.installs().and_then(|all| all.find_call(install.command));
    let help = match known.and_then(|known| Some((known, known.recommended?))) {
        Some((_, (0, _))) => format!("{HELP}; these packages recommend no others at present"),
        Some((known, (count, bytes))) => {
            let noun = if count == 1 { "package" } else { "packages" };
            let of = if known.is_equivalent {
                format!(" in Debian {}", known.release.name())
            } else {
                String::new()
            };
            format!("{HELP}; this omits {count} {noun} (~{}{of})", format_size(bytes))
        }
        None => HELP.to_string(),
    };
    let program = if install.command.is("apt") { "apt" } else { "apt-get" };
    cx.report(run.outer, span, format!("`{program} install` also installs recommended packages"))
        .help(help)
        .fix_or_reason(offer);
}
