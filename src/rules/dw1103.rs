//! DW1103: packages of the system installed below a COPY of sources.

use crate::diagnostic::{Offer, Severity};
use crate::optimize::facts::{Draft, drafts, is_manifest_source};
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::rules::fixes::hoist::{Hoist, is_plain_install};
use crate::source::{LineIndex, Span};
use crate::syntax::Kind;

pub(super) static RULE: Rule = Rule {
    code: "DW1103",
    name: "system-install-after-copy",
    group: Group::Dockwright,
    severity: Severity::Info,
    hadolint_severity: None,
    enabled: Enabled::Preview,
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../rules/DW1103.md"),
};

/// Further apart than so many instructions, nobody would look for the two together.
const FAR: usize = 60;

struct Found {
    run: Span,
    call: Span,
    message: String,
    offer: Offer,
}

fn check(cx: &mut Checker<'_>) {
    let lines = LineIndex::new(cx.file.source);
    let source = cx.file.source;
    let drafts = drafts(cx.semantics);
    let mut found: Vec<Found> = Vec::new();
    for (at, step) in drafts.steps.iter().enumerate() {
        let Some(run) = step.run.filter(|run| !step.fired && is_plain_install(run, source)) else { continue };
        let above = drafts.steps.iter().take(at).rev().take(FAR).take_while(|one| one.stage == step.stage);
        let above: Vec<&Draft<'_, '_>> = above.collect();
        let Some(first) = above.iter().rposition(|one| is_source_copy(one)) else { continue };
        let over = above.iter().take(first + 1).rev().copied().collect();
        let hoist = Hoist { run: step, over };
        let (Some(copy), Some(command)) = (hoist.copy(), run.script.commands.first()) else { continue };
        let line = lines.line(copy.span.start);
        found.push(Found {
            run: run.outer.span,
            call: command.name_span(),
            message: format!(
                "packages of the system are installed again whenever what line {line} copies changes"
            ),
            offer: hoist.fix(cx).map_err(Into::into),
        });
    }
    for one in found {
        cx.report_at(one.run, one.call, one.message).help("install them above the `COPY`").offer(one.offer);
    }
}

/// A COPY or ADD of files that people edit all the time.
fn is_source_copy(step: &Draft<'_, '_>) -> bool {
    matches!(step.instruction.kind, Kind::Copy | Kind::Add)
        && !step.fired
        && step.key.taken.is_empty()
        && step.key.reads.iter().any(|read| !is_manifest_source(&read.pattern))
}
