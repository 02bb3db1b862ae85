//! DW2407: a downloaded archive or package that stays in the image after it is unpacked or installed.

use crate::diagnostic::{Applicability, Fix, ProblemCost, Severity};
use crate::optimize::facts::StepDraft;
use crate::optimize::{LocatedCommand, pattern_covers};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::append::append_after;
use crate::semantic::archive;
use crate::semantic::effects::{PathSet, Verb};
use crate::semantic::paths::base_name;
use crate::syntax::quote_excerpt;

pub(super) static RULE: Rule = Rule {
    code: "DW2407",
    name: "download-kept",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW2407.md"),
    ..Rule::OPTIMIZER
};

/// Maximum number of steps that are searched for uses of a file.
const FAR: usize = 500;

fn check(cx: &mut RuleChecker<'_>) {
    let Some(outline) = cx.outline() else { return };
    let steps = &outline.drafts.steps;
    for (at, step) in steps.iter().enumerate() {
        let Some(run) = step.run.filter(|_| !step.fired && outline.graph.is_stage_in_image(step.stage))
        else {
            continue;
        };
        let later = steps.get(at + 1..).unwrap_or_default();
        for (download, command) in step.commands.iter().enumerate() {
            let Some(path) = downloaded_archive(command) else { continue };
            let rest = step.commands.get(download + 1..).unwrap_or_default();
            let Some(user) = rest.iter().find(|one| unpacks_or_installs(one, &path)) else { continue };
            // Nothing is reported if there are too many later steps to search for uses of the file.
            if later.len() > FAR {
                continue;
            }
            let is_mounted = run.mounts.iter().any(|mount| pattern_covers(mount.mount_target_text(), &path));
            let is_used_later = later.iter().any(|other| uses_file(other, &path));
            if is_mounted || rest.iter().any(|one| may_delete(one, &path)) || is_used_later {
                continue;
            }
            let name = quote_excerpt(&path);
            let written = written_path(user, &path);
            let text = format!("rm {written}");
            let added = append_after(cx, run, user.command, &text);
            let found = cx
                .report(
                    run.outer,
                    command.command.name_span(),
                    format!("{name} stays in the image after its use"),
                )
                .help("delete it in the same `RUN`")
                .set_cost(ProblemCost::UnknownSize { usual_megabytes: 20 });
            match added {
                Some(added) if is_literal_path(&written) && user.directory.is_some() => found.fix(
                    Fix::new(Applicability::UnsafeLow, format!("add `{text}`"), added.edits)
                        .with_risk("the container may read the file"),
                ),
                _ => found.add_reason_not_fixed(
                    "a command added to the `RUN` may run even if the file is not used",
                ),
            };
        }
    }
}

/// The archive or package that a command downloads to a file.
fn downloaded_archive(one: &LocatedCommand<'_>) -> Option<String> {
    let is_archive = |path: &String| {
        let name = base_name(path);
        let end = name.rsplit('.').next().unwrap_or_default();
        archive::may_be_unpacked(name) || matches!(end, "deb" | "rpm" | "apk" | "zip" | "whl")
    };
    let fetches = one.command.is_any(&["curl", "wget", "aria2c"]);
    let paths = if fetches { one.absolute_paths(&one.effects.writes) } else { Vec::new() };
    paths.into_iter().find(|path| is_archive(path) && !path.contains(['*', '?', '[']))
}

/// Whether a command unpacks or installs a file.
fn unpacks_or_installs(one: &LocatedCommand<'_>, path: &str) -> bool {
    let installs = one.effects.packages.as_ref().is_some_and(|call| call.verb == Verb::Install);
    let is_unpacker = one.command.is_any(&["tar", "bsdtar", "unzip"]);
    if is_unpacker {
        return one.absolute_paths(&one.effects.reads).iter().any(|own| own == path);
    }
    installs && operand_that_names_file(one, path).is_some()
}

/// The word of a command that names a file.
fn operand_that_names_file<'c>(one: &LocatedCommand<'c>, path: &str) -> Option<&'c str> {
    let words = one.command.arguments().iter().map(|word| word.text.as_str());
    words.into_iter().find(|word| {
        crate::optimize::join_path(one.directory.as_deref(), word).is_some_and(|own| own == path)
    })
}

/// The file as a command after its user can name it.
fn written_path(user: &LocatedCommand<'_>, path: &str) -> String {
    operand_that_names_file(user, path).unwrap_or(path).to_string()
}

fn is_literal_path(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_alphanumeric() || "/._-+:@".contains(c)) && !word.starts_with('-')
}

/// Whether a command may delete or move a file.
fn may_delete(one: &LocatedCommand<'_>, path: &str) -> bool {
    if one.effects.unknown || one.effects.deletes == PathSet::Anything {
        return true;
    }
    let PathSet::Known(words) = &one.effects.deletes else { return false };
    let deleted = one.absolute_paths(&one.effects.deletes);
    deleted.len() < words.len() || deleted.iter().any(|gone| pattern_covers(gone, path))
}

/// Whether a later step names the file, or deletes it.
fn uses_file(step: &StepDraft<'_, '_>, path: &str) -> bool {
    step.key.taken.iter().flat_map(|taken| &taken.paths).any(|own| pattern_covers(own, path))
        || step.commands.iter().any(|one| {
            may_delete(one, path) || one.command.words.iter().any(|word| word.text.contains(base_name(path)))
        })
}
