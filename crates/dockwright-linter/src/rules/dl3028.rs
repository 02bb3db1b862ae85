//! DL3028: `gem install` without versions.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::rules::families::unpinned;
use crate::semantic::{ProgramCall, Run, View, programs};
use crate::shell::ShellWord;

pub(super) static RULE: Rule = Rule {
    code: "DL3028",
    name: "unpinned-gem",
    severity: Severity::Info,
    hadolint_severity: Some(Severity::Warning),
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3028.md"),
    ..Rule::HADOLINT
};

const INSTALL: [&str; 2] = ["install", "i"];

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    if !run.affects_final_image() {
        return;
    }
    let unpinned = run.calls(&programs::GEM).filter(|call| call.is_subcommand(&INSTALL)).flat_map(|call| {
        if has_version_for_all(&call, run.view) {
            return Vec::new();
        }
        let gems =
            named_gems(&call, run.view).into_iter().filter(|word| !INSTALL.contains(&word.text.as_str()));
        call.unpinned_packages(gems, |gem| {
            gem.contains(':') || (gem.ends_with(".gem") && !run.view.gem_options_all_have_values)
        })
    });
    let unpinned: Vec<_> = unpinned.collect();
    unpinned::report_pinnable(cx, run, &unpinned, "gem", |gem| format!("`{gem}:VERSION`"));
}

fn has_version_for_all(call: &ProgramCall<'_>, view: View) -> bool {
    call.command.has_argument(&["-v", "--version"])
        || call.command.arguments().iter().any(|word| word.text.starts_with("--version="))
        || (!view.gem_options_all_have_values && call.has_option("v"))
}

/// The named gems, up to the build options.
fn named_gems<'r>(call: &ProgramCall<'r>, view: View) -> Vec<&'r ShellWord> {
    let words = call.command.arguments().iter().take_while(|word| word.text != "--");
    if !view.gem_options_all_have_values {
        let end = words.last().map_or(0, |word| word.span.end);
        return call.operands.iter().copied().filter(|word| word.span.end <= end).collect();
    }
    let mut words = words;
    let mut gems = Vec::new();
    while let Some(word) = words.next() {
        if word.text.starts_with('-') {
            words.next();
        } else {
            gems.push(word);
        }
    }
    gems
}
