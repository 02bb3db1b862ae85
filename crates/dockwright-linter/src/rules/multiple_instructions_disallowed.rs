//! MultipleInstructionsDisallowed: CMD, ENTRYPOINT or HEALTHCHECK that a later one replaces.

use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::instruction_edit;
use crate::syntax::quote_excerpt;

pub(crate) static RULE: Rule = Rule {
    code: "MultipleInstructionsDisallowed",
    name: "instruction-without-effect",
    fixable: Fixable::Sometimes,
    needs_file_only: false,
    check: Check::File(check),
    docs: include_str!("../../../../rules/MultipleInstructionsDisallowed.md"),
    ..Rule::BUILDKIT
};

fn check(cx: &mut RuleChecker<'_>) {
    let semantics = cx.semantics;
    let source = cx.file.source;
    for found in &semantics.build.facts.repeated {
        let (earlier, later) = (&found.earlier, &found.later);
        // The comment above the later instruction applies.
        if !semantics.build.is_reachable(later)
            || semantics.check_config.skips_check_of_replaced(later.anchor.span.start)
        {
            continue;
        }
        let keyword = quote_excerpt(&later.instruction.keyword.text);
        let span = earlier.report_span(earlier.instruction.head_span());
        let message = format!("a later {keyword} in this stage replaces this one");
        let diagnostic = cx.report(earlier.anchor, span, message).help("keep only one of them");
        diagnostic.fix_or_reason(if earlier.fired {
            Err(instruction_edit::FIRED.into())
        } else {
            Ok(instruction_edit::delete_instruction(earlier.anchor, source))
        });
    }
}
