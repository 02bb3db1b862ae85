//! DW1202: installs that may change the lock file.

use serde_json::Value;

use crate::diagnostic::{Applicability, Edit, Fix, Severity};
use crate::optimize::context::ContextFiles;
use crate::optimize::facts::{LocatedCommand, StepDraft};
use crate::optimize::join_path;
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::semantic::Run;
use crate::semantic::effects::Verb;
use crate::semantic::managers::{LockedInstall, find_manager};
use crate::semantic::paths::base_name;
use crate::shell::CommandPlace;
use crate::syntax::Kind;

pub(super) static RULE: Rule = Rule {
    code: "DW1202",
    name: "install-without-lock-file",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    needs_file_only: false,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW1202.md"),
    ..Rule::OPTIMIZER
};

fn check(cx: &mut RuleChecker<'_>) {
    let Some(outline) = cx.outline() else { return };
    let Some(files) = cx.context else { return };
    let source = cx.file.source;
    for draft in
        outline.drafts.steps.iter().filter(|draft| !draft.fired && outline.graph.is_stage_needed(draft.stage))
    {
        let Some(run) = draft.run else { continue };
        for one in &draft.commands {
            let Some((manager, install)) = find_unlocked_install(one) else { continue };
            let Some(directory) = one.directory.as_deref() else { continue };
            let is_lock = |path: &str| install.locks.contains(&base_name(path));
            let mut locks = files.all.iter().filter(|file| is_lock(&file.path));
            let Some(lock) = locks.find(|file| is_copied_to(cx, draft, &file.path, directory)) else {
                continue;
            };
            // Berry (Yarn 2 and later) has a different option.
            let locked =
                if manager == "yarn" && files.all.iter().any(|file| file.path.ends_with(".yarnrc.yml")) {
                    "yarn install --immutable"
                } else {
                    install.call
                };
            let written = one.command.operands().next().map_or("install", |word| word.text.as_str());
            let message = format!(
                "`{} {written}` may install versions other than those in `{}`",
                manager,
                lock.path.replace('`', "'")
            );
            let fix = fix_with_npm_ci(files, run, one, &lock.path, source).filter(|_| manager == "npm");
            let found =
                cx.report(run.outer, one.command.name_span(), message).help(format!("use `{locked}`"));
            match fix {
                Some(fix) => found.fix(fix),
                None => found.add_reason_not_fixed("the option depends on the version of the program"),
            };
        }
    }
}

/// The manager and its locked install, if the command installs the project without an option or setting that makes it
/// follow the lock file.
fn find_unlocked_install(one: &LocatedCommand<'_>) -> Option<(&'static str, &'static LockedInstall)> {
    let call = one.effects.packages.as_ref().filter(|call| call.verb == Verb::Install)?;
    let install = find_manager(call.manager)?.install.as_ref()?.locked.as_ref()?;
    let verb = one.command.operands().next().map_or("install", |word| word.text.as_str());
    let is_own = matches!(verb, "install" | "i") && call.packages.is_empty() && call.files.is_empty();
    let has_option = one.command.has_argument(install.options);
    (is_own && !has_option && !one.command.may_have_options).then_some((call.manager, install))
}

/// Whether an earlier COPY of the stage puts a file of the context into this directory.
fn is_copied_to(cx: &RuleChecker<'_>, draft: &StepDraft<'_, '_>, path: &str, directory: &str) -> bool {
    let Some(outline) = cx.outline() else { return false };
    let chain: Vec<usize> = cx.semantics.stage_chain(draft.stage).map(|stage| stage.index).collect();
    let before = outline.drafts.steps.iter().filter(|step| {
        chain.contains(&step.stage) && step.instruction.span.start < draft.instruction.span.start
    });
    let copies = before.filter(|step| matches!(step.instruction.kind, Kind::Copy | Kind::Add));
    copies.into_iter().any(|step| {
        let Some(destination) = step.destination.as_deref() else { return false };
        step.key.reads.iter().filter(|read| read.known).any(|read| {
            let Some(reached) = read.path_prefix_named_by_source(path) else { return false };
            let rest = path.get(reached.len()..).unwrap_or_default().trim_start_matches('/');
            let target = if !rest.is_empty() {
                join_path(Some(destination.trim_end_matches('/')), rest)
            } else if destination.ends_with('/') || destination.trim_end_matches('/') == directory {
                join_path(Some(destination.trim_end_matches('/')), base_name(path))
            } else {
                Some(destination.to_string())
            };
            target.is_some_and(|target| {
                target == format!("{}/{}", directory.trim_end_matches('/'), base_name(path))
            })
        })
    })
}

/// Replaces the install with `npm ci`, which fails if `package.json` and the lock file do not match.
fn fix_with_npm_ci(
    files: &ContextFiles,
    run: &Run<'_>,
    one: &LocatedCommand<'_>,
    lock: &str,
    source: &[u8],
) -> Option<Fix> {
    let word = one.command.operands().next()?;
    let is_plain = one.command.place == CommandPlace::Top
        && word.span.bytes(source) == word.text.as_bytes()
        && run.is_shell_form();
    let edit = Edit::replace(word.span, "ci");
    let fix = if lock_file_matches(files, lock) {
        Fix::new(Applicability::UnsafeMid, "use `npm ci`", [edit])
            .with_proof("`package.json` and the lock file name the same dependencies")
            .with_risk("the versions in the lock file may be older")
    } else {
        Fix::new(Applicability::Suggestion, "use `npm ci`", [edit])
            .with_risk("`npm ci` fails if `package.json` and the lock file do not agree")
    };
    is_plain.then_some(fix)
}

/// Whether a lock file of npm has the dependencies of the `package.json` next to it.
fn lock_file_matches(files: &ContextFiles, lock: &str) -> bool {
    const KEYS: [&str; 3] = ["dependencies", "devDependencies", "optionalDependencies"];
    let parse = |path: &str| serde_json::from_str::<Value>(&files.text(path)?).ok();
    let manifest = format!("{}package.json", lock.strip_suffix(base_name(lock)).unwrap_or_default());
    let (Some(lock), Some(manifest)) = (parse(lock), parse(&manifest)) else { return false };
    let root = &lock["packages"][""];
    let has_workspaces = manifest.get("workspaces").is_some();
    let same = |key: &str| {
        let all = |value: &Value| value[key].as_object().cloned().unwrap_or_default();
        all(root) == all(&manifest)
    };
    root.is_object() && !has_workspaces && KEYS.iter().all(|key| same(key))
}
