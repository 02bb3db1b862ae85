//! DW2102: the documentation of gems.

use crate::diagnostic::Severity;
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::packages;
use crate::semantic::{Run, programs};

pub(crate) static RULE: Rule = Rule {
    code: "DW2102",
    name: "gem-documentation",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DW2102.md"),
    ..Rule::OPTIMIZER
};

const QUIET: [&str; 6] = ["no-document", "N", "no-ri", "no-rdoc", "no-doc", "document"];

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    // A configuration file of gem may set this for all installs, as in the official images of Ruby.
    let base = run.stage.and_then(|stage| cx.semantics.base_image(stage));
    let is_ruby = base.is_some_and(|base| base.image.name == "ruby");
    if !run.ships || run.onbuild || is_ruby || cx.semantics.package_settings.names_gem_configuration(cx.file)
    {
        return;
    }
    let installs = || {
        run.calls(&programs::GEM)
            .filter(|call| call.is_subcommand(&["install", "i"]) && call.lacks_options(&QUIET))
    };
    let Some(call) = installs().next() else { return };
    let offer = packages::add_gem_no_document(cx, installs().map(|call| call.command));
    cx.report(
        run.outer,
        call.command.span_of_argument(&["install", "i"]),
        "`gem install` also installs documentation",
    )
    .help("add `--no-document`")
    .fix_or_reason(offer);
}
