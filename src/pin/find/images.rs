//! Images: FROM, `COPY --from`, `RUN --mount`, and the frontend of `# syntax=`.

use super::{PinCandidate, PinPosition, PinTarget};
use crate::diagnostic::Edit;
use crate::fix::apply_edits;
use crate::pin::kind::PinKind;
use crate::pin::lookup::{ImageName, LookupRequest};
use crate::semantic::build::BuildStage;
use crate::semantic::expand::VariableMention;
use crate::semantic::reference::ImageReference;
use crate::semantic::{CopyFromOrigin, Semantics, StageBaseKind, View, base_image};
use crate::source::Span;
use crate::syntax::{
    self, Arguments, Declaration, DirectiveKind, Instruction, Kind as Keyword, MountKey, Word,
};

/// A digest that no image has.
const PROBE: &str = "sha256:00000000000000000000000000000000000000000000000000000000000000ff";

/// The frontend that the file names.
pub(super) fn syntax_image(semantics: &Semantics<'_>) -> Option<PinCandidate> {
    let file = semantics.file;
    let directive = file
        .directives()
        .find(|directive| directive.is_effective && directive.kind == DirectiveKind::Syntax)?;
    // BuildKit reads the text after the first space as arguments.
    let written = directive.value.text.split_whitespace().next()?;
    let reference = ImageReference::parse(written).ok()?;
    let place = written_image(file.source, &directive.value, written, &reference);
    Some(place.into_pinnable(
        PinKind::Syntax,
        directive.value.span_of_range(0..written.len(), file.source),
        directive.span,
    ))
}

pub(super) fn find_images(semantics: &Semantics<'_>, found: &mut Vec<PinCandidate>) {
    for stage in &semantics.build.stages {
        found.extend(pinnable_of_stage(semantics, stage));
    }
    for instruction in semantics.file.instructions() {
        let stage = semantics.stage_at(instruction.span.start);
        let is_image = |name: &str| {
            !name.contains('$')
                && name != "scratch"
                && semantics.copy_from_origin(name, stage) == CopyFromOrigin::Elsewhere
        };
        if instruction.kind == Keyword::Copy
            && let Some(from) = instruction.flag_value("from")
            && is_image(&from.text)
        {
            found.extend(pinnable_in_word(semantics, instruction, from));
        }
        for mount in instruction.mounts().iter().filter(|_| instruction.kind == Keyword::Run) {
            if let Some(from) = mount.value(MountKey::From).filter(|from| is_image(&from.text)) {
                found.extend(pinnable_in_word(semantics, instruction, from));
            }
        }
    }
}

/// An image as it is written.
struct WrittenImage {
    name: String,
    target: Result<PinTarget, String>,
}

impl WrittenImage {
    fn into_pinnable(self, kind: PinKind, span: Span, anchor: Span) -> PinCandidate {
        PinCandidate { kind, span, anchor, name: self.name, target: self.target }
    }
}

/// An image that is copied or mounted from. A single word may also be the name of a build context; it is treated as
/// an image if there is an official image with this name.
fn pinnable_in_word(
    semantics: &Semantics<'_>,
    instruction: &Instruction<'_>,
    word: &Word<'_>,
) -> Option<PinCandidate> {
    let reference = ImageReference::parse(&word.text).ok()?;
    let is_word = reference.path() == word.text && !word.text.contains('/');
    if is_word && !base_image::find_base_image(&word.text).is_some_and(|image| image.official) {
        return None;
    }
    let written = written_image(semantics.file.source, word, &word.text, &reference);
    Some(written.into_pinnable(PinKind::Images, word.span, instruction.span))
}

fn pinnable_of_stage(semantics: &Semantics<'_>, stage: &BuildStage<'_>) -> Option<PinCandidate> {
    let word = &stage.arguments.image;
    if stage.base != StageBaseKind::Image || word.is_empty() {
        return None;
    }
    let span = word.span;
    let value = stage.image.value();
    let is_known = stage.image.result.is_ok() && stage.image.known && !value.is_empty();
    let Some(reference) =
        Some(value).filter(|_| is_known).and_then(|value| ImageReference::parse(value).ok())
    else {
        let reason = "the image depends on a build argument without a default".to_string();
        let unknown = WrittenImage { name: word.text.to_string(), target: Err(reason) };
        return (!stage.image.uses.is_empty())
            .then(|| unknown.into_pinnable(PinKind::Images, span, stage.from.span));
    };
    let written =
        if stage.image.uses.is_empty() || is_only_registry(&word.text, &stage.image.uses, &reference) {
            written_image(semantics.file.source, word, value, &reference)
        } else {
            let name = image_name_with_tag(&reference);
            let slot = pin_slot_in_argument(semantics, stage, &reference);
            let target = slot.map(|slot| pin_target(&reference, slot));
            WrittenImage { name, target }
        };
    Some(written.into_pinnable(PinKind::Images, span, stage.from.span))
}

/// Whether the only variable is the registry: any registry has either the image with the digest or no such image.
fn is_only_registry(text: &str, uses: &[VariableMention<'_>], reference: &ImageReference<'_>) -> bool {
    let [only] = uses else { return false };
    let start = usize::from(text.starts_with(['"', '\'']));
    let Some(rest) = text.get(only.range.end..) else { return false };
    only.range.start == start
        && !rest.is_empty()
        && match rest.strip_prefix('/') {
            Some(path) => reference.host().is_some() && !path.is_empty(),
            // The variable contains the slash, or is empty.
            None => {
                let path = reference.path();
                path == rest.split([':', '@', '"', '\'']).next().unwrap_or_default()
            }
        }
}

/// The usual name of an image: with its tag, without its digest.
fn image_name_with_tag(reference: &ImageReference<'_>) -> String {
    let host = reference.host().map(|host| format!("{host}/")).unwrap_or_default();
    let tag = reference.tag().map(|tag| format!(":{tag}")).unwrap_or_default();
    format!("{host}{}{tag}", reference.path())
}

fn image_digest_lookup(reference: &ImageReference<'_>) -> LookupRequest {
    let repository = reference.repository();
    let (host, path) = repository.split_once('/').unwrap_or(("docker.io", &repository));
    let pinned = reference.digest().map(str::to_string);
    // An image with a digest and no tag is not necessarily the current `latest`.
    let tag = reference.tag().map(str::to_string).or_else(|| pinned.is_none().then(|| "latest".to_string()));
    LookupRequest::Image { name: ImageName { host: host.to_string(), path: path.to_string(), tag }, pinned }
}

fn pin_target(reference: &ImageReference<'_>, slot: PinPosition) -> PinTarget {
    PinTarget { question: image_digest_lookup(reference), slot, annotation: None }
}

/// The text before a new digest.
fn digest_prefix(reference: &ImageReference<'_>) -> &'static str {
    if reference.tag().is_none() { ":latest@" } else { "@" }
}

/// An image that ends in this word, which may be quoted.
fn written_image(
    source: &[u8],
    word: &Word<'_>,
    value: &str,
    reference: &ImageReference<'_>,
) -> WrittenImage {
    let slot = pin_slot_after_image(source, word, value, reference)
        .ok_or_else(|| "the image name contains quotes, escapes or variables".to_string());
    WrittenImage {
        name: image_name_with_tag(reference),
        target: slot.map(|slot| pin_target(reference, slot)),
    }
}

fn pin_slot_after_image(
    source: &[u8],
    word: &Word<'_>,
    value: &str,
    reference: &ImageReference<'_>,
) -> Option<PinPosition> {
    if !word.is_verbatim(source) {
        return None;
    }
    let text = word.text.as_ref();
    if let Some(digest) = reference.digest() {
        let start = text.rfind(digest)?;
        return Some(PinPosition::new(word.span_of_range(start..start + digest.len(), source), ""));
    }
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''));
    let end = match quote {
        Some(quote) => text.strip_suffix(quote)?.len(),
        // In `# syntax=`, arguments may follow.
        None if text.starts_with(value) => value.len(),
        None => text.len(),
    };
    let is_plain = text.get(..end).is_some_and(|text| !text.ends_with(['\\', '`', '}', '"', '\'']));
    is_plain.then(|| PinPosition::new(word.span_of_range(end..end, source), digest_prefix(reference)))
}

/// An image that ends with a variable: the digest goes into the default, if that contains nothing else.
fn pin_slot_in_argument(
    semantics: &Semantics<'_>,
    stage: &BuildStage<'_>,
    reference: &ImageReference<'_>,
) -> Result<PinPosition, String> {
    let source = semantics.file.source;
    let word = &stage.arguments.image;
    let text = word.text.as_ref();
    let ends = |found: &&VariableMention<'_>| matches!(text.get(found.range.end..), Some("" | "\"" | "'"));
    let Some(last) = stage.image.uses.iter().rev().find(ends) else {
        let names: Vec<String> = stage.image.uses.iter().map(|found| format!("`{}`", found.name)).collect();
        return Err(format!("a digest would make the build argument {} ineffective", names.join(", ")));
    };
    let not_plain = || format!("the default of `{}` contains quotes, escapes or variables", last.name);
    let slot = if last.set {
        let declaration = declaration_of_default(semantics, last.name)
            .ok_or_else(|| format!("`{}` has no default in this file", last.name))?;
        let default = declaration.default.as_ref().filter(|default| !default.text.contains('$'));
        default
            .and_then(|default| pin_slot_after_image(source, default, &default.text, reference))
            .ok_or_else(not_plain)?
    } else {
        // `${NAME:-default}`
        let inner = text.get(last.name_range.end..last.range.end).unwrap_or_default();
        let default = inner.strip_prefix(":-").or_else(|| inner.strip_prefix('-'));
        let default = default.and_then(|default| default.strip_suffix('}'));
        let plain = |default: &&str| !default.is_empty() && !default.contains(['$', '"', '\'', '\\', '}']);
        let default = default.filter(plain).filter(|_| word.is_verbatim(source)).ok_or_else(not_plain)?;
        let end = last.range.end - 1;
        match reference.digest().and_then(|digest| Some((digest, default.rfind(digest)?))) {
            Some((digest, at)) => {
                let start = end - default.len() + at;
                PinPosition::new(word.span_of_range(start..start + digest.len(), source), "")
            }
            None => PinPosition::new(word.span_of_range(end..end, source), digest_prefix(reference)),
        }
    };
    if is_declared_in_stage(semantics, last.name) {
        return Err(format!("`{}` is also used in a stage", last.name));
    }
    affects_only_image(semantics, stage, reference, &slot.write(PROBE))
        .then_some(slot)
        .ok_or_else(|| format!("`{}` is also used elsewhere", last.name))
}

/// The declaration that gives a global ARG its default.
fn declaration_of_default<'s>(semantics: &'s Semantics<'_>, name: &str) -> Option<&'s Declaration<'s>> {
    let first = semantics.stages.first()?.span.start;
    let globals = semantics.file.instructions().take_while(|instruction| instruction.span.start < first);
    globals.flat_map(arg_declarations).filter(|declaration| declaration.name.text == name).last()
}

fn is_declared_in_stage(semantics: &Semantics<'_>, name: &str) -> bool {
    let first = semantics.stages.first().map_or(0, |stage| stage.span.start);
    let inner = semantics.file.instructions().filter(|instruction| instruction.span.start > first);
    inner.flat_map(arg_declarations).any(|declaration| declaration.name.text == name)
}

fn arg_declarations<'s>(instruction: &'s Instruction<'_>) -> &'s [Declaration<'s>] {
    match &instruction.arguments {
        Arguments::Declarations(declarations) => declarations,
        _ => &[],
    }
}

/// Whether an edit gives the digest to this image, and changes no other one.
fn affects_only_image(
    semantics: &Semantics<'_>,
    stage: &BuildStage<'_>,
    reference: &ImageReference<'_>,
    edit: &Edit,
) -> bool {
    let Some(text) = apply_edits(semantics.file.source, [edit]) else { return false };
    let file = syntax::parse(&text);
    let after = Semantics::new(&file, View::Exact);
    let (old, new) = (&semantics.build.stages, &after.build.stages);
    let same = |old: &BuildStage<'_>, new: &BuildStage<'_>| {
        if old.image.value() == new.image.value() {
            return true;
        }
        let expected = |old: &ImageReference<'_>, new: &ImageReference<'_>| {
            image_name_with_tag(old) == image_name_with_tag(reference)
                && new.repository() == old.repository()
                && new.tag().unwrap_or("latest") == old.tag().unwrap_or("latest")
                && new.digest() == Some(PROBE)
        };
        let both =
            ImageReference::parse(old.image.value()).ok().zip(ImageReference::parse(new.image.value()).ok());
        both.is_some_and(|(old, new)| expected(&old, &new))
    };
    let changed = |old: &BuildStage<'_>, new: &BuildStage<'_>| {
        old.from.span.start == stage.from.span.start && old.image.value() != new.image.value()
    };
    old.len() == new.len()
        && old.iter().zip(new).all(|(old, new)| same(old, new))
        && old.iter().zip(new).any(|(old, new)| changed(old, new))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "sha256:1111111111111111111111111111111111111111111111111111111111111111";

    /// The file with every image pinned to `@new`, and the reasons why others are not pinned.
    fn current_pin(text: &str) -> String {
        let file = syntax::parse(text.as_bytes());
        let semantics = Semantics::new(&file, View::Exact);
        let mut found = Vec::new();
        found.extend(syntax_image(&semantics));
        find_images(&semantics, &mut found);
        let edits = found.iter().filter_map(|place| place.target.as_ref().ok());
        let edits: Vec<Edit> = edits.map(|target| target.slot.write("new")).collect();
        let text = apply_edits(text.as_bytes(), &edits).expect("edits do not overlap");
        let reasons = found.iter().filter_map(|place| place.target.as_ref().err());
        let lines: Vec<String> = reasons.map(|reason| format!("! {reason}\n")).collect();
        String::from_utf8(text).expect("UTF-8") + &lines.concat()
    }

    #[test]
    fn appends_digest_to_image() {
        for (text, expected) in [
            ("FROM a:1\n", "FROM a:1@new\n"),
            ("FROM a\n", "FROM a:latest@new\n"),
            ("FROM --platform=linux/arm64 a:1 AS b # c\n", "FROM --platform=linux/arm64 a:1@new AS b # c\n"),
            ("FROM \"a:1\" AS b\n", "FROM \"a:1@new\" AS b\n"),
            ("FROM \\\n  # why\n  a:1 \\\n  AS b\n", "FROM \\\n  # why\n  a:1@new \\\n  AS b\n"),
            ("FROM scratch\nFROM a:1 AS b\nFROM b\n", "FROM scratch\nFROM a:1@new AS b\nFROM b\n"),
            (&format!("FROM a:1@{OLD} AS b\n"), "FROM a:1@new AS b\n"),
            (
                "# syntax=docker/dockerfile:1\nFROM scratch\nCOPY --from=a:1 /x /\n",
                "# syntax=docker/dockerfile:1@new\nFROM scratch\nCOPY --from=a:1@new /x /\n",
            ),
            (
                "FROM b:1\nRUN --mount=type=bind,from=r.io/a,target=/x true\nCOPY --from=context / /\n",
                "FROM b:1@new\nRUN --mount=type=bind,from=r.io/a:latest@new,target=/x true\n\
                 COPY --from=context / /\n",
            ),
        ] {
            assert_eq!(current_pin(text), expected, "{text}");
        }
    }

    #[test]
    fn pins_arg_defaults_used_only_as_image() {
        for (text, expected) in [
            ("ARG I=a:1\nFROM $I\n", "ARG I=a:1@new\nFROM $I\n"),
            ("ARG I=\"a:1\"\nFROM ${I}\n", "ARG I=\"a:1@new\"\nFROM ${I}\n"),
            ("ARG V=1\nFROM a:${V}\n", "ARG V=1@new\nFROM a:${V}\n"),
            ("ARG V=1\nFROM a:$V AS x\nFROM a:$V\n", "ARG V=1@new\nFROM a:$V AS x\nFROM a:$V\n"),
            ("FROM ${I:-a:1}\n", "FROM ${I:-a:1@new}\n"),
            ("ARG R=r.io\nFROM ${R}/a:1\n", "ARG R=r.io\nFROM ${R}/a:1@new\n"),
            ("ARG R=\nFROM ${R}a:1\n", "ARG R=\nFROM ${R}a:1@new\n"),
            ("ARG R=r.io/\nFROM ${R}a:1\n", "ARG R=r.io/\nFROM ${R}a:1@new\n"),
            (&format!("ARG I=a:1@{OLD}\nFROM $I\n"), "ARG I=a:1@new\nFROM $I\n"),
            (&format!("FROM ${{I:-a:1@{OLD}}}\n"), "FROM ${I:-a:1@new}\n"),
            (
                "ARG I\nFROM $I\n",
                "ARG I\nFROM $I\n! the image depends on a build argument without a default\n",
            ),
            (
                "ARG V=1\nFROM a:$V-slim\n",
                "ARG V=1\nFROM a:$V-slim\n! a digest would make the build argument `V` ineffective\n",
            ),
            (
                "ARG V=1\nFROM a:$V AS x\nFROM b:$V\n",
                "ARG V=1\nFROM a:$V AS x\nFROM b:$V\n! `V` is also used elsewhere\n! `V` is also used elsewhere\n",
            ),
            ("ARG V=1\nFROM a:$V\nARG V\n", "ARG V=1\nFROM a:$V\nARG V\n! `V` is also used in a stage\n"),
            (
                "ARG O=x\nFROM $O/a:1\n",
                "ARG O=x\nFROM $O/a:1\n! a digest would make the build argument `O` ineffective\n",
            ),
        ] {
            assert_eq!(current_pin(text), expected, "{text}");
        }
    }
}
