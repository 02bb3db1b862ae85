//! DW4101: a RUN that leaves nothing behind.

use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::fixes::dead_run;
use crate::semantic::Run;
use crate::shell::{ListNode, Reading};

pub static RULE: Rule = Rule {
    code: "DW4101",
    name: "run-without-effect",
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../rules/DW4101.md"),
    ..Rule::DOCKWRIGHT
};

/// What changes the shell, which ends with the RUN, and nothing else.
const OWN: [&str; 9] = ["alias", "cd", "export", "pushd", "set", "shopt", "ulimit", "umask", "unset"];

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    let script = &run.script;
    let only_shell = |node: ListNode| match node {
        ListNode::Command(at) => script
            .commands
            .get(at)
            .is_some_and(|command| command.is_any(&OWN) && command.redirections.is_empty()),
        ListNode::Bare => true,
        _ => false,
    };
    let is_dead = script.reading == Reading::Complete
        && !script.list.is_empty()
        && script.list.iter().all(|item| only_shell(item.node))
        // A substitution may do anything.
        && script.commands.len() <= script.list.len()
        && !run.onbuild
        && dead_run::is_assignment_or_command(cx, run);
    if !is_dead {
        return;
    }
    let offer = dead_run::fix(cx, run);
    cx.report(
        run.outer,
        run.instruction.rest.span,
        "this changes only the shell of this `RUN`, and nothing of the image",
    )
    .help("use `WORKDIR` for a directory and `ENV` for a variable")
    .offer(offer);
}
