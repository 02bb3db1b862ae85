//! DL3026: an image from a registry that is not trusted.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::{CopyFromOrigin, Image, Stage, registry};
use crate::syntax::{Instruction, Kind, Mount, Word};

pub(super) static RULE: Rule = Rule {
    code: "DL3026",
    name: "untrusted-registry",
    severity: Severity::Error,
    needs_file_only: false,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DL3026.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>) {
    if cx.options.trusted_registries.is_empty() {
        return;
    }
    let (file, semantics) = (cx.file, cx.semantics);
    for instruction in file.instructions() {
        let stage = semantics.stage_at(instruction.span.start);
        let images: Vec<&Word<'_>> = match instruction.kind {
            Kind::From => semantics
                .stage_starting_at(instruction.span.start)
                .filter(|stage| !stage.is_built_on_a_stage() && !is_trusted_image(cx, &stage.image))
                .map(|stage| stage.image_word)
                .into_iter()
                .collect(),
            Kind::Copy => untrusted_images(cx, instruction.flag_value("from"), stage),
            _ => continue,
        };
        report(cx, instruction, &images);
    }
    for run in semantics.runs.iter().filter(|run| !run.onbuild) {
        let stage = semantics.stage_at(run.outer.span.start);
        let from = run
            .mounts
            .iter()
            .filter(|mount| matches!(&*mount.kind(), "bind" | "cache"))
            .filter_map(Mount::from);
        let images = untrusted_images(cx, from, stage);
        report(cx, run.outer, &images);
    }
}

fn report(cx: &mut RuleChecker<'_>, instruction: &Instruction<'_>, images: &[&Word<'_>]) {
    for image in cx.semantics.view.limit_reports_per_instruction(images.iter()) {
        let trusted: Vec<_> =
            cx.options.trusted_registries.iter().take(3).map(|one| format!("`{one}`")).collect();
        cx.report(instruction, image.span, format!("`{}` is not from a trusted registry", image.text))
            .help(format!("use an image from {}", trusted.join(" or ")));
    }
}

/// The `--from` values that are external images.
fn untrusted_images<'w>(
    cx: &RuleChecker<'_>,
    values: impl IntoIterator<Item = &'w Word<'w>>,
    stage: Option<&Stage<'_>>,
) -> Vec<&'w Word<'w>> {
    let semantics = cx.semantics;
    let is_trusted = |value: &Word<'_>| {
        if semantics.view.splits_registry_at_slash {
            let image = Image::split_at_slash(value);
            let named = semantics.stage_named(image.name());
            return named.is_some_and(|named| stage.is_some_and(|stage| named <= stage.index))
                || is_trusted_image(cx, &image);
        }
        semantics.copy_from_origin(&value.text, stage) != CopyFromOrigin::Elsewhere
            || is_trusted_image(cx, &Image::new(value, semantics.view))
    };
    values.into_iter().filter(|value| !is_trusted(value)).collect()
}

/// Whether the image is `scratch`, or from a trusted registry.
fn is_trusted_image(cx: &RuleChecker<'_>, image: &Image<'_>) -> bool {
    let host = image.text().split('/').next().unwrap_or_default();
    let is_unknown = !cx.semantics.view.variables_are_text && host.contains('$');
    is_unknown
        || (image.registry().is_none() && image.name() == "scratch")
        || registry::is_trusted_registry(image.registry(), &cx.options.trusted_registries)
}
