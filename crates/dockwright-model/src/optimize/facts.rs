//! Facts for rules: the parts of the report that only need the file.

use super::context::{is_secret, is_secret_directory};
use super::model::WasteCause;
use super::{StepOutline, waste};
use crate::semantic::paths::base_name;
use crate::semantic::{Semantics, Stage};
use crate::syntax::{Arguments, Instruction, Word};

pub use super::build_only::{BuildOnlyPackages, find_build_only_packages, find_unused_headers};
pub use super::caches::measured_cache_size;
pub use super::commands::LocatedCommand;
pub use super::commands::{is_system_manager, paths_overlap};
pub use super::debug_tools::find_debug_tools;
pub use super::draft::StepDraft;
pub use super::image_paths::{CopiedFile, CopiedMode, ImagePathState, ImagePaths};
pub use super::manifest::is_manifest_source;
pub use super::self_contained::find_base_without_runtime;
pub use super::slim_base::{ReasonAgainstSlim, SlimBase, SmallerBaseReason, find_slim_base};
pub use super::small_runtime::find_small_runtime;
pub(crate) use super::start_command::has_no_command;
pub use super::step_inputs::{CopiedOrigin, ImportedFiles};
pub use super::step_inputs::{PROJECT_VERSIONS, is_cache_buster, is_per_build, is_project_metadata};
pub use super::waste::{LayerSizes, compute_layer_account, has_start_command};

/// A RUN that deletes files of an earlier layer.
#[derive(Debug)]
pub struct LateDeletion<'a> {
    pub run: &'a Instruction<'a>,
    /// The deleted paths or packages.
    pub what: Vec<String>,
    /// The lines of the steps that added them, from 1.
    pub earlier: Vec<u32>,
    /// The steps that added them.
    pub of: Vec<&'a Instruction<'a>>,
    /// Whether the file is moved, and so stored twice.
    pub is_move: bool,
    /// Whether it is below a directory that is copied from a stage or image.
    pub is_part: bool,
}

/// Deletions in the stages of the image that make the image no smaller.
pub fn find_late_deletions<'a>(outline: &StepOutline<'_, 'a>) -> Vec<LateDeletion<'a>> {
    let StepOutline { semantics, drafts, graph } = outline;
    let account = waste::compute_layer_account(semantics, drafts, graph, None);
    let line = |id: &usize| Some(semantics.line(drafts.steps.get(*id)?.anchor.span.start));
    account
        .waste
        .into_iter()
        .filter(|one| one.cause == WasteCause::DeletedLater)
        .filter_map(|one| {
            let draft = drafts.steps.get(one.step).filter(|draft| !draft.fired)?;
            let earlier = one.of.iter().filter_map(line).collect();
            let of = one.of.iter().filter_map(|id| Some(drafts.steps.get(*id)?.instruction)).collect();
            let mut moves = draft.commands.iter().filter(|one| one.command.is("mv"));
            let is_move = moves.any(|command| {
                command.absolute_paths(&command.effects.deletes).iter().any(|path| one.what.contains(path))
            });
            let is_of_directory = |id: &usize| {
                let taken = drafts.steps.get(*id).map(|step| step.key.taken.as_slice()).unwrap_or_default();
                let mut copied = taken.iter().flat_map(|taken| &taken.paths).map(|path| base_name(path));
                !taken.is_empty() && !copied.any(|name| one.what.iter().any(|path| base_name(path) == name))
            };
            let is_part = one.of.iter().all(is_of_directory);
            Some(LateDeletion { run: draft.instruction, what: one.what, earlier, of, is_move, is_part })
        })
        .collect()
}

/// Stages without a name that nothing needs, by index: a build can only name them as its target by number.
pub fn find_unreachable_stages(outline: &StepOutline<'_, '_>) -> Vec<usize> {
    let stages = outline.semantics.build.stages.iter().enumerate();
    stages
        .filter(|(index, stage)| stage.name.is_none() && outline.graph.buildable.get(*index) == Some(&false))
        .map(|(index, _)| index)
        .collect()
}

/// Whether nothing sets the command of the container, in the last stage or its base.
pub fn lacks_command(outline: &StepOutline<'_, '_>) -> bool {
    has_no_command(outline.semantics, &outline.graph)
}

/// Sources of a COPY or ADD into the image that look like secrets, or like the history of the repository.
pub fn find_copied_secrets<'a>(semantics: &Semantics<'_>, copy: &'a Instruction<'a>) -> Vec<&'a Word<'a>> {
    let ships = semantics.stage_at(copy.span.start).is_some_and(Stage::is_in_image);
    let Arguments::Paths(paths) = &copy.arguments else { return Vec::new() };
    // Files with such names in external images are public.
    let of_stage = copy.flag_value("from").is_none_or(|from| semantics.stage_named(&from.text).is_some());
    if !ships || !of_stage {
        return Vec::new();
    }
    let words = paths.sources.iter().filter_map(|source| match source {
        crate::syntax::Source::Path(word) => Some(word),
        crate::syntax::Source::Heredoc(..) => None,
    });
    words
        .filter(|word| !word.text.contains("://"))
        .filter(|word| {
            let path = super::source_matcher::clean(word.text.trim_matches(['"', '\'']));
            is_secret(&path) || is_secret_directory(&path) || path.split('/').any(|part| part == ".git")
        })
        .collect()
}
