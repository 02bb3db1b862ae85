//! [`Facts`]: what the build checks ask for, found in one pass.

use std::borrow::Cow;

use super::Site;
use crate::source::Span;

#[derive(Debug, Default)]
pub struct Facts<'a> {
    /// Variables that are used where they are not set.
    pub undefined: Vec<Undefined<'a>>,
    /// The same in FROM, where only global ARGs count.
    pub undefined_in_from: Vec<UndefinedInFrom>,
    /// The first WORKDIR of a stage where it is relative.
    pub relative_workdirs: Vec<Valued<'a>>,
    /// CMD, ENTRYPOINT and HEALTHCHECK that a later one of the stage replaces.
    pub repeated: Vec<Repeated<'a>>,
    /// CMD and ENTRYPOINT in shell form where no SHELL is in force.
    pub shell_forms: Vec<Site<'a>>,
    /// ENV and LABEL without `=`.
    pub legacy_pairs: Vec<Site<'a>>,
    /// Names of ARG and keys of ENV.
    pub keys: Vec<Valued<'a>>,
    /// Ports of EXPOSE, one by one.
    pub ports: Vec<Valued<'a>>,
    /// Sources of ADD and COPY that come from the build context.
    pub sources: Vec<Valued<'a>>,
}

impl<'a> Facts<'a> {
    /// Keeps what is about sites that `keep` accepts.
    pub(super) fn retain(&mut self, keep: impl Fn(&Site<'a>) -> bool) {
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
pub struct Undefined<'a> {
    pub site: Site<'a>,
    pub span: Span,
    pub name: String,
    /// A name in force that looks like it.
    pub nearest: Option<String>,
    /// Whether a base image that is not known here may set it.
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
pub struct Valued<'a> {
    pub site: Site<'a>,
    /// The word that it comes from.
    pub span: Span,
    pub value: Cow<'a, str>,
    /// Whether the value stands in the file like this.
    pub literal: bool,
    pub certain: bool,
    /// Whether all of it is known; what is not is left out.
    pub known: bool,
}

#[derive(Debug)]
pub struct Repeated<'a> {
    pub earlier: Site<'a>,
    pub later: Site<'a>,
}
