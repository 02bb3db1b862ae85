//! DW5022: `mkdir` of a directory that exists.

use crate::diagnostic::{Applicability, Edit, Fix};
use crate::optimize::facts::{ImagePaths, PathState, locate_commands};
use crate::rule::{Check, Enabled, Fixable, Rule, RuleChecker};
use crate::shell::CommandPlace;
use crate::syntax::quote_excerpt;

pub(super) static RULE: Rule = Rule {
    code: "DW5022",
    name: "existing-directory",
    fixable: Fixable::Always,
    check: Check::File(check),
    docs: include_str!("../../rules/DW5022.md"),
    enabled: Enabled::Preview,
    ..Rule::BUILD
};

fn check(cx: &mut RuleChecker<'_>) {
    let (Some(absence), Some(outline)) = (cx.absence(), cx.outline()) else { return };
    let paths = ImagePaths::new(outline, cx.context);
    for step in outline.drafts.steps.iter().filter(|step| !step.fired) {
        let Some(run) = step.run.filter(|run| !run.onbuild && cx.is_built(run.outer.span.start)) else {
            continue;
        };
        if !run.script.commands.iter().any(|command| command.is("mkdir")) {
            continue;
        }
        let commands = locate_commands(step, cx.file.source);
        let found = commands.iter().enumerate().find_map(|(at, one)| {
            let command = one.command;
            let is_plain = command.is("mkdir")
                && command.place == CommandPlace::Top
                && absence.is_decisive(command)
                && !command.has_flag("p")
                && !command.has_flag("parents")
                && !command.may_have_options;
            let before = commands.get(..at).filter(|_| is_plain)?;
            let word = command.operands_without_values_of(&["m", "mode"]).into_iter().find(|word| {
                let path = crate::optimize::join_path(one.directory.as_deref(), &word.text);
                word.literal
                    && path
                        .is_some_and(|path| paths.state_before(step, before, &path) == PathState::Directory)
            })?;
            Some((command.name_span(), word))
        });
        let Some((name, word)) = found else { continue };
        let message = format!("{} exists already, so `mkdir` fails", quote_excerpt(&word.text));
        let fix = Fix::new(Applicability::Safe, "add `-p`", [Edit::insert(name.end, " -p")]);
        cx.report(run.outer, word.span, message).help("remove it, or add `-p`").fix(fix);
    }
}
