//! DW2106: the caches of Poetry and uv.

use crate::diagnostic::{Applicability, Edit, Fix, Severity};
use crate::optimize::WasteCause;
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::run_edit;
use crate::semantic::effects::Verb;
use crate::semantic::{Caching, Run, effects, managers};
use crate::shell::{CommandPlace, ShellCommand};

pub(super) static RULE: Rule = Rule {
    code: "DW2106",
    name: "python-cache-kept",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    wastes: Some(WasteCause::Caches),
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DW2106.md"),
    ..Rule::OPTIMIZER
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    let is_mounted = |run: &Run<'_>| {
        let stage = run.stage.unwrap_or_default();
        cx.semantics.caching(stage, cx.options.builder, cx.options.cache_mounts) == Caching::Mounts
    };
    if !run.ships || run.onbuild || is_mounted(run) {
        return;
    }
    for name in ["poetry", "uv"] {
        let installs = run.script.commands.iter().filter_map(|command| {
            let call = effects::command_effects(command, cx.file.source).packages?;
            (call.manager == name && matches!(call.verb, Verb::Install | Verb::Upgrade)).then_some(command)
        });
        // The tool itself and Python are not in the package cache.
        let is_other = |command: &&ShellCommand| {
            command.operands().next().is_some_and(|word| matches!(word.text.as_str(), "self" | "python"))
        };
        let Some(install) = installs.into_iter().find(|command| !is_other(command)) else { continue };
        let kept = managers::find_manager(name).and_then(|manager| manager.kept.first());
        let Some(kept) = kept else { continue };
        // The layer account takes variables, options, mounts and deletions into account.
        let Some(saved) = cx.wasted_bytes(run.instruction, WasteCause::Caches, Some(kept.what)) else {
            continue;
        };
        let saving = cx.describe_saving(Some(saved));
        let message = format!("`{name}` leaves its download cache in the image");
        let end = install.words.last().map_or(install.span, |word| word.span);
        let end = run_edit::end_without_continuations(end, cx.file.source);
        let is_plain = install.place == CommandPlace::Top && run.is_shell_form();
        let fix = Fix::new(Applicability::UnsafeLow, "add `--no-cache`", [Edit::insert(end, " --no-cache")]);
        let help = "add `--no-cache`, or use a cache mount";
        let found = cx.report(run.outer, install.name_span(), message).help(help).saving(saving);
        if is_plain {
            found.fix(fix.with_risk("a later command may use the cache"));
        } else {
            found.add_reason_not_fixed(run_edit::NOT_PLAIN);
        }
    }
}
