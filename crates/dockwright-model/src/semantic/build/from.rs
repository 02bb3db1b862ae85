//! The headers of the stages: image, platform, name.

use super::pass::BuildPass;
use super::{BuildConversionStep, BuildRefusal, InstructionSite, UndefinedInFrom, WorkingDirectory};
use crate::semantic::StageBaseKind;
use crate::semantic::base_image;
use crate::semantic::expand::{Expansion, ExpansionMode, expand};
use crate::semantic::nearest::nearest_within_two;
use crate::semantic::platform::Platform;
use crate::semantic::reference::ImageReference;
use crate::semantic::scope::{ScopeId, VariableBinding, VariableOrigin};
use crate::source::Span;
use crate::syntax::{From, Instruction, Word, quote_excerpt};

/// A stage as BuildKit sees it.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct BuildStage<'a> {
    pub from: &'a Instruction<'a>,
    pub arguments: &'a From<'a>,
    /// From the first byte of the FROM to that of the next one, or to the end of the file.
    pub span: Span,
    /// In lower case.
    pub name: Option<String>,
    /// The image, expanded.
    pub image: Expansion<'a>,
    /// The value of `--platform`, expanded.
    pub platform: Option<Expansion<'a>>,
    /// The platform that it is built for; `None` for the platform of the build.
    pub(crate) built_for: Option<Platform>,
    /// Whether it is an image for Windows, where paths have drives and backslashes.
    pub windows: bool,
    /// Its base, after expansion; never [`StageBaseKind::Variable`].
    pub base: StageBaseKind,
    /// The environment at its end.
    pub end: ScopeId,
    pub workdir: StageWorkdir,
    /// The working directory at its end.
    pub directory: WorkingDirectory,
    /// Whether the stage or one of its base stages has a SHELL.
    pub has_shell: bool,
    /// Whether the stage or one of its base stages has an ENTRYPOINT.
    pub has_entrypoint: bool,
    /// Whether the stage or one of its base stages has the label that replaces MAINTAINER.
    pub has_authors: bool,
    /// Its ONBUILD instructions.
    pub triggers: Vec<&'a Instruction<'a>>,
    /// The current CMD, ENTRYPOINT and HEALTHCHECK.
    pub(super) last: [Option<InstructionSite<'a>>; 3],
    /// Whether it is needed for the target.
    pub(crate) reachable: bool,
    /// Stages that it copies or mounts from.
    pub(super) needs: Vec<StageDependency<'a>>,
}

/// Another stage that a stage copies or mounts from.
#[derive(Debug, Clone, Copy)]
pub(super) struct StageDependency<'a> {
    /// Its index.
    pub stage: usize,
    pub anchor: &'a Instruction<'a>,
    pub span: Span,
}

/// The source of the working directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageWorkdir {
    /// The empty base of `scratch`.
    Root,
    /// An external image.
    OfImage,
    /// A WORKDIR of this file chose it.
    Chosen,
}

impl<'a> BuildStage<'a> {
    pub(crate) fn platform_word(&self) -> Option<&'a Word<'a>> {
        self.from.flag_value("platform")
    }
}

impl<'a> BuildPass<'a, '_> {
    /// Opens a stage; returns its initial environment.
    pub(super) fn begin_build_stage(
        &mut self,
        from: &'a Instruction<'a>,
        arguments: &'a From<'a>,
    ) -> ScopeId {
        let index = self.build.stages.len();
        if let Some(last) = self.build.stages.last_mut() {
            last.span.end = from.span.start;
        }
        let image = self.expand_header_word(index, from, &arguments.image);
        if image.result.is_ok() && image.value().is_empty() && !arguments.image.is_empty() {
            let message = format!("{} expands to an empty image name", quote_excerpt(&arguments.image.text));
            let refusal =
                BuildRefusal::new(BuildConversionStep::Headers, from, arguments.image.span, message);
            self.record_refusal(refusal.with_certainty_of(&image));
        }
        let (platform, built_for) = self.expand_stage_platform(index, from);
        let name = arguments.alias.as_ref().map(|alias| alias.name.text.to_lowercase());
        let base = match self.by_name.get(image.value()) {
            Some(stage) => StageBaseKind::Stage(*stage),
            None if image.value() == "scratch" => StageBaseKind::Scratch,
            None => StageBaseKind::Image,
        };
        if base == StageBaseKind::Image && image.result.is_ok() && !image.value().is_empty() {
            self.check_reference(from, &arguments.image, &image);
        }
        let parent = match base {
            StageBaseKind::Stage(parent) => self.build.stages.get(parent),
            _ => None,
        };
        let start = parent.map(|parent| parent.end);
        let stage = BuildStage {
            from,
            arguments,
            span: Span::new(from.span.start, u32::try_from(self.file.source.len()).unwrap_or(u32::MAX)),
            name: name.clone(),
            platform,
            windows: match (parent, base) {
                (Some(parent), _) => parent.windows,
                (None, StageBaseKind::Scratch) => is_windows(self.inputs.platform.as_ref()),
                (None, _) => self.is_windows_image(built_for.as_ref(), image.value()),
            },
            built_for: parent.map_or(built_for, |parent| parent.built_for.clone()),
            base,
            end: ScopeId::EMPTY,
            workdir: match (parent, base) {
                (Some(parent), _) => parent.workdir,
                (None, StageBaseKind::Scratch) => StageWorkdir::Root,
                (None, _) => StageWorkdir::OfImage,
            },
            directory: match (parent, base) {
                (Some(parent), _) => parent.directory.clone(),
                (None, StageBaseKind::Scratch) => WorkingDirectory::root(),
                (None, _) => base_image::find_base_image(image.value())
                    .and_then(|image| image.facts.workdir.as_deref())
                    .map_or(WorkingDirectory::UNKNOWN_OF_IMAGE, WorkingDirectory::from_known_image),
            },
            has_shell: parent.is_some_and(|parent| parent.has_shell),
            has_entrypoint: parent.is_some_and(|parent| parent.has_entrypoint),
            has_authors: parent.is_some_and(|parent| parent.has_authors),
            triggers: Vec::new(),
            last: [None; 3],
            reachable: true,
            needs: Vec::new(),
            image,
        };
        let start = start.unwrap_or_else(|| self.initial_scope(&stage));
        self.build.stages.push(stage);
        if let Some(name) = name {
            self.by_name.insert(name, index);
        }
        start
    }

    /// The platform that a FROM names: expanded, and parsed if it is valid.
    fn expand_stage_platform(
        &mut self,
        index: usize,
        from: &'a Instruction<'a>,
    ) -> (Option<Expansion<'a>>, Option<Platform>) {
        // BuildKit treats an empty value like a missing flag.
        let word = from.flag_value("platform").filter(|word| !word.is_empty());
        let platform = word.map(|word| self.expand_header_word(index, from, word));
        let mut built_for = None;
        if let (Some(word), Some(platform)) = (word, &platform)
            && platform.result.is_ok()
        {
            let value = platform.value();
            built_for = Platform::parse(value).ok();
            if built_for.is_none() {
                let message = if value.is_empty() {
                    format!("{} expands to an empty platform", quote_excerpt(&word.text))
                } else {
                    format!("invalid platform {}", quote_excerpt(value))
                };
                let refusal = BuildRefusal::new(BuildConversionStep::Headers, from, word.span, message)
                    .with_certainty_of(platform)
                    .help("use `os/architecture`, as in `linux/arm64`");
                self.record_refusal(refusal);
            }
        }
        (platform, built_for)
    }

    /// Refuses an invalid image name.
    fn check_reference(&mut self, from: &'a Instruction<'a>, word: &Word<'a>, image: &Expansion<'a>) {
        let Err(error) = ImageReference::parse(image.value()) else { return };
        let span = if image.value() == word.text {
            word.span_of_range(error.range.clone(), self.file.source)
        } else {
            word.span
        };
        let span = if span.is_empty() { word.span } else { span };
        let message = format!("invalid image name {} ({})", quote_excerpt(image.value()), error.kind);
        let mut refusal =
            BuildRefusal::new(BuildConversionStep::Bases, from, span, message).with_certainty_of(image);
        let lower = image.value().to_lowercase();
        refusal = if self.by_name.contains_key(&lower) {
            refusal.help(format!("use the stage name `{lower}`")).with_suggestion(word.span, lower)
        } else {
            refusal.help(error.kind.advice())
        };
        self.record_refusal(refusal);
    }

    /// The initial environment of a stage that is not built on another stage.
    fn initial_scope(&mut self, stage: &BuildStage<'a>) -> ScopeId {
        let scope = match stage.base {
            StageBaseKind::Scratch => ScopeId::EMPTY,
            _ => self.build.scopes.scope_of_image(stage.image.value()),
        };
        if stage.windows {
            return scope;
        }
        let path = VariableBinding {
            origin: VariableOrigin::Builder,
            value: Some("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".into()),
            certain: false,
            known: stage.base == StageBaseKind::Scratch,
            declared: None,
        };
        self.build.scopes.bind(scope, "PATH".into(), path)
    }

    /// Whether the image is for Windows, by its name, the platform, or the escape character: only files for Windows
    /// change it.
    fn is_windows_image(&self, built_for: Option<&Platform>, image: &str) -> bool {
        let lower = image.to_lowercase();
        if ["windows", "nanoserver", "servercore", "ltsc20"].iter().any(|word| lower.contains(word)) {
            return true;
        }
        let platform = built_for.or(self.inputs.platform.as_ref());
        is_windows(platform)
            || (platform.is_none()
                && self.file.escape != b'\\'
                && base_image::find_base_image(image).is_none())
    }

    /// Expands image or platform with the global scope.
    fn expand_header_word(
        &mut self,
        stage: usize,
        from: &'a Instruction<'a>,
        word: &'a Word<'a>,
    ) -> Expansion<'a> {
        let environment = self.build.scopes.environment(self.global);
        let expansion = expand(&word.text, self.file.escape, ExpansionMode::Word, &environment);
        for found in expansion.unset_variables() {
            if self.build.scopes.get(self.global, found.name).is_some() {
                continue;
            }
            let names = self.build.scopes.all_names(self.global).map(|found| Some(found?.0));
            self.build.facts.undefined_in_from.push(UndefinedInFrom {
                stage,
                span: word.span_of_range(found.range.clone(), self.file.source),
                name: found.name.to_string(),
                nearest: nearest_within_two(found.name, names, &mut self.comparisons_left)
                    .map(str::to_string),
            });
        }
        if let Err(error) = &expansion.result {
            let refusal = BuildRefusal::expansion(
                BuildConversionStep::Headers,
                from,
                (word, 0),
                error,
                self.file.source,
            );
            self.record_refusal(refusal.with_certainty_of(&expansion));
        }
        expansion
    }
}

fn is_windows(platform: Option<&Platform>) -> bool {
    platform.is_some_and(|platform| platform.os == "windows")
}
