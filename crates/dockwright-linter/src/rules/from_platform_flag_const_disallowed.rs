//! FromPlatformFlagConstDisallowed: FROM with a fixed platform.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::build::BuildCheckTiming;
use crate::semantic::platform::Platform;
use crate::syntax::quote_excerpt;

pub(crate) static RULE: Rule = Rule {
    code: "FromPlatformFlagConstDisallowed",
    name: "constant-platform",
    moment: BuildCheckTiming::Platforms,
    check: Check::File(check),
    docs: include_str!("../../../../rules/FromPlatformFlagConstDisallowed.md"),
    ..Rule::BUILDKIT
};

fn check(cx: &mut RuleChecker<'_>) {
    let build = &cx.semantics.build;
    for stage in &build.stages {
        let (Some(value), Some(flag)) = (&stage.platform, stage.from.flag("platform")) else { continue };
        if !value.uses.is_empty() || value.result.is_err() {
            continue;
        }
        let Ok(platform) = Platform::parse(value.value()) else { continue };
        let name = stage.name.as_deref().unwrap_or_default();
        if name.contains(&platform.os) || name.contains(&platform.architecture) {
            continue;
        }
        let message = format!("`--platform` limits this stage to {}", quote_excerpt(value.value()));
        cx.report(stage.from, flag.span, message)
            .help("remove the flag, use `$BUILDPLATFORM`, or add the platform to the stage name");
    }
}
