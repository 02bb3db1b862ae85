//! The slim base image that would be sufficient instead of the full one.

use std::collections::BTreeSet;
use std::fmt;

use super::commands::is_system_manager;
use crate::semantic::base_image::{self, BaseImage, FactCertainty, ToolPresence};
use crate::semantic::effects::{self, Effects, Verb};
use crate::semantic::managers::PackageCall;
use crate::semantic::{Image, Run, Semantics, StageBaseKind, View};
use crate::shell::{ParseOutcome, ShellCommand, ShellWord};
use crate::syntax::Word;

/// A slim image that can replace the base image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlimBase {
    /// The index of the stage.
    pub stage: usize,
    /// The slim image of the same release.
    pub image: String,
    /// Why it may lack something that the file needs; `None` if no command does.
    pub doubt: Option<ReasonAgainstSlim>,
    pub advice: SmallerBaseReason,
}

/// What another base image lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmallerBaseReason {
    /// Tools that the full image of the same release has.
    Slim,
    /// The runtime, which the programs contain.
    WithoutRuntime,
    /// The distribution of the runtime's usual image: it has another C library, or no shell.
    SmallerRuntime,
}

/// Why a slim image may not be sufficient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReasonAgainstSlim {
    /// The slim image lacks a program that a command on this line needs.
    Lacks { program: String, line: u32 },
    /// The slim image may lack something.
    Unknown(String),
}

impl fmt::Display for ReasonAgainstSlim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lacks { program, line } => {
                write!(f, "line {line} needs `{program}`, which the slim image does not have")
            }
            Self::Unknown(why) => f.write_str(why),
        }
    }
}

/// The slim image of the same release as the base of the image.
pub fn find_slim_base(semantics: &Semantics<'_>) -> Option<SlimBase> {
    let target = semantics.build.stages.len().checked_sub(1)?;
    let root = semantics.stage_chain(target).last()?.index;
    let stage = semantics.build.stages.get(root)?;
    let reference = stage
        .image
        .result
        .as_ref()
        .ok()
        .filter(|_| stage.base == StageBaseKind::Image && stage.image.certain)?;
    let variant = SlimImagePair::find_slim_variant(reference)?;
    let mut doubts = SlimBaseDoubts::default();
    for run in semantics.runs_of_stage_chain(target) {
        doubts.read_run(semantics, run, &variant)?;
    }
    Some(SlimBase {
        stage: root,
        image: variant.reference,
        doubt: doubts.first,
        advice: SmallerBaseReason::Slim,
    })
}

/// A base image, and the slim image of the same release.
struct SlimImagePair {
    full: BaseImage,
    slim: BaseImage,
    /// The slim one, as FROM would name it.
    reference: String,
}

impl SlimImagePair {
    /// The variant of an image, if it certainly exists.
    fn find_slim_variant(reference: &str) -> Option<Self> {
        let word = Word { text: reference.into(), ..Word::default() };
        let image = Image::new(&word, View::Exact);
        let tag = image.tag().filter(|tag| !tag.contains("slim") && !tag.contains("alpine"))?;
        if image.digest().is_some() {
            return None;
        }
        let full = base_image::find_base_image(reference)?;
        let without_tag = reference.strip_suffix(&format!(":{tag}"))?;
        let tags = match (tag, tag.rsplit_once('-')) {
            ("latest", _) => vec!["slim".to_string()],
            (_, Some((front, release))) => vec![format!("{front}-slim-{release}"), format!("{tag}-slim")],
            _ => vec![format!("{tag}-slim")],
        };
        let exact = |image: &base_image::BaseImage| image.certainty == FactCertainty::Exact && image.official;
        let candidates = tags.into_iter().map(|tag| format!("{without_tag}:{tag}"));
        let (slim_reference, slim) = candidates
            .filter_map(|reference| base_image::find_base_image(&reference).map(|image| (reference, image)))
            .find(|(_, image)| exact(image))?;
        if !exact(&full) || full.release != slim.release || full.release.is_none() {
            return None;
        }
        Some(Self { full, slim, reference: slim_reference })
    }
}

/// Reasons why the slim image may not be sufficient.
#[derive(Default)]
struct SlimBaseDoubts {
    first: Option<ReasonAgainstSlim>,
    has_compiler: bool,
    /// Programs are often named like their packages. A program that neither image has must be installed.
    installed: BTreeSet<String>,
}

impl SlimBaseDoubts {
    fn add(&mut self, why: String) {
        self.first.get_or_insert(ReasonAgainstSlim::Unknown(why));
    }

    /// `None` if the slim image is certainly not sufficient.
    fn read_run(&mut self, semantics: &Semantics<'_>, run: &Run<'_>, variant: &SlimImagePair) -> Option<()> {
        let line = semantics.line(run.outer.span.start);
        if run.script.reading != ParseOutcome::Complete {
            self.add(format!("line {line} may need files of the full image"));
        }
        for command in &run.script.commands {
            let effects = effects::command_effects(command, semantics.file.source);
            self.read_command(command, &effects, line, variant)?;
        }
        Some(())
    }

    fn read_command(
        &mut self,
        command: &ShellCommand,
        effects: &Effects,
        line: u32,
        variant: &SlimImagePair,
    ) -> Option<()> {
        let Some(name) = command.name.as_deref() else {
            self.add(format!("line {line} may need files of the full image"));
            return Some(());
        };
        if let Some(call) = &effects.packages {
            // The small image may have another package manager.
            if is_system_manager(call.manager) && variant.slim.facts.has_manager(call.manager) == Some(false)
            {
                return None;
            }
            if call.verb == Verb::Install {
                self.read_install(call, command);
                return Some(());
            }
        }
        let is_dropped = variant.slim.facts.tool(name) == ToolPresence::Absent
            && variant.full.facts.tool(name) != ToolPresence::Absent;
        if is_dropped && !self.installed.contains(name) {
            self.first.get_or_insert(ReasonAgainstSlim::Lacks { program: name.replace('`', "'"), line });
        } else if effects.unknown {
            self.add(format!("`{}` on line {line} may need files of the full image", name.replace('`', "'")));
        }
        Some(())
    }

    fn read_install(&mut self, call: &PackageCall, command: &ShellCommand) {
        let compiles = |word: &ShellWord| matches!(call.name(word), "gcc" | "g++" | "build-essential");
        self.installed.extend(call.words(command).map(|word| call.name(word).to_string()));
        self.has_compiler |= is_system_manager(call.manager) && call.words(command).any(compiles);
        if !is_system_manager(call.manager) && !self.has_compiler {
            self.add(format!("packages that `{}` installs may have to be compiled", call.manager));
        }
    }
}
