//! DL3015: `apt-get install` or `apt install` with recommended packages.

use crate::diagnostic::{ProblemCost, Severity};
use crate::facts::{count_noun, format_size};
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

const HELP: &str = "add `--no-install-recommends`";

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    if !run.affects_final_image() {
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
    let needed = packages::needed_recommendations(cx, run, install.command);
    let offer = packages::add_no_recommends(cx, install.command, &needed);
    let kept: Vec<&str> = needed.iter().map(|(_, name)| *name).collect();
    let saved = cx.installs().and_then(|installs| {
        let known = installs.packages_installed_by_call(install.command)?;
        Some((known, known.saved_without_recommends(&kept)?))
    });
    // Packages that the same RUN removes again have no size in the image.
    let removes = run.script.commands.iter().any(|command| {
        programs::read_apt_call(command, view).is_some_and(|call| call.is_subcommand(&apt::REMOVALS))
    });
    let help = match saved {
        Some((_, (0, _))) => format!("{HELP}; these packages currently recommend nothing else"),
        Some((_, (count, _))) if removes => format!("{HELP}; this omits {}", count_noun(count, "package")),
        Some((known, (count, bytes))) => {
            let of = if known.is_equivalent {
                format!(" in Debian {}", known.release.name())
            } else {
                String::new()
            };
            format!("{HELP}; this omits {} (~{}{of})", count_noun(count, "package"), format_size(bytes))
        }
        None => format!("{HELP}, and list the recommended packages that you need"),
    };
    let program = if install.command.is("apt") { "apt" } else { "apt-get" };
    let message = match saved {
        Some((_, (0, _))) => format!("`{program} install` installs recommended packages by default"),
        _ => format!("`{program} install` also installs recommended packages"),
    };
    let found = cx.report(run.outer, span, message);
    found.help(help).fix_or_reason(offer);
    if let Some((_, (_, bytes @ 1..))) = saved.filter(|_| run.ships && !removes) {
        found.set_cost(ProblemCost::Image(bytes));
    }
}
