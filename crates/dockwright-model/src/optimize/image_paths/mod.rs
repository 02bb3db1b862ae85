//! [`ImagePaths`]: whether a path certainly is not in the image when a command runs, or is a file of the build context.

mod base;
mod commands;
mod copies;
mod owner;

pub(super) use base::probably_lacks;

use std::cell::Cell;

use super::StepOutline;
use super::commands::{LocatedCommand, paths_overlap};
use super::context::ContextFiles;
use super::draft::StepDraft;
use crate::semantic::Run;
use crate::semantic::paths::is_within;
use crate::shell::{ListNode, ParseOutcome};
use crate::syntax::Kind;

/// The state of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImagePathState {
    /// It certainly does not exist.
    Absent,
    /// A COPY put this file of the build context there, and nothing has changed its content since.
    Copied(CopiedFile),
    /// It certainly is a directory.
    Directory,
    Unknown,
}

/// A file of the build context in the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedFile {
    /// Its path in the context.
    pub source: String,
    /// Its mode, as far as it is known.
    pub mode: CopiedMode,
    /// Where the COPY begins.
    pub at: u32,
}

/// The mode of a file of the build context in the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopiedMode {
    /// The mode of the file in the context.
    Kept,
    /// The COPY sets it, so that the file is not executable.
    NotExecutable,
    /// Unknown: the COPY sets another one, or a command may have changed it.
    Other,
}

/// The paths of the images that a file builds.
pub struct ImagePaths<'o, 's, 'a> {
    pub(super) outline: &'o StepOutline<'s, 'a>,
    context: Option<&'o ContextFiles>,
    /// How many more steps may be examined.
    left: Cell<usize>,
}

/// Maximum number of steps that one [`ImagePaths`] examines; after that, all paths are unknown. Each lookup examines
/// all steps, so without a limit the time would grow quadratically with the length of the file.
const MAX_STEPS: usize = 100_000;

impl<'o, 's, 'a> ImagePaths<'o, 's, 'a> {
    /// `context`: the files of the build context, if it is given.
    pub fn new(outline: &'o StepOutline<'s, 'a>, context: Option<&'o ContextFiles>) -> Self {
        let context = context.filter(|files| !files.assumed && files.unreadable == 0);
        Self { outline, context, left: Cell::new(MAX_STEPS) }
    }

    /// The state of an absolute path before a command of a RUN; `before`: the commands of that RUN that come first.
    pub fn state_before(
        &self,
        step: &StepDraft<'_, '_>,
        before: &[LocatedCommand<'_>],
        path: &str,
    ) -> ImagePathState {
        if may_be_mounted(step, path) || step.fired || step.run.is_none_or(has_bare_redirection) {
            return ImagePathState::Unknown;
        }
        commands::state_after_commands(
            before,
            path,
            self.state_at(step.stage, step.instruction.span.start, path),
        )
    }

    /// The state of an absolute path at the end of a stage.
    pub fn state_at_end(&self, stage: usize, path: &str) -> ImagePathState {
        let end = self.outline.semantics.stages.get(stage).map_or(0, |stage| stage.span.end);
        self.state_at(stage, end, path)
    }

    /// The state of an absolute path in a stage, before the instruction that starts at `offset`.
    pub(super) fn state_at(&self, stage: usize, offset: u32, path: &str) -> ImagePathState {
        let Some(steps) = self.steps_before_offset(stage, offset) else { return ImagePathState::Unknown };
        let is_absent = base::is_absent(self.outline.semantics, stage, path);
        let base = if is_absent { ImagePathState::Absent } else { ImagePathState::Unknown };
        steps.into_iter().fold(base, |state, step| self.state_after_step(step, path, state))
    }

    /// The steps of a stage, and of those that it is built on, before the instruction that starts at `offset`. `None`
    /// if [`MAX_STEPS`] have been examined.
    fn steps_before_offset(&self, stage: usize, offset: u32) -> Option<Vec<&'o StepDraft<'s, 'a>>> {
        let steps = &self.outline.drafts.steps;
        self.left.set(self.left.get().checked_sub(steps.len())?);
        let chain: Vec<usize> = self.outline.semantics.stage_chain(stage).map(|stage| stage.index).collect();
        let is_before =
            |step: &&StepDraft<'_, '_>| chain.contains(&step.stage) && step.instruction.span.start < offset;
        Some(steps.iter().filter(is_before).collect())
    }

    /// Whether a COPY or ADD of the file adds files. A file without any may be an excerpt that omits the source of
    /// its scripts.
    pub fn has_copies(&self) -> bool {
        let mut steps = self.outline.drafts.steps.iter();
        steps.any(|step| matches!(step.instruction.kind, Kind::Copy | Kind::Add))
    }

    fn state_after_step(
        &self,
        step: &StepDraft<'_, '_>,
        path: &str,
        state: ImagePathState,
    ) -> ImagePathState {
        if step.fired {
            return ImagePathState::Unknown;
        }
        match step.instruction.kind {
            Kind::Copy | Kind::Add => self.state_after_copy(step, path, state),
            Kind::Workdir => match &step.destination {
                Some(to) if is_within(to.trim_end_matches('/'), path) => ImagePathState::Directory,
                Some(_) => state,
                None => ImagePathState::Unknown,
            },
            Kind::Volume => match state {
                ImagePathState::Copied(_) => ImagePathState::Unknown,
                other => other,
            },
            Kind::Run => {
                let Some(run) = step.run.filter(|run| run.script.reading == ParseOutcome::Complete) else {
                    return ImagePathState::Unknown;
                };
                let is_file_of_heredoc =
                    run.script.commands.is_empty() && !run.instruction.heredocs.is_empty();
                if is_file_of_heredoc || has_bare_redirection(run) {
                    return ImagePathState::Unknown;
                }
                commands::state_after_commands(&step.commands, path, state)
            }
            _ => state,
        }
    }
}

/// Whether a mount of the RUN may be at, above or below an absolute path.
fn may_be_mounted(step: &StepDraft<'_, '_>, path: &str) -> bool {
    step.run.into_iter().flat_map(|run| &run.mounts).any(|mount| {
        let target = mount.mount_target_text();
        target.contains('$') || !target.starts_with('/') || paths_overlap(target, path)
    })
}

/// Whether the script may create a file without a command: `> file`.
fn has_bare_redirection(run: &Run<'_>) -> bool {
    run.script.list.iter().any(|item| item.node == ListNode::Bare)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::{Semantics, View};
    use crate::syntax;

    #[test]
    fn knows_nothing_after_many_steps() {
        let text = format!("FROM debian:12-slim\n{}", "RUN true\n".repeat(1_000));
        let file = syntax::parse(text.as_bytes());
        let semantics = Semantics::new(&file, View::Exact);
        let outline = StepOutline::new(&semantics, None).expect("a stage");
        let paths = ImagePaths::new(&outline, None);
        let absent = std::iter::repeat_with(|| paths.state_at_end(0, "/app"))
            .take_while(|state| *state == ImagePathState::Absent)
            .take(MAX_STEPS);
        assert_eq!(absent.count(), MAX_STEPS / 1_000);
    }
}
