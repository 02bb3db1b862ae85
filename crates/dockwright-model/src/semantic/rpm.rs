//! Whether an RPM is named with a version: `name-version`, `name-version-release.arch`, a file, or a version from a
//! variable.

use std::collections::HashSet;

use super::{Run, Semantics, StageBaseKind, View};
use crate::syntax::{Arguments, Dockerfile, Instruction, Kind};

/// Whether the version of the package is pinned for yum and dnf.
pub fn is_pinned_rpm(package: &str, variables: &RpmVariables) -> bool {
    // `dnf install 'httpd >= 2.4'`
    if !variables.view.takes_any_digit_for_rpm_version && package.contains(['<', '>', '=']) {
        return true;
    }
    let parts: Vec<&str> = package.split('-').collect();
    let Some((_, rest)) = parts.split_first().filter(|(_, rest)| !rest.is_empty()) else {
        return variables.has_no_version(package);
    };
    if package.ends_with(".rpm") || variables.has_no_version(package) {
        return true;
    }
    if package.contains('$') {
        let names = package.split("${").skip(1).filter_map(|rest| rest.split_once('}'));
        return names.into_iter().any(|(name, _)| variables.has_variable(name));
    }
    let begins_with_digit = |part: &str| part.starts_with(|c: char| c.is_ascii_digit());
    if variables.view.takes_any_digit_for_rpm_version {
        let is_version_char = |c: char| c.is_ascii_alphanumeric() || ".~^_:+".contains(c);
        return rest.iter().all(|part| part.chars().all(is_version_char))
            && rest.iter().any(|part| begins_with_digit(part));
    }
    match rest {
        [.., version, release] => {
            begins_with_digit(release) || (begins_with_digit(version) && release.contains('*'))
        }
        [version] => begins_with_digit(version),
        [] => false,
    }
}

/// The variables from which a version may come: those of ENV in the stage and its base stages, and those of any
/// earlier ARG.
#[derive(Debug)]
pub struct RpmVariables {
    view: View,
    arg: HashSet<String>,
    /// The part before the first FROM, then the stages.
    env: Vec<EnvVariables>,
}

#[derive(Debug, Default)]
struct EnvVariables {
    names: HashSet<String>,
    /// Index of its base.
    parent: Option<usize>,
}

/// Calls a function for every RUN with the variables known there. ONBUILD triggers see only the variables of other
/// triggers.
pub fn visit_runs_with_variables<'a>(
    file: &'a Dockerfile<'a>,
    semantics: &'a Semantics<'a>,
    mut visit: impl FnMut(&'a Run<'a>, &RpmVariables),
) {
    for onbuild in [false, true] {
        let mut variables =
            RpmVariables { view: semantics.view, arg: HashSet::new(), env: vec![EnvVariables::default()] };
        let mut runs = semantics.runs.iter().filter(|run| run.onbuild == onbuild).peekable();
        for outer in file.instructions() {
            let instruction = match &outer.arguments {
                Arguments::Onbuild(inner) if onbuild => inner.as_ref(),
                _ if onbuild || outer.kind == Kind::Onbuild => continue,
                _ => outer,
            };
            variables.record_instruction(instruction, semantics);
            if let Some(run) = runs.next_if(|run| run.outer.span == outer.span) {
                visit(run, &variables);
            }
        }
    }
}

impl RpmVariables {
    fn record_instruction(&mut self, instruction: &Instruction<'_>, semantics: &Semantics<'_>) {
        match &instruction.arguments {
            Arguments::From(_) => {
                let stage = semantics.stage_starting_at(instruction.span.start);
                let parent = stage.and_then(|stage| match stage.base {
                    StageBaseKind::Stage(parent) => Some(parent + 1),
                    _ => None,
                });
                self.env.push(EnvVariables { names: HashSet::new(), parent });
            }
            Arguments::Pairs { pairs, .. } if instruction.kind == Kind::Env => {
                let keys = pairs.iter().map(|pair| pair.key.text.trim_matches(['"', '\'']).to_string());
                if let Some(env) = self.env.last_mut() {
                    env.names.extend(keys);
                }
            }
            Arguments::Declarations(declarations) => {
                self.arg.extend(declarations.first().map(|declared| declared.name.text.to_string()));
            }
            _ => {}
        }
    }

    fn has_variable(&self, name: &str) -> bool {
        let mut env = self.env.last();
        while let Some(stage) = env {
            if stage.names.contains(name) {
                return true;
            }
            env = stage.parent.and_then(|parent| self.env.get(parent));
        }
        self.arg.contains(name)
    }

    /// Whether it is a file, a group or an environment, which have no version.
    fn has_no_version(&self, package: &str) -> bool {
        !self.view.takes_any_digit_for_rpm_version
            && (package.starts_with('@') || package.ends_with(".rpm") || package.contains("://"))
    }
}
