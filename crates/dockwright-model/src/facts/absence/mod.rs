//! [`ProgramAbsence`]: which programs are certainly absent from a stage, after each instruction.
//!
//! A known base image certainly lacks some programs. The certainty ends with anything that may provide a program: an
//! unknown command, a package with unknown contents, a directory copied into `PATH`. If a command uses a program that
//! is still certainly absent, it fails.

mod commands;
pub mod programs;
mod state;
mod user_timeline;
mod users;

use std::collections::{HashMap, HashSet};

pub use state::{AbsenceReason, StagePrograms};

pub(crate) use state::UncertaintyCause;
pub use user_timeline::UserTimeline;

use super::installs::AptInstalls;
use crate::semantic::paths::base_name;
use crate::semantic::{
    EffectiveShells, EffectiveWorkdir, Run, Semantics, ShellKind, ShellOptions, StageBaseKind, program_name,
};
use crate::shell::ShellCommand;
use crate::source::Span;
use crate::syntax::{Arguments, CommandLine, Instruction, Kind, Source};

/// The programs that are certainly missing in a file.
#[derive(Debug, Default)]
pub struct ProgramAbsence {
    /// Commands that fail because their program is missing, in the order of the file; at most one for each RUN.
    pub missing: Vec<MissingCommand>,
    /// Shell-form RUNs in a stage without a shell, by index in `Semantics::runs`.
    pub without_shell: Vec<(usize, AbsenceReason)>,
    /// The start of each command whose failure makes its RUN fail.
    decisive: HashSet<u32>,
    /// The tests and compound commands whose failure makes their RUN fail.
    decisive_items: HashSet<Span>,
    /// The state before each RUN, by its start.
    before: HashMap<u32, StagePrograms>,
    /// The state at the end of each stage.
    ends: Vec<StagePrograms>,
}

/// A command whose program is missing.
#[derive(Debug)]
pub struct MissingCommand {
    /// Index in `Semantics::runs`.
    pub run: usize,
    pub program: String,
    pub span: Span,
    pub lack: AbsenceReason,
}

impl ProgramAbsence {
    /// `files_below`: the files of the build context in a directory, as relative paths; `None` if they are unknown.
    pub fn analyze(
        semantics: &Semantics<'_>,
        installs: &AptInstalls,
        files_below: &dyn Fn(&str) -> Vec<String>,
    ) -> Self {
        let mut absence = Self::default();
        let shells = semantics.shells();
        let runs: HashMap<u32, usize> =
            semantics.runs.iter().enumerate().map(|(at, run)| (run.outer.span.start, at)).collect();
        for (index, built) in semantics.build.stages.iter().enumerate() {
            let Some(stage) = semantics.stages.get(index) else { break };
            let mut state = match built.base {
                StageBaseKind::Stage(parent) => {
                    let mut state = absence.ends.get(parent).cloned().unwrap_or_default();
                    let fires =
                        semantics.build.stages.get(parent).is_some_and(|parent| !parent.triggers.is_empty());
                    if fires || !built.image.certain {
                        state.give_up_certainty(stage.span.start, UncertaintyCause::Onbuild);
                    }
                    state
                }
                _ => StagePrograms::from_image(semantics, stage),
            };
            if shells.is_windows(index) {
                state.give_up_certainty(stage.span.start, UncertaintyCause::BaseImage);
            }
            for instruction in semantics.file.instructions_in(stage.span) {
                match (instruction.kind, &instruction.arguments) {
                    (Kind::Run, _) => {
                        let Some(at) = runs.get(&instruction.span.start).copied() else {
                            state.give_up_certainty(instruction.span.start, UncertaintyCause::UnknownCommand);
                            continue;
                        };
                        absence.before.insert(instruction.span.start, state.snapshot());
                        absence.process_run(semantics, installs, shells, at, &mut state);
                    }
                    (Kind::Copy | Kind::Add, Arguments::Paths(paths)) => {
                        apply_copy(semantics, instruction, paths, files_below, &mut state);
                    }
                    (Kind::Env, Arguments::Pairs { pairs, .. }) => {
                        for pair in pairs.iter().filter(|pair| pair.key.text == "PATH") {
                            extend_path(&pair.value.text, instruction.span.start, &mut state);
                        }
                    }
                    _ => {}
                }
            }
            absence.ends.push(state);
        }
        absence
    }

    /// Whether the RUN of a command certainly fails if the command does.
    pub fn run_fails_with_command(&self, command: &ShellCommand) -> bool {
        self.decisive.contains(&command.span.start)
    }

    /// Whether the RUN of a test or compound command (`[ … ]`, `[[ … ]]`) certainly fails if it does; `span`: where it is.
    pub fn is_decisive_item(&self, span: Span) -> bool {
        self.decisive_items.contains(&span)
    }

    /// The state before the RUN that begins at this offset.
    pub fn programs_before_run(&self, offset: u32) -> Option<&StagePrograms> {
        self.before.get(&offset)
    }

    /// The state at the end of a stage.
    pub fn programs_at_stage_end(&self, stage: usize) -> Option<&StagePrograms> {
        self.ends.get(stage)
    }

    fn process_run(
        &mut self,
        semantics: &Semantics<'_>,
        installs: &AptInstalls,
        shells: &EffectiveShells,
        at: usize,
        state: &mut StagePrograms,
    ) {
        let Some(run) = semantics.runs.get(at) else { return };
        let start = run.instruction.span.start;
        let is_exec = matches!(&run.instruction.arguments, Arguments::Command(CommandLine::Exec { .. }));
        let shebang = semantics.shebang(run);
        let shell = semantics.effective_state(start).shell;
        let has_default_shell = shell.is_none() && shells.shell_at(start) == ShellKind::Default;
        let mounted = mounts_programs(run);
        if has_default_shell
            && !is_exec
            && shebang.is_none()
            && !mounted
            && let Some(lack) = state.reason_for_absence("sh")
        {
            self.without_shell.push((at, lack));
            return;
        }
        let is_bourne = has_default_shell || shells.shell_at(start) == ShellKind::Bourne || is_exec;
        if !is_bourne || shebang.is_some_and(crate::shell::analysis::AnalysisShell::is_foreign) || mounted {
            state.give_up_certainty(start, UncertaintyCause::Shell);
            return;
        }
        let options = shell_options(run, semantics, shell);
        let parts = run.decisive_parts(options);
        self.decisive_items.extend(parts.others);
        let decisive = parts.commands;
        let starts =
            decisive.iter().filter_map(|at| run.script.commands.get(*at)).map(|command| command.span.start);
        self.decisive.extend(starts);
        // The shell that a SHELL names.
        if !is_exec
            && shebang.is_none()
            && let Some(CommandLine::Exec { words, .. }) = shell
            && let Some(word) = words.first()
            && let Some(lack) = state.reason_for_absence(program_name(&word.text))
        {
            let (program, span) = (program_name(&word.text).to_string(), run.instruction.rest.span);
            state.mark_program_possible(&program);
            self.missing.push(MissingCommand { run: at, program, span, lack });
            return;
        }
        self.apply_commands(semantics, installs, at, &decisive, state);
        if run.script.reading != crate::shell::ParseOutcome::Complete {
            state.give_up_certainty(start, UncertaintyCause::UnknownCommand);
        }
    }

    /// Applies the commands of the RUN at this index, and finds the first that fails. `decisive`: the indexes of the
    /// commands whose failure makes the RUN fail.
    fn apply_commands(
        &mut self,
        semantics: &Semantics<'_>,
        installs: &AptInstalls,
        at: usize,
        decisive: &[usize],
        state: &mut StagePrograms,
    ) {
        let Some(run) = semantics.runs.get(at) else { return };
        let text = String::from_utf8_lossy(run.instruction.span.bytes(semantics.file.source)).into_owned();
        let mut found = false;
        let mut changes_path = false;
        for (index, command) in run.script.commands.iter().enumerate() {
            changes_path |= commands::changes_path(command, semantics.file.source);
            if !found && !changes_path && decisive.contains(&index) && !sets_path(run, semantics.file.source)
            {
                let missing = first_missing_program(command, state, &text);
                if let Some((program, span, lack)) = missing {
                    found = true;
                    self.missing.push(MissingCommand { run: at, program, span, lack });
                }
            }
            commands::apply_command(
                command,
                run.script.commands.get(index + 1),
                installs,
                semantics.file.source,
                state,
            );
        }
        // A program that is missing here is reported only once.
        if found && let Some(last) = self.missing.last() {
            state.mark_program_possible(&last.program.clone());
        }
    }
}

/// The options of the shell that runs the RUN.
pub(crate) fn shell_options(
    run: &Run<'_>,
    semantics: &Semantics<'_>,
    shell: Option<&CommandLine<'_>>,
) -> ShellOptions {
    if let Some(heredoc) = run.instruction.heredocs.first().filter(|_| semantics.shebang(run).is_some()) {
        let body = String::from_utf8_lossy(heredoc.body.bytes(semantics.file.source)).into_owned();
        return ShellOptions::from_words(body.lines().next().unwrap_or_default().split_whitespace());
    }
    match shell {
        Some(CommandLine::Exec { words, .. }) => {
            ShellOptions::from_words(words.iter().skip(1).map(|word| word.text.as_ref()))
        }
        _ => ShellOptions::default(),
    }
}

/// The first program of a command, wrappers included, that is certainly missing.
fn first_missing_program(
    command: &ShellCommand,
    state: &StagePrograms,
    text: &str,
) -> Option<(String, Span, AbsenceReason)> {
    let wrappers = command
        .wrappers
        .iter()
        .filter_map(|wrapper| Some((wrapper.name.as_str(), command.words.get(wrapper.at)?.span)));
    let own = command.name.as_deref().map(|name| (name, command.name_span()));
    for (name, span) in wrappers.chain(own) {
        // The program may not be needed: another one looks it up, or does not run it without input.
        if matches!(name, "xargs" | "conda" | "poetry" | "bundle" | "uv") {
            return None;
        }
        let is_function = text.contains(&format!("{name}()")) || text.contains(&format!("function {name}"));
        if let Some(lack) = state.reason_for_absence(name).filter(|_| !is_function) {
            return Some((name.to_string(), span, lack));
        }
    }
    None
}

/// Whether a directory that may contain programs is mounted.
fn mounts_programs(run: &Run<'_>) -> bool {
    run.mounts.iter().any(|mount| {
        let target = mount.mount_target_text();
        mount.kind() == "bind" && (target.contains("bin") || target.len() < 2 || target.starts_with("/usr"))
    })
}

/// Whether the RUN sets `PATH` on a separate line.
fn sets_path(run: &Run<'_>, source: &[u8]) -> bool {
    run.script.bare_assignments.iter().any(|span| span.bytes(source).starts_with(b"PATH="))
}

fn extend_path(value: &str, at: u32, state: &mut StagePrograms) {
    for directory in value.trim_matches(['"', '\'']).split(':') {
        match directory {
            "$PATH" | "${PATH}" => {}
            _ if directory.starts_with('/') && !directory.contains('$') => {
                state.extend_path(at, Some(directory));
            }
            _ => state.extend_path(at, None),
        }
    }
}

fn apply_copy(
    semantics: &Semantics<'_>,
    instruction: &Instruction<'_>,
    paths: &crate::syntax::Paths<'_>,
    files_below: &dyn Fn(&str) -> Vec<String>,
    state: &mut StagePrograms,
) {
    let at = instruction.span.start;
    let Some(destination) = &paths.destination else { return };
    let written = destination.text.trim_matches(['"', '\'']);
    let directory = match semantics.effective_state(at).workdir {
        Some(EffectiveWorkdir::Known(directory)) => Some(directory),
        Some(EffectiveWorkdir::Unknown) => None,
        None => state.image().and_then(|image| image.facts.workdir.clone()),
    };
    let target = if written.contains('$') {
        None
    } else if written.starts_with('/') {
        Some(written.to_string())
    } else {
        directory.map(|directory| {
            format!("{}/{}", directory.trim_end_matches('/'), written.trim_start_matches("./"))
        })
    };
    let into_directory = written.ends_with('/') || written.ends_with('.') || paths.sources.len() > 1;
    for source in &paths.sources {
        let text = source.word().text.as_ref();
        let name = base_name(text.trim_end_matches('/'));
        let is_heredoc = matches!(source, Source::Heredoc(..));
        // `x.sh`, and a file that keeps its name.
        let unpacked = instruction.kind == Kind::Add && crate::semantic::archive::may_be_unpacked(text);
        let has_ending =
            name.rsplit_once('.').is_some_and(|(stem, ending)| !stem.is_empty() && ending.len() < 5);
        let keeps_name = target.as_deref().is_some_and(|target| {
            target.ends_with(&format!("/{name}")) && !state.is_program_directory(target)
        });
        let plain = !text.contains(['*', '?', '[', '$']) && !text.ends_with('/') && !name.is_empty();
        let is_file = is_heredoc || (plain && !unpacked && (has_ending || (keeps_name && !into_directory)));
        let is_context = instruction.flag("from").is_none() && plain && !is_file && !unpacked;
        let below = if is_context { files_below(text) } else { Vec::new() };
        if let Some(target) = target.as_deref().filter(|_| !below.is_empty()) {
            for file in below {
                state.record_write(at, Some(&format!("{}/{file}", target.trim_end_matches('/'))), true);
            }
            continue;
        }
        let full = match (&target, into_directory && is_file) {
            (Some(target), true) => Some(format!("{}/{name}", target.trim_end_matches('/'))),
            (target, _) => target.clone(),
        };
        state.record_write(at, full.as_deref(), is_file);
    }
}

#[cfg(test)]
mod tests;
