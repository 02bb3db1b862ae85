//! [`BuildFacts`]: the data for the build checks, collected in one pass.

use std::borrow::Cow;

use super::InstructionSite;
use crate::source::Span;

#[derive(Debug, Default)]
pub struct BuildFacts<'a> {
    /// Uses of variables that are not set.
    pub(crate) undefined: Vec<UndefinedVariable<'a>>,
    /// Undefined variables in FROM, which sees only global ARGs.
    pub undefined_in_from: Vec<UndefinedInFrom>,
    /// The first WORKDIR of a stage if it is relative.
    pub relative_workdirs: Vec<ExpandedValue<'a>>,
    /// CMD, ENTRYPOINT and HEALTHCHECK that a later one of the stage replaces.
    pub repeated: Vec<RepeatedInstruction<'a>>,
    /// CMD and ENTRYPOINT in shell form where no SHELL applies.
    pub shell_forms: Vec<InstructionSite<'a>>,
    /// ENV and LABEL without `=`.
    pub legacy_pairs: Vec<InstructionSite<'a>>,
    /// Names of ARG and keys of ENV.
    pub keys: Vec<ExpandedValue<'a>>,
    /// Ports of EXPOSE, one by one.
    pub ports: Vec<ExpandedValue<'a>>,
    /// Sources of ADD and COPY that come from the build context.
    pub sources: Vec<ExpandedValue<'a>>,
}

impl<'a> BuildFacts<'a> {
    /// Keeps the entries for sites that `keep` accepts.
    pub(super) fn retain(&mut self, keep: impl Fn(&InstructionSite<'a>) -> bool) {
        self.undefined.retain(|found| keep(&found.site));
        self.repeated.retain(|found| keep(&found.earlier) && keep(&found.later));
        self.shell_forms.retain(&keep);
        self.legacy_pairs.retain(&keep);
        for values in [&mut self.relative_workdirs, &mut self.keys, &mut self.ports, &mut self.sources] {
            values.retain(|found| keep(&found.site));
        }
    }
}

/// A use of a variable that is not set.
#[derive(Debug)]
pub struct UndefinedVariable<'a> {
    pub site: InstructionSite<'a>,
    pub span: Span,
    pub name: String,
    /// A defined variable with a similar name.
    pub nearest: Option<String>,
    /// Whether an unknown base image may set it.
    pub may_be_set: bool,
}

#[derive(Debug)]
pub struct UndefinedInFrom {
    /// Index of the stage.
    pub stage: usize,
    pub span: Span,
    pub name: String,
    pub nearest: Option<String>,
}

/// A value after expansion.
#[derive(Debug)]
pub struct ExpandedValue<'a> {
    pub site: InstructionSite<'a>,
    /// The word that it comes from.
    pub span: Span,
    pub value: Cow<'a, str>,
    /// Whether the file contains exactly this value.
    pub literal: bool,
    pub certain: bool,
    /// Whether all of it is known; unknown parts are omitted.
    pub known: bool,
}

#[derive(Debug)]
pub struct RepeatedInstruction<'a> {
    pub earlier: InstructionSite<'a>,
    pub later: InstructionSite<'a>,
}
