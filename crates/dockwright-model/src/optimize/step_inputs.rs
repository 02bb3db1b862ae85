//! [`StepInputs`]: what BuildKit compares to decide whether a step can be taken from its cache, and [`ArgNames`]: on
//! which build arguments a value depends.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::source_matcher::SourceMatcher;

/// Maximum number of names that are distinguished.
const MAX_NAMES: usize = 256;

/// Names of build arguments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ArgNames {
    names: BTreeSet<Rc<str>>,
    /// Whether there are too many to store, so that it may be any name.
    any: bool,
}

impl ArgNames {
    pub fn single(name: &str) -> Self {
        Self { names: BTreeSet::from([name.into()]), any: false }
    }

    pub fn add(&mut self, other: &Self) {
        self.any |= other.any;
        for name in &other.names {
            if self.names.len() >= MAX_NAMES && !self.names.contains(name) {
                self.any = true;
                return;
            }
            self.names.insert(Rc::clone(name));
        }
    }

    pub(crate) fn contain_any_argument(&self, changed: &BTreeSet<String>) -> bool {
        !changed.is_empty() && (self.any || self.names.iter().any(|name| changed.contains(&**name)))
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }
}

/// The variables in effect, each with the build arguments that its value depends on.
#[derive(Debug, Clone, Default)]
pub(crate) struct ArgEnvironment {
    variables: HashMap<Rc<str>, ArgNames>,
    /// The build arguments that any variable depends on: RUN gets every variable, used or not.
    all: ArgNames,
}

impl ArgEnvironment {
    pub(crate) fn set(&mut self, name: &str, args: &ArgNames) {
        let replaced = self.variables.insert(name.into(), args.clone());
        if replaced.is_some_and(|before| before != ArgNames::default() && before != *args) {
            self.all = ArgNames::default();
            for args in self.variables.values() {
                self.all.add(args);
            }
        } else {
            self.all.add(args);
        }
    }

    /// The build arguments that a variable depends on.
    pub(crate) fn args_of_variable(&self, name: &str) -> ArgNames {
        self.variables.get(name).cloned().unwrap_or_default()
    }

    pub(crate) fn has_variable(&self, name: &str) -> bool {
        self.variables.contains_key(name)
    }

    pub(crate) fn all_names(&self) -> &ArgNames {
        &self.all
    }
}

/// The source of files of a step, other than earlier steps and the build context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CopiedOrigin {
    /// Another stage, by index.
    Stage(usize),
    /// The base image.
    Image(String),
}

/// Files from another stage or image. Only their content matters for the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedFiles {
    pub origin: CopiedOrigin,
    pub paths: Vec<String>,
    pub mount: bool,
}

/// The inputs of a step, other than the previous step.
#[derive(Debug, Clone, Default)]
pub struct StepInputs {
    /// Files of the build context.
    pub reads: Vec<SourceMatcher>,
    pub taken: Vec<ImportedFiles>,
    pub args: ArgNames,
    /// Whether it does not depend on the previous step: `COPY --link`.
    pub free: bool,
}

/// Build arguments with the version of the project itself.
pub const PROJECT_VERSIONS: [&str; 4] = ["APP_VERSION", "BUILD_VERSION", "IMAGE_VERSION", "RELEASE_VERSION"];

/// Whether a build argument of that name has another value in every build, judged by its name. An argument named
/// `VERSION` only if the file gives it no default.
pub fn is_per_build(name: &str, has_default: bool) -> bool {
    let name = name.to_ascii_uppercase();
    let words: Vec<&str> = name.split('_').collect();
    let has = |word: &str| words.contains(&word);
    let any = ["SHA", "SHA1", "COMMIT", "REVISION", "CACHEBUST", "CACHEBUSTER", "TIMESTAMP", "BUILDDATE"];
    any.iter().any(|word| has(word))
        || (has("CACHE") && (has("BUST") || has("BUSTER") || has("DATE")))
        || ((has("BUILD") || has("GIT") || has("VCS") || has("CI"))
            && ["DATE", "TIME", "NUMBER", "NUM", "ID", "REF", "REV", "HASH", "BRANCH", "TAG", "DESCRIBE"]
                .iter()
                .any(|word| has(word)))
        || (!has_default
            && (PROJECT_VERSIONS.contains(&name.as_str()) || matches!(name.as_str(), "VERSION" | "RELEASE")))
}

/// Whether a name that [`is_per_build`] accepts is about the project that is built, and not about something
/// that it downloads: `GIT_COMMIT`, not `LUAROCKS_SHA`.
pub fn is_project_metadata(name: &str) -> bool {
    const WORDS: [&str; 44] = [
        "APP",
        "APPLICATION",
        "ARG",
        "BRANCH",
        "BUILD",
        "BUILDDATE",
        "BUILDTIME",
        "BUST",
        "BUSTER",
        "CACHE",
        "CACHEBUST",
        "CACHEBUSTER",
        "CI",
        "COMMIT",
        "CREATED",
        "CURRENT",
        "DATE",
        "DESCRIBE",
        "DOCKER",
        "GIT",
        "HASH",
        "HEAD",
        "ID",
        "IMAGE",
        "LAST",
        "LATEST",
        "LONG",
        "NUM",
        "NUMBER",
        "PROJECT",
        "REF",
        "REPO",
        "REV",
        "REVISION",
        "SHA",
        "SHA1",
        "SHORT",
        "SOURCE",
        "SRC",
        "TAG",
        "TIME",
        "TIMESTAMP",
        "VCS",
        "VERSION",
    ];
    let name = name.to_ascii_uppercase();
    name != "VERSION" && name.split('_').all(|word| WORDS.contains(&word))
}

/// Whether a build argument of that name exists to invalidate the cache.
pub fn is_cache_buster(name: &str) -> bool {
    let name = name.to_ascii_uppercase().replace('_', "");
    name.contains("CACHEBUST") || name.contains("CACHEDATE") || name.contains("BUSTCACHE")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognizes_per_build_arguments() {
        for (name, default, expected) in [
            ("GIT_SHA", false, true),
            ("git_commit", true, true),
            ("BUILD_DATE", false, true),
            ("BUILD_NUMBER", true, true),
            ("VCS_REF", false, true),
            ("CACHEBUST", true, true),
            ("CACHE_DATE", true, true),
            ("VERSION", false, true),
            ("VERSION", true, false),
            ("NODE_VERSION", false, false),
            ("TARGETARCH", false, false),
            ("APP_ENV", true, false),
            ("SHASUM", true, false),
        ] {
            assert_eq!(is_per_build(name, default), expected, "{name}");
        }
    }

    #[test]
    fn new_value_replaces_old_value() {
        let mut environment = ArgEnvironment::default();
        environment.set("A", &ArgNames::single("X"));
        environment.set("B", &ArgNames::single("Y"));
        environment.set("A", &ArgNames::default());
        assert_eq!(environment.all_names(), &ArgNames::single("Y"));
        assert!(!environment.all_names().contain_any_argument(&BTreeSet::from(["X".to_string()])));
    }
}
