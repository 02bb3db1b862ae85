//! DW1203: `go build -a`, which compiles what is already compiled.

use crate::diagnostic::{Applicability, Fix, Severity};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::removal_edits::remove_word;
use crate::rules::fixes::run_edit::NOT_PLAIN;
use crate::semantic::Run;
use crate::shell::{ShellCommand, ShellWord};

pub(super) static RULE: Rule = Rule {
    code: "DW1203",
    name: "forced-recompilation",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DW1203.md"),
    ..Rule::OPTIMIZER
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    let forced =
        run.script.commands.iter().find_map(|command| Some((command, find_rebuild_option(command)?)));
    let Some((command, option)) = forced.filter(|_| !run.onbuild) else { return };
    let before = command.words.iter().take_while(|word| !std::ptr::eq(*word, option)).last();
    let edit = before.and_then(|before| remove_word(before.span, option.span, cx.file.source));
    let verb = command.arguments().first().map_or("build", |word| word.text.as_str());
    let message = format!("`go {verb} -a` compiles every package again, including the standard library");
    let found = cx
        .report(run.outer, option.span, message)
        .help("remove `-a`; Go's build cache recognizes packages that have changed");
    match edit.filter(|_| run.is_shell_form()) {
        Some(edit) => {
            let fix = Fix::new(Applicability::UnsafeLow, "remove `-a`", [edit]);
            found.fix(fix.with_risk("versions of Go before 1.10 compare dates, not contents"))
        }
        None => found.add_reason_not_fixed(NOT_PLAIN),
    };
}

/// The `-a` of a build with Go.
fn find_rebuild_option(command: &ShellCommand) -> Option<&ShellWord> {
    let words = command.arguments();
    let builds = words.first().is_some_and(|word| matches!(word.text.as_str(), "build" | "install"));
    let is_option = |word: &&ShellWord| word.literal && matches!(word.text.as_str(), "-a" | "--a");
    (command.is("go") && builds).then(|| words.iter().find(is_option)).flatten()
}
