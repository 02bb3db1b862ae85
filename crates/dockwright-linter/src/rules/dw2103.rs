//! DW2103: the packages that Bundler has unpacked.

use crate::diagnostic::{FixOrReason, ProblemCost, Severity};
use crate::optimize::WasteCause;
use crate::optimize::facts::CopiedOrigin;
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::families::kept_cache::{self, KeptCacheRule};
use crate::rules::fixes::cache_mount::{MOUNTED, choose_caching};
use crate::rules::fixes::clean_up;
use crate::semantic::managers::bundle;
use crate::semantic::paths::base_name;
use crate::semantic::{Caching, Run, StageBaseKind};
use crate::shell::ShellCommand;

pub(crate) static RULE: Rule = Rule {
    code: "DW2103",
    name: "gem-cache-kept",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    wastes: Some(WasteCause::Caches),
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DW2103.md"),
    ..Rule::OPTIMIZER
};

static KEPT: KeptCacheRule = KeptCacheRule {
    directory: "cache",
    fills: fills_cache,
    deletes: deletes_cache,
    subcommands: &bundle::FILLS,
    clean_up: |_| "rm -rf \"$(gem env gemdir)\"/cache/*.gem".to_string(),
    refusal: |cx| {
        let word = cx.semantics.package_settings.find_bundler_setting(cx.file)?;
        Some(format!("`{word}` may install the packages elsewhere"))
    },
    message: "`bundle install` leaves downloaded packages in the image",
    help: "end the `RUN` with `rm -rf \"$(gem env gemdir)\"/cache/*.gem`, or use a cache mount",
};

/// Where the official images of Ruby install gems, and their cache.
const GEMS: &str = "/usr/local/bundle";

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    if run.ships {
        kept_cache::check_kept_cache(cx, run, &KEPT);
    } else {
        check_copied(cx, run);
    }
}

/// Reports an install in a build stage whose directory of gems, with the cache, is copied into the image.
fn check_copied(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    let Some((outline, stage)) = cx.outline().zip(run.stage).filter(|_| !run.onbuild) else { return };
    let Some(install) = run.find_cache_filling_command(fills_cache, deletes_cache) else { return };
    let is_ruby = cx
        .semantics
        .stage_chain(stage)
        .last()
        .is_some_and(|root| root.base == StageBaseKind::Image && base_name(root.image.name()) == "ruby");
    let deletes = |one: &Run<'_>| one.script.commands.iter().any(deletes_cache);
    let is_set = cx.semantics.package_settings.find_bundler_setting(cx.file).is_some();
    let is_emptied = is_set
        || run.has_cache_or_tmpfs_mount(GEMS)
        || install.has_flag("no-cache")
        || cx.semantics.runs_of_stage_chain(stage).any(deletes);
    let steps = outline.drafts.steps.iter().filter(|step| outline.graph.is_stage_in_image(step.stage));
    let mut copies = steps.filter(|step| {
        step.key.taken.iter().any(|taken| {
            let is_gems = |path: &String| path.trim_matches('/') == GEMS.trim_matches('/');
            taken.origin == CopiedOrigin::Stage(stage) && !taken.mount && taken.paths.iter().any(is_gems)
        })
    });
    let Some(copy) = copies.next().filter(|_| is_ruby && !is_emptied) else { return };
    let line = cx.semantics.line(copy.instruction.span.start);
    let message =
        format!("`bundle install` leaves downloaded packages, which line {line} copies into the image");
    let offer: FixOrReason = match choose_caching(cx, run) {
        Caching::Mounts => Err(MOUNTED.into()),
        Caching::CleanUp => clean_up::append_optional_clean_up(cx, run, install, &(KEPT.clean_up)(install)),
    };
    cx.report(run.outer, install.span_of_argument(&bundle::FILLS), message)
        .help(KEPT.help)
        .set_cost(ProblemCost::UnknownSize { usual_megabytes: 30 })
        .fix_or_reason(offer);
}

fn fills_cache(command: &ShellCommand) -> bool {
    command.is("bundle") && command.has_argument(&bundle::FILLS)
}

fn deletes_cache(command: &ShellCommand) -> bool {
    command.removes_path_containing("cache")
}
