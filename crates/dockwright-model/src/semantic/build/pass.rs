//! [`BuildPass`]: evaluates the instructions of a file in order, as BuildKit does when it converts them.

use std::collections::HashMap;

use super::{
    Build, BuildConversionStep, BuildFacts, BuildInputs, BuildRefusal, DefaultImages, InstructionSite,
    UndefinedVariable,
};
use crate::semantic::base_environment::BaseVariable;
use crate::semantic::expand::{ExpandError, ExpandErrorKind, Expansion, ExpansionMode, expand};
use crate::semantic::nearest::nearest_within_two;
use crate::semantic::scope::{OUTSIDE_ENVIRONMENT, ScopeId, VariableBinding, VariableOrigin, VariableScopes};
use crate::syntax::{Arguments, Declaration, Dockerfile, Instruction, Kind, Word, quote_excerpt};

/// Limit of the names that are compared to find similar ones, for each file.
const COMPARISONS: usize = 200_000;

/// Limit of the triggers that are executed, for each file.
pub(super) const TRIGGERS: usize = 10_000;

pub(super) struct BuildPass<'a, 'i> {
    pub file: &'a Dockerfile<'a>,
    pub inputs: &'i BuildInputs,
    pub build: Build<'a>,
    pub global: ScopeId,
    /// The latest stage so far of each name.
    pub(crate) by_name: HashMap<String, usize>,
    /// The last stage in the file of each name.
    pub(crate) last_by_name: HashMap<String, usize>,
    pub(crate) stage_count: usize,
    pub(crate) comparisons_left: usize,
    /// The number of images that COPY and mounts have named so far.
    pub images: usize,
    /// The number of triggers that may still be executed.
    pub triggers: usize,
    /// The stage for which triggers are being executed.
    pub(crate) firing: Option<usize>,
    /// The errors of triggers, and the stage for which they are executed.
    pub(super) fired_refusals: Vec<(usize, BuildRefusal)>,
}

pub(super) fn run_build<'a>(file: &'a Dockerfile<'a>, inputs: &BuildInputs) -> Build<'a> {
    let mut pass = BuildPass::new(file, inputs);
    let mut scope = pass.global;
    for instruction in file.instructions() {
        if let Arguments::From(from) = &instruction.arguments {
            pass.finish_stage(scope);
            scope = pass.begin_build_stage(instruction, from);
            pass.build.scopes.record(instruction.span.start, scope);
            scope = pass.run_triggers(scope);
            continue;
        }
        pass.build.scopes.record(instruction.span.start, scope);
        if let Some(stage) = pass.build.stages.len().checked_sub(1) {
            let site = InstructionSite { instruction, anchor: instruction, stage, fired: false };
            scope = pass.process_instruction(&site, scope);
        } else {
            scope = pass.process_global_instruction(instruction, scope);
            pass.global = scope;
        }
    }
    pass.finish_stage(scope);
    pass.finish()
}

impl<'a, 'i> BuildPass<'a, 'i> {
    fn new(file: &'a Dockerfile<'a>, inputs: &'i BuildInputs) -> Self {
        let mut last_by_name = HashMap::new();
        let mut stage_count = 0;
        for instruction in file.instructions() {
            if let Arguments::From(from) = &instruction.arguments {
                if let Some(alias) = &from.alias {
                    last_by_name.insert(alias.name.text.to_lowercase(), stage_count);
                }
                stage_count += 1;
            }
        }
        let build = Build {
            scopes: VariableScopes::new(),
            global: ScopeId::EMPTY,
            stages: Vec::new(),
            facts: BuildFacts::default(),
            refusals: Vec::new(),
            needed: Vec::new(),
            default_images: DefaultImages::default(),
        };
        let mut pass = Self {
            file,
            inputs,
            build,
            global: ScopeId::EMPTY,
            by_name: HashMap::new(),
            last_by_name,
            stage_count,
            comparisons_left: COMPARISONS,
            images: 0,
            triggers: TRIGGERS,
            firing: None,
            fired_refusals: Vec::new(),
        };
        pass.define_builder_args();
        pass
    }

    /// Defines the variables that the builder sets in the global scope.
    fn define_builder_args(&mut self) {
        let platform = self.inputs.platform.as_ref();
        let known = platform.is_some();
        let all = platform.map_or_else(|| "linux/amd64".to_string(), ToString::to_string);
        let (os, architecture, variant) = platform.map_or(("linux", "amd64", ""), |platform| {
            (&platform.os, &platform.architecture, &platform.variant)
        });
        let target = self.inputs.target.clone().or_else(|| {
            let last = self.file.instructions().rev().find_map(|instruction| match &instruction.arguments {
                Arguments::From(from) => Some(from),
                _ => None,
            });
            Some(last?.alias.as_ref()?.name.text.to_lowercase())
        });
        let target = target.unwrap_or_else(|| "default".to_string());
        for (name, value) in [
            ("BUILDPLATFORM", "linux/amd64"),
            ("BUILDOS", "linux"),
            ("BUILDOSVERSION", ""),
            ("BUILDARCH", "amd64"),
            ("BUILDVARIANT", ""),
            ("TARGETPLATFORM", &all),
            ("TARGETOS", os),
            ("TARGETOSVERSION", ""),
            ("TARGETARCH", architecture),
            ("TARGETVARIANT", variant),
            ("TARGETSTAGE", &target),
        ] {
            let given = self.inputs.args.get(name);
            let value = given.map_or(value, String::as_str).to_string();
            let certain = given.is_some() || (known && name.starts_with("TARGET"));
            let binding = VariableBinding {
                origin: VariableOrigin::Builder,
                value: Some(value.into()),
                certain,
                known: true,
                declared: None,
            };
            self.global = self.build.scopes.bind(self.global, name.into(), binding);
        }
    }

    /// Processes an instruction before the first FROM.
    fn process_global_instruction(
        &mut self,
        instruction: &'a Instruction<'a>,
        mut scope: ScopeId,
    ) -> ScopeId {
        let Arguments::Declarations(declarations) = &instruction.arguments else {
            if instruction.kind != Kind::Unknown {
                let message =
                    format!("{} comes before the first `FROM`", quote_excerpt(&instruction.keyword.text));
                let span = instruction.keyword.span;
                self.record_refusal(
                    BuildRefusal::new(BuildConversionStep::Instructions, instruction, span, message)
                        .help("move it below a `FROM`; only `ARG` may come first"),
                );
            }
            return scope;
        };
        for declaration in declarations {
            if let Some(value) = self.inputs.args.get(declaration.name.text.as_ref()) {
                scope = self.declare_arg(scope, declaration, Some((value.clone().into(), true, true)));
            } else if let Some(default) = &declaration.default {
                let environment = self.build.scopes.environment(scope);
                let expansion = expand(&default.text, self.file.escape, ExpansionMode::Word, &environment);
                if let Err(error) = &expansion.result {
                    let at = (default, 0);
                    let refusal = BuildRefusal::expansion(
                        BuildConversionStep::Globals,
                        instruction,
                        at,
                        error,
                        self.file.source,
                    );
                    let name = self.argument_that_avoids(scope, &declaration.name.text, error).to_string();
                    self.record_refusal(refusal.for_default_value(&name, &expansion));
                }
                let known = expansion.known && expansion.result.is_ok();
                let value = expansion.result.unwrap_or_default();
                scope = self.declare_arg(scope, declaration, Some((value, false, known)));
            } else if self.build.scopes.get(scope, &declaration.name.text).is_none() {
                scope = self.declare_arg(scope, declaration, None);
            }
        }
        scope
    }

    /// Declares an ARG; its value may be uncertain or unknown.
    pub(super) fn declare_arg(
        &mut self,
        scope: ScopeId,
        declaration: &'a Declaration<'a>,
        value: Option<(std::borrow::Cow<'a, str>, bool, bool)>,
    ) -> ScopeId {
        let name = declaration.name.text.as_ref();
        let value = value.filter(|_| !OUTSIDE_ENVIRONMENT.contains(&name));
        let certain = value.as_ref().is_some_and(|(_, certain, _)| *certain);
        let known = value.as_ref().is_none_or(|(_, _, known)| *known);
        let binding = VariableBinding {
            origin: VariableOrigin::Arg,
            value: value.map(|(value, _, _)| value),
            certain,
            known,
            declared: Some(declaration.name.span),
        };
        self.build.scopes.bind(scope, name.into(), binding)
    }

    pub(super) fn record_refusal(&mut self, refusal: BuildRefusal) {
        match self.firing {
            Some(stage) => self.fired_refusals.push((stage, refusal)),
            None => self.build.refusals.push(refusal),
        }
    }

    /// Expands a word of an instruction; keeps its unset variables and its error.
    pub(super) fn expand_word(
        &mut self,
        site: &InstructionSite<'a>,
        scope: ScopeId,
        word: &'a Word<'a>,
    ) -> Expansion<'a> {
        self.expand_word_part(site, scope, (word, 0), &word.text, ExpansionMode::Word)
    }

    /// Expands `text`, which starts at byte `offset` of `word`.
    pub(super) fn expand_word_part<'t>(
        &mut self,
        site: &InstructionSite<'a>,
        scope: ScopeId,
        at: (&Word<'_>, usize),
        text: &'t str,
        mode: ExpansionMode,
    ) -> Expansion<'t> {
        let expansion = self.expand(site, scope, at, text, mode);
        if let Some(refusal) = self.refusal_of(site, at, &expansion) {
            self.record_refusal(refusal.with_certainty_of(&expansion));
        }
        expansion
    }

    /// Expands the default value of an ARG.
    pub(super) fn default(
        &mut self,
        site: &InstructionSite<'a>,
        scope: ScopeId,
        name: &Word<'_>,
        word: &'a Word<'a>,
    ) -> Expansion<'a> {
        let at = (word, 0);
        let expansion = self.expand(site, scope, at, &word.text, ExpansionMode::Word);
        if let Some(refusal) = self.refusal_of(site, at, &expansion) {
            let error = expansion.result.as_ref().err();
            let name =
                error.map_or(name.text.as_ref(), |error| self.argument_that_avoids(scope, &name.text, error));
            let refusal = refusal.for_default_value(name, &expansion);
            self.record_refusal(refusal);
        }
        expansion
    }

    /// The build argument that would avoid an error in the default of the ARG `own`: another ARG that the default
    /// uses, or else this one.
    fn argument_that_avoids<'n>(&self, scope: ScopeId, own: &'n str, error: &'n ExpandError) -> &'n str {
        match &error.kind {
            ExpandErrorKind::Required { name, .. } if self.is_arg(scope, name) => name,
            _ => own,
        }
    }

    fn is_arg(&self, scope: ScopeId, name: &str) -> bool {
        self.build.scopes.get(scope, name).is_some_and(|binding| binding.origin == VariableOrigin::Arg)
    }

    fn refusal_of(
        &self,
        site: &InstructionSite<'a>,
        at: (&Word<'_>, usize),
        expansion: &Expansion<'_>,
    ) -> Option<BuildRefusal> {
        let error = expansion.result.as_ref().err()?;
        let mut refusal =
            BuildRefusal::expansion(BuildConversionStep::Dispatch, site.anchor, at, error, self.file.source);
        refusal.error.span = site.report_span(refusal.error.span);
        Some(refusal)
    }

    /// Expands a text; keeps its unset variables.
    fn expand<'t>(
        &mut self,
        site: &InstructionSite<'a>,
        scope: ScopeId,
        (word, offset): (&Word<'_>, usize),
        text: &'t str,
        mode: ExpansionMode,
    ) -> Expansion<'t> {
        let escape = if site.fired || mode == ExpansionMode::HeredocBody { b'\\' } else { self.file.escape };
        let expansion = expand(text, escape, mode, &self.build.scopes.environment(scope));
        for found in expansion.unset_variables() {
            if self.build.scopes.get(scope, found.name).is_some() || OUTSIDE_ENVIRONMENT.contains(&found.name)
            {
                continue;
            }
            let scopes = &self.build.scopes;
            let set = scopes.all_names(scope).map(|found| {
                let (name, binding) = found?;
                binding.value.is_some().then_some(name)
            });
            // The names that a base image sets are looked up only if there is time to compare them.
            let of_base = (self.comparisons_left > 0).then(|| scopes.variables_of_base_image(scope));
            let names = set.chain(of_base.into_iter().flatten().map(Some));
            let range = found.range.start + offset..found.range.end + offset;
            self.build.facts.undefined.push(UndefinedVariable {
                site: *site,
                span: site.report_span(word.span_of_range(range, self.file.source)),
                name: found.name.to_string(),
                nearest: nearest_within_two(found.name, names, &mut self.comparisons_left)
                    .map(str::to_string),
                may_be_set: self.build.scopes.base_variable(scope, found.name) == BaseVariable::Unknown,
            });
        }
        expansion
    }

    /// Ends the open stage.
    fn finish_stage(&mut self, scope: ScopeId) {
        if let Some(stage) = self.build.stages.last_mut() {
            stage.end = scope;
        }
    }

    fn finish(mut self) -> Build<'a> {
        self.check_target_exists();
        self.report_cycle();
        self.find_needed_stages();
        self.build.global = self.global;
        let mut instructions = self.file.instructions();
        if let Some(last) = instructions.next_back()
            && last.kind == Kind::Arg
            && instructions.all(|instruction| instruction.kind == Kind::Arg)
        {
            let message = "the file has no `FROM`";
            self.record_refusal(
                BuildRefusal::new(BuildConversionStep::Globals, last, last.keyword.span, message)
                    .without_location(),
            );
        }
        let at = |refusal: &BuildRefusal| refusal.error.location.unwrap_or(refusal.error.span).start;
        self.build.refusals.sort_by_key(|refusal| (refusal.step, at(refusal)));
        self.build
    }
}
