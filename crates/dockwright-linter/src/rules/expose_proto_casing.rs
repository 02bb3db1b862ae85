//! ExposeProtoCasing: the protocol of EXPOSE in upper case.

use super::fixes::instruction_edit;
use crate::diagnostic::{Edit, Fix, Severity};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::semantic::convert::port::PortSpec;
use crate::source::Span;
use crate::syntax::quote_excerpt;

pub(crate) static RULE: Rule = Rule {
    code: "ExposeProtoCasing",
    name: "expose-protocol-casing",
    severity: Severity::Style,
    fixable: Fixable::Sometimes,
    is_notation: true,
    check: Check::File(check),
    docs: include_str!("../../../../rules/ExposeProtoCasing.md"),
    ..Rule::BUILDKIT
};

fn check(cx: &mut RuleChecker<'_>) {
    let build = &cx.semantics.build;
    let source = cx.file.source;
    for found in build.facts.ports.iter().filter(|found| found.known && build.is_reachable(&found.site)) {
        let port = PortSpec::new(&found.value);
        let wanted = port.protocol.to_lowercase();
        if wanted == port.protocol || !port.is_checked() {
            continue;
        }
        let message = format!("the protocol in {} is not lowercase", quote_excerpt(&found.value));
        let diagnostic = cx
            .report(found.site.anchor, found.span, message)
            .help(format!("write {}", quote_excerpt(&wanted)));
        let length = u32::try_from(port.protocol.len()).unwrap_or(u32::MAX);
        let start = found.span.end.saturating_sub(length);
        let span = Span::new(start, found.span.end);
        if found.literal && !found.site.fired && span.bytes(source) == port.protocol.as_bytes() {
            let title = format!("write `{wanted}`");
            diagnostic.fix(Fix::safe(title, [Edit::replace(span, wanted)]));
        } else {
            diagnostic.add_reason_not_fixed(if found.site.fired {
                instruction_edit::FIRED
            } else {
                instruction_edit::NOT_VERBATIM
            });
        }
    }
}
