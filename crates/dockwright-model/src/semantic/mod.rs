//! What a Dockerfile means, computed once per file: stages and their graph, names and values in scope, the current
//! shell, user and working directory, and the commands of each RUN. Rules use these data.

pub mod archive;
mod argument_uses;
pub mod assignments;
mod base_environment;
pub mod base_image;
pub mod build;
mod builder;
mod caching;
mod check_config;
pub mod convert;
mod decisive_commands;
mod directive_comment;
pub mod download;
mod effective_state;
pub mod effects;
mod email;
mod error_ignoring_script;
mod exec_form;
pub mod expand;
mod features;
pub mod file_mode;
mod generated;
mod healthcheck;
mod ignore_file;
mod ignore_pattern;
mod image;
mod ineffective;
pub mod interpreted;
mod interpreter;
mod invocation;
mod label;
mod label_format;
mod label_value;
pub mod layer_contents;
mod malformed_array;
pub mod managers;
mod mentioned_variables;
pub(crate) mod name_map;
mod nearest;
pub mod occurrences;
mod origin;
mod package_settings;
pub mod parts;
mod path_pattern;
pub mod paths;
mod pip;
pub mod platform;
mod pragma;
mod program_call;
pub mod programs;
mod quirks;
pub mod reference;
mod refused;
pub mod registry;
mod repeated;
pub mod root_programs;
mod rpm;
mod run;
mod run_flags;
pub mod scope;
pub mod secrets;
mod sed_edits;
mod shells;
mod stage;
mod stage_flags;
mod start_instructions;
mod target;
mod template;
pub mod url;
mod user;
mod value;
pub mod verification;
mod view;
pub mod written_text;
mod written_workdir;

pub use base_environment::BaseVariable;
pub use build::{Build, BuildInputs};
pub use builder::Builder;
pub use caching::{CacheMounts, Caching};
pub use check_config::{CHECK_ARG, CheckConfig, EXPERIMENTAL, is_buildkit_check};
mod setting;
mod shell_state;
mod spdx_new;

pub(crate) use decisive_commands::ShellOptions;
pub use directive_comment::{DirectiveComment, DirectiveEnd, DirectiveFault, directive_comments};
pub use effective_state::EffectiveWorkdir;
pub use exec_form::is_exec_form;
pub use features::{FrontendFeature, find_features, frontend_version};
pub use generated::is_generated;
pub use healthcheck::stages_without_healthcheck;
pub use ignore_file::IgnoreFile;
pub use ignore_pattern::IgnorePattern;
pub use image::Image;
pub use invocation::OTHER_USERS;
pub use invocation::program_name;
pub(crate) use label::final_stage_without_instruction;
pub use label::{invalid_labels, schema_labels_matching, stages_without_label};
pub use label_value::LabelType;
pub use malformed_array::{ArrayContext, ArrayFault, MalformedArray};
pub use managers::package_name;
pub use mentioned_variables::mentioned_variables;
pub use mentioned_variables::mentions_any_variable;
pub use nearest::nearest_within_two;
pub use origin::CopyFromOrigin;
pub(crate) use package_settings::PackageSettings;
pub use path_pattern::PathPattern;
pub use pip::{is_pip_cache_purge, is_pip_install, is_pip_wrapper, is_uv_pip_install};
pub use pragma::HadolintPragma;
pub(crate) use program_call::OptionValue;
pub use program_call::{ProgramCall, ProgramSyntax};
pub use refused::refused_by_hadolint;
pub use repeated::repeated_in_stage;
pub use rpm::{is_pinned_rpm, visit_runs_with_variables};
pub use run::read_run_script;
pub use run::{Run, shell_span};
pub use run_flags::RunFlags;
pub use secrets::names_secret;
pub use setting::KeyValueSetting;
pub use setting::{parse_settings, text_argument};
pub use shell_state::ShellState;
pub use shell_state::shell_states;
pub use shells::{EffectiveShells, ShellKind};
pub use stage::{Stage, StageBaseKind};
pub use stage_flags::StageFlags;
pub(crate) use start_instructions::resolve_script_commands;
pub use start_instructions::{StartInstructions, command_line_of};
pub use template::is_template_file;
pub use user::{image_user, is_root_user, last_users};
pub use view::View;
pub use written_workdir::join_written_paths;

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use crate::shell::{self, ShellScript, ShellWord};
use crate::source::{LineIndex, Span};
use crate::syntax::{CommandLine, Dockerfile, Instruction};

/// The meaning of one file.
#[derive(Debug)]
pub struct Semantics<'a> {
    pub file: &'a Dockerfile<'a>,
    pub view: View,
    pub stages: Vec<Stage<'a>>,
    /// The stage that a name means as the source of a copy: see [`Semantics::stage_named`].
    named: HashMap<String, usize>,
    /// Every USER that applies somewhere, including those under ONBUILD, in file order.
    users: Vec<base_image::UserInstruction<'a>>,
    /// The settings that instructions run with: see [`Semantics::effective_state`].
    states: effective_state::EffectiveStates<'a>,
    /// Every RUN, including those under ONBUILD, in file order.
    pub runs: Vec<Run<'a>>,
    /// The file as BuildKit reads it.
    pub build: Build<'a>,
    /// The file's settings for BuildKit's own checks.
    pub check_config: CheckConfig,
    /// The file's settings of package managers.
    pub package_settings: PackageSettings,
    /// The names of other build contexts, which `FROM`, `--from` and `from=` may use.
    pub named_contexts: BTreeSet<String>,
    /// Computed on first use, like the following fields.
    lines: OnceLock<LineIndex>,
    shells: OnceLock<EffectiveShells>,
    /// For each stage, whether nothing is built on it.
    leaf_stages: OnceLock<Vec<bool>>,
    secret_arguments: OnceLock<secrets::SecretArguments>,
    /// By stage.
    last_start_instructions: OnceLock<Vec<start_instructions::LastStartInstructions>>,
    stage_roots: OnceLock<Vec<base_image::FirstStageOfChain>>,
    called_families: OnceLock<Vec<base_image::ManagerFamilies>>,
    argument_uses: OnceLock<argument_uses::ArgumentUses>,
    written_workdirs: OnceLock<written_workdir::WrittenWorkdirs>,
}

impl<'a> Semantics<'a> {
    /// The meaning in a build without further settings.
    pub fn new(file: &'a Dockerfile<'a>, view: View) -> Self {
        Self::with_inputs(file, view, &BuildInputs::default())
    }

    pub fn with_inputs(file: &'a Dockerfile<'a>, view: View, inputs: &BuildInputs) -> Self {
        let stages = stage::find_stages(file, view);
        let mut semantics = Self {
            file,
            view,
            named: origin::stage_names(&stages, view),
            states: effective_state::EffectiveStates::new(file, &stages),
            stages,
            users: base_image::user_instructions(file),
            runs: Vec::new(),
            build: Build::new(file, inputs),
            check_config: CheckConfig::new(file, inputs),
            package_settings: PackageSettings::default(),
            named_contexts: inputs.named_contexts.clone(),
            lines: OnceLock::new(),
            shells: OnceLock::new(),
            leaf_stages: OnceLock::new(),
            secret_arguments: OnceLock::new(),
            last_start_instructions: OnceLock::new(),
            stage_roots: OnceLock::new(),
            called_families: OnceLock::new(),
            argument_uses: OnceLock::new(),
            written_workdirs: OnceLock::new(),
        };
        let before_stages = stage::is_shipped_without_stage(&semantics.stages, view);
        semantics.mark_targets();
        semantics.runs = file
            .instructions()
            .filter_map(|outer| {
                let (instruction, line, onbuild) = run::run_or_onbuild_run(outer)?;
                let stage = semantics.stage_at(outer.span.start);
                let mut script = read_run_script(file, instruction, line, view);
                if view.sees_through_wrappers {
                    semantics.read_commands(&mut script, instruction, line, onbuild);
                }
                Some(Run {
                    instruction,
                    outer,
                    onbuild,
                    stage: stage.map(|stage| stage.index),
                    ships: onbuild || stage.map_or(before_stages, Stage::is_in_image),
                    mounts: instruction.mounts(),
                    script,
                    view,
                })
            })
            .collect();
        semantics
    }

    /// Replaces the commands of a RUN with their resolved forms.
    fn read_commands(
        &self,
        script: &mut ShellScript,
        run: &Instruction<'_>,
        line: &CommandLine<'_>,
        onbuild: bool,
    ) {
        let source = self.file.source;
        let text = || match line {
            CommandLine::Shell(text) => {
                let span = shell_span(source, run, text.span, self.view);
                Some((shell::mask_continuations(source, span, &run.continuations), span.start))
            }
            CommandLine::Exec { .. } => None,
        };
        // No shell reads the variables of a JSON array, and those of a trigger are unknown.
        let knows = !onbuild && matches!(line, CommandLine::Shell(_));
        let environment = invocation::instruction_environment(self, run.span.start);
        let values = invocation::script_variables(script, knows.then_some(&environment), source);
        invocation::read_commands(script, &values, source, &text);
    }

    /// The line, from 1, of the byte at `offset`.
    pub fn line(&self, offset: u32) -> u32 {
        self.line_index().line(offset)
    }

    /// The first and the last line of a span, from 1.
    pub fn first_and_last_line(&self, span: Span) -> (u32, u32) {
        self.line_index().first_and_last_line(span)
    }

    fn line_index(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(self.file.source))
    }

    /// The shell at each position.
    pub fn shells(&self) -> &EffectiveShells {
        self.shells.get_or_init(|| EffectiveShells::new(self))
    }

    /// The build arguments that are named like secrets.
    fn secret_arguments(&self) -> &secrets::SecretArguments {
        self.secret_arguments.get_or_init(|| secrets::SecretArguments::new(self))
    }

    /// The stage in which the byte at `offset` is.
    pub fn stage_at(&self, offset: u32) -> Option<&Stage<'a>> {
        let after = self.stages.partition_point(|stage| stage.span.start <= offset);
        self.stages.get(after.checked_sub(1)?)
    }

    /// The instructions of a stage and its base stages, in the order in which a build runs them.
    pub fn instructions_of(&self, stage: usize) -> Vec<&'a Instruction<'a>> {
        let mut spans: Vec<Span> = self.stage_chain(stage).map(|stage| stage.span).collect();
        spans.reverse();
        spans.into_iter().flat_map(|span| self.file.instructions_in(span)).collect()
    }

    /// The [`Run`] of a RUN at top level, or of the one after an ONBUILD.
    pub fn find_run(&self, outer: &Instruction<'_>) -> Option<&Run<'a>> {
        let at = self.runs.partition_point(|run| run.outer.span.start < outer.span.start);
        self.runs.get(at).filter(|run| run.outer.span == outer.span)
    }

    /// Whether a path of the instruction that starts at `offset` is absolute, or may be.
    pub fn may_be_absolute(&self, path: &str, offset: u32) -> bool {
        self.view.may_be_absolute(path, self.is_windows(offset))
    }

    /// The RUNs that a Bourne shell or no shell reads, and that are not for Windows.
    pub fn runs_in_bourne_shell(&self) -> impl Iterator<Item = &Run<'a>> {
        let shells = self.shells();
        self.runs.iter().filter(move |run| {
            let start = run.outer.span.start;
            !self.is_windows(start)
                && matches!(shells.shell_at(start), ShellKind::Default | ShellKind::Bourne)
        })
    }

    /// The text of a word of a RUN with the values of its variables, if all of them are known. Build arguments have
    /// their default values.
    pub fn known_text_of_word(&self, run: &Run<'_>, word: &ShellWord) -> Option<String> {
        if word.literal {
            return Some(word.text.clone());
        }
        let environment = invocation::instruction_environment(self, run.outer.span.start);
        let values = invocation::script_variables(&run.script, Some(&environment), self.file.source);
        invocation::expanded_text(word, &values, self.file.source)
    }

    /// Whether the instruction at `offset` adds to an image that the file builds.
    pub fn is_in_image_at(&self, offset: u32) -> bool {
        self.stage_at(offset).is_some_and(Stage::is_in_image)
    }

    /// Whether the byte at `offset` is in a stage for Windows.
    pub fn is_windows(&self, offset: u32) -> bool {
        let stage = self.stage_at(offset).and_then(|stage| self.build.stages.get(stage.index));
        stage.is_some_and(|stage| stage.windows)
    }

    /// The stage that starts at this offset.
    pub fn stage_starting_at(&self, start: u32) -> Option<&Stage<'a>> {
        self.stage_at(start).filter(|stage| stage.span.start == start)
    }
}
