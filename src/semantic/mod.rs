//! What a Dockerfile means, computed once per file: stages and their graph, names and values in scope, the
//! shell, user and working directory in force, and the commands of each RUN. Rules ask here.

use crate::shell::Script;
use crate::source::Span;
use crate::syntax::{Dockerfile, Instruction};

/// Everything known of one file.
#[derive(Debug)]
pub struct Semantics<'a> {
    pub stages: Vec<Stage<'a>>,
    /// Every RUN, those under ONBUILD too, in file order.
    pub runs: Vec<Run<'a>>,
}

/// From one FROM to the next.
#[derive(Debug)]
pub struct Stage<'a> {
    /// Counted from 0.
    pub index: usize,
    pub from: &'a Instruction<'a>,
    /// The name as written.
    pub name: Option<&'a str>,
    /// From the FROM to the next one, or the end of the file.
    pub span: Span,
}

impl Stage<'_> {
    /// The name, or the number where there is none.
    #[must_use]
    pub fn display_name(&self) -> String {
        self.name.map_or_else(|| self.index.to_string(), str::to_string)
    }
}

/// A RUN and its commands.
#[derive(Debug)]
pub struct Run<'a> {
    /// The RUN itself (for `ONBUILD RUN`, the inner instruction).
    pub instruction: &'a Instruction<'a>,
    /// The instruction at top level: the same, or the ONBUILD around it.
    pub outer: &'a Instruction<'a>,
    pub onbuild: bool,
    /// Index of the stage; `None` before the first FROM.
    pub stage: Option<usize>,
    pub script: Script,
}

impl<'a> Semantics<'a> {
    #[must_use]
    pub fn new(file: &'a Dockerfile<'a>) -> Self {
        let _ = file;
        Self { stages: Vec::new(), runs: Vec::new() }
    }

    /// The stage in which the byte at `offset` stands.
    #[must_use]
    pub fn stage_at(&self, offset: u32) -> Option<&Stage<'a>> {
        let after = self.stages.partition_point(|stage| stage.span.start <= offset);
        self.stages.get(after.checked_sub(1)?)
    }
}
