//! [`Stage`]: the instructions from one FROM to the next, and their base.

use super::{Image, View};
use crate::source::Span;
use crate::syntax::{Arguments, Dockerfile, Instruction, Kind, Word};

/// A build stage: a FROM and the instructions up to the next FROM.
#[derive(Debug)]
pub struct Stage<'a> {
    /// Counted from 0.
    pub index: usize,
    pub from: &'a Instruction<'a>,
    /// The name as written; BuildKit converts it to lower case.
    pub name: Option<&'a Word<'a>>,
    pub image_word: &'a Word<'a>,
    pub image: Image<'a>,
    pub base: StageBaseKind,
    /// From the first byte of the FROM to that of the next one, or to the end of the file.
    pub span: Span,
    /// Whether it is part of the image that the file builds: it is the last stage or a base of it.
    pub ships: bool,
    /// Whether people probably build it with `--target`, or a stage that is built on it.
    pub(crate) is_target: bool,
}

/// The base of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageBaseKind {
    /// An earlier stage, by index.
    Stage(usize),
    Scratch,
    /// An external image.
    Image,
    /// The reference contains a variable.
    Variable,
}

impl<'a> Stage<'a> {
    /// The name, or the number if there is none.
    pub fn display_name(&self) -> String {
        self.name.map_or_else(|| self.index.to_string(), |name| name.text.to_string())
    }

    /// The name as written.
    pub fn alias(&self) -> Option<&str> {
        self.name.map(|name| name.text.as_ref())
    }

    /// Whether it is part of an image.
    pub fn is_in_image(&self) -> bool {
        self.ships || self.is_target
    }

    pub fn is_built_on_a_stage(&self) -> bool {
        matches!(self.base, StageBaseKind::Stage(_))
    }

    pub fn platform(&self) -> Option<&Word<'a>> {
        self.from.flag_value("platform")
    }

    /// Whether the two FROMs are equal.
    fn has_same_from(&self, other: &Self) -> bool {
        self.image == other.image
            && self.alias() == other.alias()
            && self.platform().map(|word| &word.text) == other.platform().map(|word| &word.text)
    }
}

/// The stages of a file, in order.
pub(super) fn find_stages<'a>(file: &'a Dockerfile<'a>, view: View) -> Vec<Stage<'a>> {
    let mut stages: Vec<Stage<'a>> = Vec::new();
    let mut known = StageNames::new(view);
    for instruction in file.instructions().filter(|instruction| instruction.kind == Kind::From) {
        let Arguments::From(from) = &instruction.arguments else { continue };
        let start = instruction.span.start;
        if let Some(last) = stages.last_mut() {
            last.span.end = start;
        }
        let image = Image::new(&from.image, view);
        let name = from.alias.as_ref().map(|alias| &alias.name);
        let base = match known.get(match view {
            View::Exact => &from.image.text,
            View::Hadolint => image.name(),
        }) {
            Some(stage) => StageBaseKind::Stage(stage),
            None if image.text() == "scratch" => StageBaseKind::Scratch,
            None if image.text().contains('$') => StageBaseKind::Variable,
            None => StageBaseKind::Image,
        };
        if let Some(name) = name {
            known.insert(&name.text, stages.len());
        }
        stages.push(Stage {
            index: stages.len(),
            from: instruction,
            name,
            image_word: &from.image,
            image,
            base,
            span: Span::new(start, u32::try_from(file.source.len()).unwrap_or(u32::MAX)),
            ships: false,
            is_target: false,
        });
    }
    mark_stages_in_image(&mut stages, view);
    stages
}

/// Whether commands before the first FROM count as part of the image: hadolint treats them as a stage from `scratch`.
pub(crate) fn is_shipped_without_stage(stages: &[Stage<'_>], view: View) -> bool {
    let is_scratch = |last: &Stage<'_>| {
        last.image.text() == "scratch" && last.alias().is_none() && last.platform().is_none()
    };
    stages.last().is_none_or(|last| view.ships_by_equal_from && is_scratch(last))
}

fn mark_stages_in_image(stages: &mut [Stage<'_>], view: View) {
    let Some(last) = stages.len().checked_sub(1) else { return };
    if view.ships_by_equal_from {
        let named: std::collections::HashSet<String> =
            stages.iter().map(|stage| stage.image.name().to_string()).collect();
        let ships: Vec<bool> = stages
            .iter()
            .map(|stage| {
                stage.alias().is_some_and(|alias| named.contains(alias))
                    || stages.get(last).is_some_and(|last| last.has_same_from(stage))
            })
            .collect();
        for (stage, ships) in stages.iter_mut().zip(ships) {
            stage.ships = ships;
        }
        return;
    }
    let mut next = Some(last);
    while let Some(stage) = next.and_then(|index| stages.get_mut(index)) {
        stage.ships = true;
        next = match stage.base {
            StageBaseKind::Stage(parent) => Some(parent),
            _ => None,
        };
    }
}

/// The stages that names mean at a position in the file.
struct StageNames {
    view: View,
    stages: std::collections::HashMap<String, usize>,
}

impl StageNames {
    fn new(view: View) -> Self {
        Self { view, stages: std::collections::HashMap::new() }
    }

    fn insert(&mut self, name: &str, stage: usize) {
        if self.view.earliest_stage_of_a_name {
            self.stages.entry(name.to_string()).or_insert(stage);
        } else {
            self.stages.insert(name.to_lowercase(), stage);
        }
    }

    fn get(&self, name: &str) -> Option<usize> {
        self.stages.get(name).copied()
    }
}
