//! DL3029: a platform set in FROM.

use crate::rule::{Check, DiagnosticPairing, Rule, RuleChecker};
use crate::semantic::{Stage, View};

pub(super) static RULE: Rule = Rule {
    code: "DL3029",
    name: "fixed-platform",
    leads: &[("FromPlatformFlagConstDisallowed", DiagnosticPairing::Instruction)],
    check: Check::File(check),
    docs: include_str!("../../../../rules/DL3029.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>) {
    let semantics = cx.semantics;
    for stage in &semantics.stages {
        let Some(flag) = stage.from.flag("platform") else { continue };
        let Some(platform) = &flag.value else { continue };
        if is_fixed_platform(&platform.text, stage, semantics.view) {
            cx.report(
                stage.from,
                flag.span,
                format!("`--platform` limits this stage to `{}`", platform.text),
            )
            .help("remove it, and choose the platform with `docker build --platform`");
        }
    }
}

fn is_fixed_platform(platform: &str, stage: &Stage<'_>, view: View) -> bool {
    if view.requires_named_platform {
        return !platform.contains("BUILDPLATFORM") && !platform.contains("TARGETPLATFORM");
    }
    let name = stage.alias().unwrap_or_default().to_lowercase();
    let is_named = |part: &str| {
        let part = part.to_lowercase();
        let part = match part.as_str() {
            "x86_64" | "x86-64" => "amd64",
            "aarch64" => "arm64",
            part => part,
        };
        !part.is_empty() && name.contains(part)
    };
    !platform.is_empty() && !platform.contains('$') && !platform.split('/').take(2).any(is_named)
}
