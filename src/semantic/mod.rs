//! What a Dockerfile means, computed once per file: stages and their graph, names and values in scope, the
//! shell, user and working directory in force, and the commands of each RUN. Rules ask here.

pub mod archive;
pub mod base_image;
mod image;
mod mark;
mod pip;
mod pragma;
mod repeated;
mod run;
mod stage;
mod view;

pub use image::Image;
pub use mark::StageMarks;
pub use pip::{is_pip_install, is_pip_wrapper};
pub use pragma::Pragma;
pub use repeated::repeated_in_stage;
pub use run::{Run, script, shell_span};
pub use stage::{Base, Stage};
pub use view::View;

use crate::syntax::Dockerfile;

/// Everything known of one file.
#[derive(Debug)]
pub struct Semantics<'a> {
    pub view: View,
    pub stages: Vec<Stage<'a>>,
    /// Every RUN, those under ONBUILD too, in file order.
    pub runs: Vec<Run<'a>>,
}

impl<'a> Semantics<'a> {
    pub fn new(file: &'a Dockerfile<'a>, view: View) -> Self {
        let stages = stage::stages(file, view);
        let mut semantics = Self { view, stages, runs: Vec::new() };
        semantics.runs = file
            .instructions()
            .filter_map(|outer| {
                let (instruction, line, onbuild) = run::inner_run(outer)?;
                let stage = semantics.stage_at(outer.span.start);
                Some(Run {
                    instruction,
                    outer,
                    onbuild,
                    stage: stage.map(|stage| stage.index),
                    ships: onbuild || stage.map_or(semantics.stages.is_empty(), |stage| stage.ships),
                    mounts: instruction.mounts(),
                    script: script(file, instruction, line, view),
                })
            })
            .collect();
        semantics
    }

    /// The stage in which the byte at `offset` stands.
    pub fn stage_at(&self, offset: u32) -> Option<&Stage<'a>> {
        let after = self.stages.partition_point(|stage| stage.span.start <= offset);
        self.stages.get(after.checked_sub(1)?)
    }

    /// Whether the first stage begins at this instruction, and which stage, if any, begins there.
    pub fn stage_from(&self, start: u32) -> Option<&Stage<'a>> {
        self.stage_at(start).filter(|stage| stage.span.start == start)
    }
}
