//! Reports ignore comments that ignore nothing, name unknown codes, or give no reason.

use super::comment::{Ignore, IgnoreProgram, IgnoreScope, IgnoredCode};
use super::messages::{
    missing_reason_diagnostic, shorten_for_message, unknown_code_diagnostic, unused_code_diagnostics,
};
use super::{IgnoreComments, buildkit, foreign, near_miss, place};
use crate::byte_search;
use crate::diagnostic::Diagnostic;
use crate::rule::{Rule, RuleGroup, RuleOptions};
use crate::rules::{self, dw0001};
use crate::semantic::{Semantics, View};
use crate::source::Span;

/// Runs rules on the file.
pub(super) type RuleRunner<'a> = dyn Fn(&[&'static Rule], View) -> Option<Vec<Diagnostic>> + 'a;

/// The data needed to check the comments of a file.
pub(crate) struct IgnoreUsage<'a, 's> {
    pub semantics: &'a Semantics<'s>,
    pub options: &'a RuleOptions,
    /// Every diagnostic that comments could ignore, ignored or not: code and anchor.
    pub found: &'a [(&'static str, Span)],
    /// The codes whose rules were run.
    pub ran: &'a dyn Fn(&str) -> bool,
    /// If a policy has this code: whether it was run.
    pub(crate) policy_ran: &'a dyn Fn(&str) -> Option<bool>,
    /// The diagnostics of these rules for the file in this view; `None` if it cannot be read.
    pub run: &'a RuleRunner<'a>,
}

/// Codes of earlier versions of hadolint: not misspelled, but no longer reported.
const RETIRED: [&str; 5] = ["DL3005", "DL3017", "DL3031", "DL3039", "DL4002"];

/// Whether an earlier version of hadolint had this code.
#[must_use]
pub fn is_retired(code: &str) -> bool {
    RETIRED.contains(&code)
}

/// All diagnostics about the comments, in no particular order.
pub(crate) fn check_ignores(ignores: &IgnoreComments<'_>, judged: &IgnoreUsage<'_, '_>) -> Vec<Diagnostic> {
    let file = judged.semantics.file;
    let has_checks = byte_search::contains_ignoring_case(file.source, b"check");
    let checks = if has_checks { buildkit::find_check_ignores(file) } else { Vec::new() };
    let near_misses = near_miss::find_near_misses(file);
    let expired = report_expired(judged);
    if ignores.all.is_empty() && checks.is_empty() && near_misses.is_empty()
        || std::str::from_utf8(file.source).is_err()
    {
        return expired;
    }
    let all: Vec<&Ignore> = ignores.all.iter().chain(&checks).collect();
    let mut found: Vec<Diagnostic> =
        near_misses.iter().map(|near_miss| near_miss::near_miss_diagnostic(judged, near_miss)).collect();
    found.extend(expired);
    for ignore in &all {
        let is_whole = !near_misses.iter().any(|near_miss| near_miss.comment.start == ignore.comment.start);
        let is_defined = |code: &str| {
            is_known(ignore.program, code)
                || ignore.program == IgnoreProgram::Dockwright && (judged.policy_ran)(code).is_some()
        };
        for code in ignore.codes.iter().filter(|code| is_whole && !is_defined(&code.text)) {
            found.push(unknown_code_diagnostic(judged, ignore, code));
        }
        if judged.options.require_reason && !ignore.has_reason {
            found.push(missing_reason_diagnostic(judged, ignore));
        }
    }
    // If an instruction cannot be parsed, its problems are unknown.
    if judged.found.iter().any(|(code, _)| *code == "DL1000") {
        return found.into_iter().filter(|diagnostic| !ignores.ignores_problem(diagnostic)).collect();
    }
    mark_used_checks(&checks, judged);
    mark_misplaced(&all, judged);
    let unsure = codes_to_confirm(&all, judged);
    confirm_unused_codes(&unsure, judged, ignores);
    for ignore in &all {
        let unused: Vec<&IgnoredCode> = ignore
            .codes
            .iter()
            .filter(|code| !code.used.get() && !is_about_ignores(code))
            .filter(|code| code.misplaced.get() || is_certainly_unused(ignore, code, judged))
            .collect();
        found.extend(unused_code_diagnostics(judged, ignore, &unused, &all));
    }
    let mut found: Vec<Diagnostic> =
        found.into_iter().filter(|diagnostic| !ignores.ignores_problem(diagnostic)).collect();
    // Comments that ignore these diagnostics are checked last, and cannot be ignored.
    for ignore in &all {
        let own = ignore.program == IgnoreProgram::Dockwright;
        let unused: Vec<&IgnoredCode> =
            ignore.codes.iter().filter(|code| own && !code.used.get() && is_about_ignores(code)).collect();
        found.extend(unused_code_diagnostics(judged, ignore, &unused, &all));
    }
    found
}

/// Comments for Trivy with a date that has passed.
fn report_expired(judged: &IgnoreUsage<'_, '_>) -> Vec<Diagnostic> {
    let expired = foreign::expired_comments(judged.semantics.file);
    let say = |(span, day): (Span, String)| {
        let day = shorten_for_message(&day);
        let mut found = dw0001::RULE.diagnostic(
            span,
            span,
            format!("this ignore comment is not applied, because it expired on {day}"),
        );
        found.help = Some("remove it, or set a later date".to_string());
        found
    };
    expired.into_iter().map(say).collect()
}

/// BuildKit's comments are applied elsewhere, so the ones that had an effect are determined here.
fn mark_used_checks(checks: &[Ignore], judged: &IgnoreUsage<'_, '_>) {
    for ignore in checks {
        for code in &ignore.codes {
            let is_ignored = |(name, anchor): &(&'static str, Span)| {
                *name == code.text && ignore.applies_to_problem_at(Span::empty(anchor.start), || 0)
            };
            code.used.set(judged.found.iter().any(is_ignored));
        }
    }
}

/// Finds the codes that would have an effect if their comment were where its program looks for it.
fn mark_misplaced(all: &[&Ignore], judged: &IgnoreUsage<'_, '_>) {
    for ignore in
        all.iter().filter(|ignore| matches!(ignore.scope, IgnoreScope::Line(_) | IgnoreScope::Nothing))
    {
        let below =
            place::instruction_below(judged.semantics.file, ignore).filter(|below| below.obstacle.is_some());
        let Some(below) = below else { continue };
        for code in ignore.codes.iter().filter(|code| !code.used.get()) {
            let wanted =
                rule_for_code(ignore.program, &code.text).map_or(code.text.as_str(), |rule| rule.code);
            let mut found = judged.found.iter();
            code.misplaced
                .set(found.any(|(code, anchor)| *code == wanted && below.instruction.contains(*anchor)));
        }
    }
}

/// The codes that seem unused, but whose rules have not been run in the same way as the other program runs them.
fn codes_to_confirm<'i>(
    all: &[&'i Ignore],
    judged: &IgnoreUsage<'_, '_>,
) -> Vec<(&'i Ignore, &'i IgnoredCode, View)> {
    let mut unsure = Vec::new();
    for ignore in all {
        let view = if ignore.program == IgnoreProgram::Hadolint { View::Hadolint } else { View::Exact };
        for code in &ignore.codes {
            if code.used.get() || !is_certainly_unused(ignore, code, judged) {
                continue;
            }
            let ran = rule_for_code(ignore.program, &code.text).is_some_and(|rule| (judged.ran)(rule.code));
            if view == View::Hadolint || !ran {
                unsure.push((*ignore, code, view));
            }
        }
    }
    unsure
}

/// Runs the rules that those codes name, and marks the codes that would ignore something.
fn confirm_unused_codes(
    unsure: &[(&Ignore, &IgnoredCode, View)],
    judged: &IgnoreUsage<'_, '_>,
    ignores: &IgnoreComments<'_>,
) {
    for view in [View::Exact, View::Hadolint] {
        let of_view = || unsure.iter().filter(|(_, _, of)| *of == view);
        let mut rules: Vec<&'static Rule> =
            of_view().filter_map(|(ignore, code, _)| rule_for_code(ignore.program, &code.text)).collect();
        rules.sort_by_key(|rule| rule.code);
        rules.dedup_by_key(|rule| rule.code);
        if rules.is_empty() {
            continue;
        }
        let Some(found) = (judged.run)(&rules, view) else {
            // hadolint reports one problem for a file that it cannot parse, whatever the comments ignore.
            of_view().for_each(|(_, code, _)| code.used.set(true));
            continue;
        };
        for (ignore, code, _) in of_view() {
            let is_ignored = |diagnostic: &Diagnostic| {
                let line = || ignores.line_index().line(diagnostic.anchor.start);
                code.matches_rule(ignore.program, diagnostic.code, diagnostic.name)
                    && ignore.applies_to_problem_at(diagnostic.anchor, line)
            };
            code.used.set(found.iter().any(is_ignored));
            let would_ignore = |diagnostic: &Diagnostic, below: &place::InstructionBelow| {
                code.matches_rule(ignore.program, diagnostic.code, diagnostic.name)
                    && below.instruction.contains(diagnostic.anchor)
            };
            if matches!(ignore.scope, IgnoreScope::Line(_) | IgnoreScope::Nothing)
                && let Some(below) = place::instruction_below(judged.semantics.file, ignore)
                && below.obstacle.is_some()
                && found.iter().any(|diagnostic| would_ignore(diagnostic, &below))
            {
                code.misplaced.set(true);
            }
        }
    }
}

/// The rule that a code refers to.
fn rule_for_code(program: IgnoreProgram, written: &str) -> Option<&'static Rule> {
    rules::all_rules().find(|rule| match program {
        IgnoreProgram::Dockwright => rule.code.eq_ignore_ascii_case(written) || rule.name == written,
        _ => rule.code == written,
    })
}

/// Whether some program has, or had, such a code.
pub(super) fn is_known(program: IgnoreProgram, written: &str) -> bool {
    let family = |rule: &Rule| match program {
        IgnoreProgram::Dockwright => true,
        IgnoreProgram::Hadolint => rule.group == RuleGroup::Hadolint,
        IgnoreProgram::ShellCheck => false,
        _ => rule.group == RuleGroup::Buildkit,
    };
    let upper = written.to_ascii_uppercase();
    let shellcheck = match program {
        IgnoreProgram::Dockwright => is_shellcheck_code(&upper),
        IgnoreProgram::Hadolint => is_shellcheck_code(written),
        // A range of codes, or a number without letters.
        IgnoreProgram::ShellCheck => {
            written == "all"
                || written
                    .split('-')
                    .all(|code| is_shellcheck_code(code) || is_shellcheck_code(&format!("SC{code}")))
        }
        _ => false,
    };
    shellcheck
        || (program != IgnoreProgram::Buildkit && RETIRED.contains(&upper.as_str()))
        || rule_for_code(program, written).is_some_and(family)
}

/// ShellCheck numbers its codes from 1000 to 3999.
fn is_shellcheck_code(written: &str) -> bool {
    let digits = written.strip_prefix("SC").unwrap_or_default();
    digits.len() == 4 && digits.starts_with(['1', '2', '3']) && digits.bytes().all(|c| c.is_ascii_digit())
}

/// Whether it is certain that a code ignores nothing.
fn is_certainly_unused(ignore: &Ignore, code: &IgnoredCode, judged: &IgnoreUsage<'_, '_>) -> bool {
    let Some(rule) = rule_for_code(ignore.program, &code.text) else {
        let is_settled =
            || RETIRED.contains(&code.text.as_str()) || (judged.policy_ran)(&code.text) == Some(true);
        return ignore.program == IgnoreProgram::Dockwright && is_settled();
    };
    let of_files = rules::about_files::ALL.iter().any(|other| other.code == rule.code);
    if of_files || !rule.needs_file_only {
        return false;
    }
    match ignore.program {
        IgnoreProgram::Dockwright => {
            let cut_short = |(found, _): &(&str, Span)| *found == rules::about_files::NOT_ANALYZED.code;
            rule.group != RuleGroup::ShellCheck || !judged.found.iter().any(cut_short)
        }
        // Not ShellCheck's codes: the built-in analysis does not find everything that ShellCheck finds.
        IgnoreProgram::Hadolint => rule.group == RuleGroup::Hadolint,
        IgnoreProgram::ShellCheck => false,
        _ => rule.group == RuleGroup::Buildkit,
    }
}

/// Whether the code is one of those that are reported here.
fn is_about_ignores(code: &IgnoredCode) -> bool {
    rules::ABOUT_IGNORES.iter().any(|rule| code.matches_rule(IgnoreProgram::Dockwright, rule.code, rule.name))
}
