//! [`VariableScopes`]: which ARG and ENV apply at each instruction.
//!
//! A [`ScopeId`] is one state of the environment; a stage built on another starts with the state in which that one
//! ended.

use std::borrow::Cow;

use super::base_environment::{BaseEnvironment, BaseImageEnvironment, BaseVariable};
use super::expand::{Environment, VariableValue};
use super::name_map::{NameMap, NameMapState};
use crate::source::Span;

/// Maximum bytes of values for one file, in addition to its text: each `ENV A=$A$A` doubles a value.
const MAX_VALUES: usize = 16 * 1024 * 1024;

/// Names that an ARG may declare and that never become part of the environment.
pub(crate) const OUTSIDE_ENVIRONMENT: [&str; 2] = ["BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"];

/// Whether the builder uses the variable itself, so builds do not depend on its value.
pub fn is_builder_variable(name: &str) -> bool {
    const PROXIES: [&str; 5] = ["http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy"];
    let platform = name.strip_prefix("TARGET").or_else(|| name.strip_prefix("BUILD"));
    platform
        .is_some_and(|part| matches!(part, "PLATFORM" | "OS" | "ARCH" | "VARIANT" | "OSVERSION" | "STAGE"))
        || name.starts_with("BUILDKIT_")
        || name == "SOURCE_DATE_EPOCH"
        || PROXIES.contains(&name.to_ascii_lowercase().as_str())
}

/// The source of the state of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariableOrigin {
    /// An ENV of this file.
    Env,
    /// An ARG of this file.
    Arg,
    /// The builder: the platform ARGs in the global scope, PATH in a stage.
    Builder,
}

/// The state of a variable.
#[derive(Debug, Clone)]
pub struct VariableBinding<'a> {
    pub origin: VariableOrigin,
    /// The value; `None` for an ARG without one.
    pub value: Option<Cow<'a, str>>,
    /// Whether the value is the same in every build.
    pub certain: bool,
    /// Whether the value is known.
    pub known: bool,
    /// The name in its declaration; `None` for variables of the builder.
    pub declared: Option<Span>,
}

/// One state of the environment.
#[derive(Debug, Clone, Copy)]
pub struct ScopeId {
    state: NameMapState,
    /// The variables that the base image may also set.
    pub base: BaseEnvironment,
}

impl ScopeId {
    pub const EMPTY: Self = Self::from_base(BaseEnvironment::Empty);

    /// An environment with only the variables of the base image.
    pub(crate) const fn from_base(base: BaseEnvironment) -> Self {
        Self { state: NameMapState::EMPTY, base }
    }
}

/// All environments of a file.
#[derive(Debug)]
pub struct VariableScopes<'a> {
    bindings: NameMap<'a, VariableBinding<'a>>,
    /// By the offset at which an instruction at top level starts, in file order.
    before: Vec<(u32, ScopeId)>,
    budget: usize,
    /// External images that stages are built on.
    images: Vec<BaseImageEnvironment>,
}

impl<'a> VariableScopes<'a> {
    pub fn new() -> Self {
        Self { bindings: NameMap::default(), before: Vec::new(), budget: MAX_VALUES, images: Vec::new() }
    }

    /// The environment of the instruction that starts at `offset`; for an ARG with several words, that of its first
    /// word. Before the first FROM, this is the global scope. FROM itself also sees the global scope, but this
    /// returns the state in which its stage begins.
    pub fn scope_before(&self, offset: u32) -> ScopeId {
        let after = self.before.partition_point(|(start, _)| *start <= offset);
        after.checked_sub(1).and_then(|at| self.before.get(at)).map_or(ScopeId::EMPTY, |(_, scope)| *scope)
    }

    /// The environment for the lexer.
    pub fn environment(&self, scope: ScopeId) -> ScopeEnvironment<'_, 'a> {
        ScopeEnvironment { scopes: self, scope }
    }

    /// The initial environment of a stage that is built on an external image.
    pub(crate) fn scope_of_image(&mut self, image: &str) -> ScopeId {
        let number = u32::try_from(self.images.len()).unwrap_or(u32::MAX);
        self.images.push(BaseImageEnvironment::new(image));
        ScopeId::from_base(BaseEnvironment::Image(number))
    }

    /// The state in the base image of a name that the file does not bind.
    pub fn base_variable(&self, scope: ScopeId, name: &str) -> BaseVariable<'_> {
        match scope.base {
            BaseEnvironment::Empty => BaseVariable::Unset { certain: true },
            BaseEnvironment::Image(number) => {
                self.images.get(number as usize).map_or(BaseVariable::Unknown, |image| image.variable(name))
            }
        }
    }

    /// Names that the base image of a scope is known to set.
    pub fn variables_of_base_image(&self, scope: ScopeId) -> Vec<&str> {
        match scope.base {
            BaseEnvironment::Empty => Vec::new(),
            BaseEnvironment::Image(number) => {
                self.images.get(number as usize).map(BaseImageEnvironment::names).unwrap_or_default()
            }
        }
    }

    /// The current binding of a name.
    pub fn get(&self, scope: ScopeId, name: &str) -> Option<&VariableBinding<'a>> {
        self.bindings.get(scope.state, name)
    }

    /// The current names that this file or the builder set, in the order in which the file first mentions them.
    pub fn names(&self, scope: ScopeId) -> impl Iterator<Item = (&str, &VariableBinding<'a>)> {
        self.all_names(scope).flatten()
    }

    /// All names of the file; those that are not bound have no value. This is cheaper than looking up each name.
    pub(crate) fn all_names(
        &self,
        scope: ScopeId,
    ) -> impl Iterator<Item = Option<(&str, &VariableBinding<'a>)>> {
        self.bindings.all_name_bindings(scope.state).map(|(name, binding)| Some((name, binding?)))
    }

    /// The number of different names in the file.
    pub fn count(&self) -> usize {
        self.bindings.count()
    }

    /// The state after a declaration.
    pub fn bind(&mut self, scope: ScopeId, name: Cow<'a, str>, mut binding: VariableBinding<'a>) -> ScopeId {
        if let Some(Cow::Owned(value)) = &binding.value {
            if let Some(rest) = self.budget.checked_sub(value.len()) {
                self.budget = rest;
            } else {
                binding.value = Some(Cow::Borrowed(""));
                binding.certain = false;
                binding.known = false;
            }
        }
        ScopeId { state: self.bindings.bind(scope.state, name, binding), ..scope }
    }

    /// Stores the environment of the instruction at `offset`. Must be called in file order.
    pub fn record(&mut self, offset: u32, scope: ScopeId) {
        self.before.push((offset, scope));
    }
}

impl Default for VariableScopes<'_> {
    fn default() -> Self {
        Self::new()
    }
}

/// One state of the environment, for expanding words.
#[derive(Debug, Clone, Copy)]
pub struct ScopeEnvironment<'s, 'a> {
    scopes: &'s VariableScopes<'a>,
    scope: ScopeId,
}

impl Environment for ScopeEnvironment<'_, '_> {
    fn variable(&self, name: &str) -> VariableValue<'_> {
        match self.scopes.get(self.scope, name) {
            Some(binding) => VariableValue {
                value: binding.value.as_deref(),
                certain: binding.certain,
                known: binding.known,
            },
            None => self.scopes.base_variable(self.scope, name).to_variable_value(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_size_of_values() {
        let mut scopes = VariableScopes::new();
        let mut scope = ScopeId::EMPTY;
        for _ in 0..40 {
            let value = Some("x".repeat(1 << 20).into());
            let binding = VariableBinding {
                origin: VariableOrigin::Env,
                value,
                certain: true,
                known: true,
                declared: None,
            };
            scope = scopes.bind(scope, "a".into(), binding);
        }
        assert!(!scopes.get(scope, "a").expect("bound").certain);
    }
}
