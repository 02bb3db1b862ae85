//! DL3042: `pip install` keeps its cache in the layer.

use crate::optimize::WasteCause;
use crate::rule::{Check, Fixable, OptimizerScope, Rule, RuleChecker};
use crate::rules::fixes::packages;
use crate::semantic::managers::pip;
use crate::semantic::{
    KeyValueSetting, Run, StageFlags, is_pip_cache_purge, is_pip_install, is_pip_wrapper, parse_settings,
};
use crate::shell::ShellCommand;
use crate::syntax::Kind;

pub(super) static RULE: Rule = Rule {
    code: "DL3042",
    name: "pip-cache-kept",
    fixable: Fixable::Sometimes,
    in_optimizer: OptimizerScope::BuiltStages,
    wastes: Some(WasteCause::Caches),
    check: Check::File(check),
    docs: include_str!("../../../../rules/DL3042.md"),
    ..Rule::HADOLINT
};

const TRUTHY: [&str; 10] = ["1", "true", "True", "TRUE", "on", "On", "ON", "yes", "Yes", "YES"];

fn check(cx: &mut RuleChecker<'_>) {
    let (file, semantics) = (cx.file, cx.semantics);
    let mut without_cache = StageFlags::new(semantics.view);
    let mut runs = semantics.runs.iter().peekable();
    for instruction in file.instructions() {
        if let Some(stage) = semantics.stage_starting_at(instruction.span.start) {
            without_cache.enter_stage(stage);
        }
        if instruction.kind == Kind::Env && disables_cache(&parse_settings(file, instruction, semantics.view))
        {
            without_cache.set_flag();
        }
        if let Some(run) = runs.next_if(|run| run.outer.span == instruction.span)
            && (run.onbuild || !without_cache.is_flag_set())
        {
            check_run(cx, run);
        }
    }
}

fn check_run(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    if !run.affects_final_image()
        || sets_variable(&run.instruction.rest.text)
        || run.has_cache_or_tmpfs_mount(".cache/pip")
        || run.is_offline()
    {
        return;
    }
    let keeps = |command: &ShellCommand| {
        is_pip_install(command)
            && !is_pip_wrapper(command)
            && !command.may_have_options
            && !command.has_argument(&[pip::NO_CACHE])
    };
    let commands = &run.script.commands;
    let offer = packages::add_pip_no_cache(cx, run, keeps);
    let Some(pip) = commands.iter().find(|command| keeps(command)) else { return };
    // Downloads after the cleanup stay.
    let last = commands.iter().rposition(keeps).unwrap_or_default();
    let is_emptied = || commands.iter().skip(last).any(|command| deletes_cache(command, run));
    if run.view.knows_every_way_to_delete_a_cache && is_emptied() {
        return;
    }
    let word = pip.arguments().iter().find(|word| word.text == "install");
    let saved = cx.wasted_bytes(run.instruction, WasteCause::Caches, Some(pip::DOWNLOAD_CACHE));
    let saving = cx.describe_saving(saved);
    cx.report(
        run.outer,
        word.map_or(pip.span, |word| word.span),
        "`pip install` leaves its download cache in the image",
    )
    .help("add `--no-cache-dir`")
    .saving(saving)
    .fix_or_reason(offer);
}

fn disables_cache(settings: &[KeyValueSetting<'_, '_>]) -> bool {
    let setting = settings.iter().find(|setting| setting.key == pip::NO_CACHE_VARIABLE);
    setting.is_some_and(|setting| TRUTHY.contains(&setting.value.as_str()))
}

/// Whether the command is `pip cache purge`, or removes the cache directory of some user, or the directory above it.
fn deletes_cache(command: &ShellCommand, run: &Run<'_>) -> bool {
    let is_cache = |path: &str| {
        let below = path.rsplit_once(".cache").map(|(_, below)| below.trim_matches(['*', '/']));
        below.is_some_and(|below| {
            below.is_empty() || below.split(['/', '{', ',', '}']).any(|name| name == "pip")
        })
    };
    is_pip_cache_purge(command)
        || run.removes_part_of(command, "/root/.cache/pip/*")
        || command.is("rm") && command.operands().any(|word| is_cache(&word.text))
}

/// Whether the RUN itself sets the variable to a true value.
fn sets_variable(text: &str) -> bool {
    let value = text.split_once(&format!("{}=", pip::NO_CACHE_VARIABLE)).map(|(_, value)| value);
    value.is_some_and(|value| TRUTHY.iter().any(|truthy| value.starts_with(truthy)))
}
