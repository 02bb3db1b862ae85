//! RedundantTargetPlatform: FROM with the default platform.

use crate::diagnostic::{Edit, Fix};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::semantic::build::BuildCheckTiming;
use crate::semantic::scope::VariableOrigin;
use crate::source::Span;
use crate::syntax::quote_excerpt;

pub(crate) static RULE: Rule = Rule {
    code: "RedundantTargetPlatform",
    name: "redundant-target-platform",
    fixable: Fixable::Sometimes,
    is_notation: true,
    moment: BuildCheckTiming::Platforms,
    check: Check::File(check),
    docs: include_str!("../../../../rules/RedundantTargetPlatform.md"),
    ..Rule::BUILDKIT
};

fn check(cx: &mut RuleChecker<'_>) {
    let build = &cx.semantics.build;
    let source = cx.file.source;
    let target = build.scopes.get(build.global, "TARGETPLATFORM");
    for stage in &build.stages {
        let (Some(platform), Some(flag)) = (&stage.platform, stage.from.flag("platform")) else { continue };
        let mut names = platform.set_variables().map(|found| found.name);
        let only = names.next() == Some("TARGETPLATFORM") && names.next().is_none();
        let value = target.and_then(|target| target.value.as_deref());
        if !only || platform.unset_variables().next().is_some() || Some(platform.value()) != value {
            continue;
        }
        let text = flag.value.as_ref().map_or("", |value| &value.text);
        let message = format!("`--platform={text}` is redundant because the target platform is the default");
        let found = cx.report(stage.from, flag.span, message).help("remove the flag");
        // If the file itself sets TARGETPLATFORM, the flag has an effect on other builders.
        let builtin = target.is_some_and(|target| target.origin == VariableOrigin::Builder);
        let after = stage.arguments.image.span.start;
        let between = Span::new(flag.span.end, after).bytes(source);
        if builtin && stage.from.flags.len() == 1 && between.iter().all(|byte| matches!(byte, b' ' | b'\t')) {
            let edit = Edit::delete(Span::new(flag.span.start, after));
            found.fix(Fix::safe(format!("delete {}", quote_excerpt(&format!("--platform={text}"))), [edit]));
        } else {
            found.add_reason_not_fixed(if builtin {
                "other text is between the flag and the image"
            } else {
                "the file sets `TARGETPLATFORM` itself"
            });
        }
    }
}
