//! DW3308: images without a digest.

use std::collections::BTreeSet;

use crate::diagnostic::Severity;
use crate::rule::{Check, DigestPlace, Rule, RuleActivation, RuleChecker};
use crate::semantic::StageBaseKind;
use crate::source::Span;
use crate::syntax::{Arguments, DirectiveKind, Kind};

pub(crate) static RULE: Rule = Rule {
    code: "DW3308",
    name: "image-without-digest",
    severity: Severity::Info,
    enabled: RuleActivation::Selected,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW3308.md"),
    ..Rule::SECURITY
};

fn check(cx: &mut RuleChecker<'_>) {
    let mut images: Vec<(Span, Span, String)> = Vec::new();
    let is_wanted =
        |place: DigestPlace| cx.options.digests.as_ref().is_none_or(|places| places.contains(&place));
    let (from, copied) = (is_wanted(DigestPlace::From), is_wanted(DigestPlace::Copy));
    let directives = cx.file.directives().filter(|directive| directive.kind == DirectiveKind::Syntax);
    for directive in directives.filter(|_| is_wanted(DigestPlace::Syntax)) {
        images.push((directive.span, directive.value.span, directive.value.text.to_string()));
    }
    let mut defaults = BTreeSet::new();
    let is_image =
        |base: StageBaseKind| from && matches!(base, StageBaseKind::Image | StageBaseKind::Variable);
    for stage in cx.semantics.stages.iter().filter(|stage| is_image(stage.base)) {
        let text = stage.image_word.text.as_ref();
        let name = text.strip_prefix('$').map(|name| name.trim_matches(['{', '}']));
        match name {
            Some(name) => {
                defaults.insert(name.to_string());
            }
            None if !text.contains('$') => {
                images.push((stage.from.span, stage.image_word.span, text.to_string()));
            }
            None => {}
        }
    }
    for instruction in cx.file.instructions() {
        match &instruction.arguments {
            Arguments::Declarations(names) if cx.semantics.stage_at(instruction.span.start).is_none() => {
                for one in names.iter().filter(|one| defaults.contains(one.name.text.as_ref())) {
                    let Some(default) = &one.default else { continue };
                    let text = default.text.trim_matches(['"', '\'']);
                    if cx.semantics.stage_named(text).is_none() {
                        images.push((instruction.span, default.span, text.to_string()));
                    }
                }
            }
            _ if instruction.kind == Kind::Copy && copied => {
                if let Some(from) = instruction.flag_value("from") {
                    images.push((instruction.span, from.span, from.text.to_string()));
                }
            }
            _ => {}
        }
        for mount in instruction.mounts().iter().filter(|_| copied) {
            if let Some(from) = mount.from() {
                images.push((instruction.span, from.span, from.text.to_string()));
            }
        }
    }
    let mut known = BTreeSet::new();
    images.sort_by_key(|(_, span, _)| *span);
    for (anchor, span, image) in images {
        let is_stage = cx.semantics.stage_named(&image).is_some() || image.parse::<usize>().is_ok();
        if is_stage
            || image == "scratch"
            || image.contains(['@', '$'])
            || image.is_empty()
            || !known.insert(image.clone())
        {
            continue;
        }
        let message =
            format!("`{}` has no digest, so its content can change between builds", image.replace('`', "'"));
        cx.report_at(anchor, span, message)
            .help("run `dockwright pin`, or add `@sha256:…` and let a bot such as Renovate update it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problems::check_problem_counts;

    #[test]
    fn images_without_a_digest() {
        let digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        check_problem_counts(
            &RULE,
            &[
                (1, "FROM node:22"),
                (1, "FROM scratch\nCOPY --from=composer:2 /a /a"),
                (1, "ARG BASE=debian:12\nFROM $BASE"),
                (1, "FROM --platform=$BUILDPLATFORM golang:1.24 AS b"),
                (1, "FROM node:22 AS a\nFROM node:22 AS b"),
                (1, "FROM scratch\nRUN --mount=type=bind,from=alpine:3,target=/x y"),
                (1, "# syntax=docker/dockerfile:1\nFROM scratch"),
                (1, "FROM node:22 AS b\nFROM b\nCOPY --from=b /a /b"),
                (0, "FROM scratch"),
                (0, &format!("FROM node:22@{digest}")),
                (0, "FROM $BASE"),
            ],
        );
    }
}
