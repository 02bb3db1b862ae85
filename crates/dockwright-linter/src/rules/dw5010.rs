//! DW5010: a feature that the configured builder does not have.

use crate::rule::{Check, Rule, RuleActivation, RuleChecker};
use crate::semantic::{Builder, FrontendFeature, find_features};
use crate::syntax::Kind;

pub(super) static RULE: Rule = Rule {
    code: "DW5010",
    name: "unsupported-by-builder",
    needs_file_only: false,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW5010.md"),
    enabled: RuleActivation::Preview,
    ..Rule::BUILD
};

fn check(cx: &mut RuleChecker<'_>) {
    let builder = cx.options.builder;
    let file = cx.file;
    for found in find_features(file).into_iter().filter(|found| lacks_feature(builder, found.feature)) {
        let message = format!("{} does not support {}", builder_name(builder), found.feature);
        cx.report(found.instruction, found.span, message).help("build with BuildKit, or avoid this feature");
    }
}

const fn builder_name(builder: Builder) -> &'static str {
    match builder {
        Builder::Buildkit => "BuildKit",
        Builder::Buildah => "Buildah",
        Builder::Kaniko => "Kaniko",
        Builder::Legacy => "the legacy builder",
    }
}

fn lacks_feature(builder: Builder, feature: FrontendFeature) -> bool {
    match (builder, feature) {
        (Builder::Buildkit, _) | (Builder::Kaniko | Builder::Buildah, FrontendFeature::Heredoc) => false,
        (Builder::Legacy, _) => true,
        (Builder::Kaniko, FrontendFeature::Flag(kind, flag)) => {
            matches!(
                (kind, flag),
                (Kind::Run, _) | (Kind::Copy | Kind::Add, "parents" | "exclude" | "checksum" | "unpack")
            )
        }
        (Builder::Buildah, FrontendFeature::Flag(kind, flag)) => kind == Kind::Run && flag == "security",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builders_lack_features() {
        let mount = FrontendFeature::Flag(Kind::Run, "mount");
        for (builder, feature, expected) in [
            (Builder::Buildkit, mount, false),
            (Builder::Legacy, mount, true),
            (Builder::Legacy, FrontendFeature::Heredoc, true),
            (Builder::Kaniko, mount, true),
            (Builder::Kaniko, FrontendFeature::Flag(Kind::Copy, "chmod"), false),
            (Builder::Buildah, mount, false),
            (Builder::Buildah, FrontendFeature::Flag(Kind::Run, "security"), true),
        ] {
            assert_eq!(lacks_feature(builder, feature), expected, "{builder:?} {feature}");
        }
    }
}
