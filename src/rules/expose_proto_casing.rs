//! ExposeProtoCasing: the protocol of EXPOSE in upper case.

use super::fixes::place;
use crate::diagnostic::{Edit, Fix, Severity};
use crate::rule::{Check, Checker, Fixable, Rule};
use crate::semantic::convert::port::Port;
use crate::source::Span;
use crate::syntax::quoted;

pub static RULE: Rule = Rule {
    code: "ExposeProtoCasing",
    name: "expose-protocol-casing",
    severity: Severity::Style,
    fixable: Fixable::Sometimes,
    is_notation: true,
    check: Check::File(check),
    docs: include_str!("../../rules/ExposeProtoCasing.md"),
    ..Rule::BUILDKIT
};

fn check(cx: &mut Checker<'_>) {
    let build = &cx.semantics.build;
    let source = cx.file.source;
    for found in build.facts.ports.iter().filter(|found| found.known && build.is_reachable(&found.site)) {
        let port = Port::new(&found.value);
        let wanted = port.protocol.to_lowercase();
        if wanted == port.protocol || !port.is_checked() {
            continue;
        }
        let message = format!("the protocol in {} is not lowercase", quoted(&found.value));
        let diagnostic =
            cx.report(found.site.anchor, found.span, message).help(format!("write {}", quoted(&wanted)));
        let length = u32::try_from(port.protocol.len()).unwrap_or(u32::MAX);
        let start = found.span.end.saturating_sub(length);
        let span = Span::new(start, found.span.end);
        if found.literal && !found.site.fired && span.bytes(source) == port.protocol.as_bytes() {
            let title = format!("write `{wanted}`");
            diagnostic.fix(Fix::safe(title, [Edit::replace(span, wanted)]));
        } else {
            diagnostic.refuse(if found.site.fired { place::FIRED } else { place::NOT_VERBATIM });
        }
    }
}
