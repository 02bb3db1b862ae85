//! [`LateChange`]: a change of mode or owner, in a later layer, of files that a COPY has added. The change
//! stores the files a second time.

use std::collections::HashSet;

use super::commands::{LocatedCommand, pattern_covers};
use super::draft::StepDraft;
use super::outline::StepOutline;
use super::waste::{chown_or_chmod_program, is_recursive_change};
use crate::semantic::build::{is_git, is_http};
use crate::semantic::paths::base_name;
use crate::semantic::{Run, Semantics, archive};
use crate::shell::{ShellCommand, ShellWord};
use crate::syntax::{Arguments, CommandLine, Kind, Source};

/// A `chmod` or `chown` of files from an earlier layer.
#[derive(Debug)]
pub struct LateChange<'s, 'a> {
    /// The step that contains the command.
    pub step: usize,
    pub run: &'s Run<'a>,
    pub command: &'s ShellCommand,
    /// `755`, `+x`, `app:app`.
    pub value: &'s ShellWord,
    pub recursive: bool,
    /// An option that changes the effect; options such as `-v` do not.
    pub option: Option<&'s ShellWord>,
    /// The changed paths, absolute.
    pub paths: Vec<String>,
    /// Whether `paths` is complete.
    pub complete: bool,
    /// The COPYs and ADDs that added them, in order, with the part that each added.
    pub of: Vec<CopiedFiles>,
    /// Everything that these steps add.
    pub all: Vec<CopiedFiles>,
    /// Directories from other steps that may also contain some of the paths.
    pub maybe: Vec<CopiedFiles>,
}

impl LateChange<'_, '_> {
    /// The one of these programs that makes the change.
    pub fn program_making_change(&self, programs: &[&str]) -> Option<&str> {
        chown_or_chmod_program(self.command).filter(|program| programs.contains(program))
    }
}

/// The files that a COPY or ADD adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedFiles {
    pub step: usize,
    /// From the root, without a `/` at the end.
    pub path: String,
    /// Whether it may be a directory with unknown files.
    pub tree: bool,
}

/// The late changes in the stages of the image, in the order of the file.
pub fn find_late_changes<'s, 'a>(outline: &'s StepOutline<'s, 'a>) -> Vec<LateChange<'s, 'a>> {
    let StepOutline { semantics, drafts, graph } = outline;
    let mut found = Vec::new();
    let mut copied: Vec<CopiedFiles> = Vec::new();
    let mut directories = HashSet::new();
    let programs = started_programs(semantics);
    // The number of remaining comparisons, so that the time does not grow quadratically with the length of
    // the file.
    let mut comparisons_left = 1_000_000usize;
    for (id, draft) in
        drafts.steps.iter().enumerate().filter(|(_, draft)| graph.is_stage_in_image(draft.stage))
    {
        match draft.instruction.kind {
            Kind::Copy | Kind::Add => {
                copied.extend(files_added_by_copy(id, draft, &directories, &programs));
                directories.extend(
                    draft.destination.as_deref().filter(|path| path.ends_with('/')).map(directory_of_path),
                );
            }
            Kind::Workdir => directories.extend(draft.destination.as_deref().map(directory_of_path)),
            Kind::Run => {
                let commands = &draft.commands;
                for (at, one) in
                    commands.iter().enumerate().filter(|(_, one)| is_recursive_change(one).is_some())
                {
                    let made = paths_created_by(commands.get(..at).unwrap_or_default());
                    let paths = one.absolute_paths(&one.effects.writes).len();
                    let Some(left) = comparisons_left.checked_sub(paths.saturating_mul(copied.len())) else {
                        return found;
                    };
                    comparisons_left = left;
                    found.extend(read_change(id, draft, one, &copied, &made));
                }
            }
            _ => {}
        }
    }
    found
}

/// The paths that commands of the same RUN create; these are stored only once.
fn paths_created_by(commands: &[LocatedCommand<'_>]) -> Vec<String> {
    let own = commands.iter().filter(|one| is_recursive_change(one).is_none());
    own.flat_map(|one| one.absolute_paths(&one.effects.writes)).collect()
}

fn directory_of_path(path: &str) -> String {
    path.trim_end_matches('/').to_string()
}

fn read_change<'s, 'a>(
    id: usize,
    draft: &StepDraft<'s, 'a>,
    one: &LocatedCommand<'s>,
    copied: &[CopiedFiles],
    made: &[String],
) -> Option<LateChange<'s, 'a>> {
    const SILENT: [&str; 8] = ["-R", "--recursive", "-v", "--verbose", "-c", "--changes", "-f", "--quiet"];
    let run = draft.run?;
    let command = one.command;
    let runs_on_files =
        command.is("find").then(|| command.arguments().iter().find(|word| word.text == "-exec"));
    let is_mode = |word: &&ShellWord| {
        !word.is_flag() || (command.is("chmod") && word.text.chars().skip(1).all(|c| "rwxXst".contains(c)))
    };
    let value = match runs_on_files {
        // The first word after `-exec chmod`.
        Some(_) => command.arguments().iter().skip_while(|word| word.text != "-exec").nth(2)?,
        None => command.arguments().iter().find(is_mode)?,
    };
    let option = runs_on_files.unwrap_or_else(|| {
        command.arguments().iter().find(|word| {
            word.is_flag() && !std::ptr::eq(*word, value) && !SILENT.contains(&word.text.as_str())
        })
    });
    let operands = command.arguments().iter().filter(|word| !word.is_flag() && !std::ptr::eq(*word, value));
    let operands = operands.count();
    let paths = one.absolute_paths(&one.effects.writes);
    let recursive = is_recursive_change(one)?;
    let hits = |path: &str, entry: &CopiedFiles| {
        if recursive || path.contains('*') {
            pattern_covers(path, &entry.path)
                || (entry.tree && pattern_covers(&entry.path, path) && !made.iter().any(|own| own == path))
        } else {
            !entry.tree && entry.path == path
        }
    };
    let of: Vec<CopiedFiles> =
        copied.iter().filter(|entry| paths.iter().any(|path| hits(path, entry))).cloned().collect();
    if of.is_empty() {
        return None;
    }
    let all = copied.iter().filter(|entry| of.iter().any(|own| own.step == entry.step)).cloned().collect();
    let around = |entry: &&CopiedFiles| {
        entry.tree && paths.iter().any(|path| pattern_covers(&entry.path, path)) && !of.contains(entry)
    };
    let maybe = copied.iter().filter(around).cloned().collect();
    let complete = paths.len() == operands && !paths.iter().any(|path| path.contains(['*', '?', '[']));
    Some(LateChange { step: id, run, command, value, recursive, option, paths, complete, of, all, maybe })
}

/// The files that a COPY or ADD adds, as far as the file alone determines them.
fn files_added_by_copy(
    id: usize,
    draft: &StepDraft<'_, '_>,
    directories: &HashSet<String>,
    programs: &HashSet<String>,
) -> Vec<CopiedFiles> {
    let (Arguments::Paths(paths), Some(to)) = (&draft.instruction.arguments, draft.destination.as_deref())
    else {
        return Vec::new();
    };
    let into_directory = to.ends_with('/') || paths.sources.len() > 1 || directories.contains(to);
    let is_add = draft.instruction.kind == Kind::Add;
    let of = |source: &Source<'_>| {
        let text = source.word().text.trim_matches(['"', '\'']);
        let heredoc = matches!(source, Source::Heredoc(..));
        let name = if heredoc { text.trim_start_matches(['<', '-']).trim_matches(['"', '\'']) } else { text };
        let fetched = is_add && (is_http(name) || is_git(name));
        let name = base_name(name);
        let plain =
            !name.is_empty() && name != "." && name != ".." && !text.contains(['$', '*', '?', '[', '\\']);
        let path = if into_directory && plain {
            format!("{}/{name}", directory_of_path(to))
        } else {
            directory_of_path(to)
        };
        let is_file = heredoc
            || (plain && fetched && !is_git(text))
            || (plain && (name.trim_start_matches('.').contains('.') || programs.contains(&path)));
        let unpacked = is_add && !fetched && archive::may_be_unpacked(name);
        CopiedFiles { step: id, path, tree: !is_file || unpacked }
    };
    paths.sources.iter().map(of).collect()
}

/// The programs that the file starts, from the root.
fn started_programs(semantics: &Semantics<'_>) -> HashSet<String> {
    const DIRECTORIES: [&str; 6] =
        ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
    let mut programs = HashSet::new();
    let mut add = |name: &str| {
        if name.starts_with('/') {
            programs.insert(name.to_string());
        } else if !name.contains('/') {
            programs.extend(DIRECTORIES.iter().map(|directory| format!("{directory}/{name}")));
        }
    };
    for instruction in semantics.file.instructions() {
        if let (Kind::Cmd | Kind::Entrypoint, Arguments::Command(CommandLine::Exec { words, .. })) =
            (instruction.kind, &instruction.arguments)
        {
            words.first().into_iter().for_each(|word| add(&word.text));
        }
    }
    let commands = semantics.runs.iter().flat_map(|run| &run.script.commands);
    commands.filter_map(|command| command.name.as_deref()).for_each(add);
    programs
}
