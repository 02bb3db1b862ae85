//! The inputs of each kind of instruction: its [`StepInputs`], and its effects on the next instructions.

use super::draft::{StageWalk, StepBuilder};
use super::source_matcher::SourceMatcher;
use super::step_inputs::{ArgNames, CopiedOrigin, ImportedFiles, StepInputs};
use crate::semantic::build::{is_git, is_http};
pub use crate::semantic::paths::join_path;
use crate::semantic::scope::ScopeId;
use crate::semantic::{CopyFromOrigin as From, Semantics, Stage};
use crate::syntax::{Arguments, CommandLine, Instruction, Kind, Mount, MountKey, Paths, Source};

impl<'a> StepBuilder<'_, 'a> {
    /// The key of an instruction, and its destination.
    pub(super) fn step_inputs(
        &mut self,
        walk: &mut StageWalk,
        instruction: &'a Instruction<'a>,
        scope: ScopeId,
        fired: bool,
    ) -> (StepInputs, Option<String>) {
        match (instruction.kind, &instruction.arguments) {
            (Kind::Arg, Arguments::Declarations(declarations)) => {
                for declaration in declarations {
                    let name = declaration.name.text.as_ref();
                    let mut args = ArgNames::single(name);
                    match &declaration.default {
                        Some(default) => args.add(&self.build_args_in_word(default, scope, walk)),
                        None => args.add(&self.global.args_of_variable(name)),
                    }
                    let known = self.drafts.declared.iter().any(|(known, _)| known == name);
                    if !known && !crate::semantic::scope::is_builder_variable(name) {
                        let has_default = declaration.default.is_some() || self.global.has_variable(name);
                        self.drafts.declared.push((name.to_string(), has_default));
                    }
                    walk.environment.set(name, &args);
                }
                (StepInputs::default(), None)
            }
            (Kind::Env, Arguments::Pairs { pairs, .. }) => {
                // All values of one ENV are expanded with the variables before it.
                let before = walk.clone();
                for pair in pairs {
                    let args = self.build_args_in_word(&pair.value, scope, &before);
                    walk.environment.set(&pair.key.text, &args);
                }
                (StepInputs::default(), None)
            }
            (Kind::User, Arguments::Text(word)) => {
                let value = self.expand_value(&word.text, scope, fired);
                walk.user = self.build_args_in_word(word, scope, walk);
                walk.state.user =
                    value.known.then(|| value.value().to_string()).filter(|user| !user.is_empty());
                (StepInputs::default(), None)
            }
            (Kind::Workdir, Arguments::Text(word)) => {
                let value = self.expand_value(&word.text, scope, fired);
                let own = self.build_args_in_word(word, scope, walk);
                if value.value().starts_with('/') {
                    walk.workdir = own;
                } else {
                    walk.workdir.add(&own);
                }
                let path =
                    value.known.then(|| join_path(walk.state.workdir.as_deref(), value.value())).flatten();
                walk.state.workdir.clone_from(&path);
                // The current user owns the new directory.
                let mut args = walk.workdir.clone();
                args.add(&walk.user);
                (StepInputs { args, ..StepInputs::default() }, path)
            }
            (Kind::Shell, Arguments::Command(CommandLine::Exec { words, .. })) => {
                let words: Vec<&str> = words.iter().map(|word| word.text.as_ref()).collect();
                walk.state.shell = Some(words.join(" "));
                (StepInputs::default(), None)
            }
            (Kind::Copy | Kind::Add, Arguments::Paths(paths)) => {
                self.copy_inputs(walk, instruction, paths, scope, fired)
            }
            (Kind::Run, Arguments::Command(_)) => (self.run_inputs(walk, instruction, scope, fired), None),
            _ => (StepInputs::default(), None),
        }
    }

    fn copy_inputs(
        &self,
        walk: &StageWalk,
        instruction: &'a Instruction<'a>,
        paths: &'a Paths<'a>,
        scope: ScopeId,
        fired: bool,
    ) -> (StepInputs, Option<String>) {
        let mut key = StepInputs::default();
        let link = instruction.flag("link");
        key.free = link.is_some_and(|flag| flag.value.as_ref().is_none_or(|value| value.text != "false"));
        let excluded: Vec<&str> = instruction
            .flags
            .iter()
            .filter(|flag| flag.name.text == "exclude")
            .filter_map(|flag| Some(flag.value.as_ref()?.text.as_ref()))
            .collect();
        let words = paths.sources.iter().map(Source::word).chain(&paths.destination);
        let flags =
            ["chown", "chmod", "checksum"].into_iter().filter_map(|name| instruction.flag_value(name));
        for word in words.chain(flags) {
            key.args.add(&self.build_args_in_word(word, scope, walk));
        }
        for source in &paths.sources {
            let Source::Heredoc(_, Some(number)) = source else { continue };
            if let Some(heredoc) = instruction.heredocs.get(*number).filter(|heredoc| heredoc.expand) {
                let body = String::from_utf8_lossy(heredoc.body.bytes(self.semantics.file.source));
                key.args.add(&self.build_args_in_text(&body, scope, &walk.environment));
            }
        }
        let sources: Vec<(String, bool)> = paths
            .sources
            .iter()
            .filter_map(|source| match source {
                Source::Path(word) => {
                    let value = self.expand_value(&word.text, scope, fired);
                    // An argument without a default, which a build has to set.
                    let is_unset = word.text.contains('$') && value.value().is_empty();
                    Some((value.value().to_string(), value.known && value.result.is_ok() && !is_unset))
                }
                Source::Heredoc(..) => None,
            })
            .collect();
        let from =
            instruction.flag_value("from").filter(|from| instruction.kind == Kind::Copy && !from.is_empty());
        if let Some(from) = from {
            let paths = sources.iter().map(|(path, _)| path.clone()).collect();
            let origin = resolve_copied_origin(self.semantics, &from.text, self.stage());
            key.taken.push(ImportedFiles { origin, paths, mount: false });
        } else {
            let local = sources.iter().filter(|(path, _)| !is_git(path) && !is_http(path));
            key.reads.extend(local.map(|(path, known)| SourceMatcher::new(path, *known, &excluded)));
        }
        let destination = paths.destination.as_ref().and_then(|word| {
            let value = self.expand_value(&word.text, scope, fired);
            if !value.value().starts_with('/') {
                key.args.add(&walk.workdir);
            }
            let joined =
                value.known.then(|| join_path(walk.state.workdir.as_deref(), value.value())).flatten()?;
            let directory = value.value().ends_with(['/', '.']) && joined != "/";
            Some(if directory { joined + "/" } else { joined })
        });
        (key, destination)
    }

    fn run_inputs(
        &self,
        walk: &StageWalk,
        run: &'a Instruction<'a>,
        scope: ScopeId,
        fired: bool,
    ) -> StepInputs {
        let mut key = StepInputs { args: walk.environment.all_names().clone(), ..StepInputs::default() };
        key.args.add(&walk.user);
        key.args.add(&walk.workdir);
        for mount in run.mounts() {
            self.add_mount_inputs(&mut key, &mount, walk, scope, fired);
        }
        key
    }

    fn add_mount_inputs(
        &self,
        key: &mut StepInputs,
        mount: &Mount<'_>,
        walk: &StageWalk,
        scope: ScopeId,
        fired: bool,
    ) {
        let kind = mount.kind();
        if kind != "bind" && mount.from().is_none() {
            return;
        }
        let is = |name: MountKey, no: bool| {
            mount.field(name).is_some_and(|field| {
                field.value.as_ref().map_or(!no, |value| matches!(&*value.text, "false" | "0") == no)
            })
        };
        // A writable mount depends on all files of the context, not only on the mounted ones.
        let writable = is(MountKey::ReadWrite, false) || is(MountKey::ReadOnly, true) || kind == "cache";
        let path = mount.source().map_or("/", |source| &source.text);
        let value = self.expand_value(path, scope, fired);
        key.args.add(&self.build_args_in_text(path, scope, &walk.environment));
        let Some(from) = mount.from().filter(|from| !from.is_empty()) else {
            let read = if writable { "." } else { value.value() };
            key.reads.push(SourceMatcher::new(read, writable || value.known, &[]));
            return;
        };
        key.args.add(&self.build_args_in_word(from, scope, walk));
        let name = self.expand_value(&from.text, scope, fired);
        key.taken.push(ImportedFiles {
            origin: resolve_copied_origin(self.semantics, name.value(), self.stage()),
            paths: vec![value.value().to_string()],
            mount: true,
        });
    }

    fn stage(&self) -> Option<&Stage<'a>> {
        self.semantics.stages.get(self.drafts.from_args.len().checked_sub(1)?)
    }
}

fn resolve_copied_origin(semantics: &Semantics<'_>, name: &str, stage: Option<&Stage<'_>>) -> CopiedOrigin {
    match semantics.copy_from_origin(name, stage) {
        From::Earlier(index) => CopiedOrigin::Stage(index),
        _ => CopiedOrigin::Image(name.to_string()),
    }
}
