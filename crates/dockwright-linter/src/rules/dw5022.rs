//! DW5022: `mkdir` of a directory that exists.

use crate::diagnostic::{Applicability, Edit, Fix};
use crate::optimize::facts::{ImagePathState, ImagePaths};
use crate::rule::{Check, Fixable, Rule, RuleActivation, RuleChecker};
use crate::rules::build_commands::{decisive_commands, runs_in_build};
use crate::syntax::quote_excerpt;

pub(super) static RULE: Rule = Rule {
    code: "DW5022",
    name: "existing-directory",
    fixable: Fixable::Always,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW5022.md"),
    enabled: RuleActivation::Preview,
    ..Rule::BUILD
};

fn check(cx: &mut RuleChecker<'_>) {
    let (Some(absence), Some(outline)) = (cx.program_absence(), cx.outline()) else { return };
    let paths = ImagePaths::new(outline, cx.context);
    for (step, run) in runs_in_build(cx) {
        if !run.script.commands.iter().any(|command| command.is("mkdir")) {
            continue;
        }
        let found = decisive_commands(absence, step).find_map(|(before, one)| {
            let command = one.command;
            let is_plain = command.is("mkdir")
                && !command.has_flag("p")
                && !command.has_flag("parents")
                && !command.may_have_options;
            let operands = is_plain.then(|| command.operands_without_values_of(&["m", "mode"]))?;
            let word = operands.into_iter().find(|word| {
                let path = crate::optimize::join_path(one.directory.as_deref(), &word.text);
                word.literal
                    && path.is_some_and(|path| {
                        paths.state_before(step, before, &path) == ImagePathState::Directory
                    })
            })?;
            Some((command.name_span(), word))
        });
        let Some((name, word)) = found else { continue };
        let message = format!("{} already exists, so `mkdir` fails", quote_excerpt(&word.text));
        let fix = Fix::new(Applicability::Safe, "add `-p`", [Edit::insert(name.end, " -p")]);
        cx.report(run.outer, word.span, message).help("remove it, or add `-p`").fix(fix);
    }
}
