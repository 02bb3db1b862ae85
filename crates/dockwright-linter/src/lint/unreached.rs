//! Removes diagnostics of instructions that a build never reaches.

use std::collections::HashMap;

use crate::diagnostic::Diagnostic;
use crate::rules;
use crate::semantic::Semantics;
use crate::semantic::build::{BuildCheckTiming, BuildStopPoint, RepeatedInstruction};
use crate::syntax::Dockerfile;

/// Removes diagnostics that BuildKit does not reach because it stops earlier.
pub(super) fn remove_unreached_diagnostics(
    file: &Dockerfile<'_>,
    semantics: &Semantics<'_>,
    found: &mut Vec<Diagnostic>,
) {
    let build = &semantics.build;
    let reach = BuildStopPoint::new(file, build);
    // BuildKit reports the earlier instruction when it reaches the later one.
    let starts = |one: &RepeatedInstruction<'_>| (one.earlier.anchor.span.start, one.later.anchor.span.start);
    let later: HashMap<u32, u32> = build.facts.repeated.iter().map(starts).collect();
    found.retain(|one| {
        let start = match one.code {
            "MultipleInstructionsDisallowed" => later.get(&one.anchor.start).copied(),
            _ => None,
        };
        let moment = rules::find_by_code(one.code).map_or(BuildCheckTiming::Dispatch, |rule| rule.moment);
        let is_covered = reach.buildkit_runs_check(moment, start.unwrap_or(one.anchor.start));
        let is_default =
            one.code != "InvalidDefaultArgInFrom" || build.checks_default_image(one.anchor.start);
        one.code == rules::dl1000::RULE.code || (is_covered && is_default)
    });
}

/// Removes diagnostics of a FROM that follow from a syntax error in it, which is reported anyway: a word in place of `AS`,
/// and an image name without a variable. BuildKit reports them before it stops.
pub(super) fn remove_consequences_of_errors(file: &Dockerfile<'_>, found: &mut Vec<Diagnostic>) {
    found.retain(|one| {
        let text = one.span.bytes(file.source);
        let may_follow = match one.code {
            "FromAsCasing" => !text.eq_ignore_ascii_case(b"as"),
            "InvalidDefaultArgInFrom" => !text.contains(&b'$'),
            _ => false,
        };
        !may_follow || !file.errors.iter().any(|error| one.anchor.contains(error.span))
    });
}
