//! ExposeInvalidFormat: EXPOSE with an address or a port of the host.

use super::fixes::instruction_edit;
use crate::diagnostic::{Edit, Fix};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::semantic::convert::port::PortSpec;
use crate::source::Span;
use crate::syntax::quote_excerpt;

pub(crate) static RULE: Rule = Rule {
    code: "ExposeInvalidFormat",
    name: "expose-host-port",
    fixable: Fixable::Sometimes,
    is_notation: true,
    check: Check::File(check),
    docs: include_str!("../../../../rules/ExposeInvalidFormat.md"),
    ..Rule::BUILDKIT
};

fn check(cx: &mut RuleChecker<'_>) {
    let build = &cx.semantics.build;
    let source = cx.file.source;
    for found in build.facts.ports.iter().filter(|found| found.known && build.is_reachable(&found.site)) {
        let port = PortSpec::new(&found.value);
        if !port.has_host() || !port.is_checked() {
            continue;
        }
        let message =
            format!("`EXPOSE` cannot set the host address or port, as in {}", quote_excerpt(&found.value));
        let diagnostic =
            cx.report(found.site.anchor, found.span, message).help("write only the container port");
        let Some((host, kept)) = found.value.rsplit_once(':') else { continue };
        let length = u32::try_from(host.len() + 1).unwrap_or(u32::MAX);
        let span = Span::new(found.span.start, found.span.start.saturating_add(length));
        let verbatim = found.span.bytes(source) == found.value.as_bytes();
        // If the port were written twice, the duplicate would be reported next.
        let repeated = build.facts.ports.iter().any(|other| {
            std::ptr::eq(other.site.instruction, found.site.instruction)
                && !std::ptr::eq(other, found)
                && PortSpec::new(&other.value).container == port.container
        });
        if found.literal && verbatim && !found.site.fired && port.validate().is_ok() && !repeated {
            diagnostic.fix(Fix::safe(format!("write {}", quote_excerpt(kept)), [Edit::delete(span)]));
        } else {
            diagnostic.add_reason_not_fixed(if found.site.fired {
                instruction_edit::FIRED
            } else if repeated {
                "the port is already listed"
            } else {
                instruction_edit::NOT_VERBATIM
            });
        }
    }
}
