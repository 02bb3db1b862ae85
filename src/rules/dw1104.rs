//! DW1104: sources copied above an install that needs only a few of them.

use crate::diagnostic::{Offer, Severity};
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::rules::fixes::copy_split::{fix, sites};
use crate::source::{LineIndex, Span};

pub(super) static RULE: Rule = Rule {
    code: "DW1104",
    name: "source-before-install",
    group: Group::Dockwright,
    severity: Severity::Info,
    hadolint_severity: None,
    enabled: Enabled::Preview,
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../rules/DW1104.md"),
};

/// What is to be reported: where, and with which fix.
struct Found {
    copy: Span,
    sources: Span,
    message: String,
    offer: Offer,
}

fn check(cx: &mut Checker<'_>) {
    let lines = LineIndex::new(cx.file.source);
    let mut found: Vec<Found> = Vec::new();
    sites(cx, &mut |site| {
        let copy = site.copy.instruction;
        let line = lines.line(site.install.command.span.start);
        let call = &site.install.call;
        let call = if call.len() > 60 { site.install.manager } else { call };
        found.push(Found {
            copy: copy.span,
            sources: copy.rest.span,
            message: format!("every change of what is copied here runs `{call}` in line {line} again"),
            offer: fix(cx, site).map_err(Into::into),
        });
    });
    for one in found {
        cx.report_at(one.copy, one.sources, one.message)
            .help("copy the files that it reads, run it, and copy the rest then")
            .offer(one.offer);
    }
}
