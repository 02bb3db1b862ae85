//! DW5006: a source of COPY, ADD or a bind mount that is not in the build context.

use crate::diagnostic::{Applicability, Edit, Fix};
use crate::optimize::context::{ContextFiles, ContextVisibility};
use crate::rule::{Check, DiagnosticPairing, Fixable, Rule, RuleChecker};
use crate::semantic::nearest_within_two;
use crate::syntax::{Arguments, quote_excerpt};

pub static RULE: Rule = Rule {
    code: "DW5006",
    name: "missing-source",
    fixable: Fixable::Sometimes,
    leads: &[("CopyIgnoredFile", DiagnosticPairing::Words)],
    needs_file_only: false,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW5006.md"),
    ..Rule::BUILD
};

fn check(cx: &mut RuleChecker<'_>) {
    check_copies(cx);
    check_patterns(cx);
    check_mounts(cx);
}

/// Reports patterns whose directory is not in the context: a pattern may match nothing, but its directory must exist.
fn check_patterns(cx: &mut RuleChecker<'_>) {
    let build = &cx.semantics.build;
    let Some(files) = known_context(cx) else { return };
    for found in &build.facts.sources {
        let is_sure =
            found.known && found.certain && !found.site.fired && build.is_stage_needed(found.site.stage);
        let path = found.value.trim_start_matches('/');
        let Some(at) = path.find(['*', '?', '[']) else { continue };
        let Some((directory, _)) = path.get(..at).and_then(|fixed| fixed.rsplit_once('/')) else { continue };
        let has_flag = |flag: &str| found.site.instruction.flag(flag).is_some();
        let is_plain = !directory.contains('\\') && !has_flag("parents") && !has_flag("exclude");
        if is_sure && is_plain && files.find(directory) == ContextVisibility::No {
            let message = format!("the directory {} is not in the build context", quote_excerpt(directory));
            cx.report(found.site.anchor, found.span, message)
                .help("create it before the build, or correct the path")
                .add_reason_not_fixed("the intended directory is unknown");
        }
    }
}

/// Reports bind mounts of paths that are not in the context.
fn check_mounts(cx: &mut RuleChecker<'_>) {
    let Some(files) = known_context(cx) else { return };
    for run in &cx.semantics.runs {
        if run.onbuild || !cx.build_runs_instruction_at(run.outer.span.start) {
            continue;
        }
        for mount in run.mounts.iter().filter(|mount| mount.kind() == "bind" && mount.from().is_none()) {
            let Some(source) = mount.source() else { continue };
            let path = crate::semantic::paths::context_path(&source.text);
            if path == "." || source.text.contains(['$', '\\', '"', '*', '?', '[']) {
                continue;
            }
            let kept = |source: &str| files.contains_path(source);
            let found = match files.find(&path) {
                ContextVisibility::No => Some((
                    format!("{} is not in the build context", quote_excerpt(&source.text)),
                    "create it before the build, or mount another file".to_string(),
                )),
                ContextVisibility::Ignored
                    if cx.ignored.is_some_and(|ignored| ignored.excludes_source(&path, Some(&kept))) =>
                {
                    let file = files.ignore_file.as_deref().unwrap_or(".dockerignore");
                    let (file, path) = (quote_excerpt(file), quote_excerpt(&path));
                    Some((
                        format!("the mount fails, because {file} excludes {path}"),
                        format!("remove the pattern from {file}, or mount another file"),
                    ))
                }
                _ => None,
            };
            if let Some((message, help)) = found {
                cx.report(run.outer, source.span, message)
                    .help(help)
                    .add_reason_not_fixed("the intended file is unknown");
            }
        }
    }
}

/// The context, if it was given and could be read completely.
fn known_context<'a>(cx: &RuleChecker<'a>) -> Option<&'a ContextFiles> {
    cx.context.filter(|files| !files.assumed && files.unreadable == 0)
}

fn check_copies(cx: &mut RuleChecker<'_>) {
    let build = &cx.semantics.build;
    let Some(files) = known_context(cx) else { return };
    for found in &build.facts.sources {
        let path = found.value.trim_start_matches('/');
        let is_sure =
            found.known && found.certain && !found.site.fired && build.is_stage_needed(found.site.stage);
        let is_pattern = path.contains(['*', '?', '[', '\\']);
        let Arguments::Paths(paths) = &found.site.instruction.arguments else { continue };
        let has_globbing = found.site.instruction.flag("parents").is_some() || paths.sources.is_empty();
        if !is_sure
            || is_pattern
            || has_globbing
            || path.is_empty()
            || path.split('/').any(|part| part == "..")
        {
            continue;
        }
        let keyword = quote_excerpt(&found.site.instruction.keyword.text);
        let kept = |source: &str| files.contains_path(source);
        let (message, fallback) = match files.find(path) {
            ContextVisibility::Yes => continue,
            ContextVisibility::Ignored => {
                let hides = cx.ignored.is_some_and(|ignored| ignored.excludes_source(path, Some(&kept)));
                if !hides {
                    continue;
                }
                let file = files.ignore_file.as_deref().unwrap_or(".dockerignore");
                let file = quote_excerpt(file);
                (
                    format!("{keyword} fails, because {file} excludes {}", quote_excerpt(path)),
                    format!("remove the pattern from {file}, or copy another file"),
                )
            }
            ContextVisibility::No => (
                format!("{} is not in the build context", quote_excerpt(path)),
                "create it before the build, or copy another file".to_string(),
            ),
        };
        let (directory, name) = path
            .trim_end_matches('/')
            .rsplit_once('/')
            .map_or(("", path), |(directory, name)| (directory, name));
        let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        let mut names: Vec<&str> = files
            .all
            .iter()
            .filter_map(|file| file.path.strip_prefix(prefix.as_str())?.split('/').next())
            .collect();
        names.dedup();
        let mut comparisons_left = 10_000;
        let near = nearest_within_two(
            name.trim_end_matches('/'),
            names.into_iter().map(Some),
            &mut comparisons_left,
        );
        let near = near.map(|near| format!("{prefix}{near}"));
        let (span, anchor) = (found.span, found.site.anchor);
        let literal = found.literal && span.bytes(cx.file.source) == found.value.as_bytes();
        let report = cx.report(anchor, span, message);
        match near {
            Some(near) => {
                report.help(format!("did you mean {}?", quote_excerpt(&near)));
                if literal {
                    let fix = Fix::new(
                        Applicability::Suggestion,
                        format!("change it to {}", quote_excerpt(&near)),
                        [Edit::replace(span, near)],
                    );
                    report.fix(fix.with_risk("the intended file is a guess"));
                } else {
                    report.add_reason_not_fixed("the path is quoted, or contains a variable");
                }
            }
            None => {
                report.help(fallback).add_reason_not_fixed("no file in the build context has a similar name");
            }
        }
    }
}
