//! The slim base image that would do in place of the full one.

use std::collections::BTreeSet;

use super::commands::is_system_manager;
use crate::semantic::base_image::{self, FactCertainty, ToolPresence};
use crate::semantic::effects::{self, Verb};
use crate::semantic::{Image, Semantics, StageBaseKind, View};
use crate::shell::{ReadOutcome, ShellWord};
use crate::syntax::Word;

/// A slim image in place of the base image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SlimBase {
    /// The index of the stage.
    pub stage: usize,
    /// The slim image of the same release.
    pub image: String,
    /// Why it may lack something that the file needs; `None` if no command does.
    pub doubt: Option<String>,
}

/// The slim image of the same release as the base of the image.
pub(crate) fn find_slim_base(semantics: &Semantics<'_>) -> Option<SlimBase> {
    let target = semantics.build.stages.len().checked_sub(1)?;
    let root = semantics.chain(target).last()?.index;
    let stage = semantics.build.stages.get(root)?;
    let reference = stage
        .image
        .result
        .as_ref()
        .ok()
        .filter(|_| stage.base == StageBaseKind::Image && stage.image.certain)?;
    let word = Word { text: reference.as_ref().into(), ..Word::default() };
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
    let chain: Vec<usize> = semantics.chain(target).map(|stage| stage.index).collect();
    let runs = semantics.runs.iter().filter(|run| run.stage.is_some_and(|stage| chain.contains(&stage)));
    let mut has_compiler = false;
    // Programs are often named like their packages. What neither image has must be installed somehow.
    let mut installed: BTreeSet<String> = BTreeSet::new();
    let mut doubt: Option<String> = None;
    for run in runs {
        let line = semantics.line(run.outer.span.start);
        let mut doubts = |why: String| {
            doubt.get_or_insert(why);
        };
        if run.script.reading != ReadOutcome::Complete {
            doubts(format!("line {line} may need more"));
        }
        for command in &run.script.commands {
            let Some(name) = command.name.as_deref() else {
                doubts(format!("line {line} may need more"));
                continue;
            };
            let effects = effects::command_effects(command, semantics.file.source);
            let manager = effects.packages.as_ref().map(|call| call.manager);
            // The small image may have another package manager.
            if manager
                .filter(|manager| is_system_manager(manager))
                .is_some_and(|manager| slim.facts.has_manager(manager) == Some(false))
            {
                return None;
            }
            if let Some(call) = &effects.packages
                && call.verb == Verb::Install
            {
                let compiles =
                    |word: &ShellWord| matches!(call.name(word), "gcc" | "g++" | "build-essential");
                installed.extend(call.words(command).map(|word| call.name(word).to_string()));
                has_compiler |= is_system_manager(call.manager) && call.words(command).any(compiles);
                if !is_system_manager(call.manager) && !has_compiler {
                    doubts(format!("packages that `{}` installs may have to be compiled", call.manager));
                }
            } else if slim.facts.tool(name) == ToolPresence::Absent
                && full.facts.tool(name) != ToolPresence::Absent
                && !installed.contains(name)
            {
                doubts(format!("line {line} needs `{}`, which it does not have", name.replace('`', "'")));
            } else if effects.unknown {
                doubts(format!("`{}` on line {line} may need more", name.replace('`', "'")));
            }
        }
    }
    Some(SlimBase { stage: root, image: slim_reference, doubt })
}
