//! What a stage inherits: its base image, user and distribution.

use super::{BaseImage, find_base_image, is_root_user};
use crate::semantic::build::BuildStage;
use crate::semantic::{Image, Run, Semantics, Stage, StageBaseKind, View};
use crate::syntax::{Arguments, Dockerfile, Instruction, Kind};

/// Who runs the commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StageUser {
    Root,
    /// As written, including the group.
    Other(String),
    Unknown,
}

/// The external image that a stage starts from.
#[derive(Debug, Clone)]
pub struct ExternalBaseImage {
    pub image: BaseImage,
    /// Whether no build argument can change it. If false, the image depends on the default of an ARG.
    pub certain: bool,
    /// Whether at least the name of the image is certain, because variables occur only in its tag.
    pub name_is_certain: bool,
}

/// The first of the stages that a stage is built on, or the stage itself.
#[derive(Debug, Clone, Copy)]
pub(in crate::semantic) struct FirstStageOfChain {
    index: usize,
    /// Whether no build argument decides which stages are between the two.
    is_certain: bool,
}

impl ExternalBaseImage {
    /// Whether it runs as root with any build arguments. `None` if that is not known.
    pub fn is_root(&self) -> Option<bool> {
        let root = self.image.is_root()?;
        let sure = self.certain || (root && self.name_is_certain && self.image.every_tag_is_root());
        sure.then_some(root)
    }
}

impl<'a> Semantics<'a> {
    /// The stage and its base stages, the nearest first. Variables have their default values.
    pub fn stage_chain(&self, stage: usize) -> impl Iterator<Item = &Stage<'a>> {
        self.stage_chain_indices(stage).filter_map(|index| self.stages.get(index))
    }

    /// Whether a stage is `base`, or built on it.
    pub fn is_built_on(&self, stage: usize, base: usize) -> bool {
        // Each stage of the chain is above the one before it.
        self.stage_chain_indices(stage).take_while(|index| *index >= base).any(|index| index == base)
    }

    /// The RUNs of the stage and of its base stages, in file order.
    pub fn runs_of_stage_chain(&self, stage: usize) -> impl Iterator<Item = &Run<'a>> {
        let chain: Vec<usize> = self.stage_chain_indices(stage).collect();
        self.runs.iter().filter(move |run| run.stage.is_some_and(|stage| chain.contains(&stage)))
    }

    /// Like [`Semantics::stage_chain`], but with the stages as BuildKit sees them.
    pub(super) fn build_stage_chain(&self, stage: usize) -> impl Iterator<Item = &BuildStage<'a>> {
        self.stage_chain_indices(stage).filter_map(|index| self.build.stages.get(index))
    }

    /// Like [`Semantics::stage_chain`], but returns indices.
    pub(super) fn stage_chain_indices(&self, stage: usize) -> impl Iterator<Item = usize> {
        let first = (stage < self.build.stages.len()).then_some(stage);
        std::iter::successors(first, |index| match self.build.stages.get(*index)?.base {
            // A stage is always built on an earlier one, so this ends.
            StageBaseKind::Stage(parent) if parent < *index => Some(parent),
            _ => None,
        })
    }

    /// The external image that a stage starts from, through its base stages. `None` if it is not in the table, or if
    /// its base stage depends on a build argument.
    pub fn base_image(&self, stage: usize) -> Option<ExternalBaseImage> {
        let roots = self.stage_roots.get_or_init(|| self.find_stage_roots());
        let root = roots.get(stage).filter(|root| root.is_certain)?;
        let root = self.build.stages.get(root.index)?;
        let image = find_base_image(root.image.result.as_ref().ok()?)?;
        let written = Image::new(&root.arguments.image, View::Exact);
        let name_is_certain = !written.name().is_empty()
            && !written.name().contains('$')
            && !written.registry().is_some_and(|registry| registry.contains('$'));
        Some(ExternalBaseImage { image, certain: root.image.certain, name_is_certain })
    }

    fn find_stage_roots(&self) -> Vec<FirstStageOfChain> {
        let mut roots: Vec<FirstStageOfChain> = Vec::new();
        for (index, stage) in self.build.stages.iter().enumerate() {
            let parent = match stage.base {
                StageBaseKind::Stage(parent) => roots.get(parent).copied(),
                _ => None,
            };
            let is_certain = stage.image.certain || !matches!(stage.base, StageBaseKind::Stage(_));
            roots.push(match parent {
                Some(root) => FirstStageOfChain { is_certain: is_certain && root.is_certain, ..root },
                None => FirstStageOfChain { index, is_certain },
            });
        }
        roots
    }

    /// Whether nothing in the file is built on the stage.
    pub fn is_leaf_stage(&self, stage: usize) -> bool {
        self.leaf_stages.get_or_init(|| self.find_leaf_stages()).get(stage).copied().unwrap_or(true)
    }

    fn find_leaf_stages(&self) -> Vec<bool> {
        let stages = &self.build.stages;
        let may_be_any = |other: &BuildStage<'_>| {
            // The value of a variable may be the name of a stage, which has no host and no tag.
            let image = Image::new(&other.arguments.image, View::Exact);
            let plain = image.tag().is_none() && image.digest().is_none() && !image.name().contains('/');
            !other.image.certain && plain && image.registry().is_none()
        };
        let mut leaf = vec![!stages.iter().any(may_be_any); stages.len()];
        for stage in stages {
            if let StageBaseKind::Stage(parent) = stage.base
                && let Some(leaf) = leaf.get_mut(parent)
            {
                *leaf = false;
            }
        }
        leaf
    }

    /// The user at `offset` of a stage.
    pub fn user_at(&self, stage: usize, offset: u32) -> StageUser {
        match self.users_before(stage, offset).last() {
            Some(user) => parse_stage_user(user),
            None => self.inherited_user(stage),
        }
    }

    /// Whether the user at `offset` of a stage is certainly root: neither the stage nor its base stages have a USER
    /// other than root before it, and the base image is known to run as root.
    pub fn is_known_root(&self, stage: usize, offset: u32) -> bool {
        self.inherited_user(stage) == StageUser::Root
            && self.users_before(stage, offset).all(|user| parse_stage_user(user) == StageUser::Root)
    }

    fn inherited_user(&self, stage: usize) -> StageUser {
        let Some(base) = self.base_image(stage) else { return StageUser::Unknown };
        let facts = base.image.facts;
        // An ONBUILD USER of the image would apply from the start.
        if facts.onbuild.as_ref().is_none_or(|onbuild| onbuild.iter().any(|keyword| keyword == "USER")) {
            return StageUser::Unknown;
        }
        match (base.is_root(), &facts.user) {
            (Some(true), _) => StageUser::Root,
            (Some(false), Some(user)) => StageUser::Other(user.clone()),
            _ => StageUser::Unknown,
        }
    }

    /// The values of all USERs before `offset`, those of the base stages first. They include an ONBUILD USER of a
    /// base stage, because it runs when the next stage starts.
    fn users_before(&self, stage: usize, offset: u32) -> impl Iterator<Item = &'a str> {
        let stages = (!self.users.is_empty()).then(|| self.stage_chain(stage)).into_iter().flatten();
        let mut chain: Vec<_> = stages.map(|stage| (stage.index, stage.span)).collect();
        chain.reverse();
        chain.into_iter().flat_map(move |(index, span)| {
            let end = if index == stage { offset } else { span.end };
            let before = |offset: u32| self.users.partition_point(|user| user.offset < offset);
            let within = self.users.get(before(span.start)..before(end)).unwrap_or_default();
            let own = within.iter().filter(|user| !user.onbuild);
            let triggers = within.iter().filter(move |user| user.onbuild && index != stage);
            own.chain(triggers).map(|user| user.name)
        })
    }
}

/// A `USER` instruction, by its position.
#[derive(Debug)]
pub(in crate::semantic) struct UserInstruction<'a> {
    /// The first byte of the instruction.
    offset: u32,
    name: &'a str,
    onbuild: bool,
}

/// Every USER of a file, in its order.
pub(in crate::semantic) fn user_instructions<'a>(file: &'a Dockerfile<'a>) -> Vec<UserInstruction<'a>> {
    let at = |instruction: &'a Instruction<'a>| {
        let offset = instruction.span.start;
        match &instruction.arguments {
            Arguments::Onbuild(inner) => {
                Some(UserInstruction { offset, name: user_value(inner)?, onbuild: true })
            }
            _ => Some(UserInstruction { offset, name: user_value(instruction)?, onbuild: false }),
        }
    };
    file.instructions().filter_map(at).collect()
}

fn user_value<'f>(instruction: &'f Instruction<'f>) -> Option<&'f str> {
    match &instruction.arguments {
        Arguments::Text(word) if instruction.kind == Kind::User => Some(word.text.as_ref()),
        _ => None,
    }
}

fn parse_stage_user(written: &str) -> StageUser {
    let value = written.trim().trim_matches(['"', '\'']);
    if value.is_empty() || value.contains(['$', '\\', '"', '\'']) {
        StageUser::Unknown
    } else if is_root_user(value) {
        StageUser::Root
    } else {
        StageUser::Other(value.to_string())
    }
}
