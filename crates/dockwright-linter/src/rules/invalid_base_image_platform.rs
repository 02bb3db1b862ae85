//! InvalidBaseImagePlatform: a base image that only exists for another platform.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::StageBaseKind;
use crate::semantic::build::BuildCheckTiming;
use crate::semantic::platform::Platform;
use crate::semantic::reference::ImageReference;
use crate::syntax::quote_excerpt;

pub(crate) static RULE: Rule = Rule {
    code: "InvalidBaseImagePlatform",
    name: "base-image-platform",
    needs_file_only: false,
    moment: BuildCheckTiming::Bases,
    check: Check::File(check),
    docs: include_str!("../../../../rules/InvalidBaseImagePlatform.md"),
    ..Rule::BUILDKIT
};

/// Organisations of Docker Hub that hold the official images of one architecture each.
const ORGANISATIONS: [(&str, &str); 8] = [
    ("amd64", "linux/amd64"),
    ("arm32v5", "linux/arm/v5"),
    ("arm32v6", "linux/arm/v6"),
    ("arm32v7", "linux/arm/v7"),
    ("arm64v8", "linux/arm64"),
    ("i386", "linux/386"),
    ("ppc64le", "linux/ppc64le"),
    ("s390x", "linux/s390x"),
];

/// Only the registry knows the real platform of an image; this check only uses the name.
fn check(cx: &mut RuleChecker<'_>) {
    let build = &cx.semantics.build;
    for stage in &build.stages {
        if stage.base != StageBaseKind::Image || !stage.image.certain {
            continue;
        }
        let Some(wanted) = stage.platform.as_ref().filter(|platform| platform.certain) else { continue };
        let Ok(reference) = ImageReference::parse(stage.image.value()) else { continue };
        let repository = reference.repository();
        let organisation = repository.strip_prefix("docker.io/").and_then(|path| path.split('/').next());
        let held = ORGANISATIONS.iter().find(|(name, _)| Some(*name) == organisation);
        let (Some((_, held)), Ok(wanted)) = (held, Platform::parse(wanted.value())) else { continue };
        let Ok(held) = Platform::parse(held) else { continue };
        if (&held.os, &held.architecture) != (&wanted.os, &wanted.architecture) {
            let image = &stage.arguments.image;
            let message = format!("{} is for `{held}`, not for `{wanted}`", quote_excerpt(&image.text));
            cx.report(stage.from, image.span, message)
                .help(format!("use an image that is available for `{wanted}`"));
        }
    }
}
