//! Commands and flags that change file modes; DW3103 and DW3104 check the modes.

use crate::rule::RuleChecker;
use crate::semantic::file_mode::{ModeChange, parse_mode_change};
use crate::semantic::paths::base_name;
use crate::semantic::{Run, layer_contents};
use crate::shell::{ShellCommand, ShellWord};
use crate::source::Span;
use crate::syntax::{Arguments, Instruction, Kind, Word};

/// A change of modes that remains in an image.
pub(super) struct LocatedModeChange<'a> {
    pub anchor: Span,
    /// The command without its paths (`chmod -R 777`) or the flag.
    pub shown: String,
    /// The text to report.
    pub span: Span,
    pub paths: Vec<String>,
    pub recursive: bool,
    pub change: ModeChange,
    /// The mode of a COPY or ADD.
    pub flag: Option<&'a Word<'a>>,
    /// Index of the command in its RUN.
    pub command: usize,
    pub run: Option<&'a Run<'a>>,
}

/// All mode changes in stages that are part of an image, except for those that a later command reverts.
pub(super) fn find_mode_changes<'a>(cx: &RuleChecker<'a>) -> Vec<LocatedModeChange<'a>> {
    let mut found = Vec::new();
    for run in cx.semantics.runs_in_bourne_shell().filter(|run| run.ships) {
        let mut open_umask = false;
        for (index, command) in run.script.commands.iter().enumerate() {
            if command.is("umask") {
                open_umask = command
                    .operands()
                    .next()
                    .is_some_and(|word| word.text.trim_start_matches('0').is_empty());
            }
            if let Some(mut changed) = mode_change_in_command(run, index, command, open_umask) {
                changed.paths.retain(|path| layer_contents::keeps_in_layer(run, path, index));
                if !changed.paths.is_empty() {
                    found.push(changed);
                }
            }
        }
    }
    for outer in cx.file.instructions().filter(|one| cx.semantics.is_in_image_at(one.span.start)) {
        found.extend(mode_change_in_copy(outer));
    }
    found.sort_by_key(|changed| changed.span);
    found
}

fn mode_change_in_command<'a>(
    run: &'a Run<'a>,
    index: usize,
    command: &'a ShellCommand,
    open_umask: bool,
) -> Option<LocatedModeChange<'a>> {
    let arguments = command.arguments();
    let (name, words, paths_of_find) = match command.name.as_deref()? {
        "find" => {
            let at = arguments
                .iter()
                .position(|word| matches!(word.text.as_str(), "-exec" | "-execdir" | "-ok"))?;
            let program = arguments.get(at + 1)?;
            (base_name(&program.text) == "chmod").then_some(())?;
            let end = arguments.iter().position(|word| matches!(word.text.as_str(), ";" | "+" | "\\;"));
            let words = arguments.get(at + 2..end.unwrap_or(arguments.len()))?;
            ("chmod", words, arguments.iter().take_while(|word| !word.is_flag()).collect::<Vec<_>>())
        }
        "chmod" => ("chmod", arguments, Vec::new()),
        name @ ("install" | "mkdir") => return mode_change_in_option(run, index, command, name, open_umask),
        _ => return None,
    };
    let is_mode = |word: &&ShellWord| parse_mode_change(&word.text, open_umask).is_some();
    let mode = words.iter().find(is_mode)?;
    let change = parse_mode_change(&mode.text, open_umask)?;
    let flags: Vec<&str> = words
        .iter()
        .take_while(|word| word.span != mode.span)
        .filter(|word| word.is_flag())
        .map(|word| word.text.as_str())
        .collect();
    let recursive = words.iter().any(|word| {
        word.text == "--recursive"
            || (word.is_flag() && !word.text.starts_with("--") && word.text.contains('R'))
    });
    let shown = std::iter::once(name).chain(flags).chain([mode.text.as_str()]).collect::<Vec<_>>().join(" ");
    let paths: Vec<String> = if paths_of_find.is_empty() {
        let after = words.iter().filter(|word| word.span.start > mode.span.start && !word.is_flag());
        after.map(|word| word.text.clone()).filter(|text| text != "{}").collect()
    } else {
        paths_of_find.iter().map(|word| word.text.clone()).collect()
    };
    // The arguments that `xargs` passes are unknown.
    let paths =
        if paths.is_empty() && command.runs_through(&["xargs"]) { vec!["…".to_string()] } else { paths };
    let recursive = recursive || !paths_of_find.is_empty();
    Some(LocatedModeChange {
        anchor: run.outer.span,
        shown,
        span: command.span,
        paths,
        recursive,
        change,
        flag: None,
        command: index,
        run: Some(run),
    })
}

/// `install -m 777`, `mkdir -m 777`.
fn mode_change_in_option<'a>(
    run: &'a Run<'a>,
    index: usize,
    command: &'a ShellCommand,
    name: &str,
    open_umask: bool,
) -> Option<LocatedModeChange<'a>> {
    let mut words = command.arguments().iter();
    let mut mode = None;
    let mut paths = Vec::new();
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        if let Some(value) = text.strip_prefix("--mode=") {
            mode = Some(value.to_string());
        } else if text.starts_with('-') && !text.starts_with("--") && text.contains('m') {
            let glued = text.split_once('m').map_or("", |(_, rest)| rest);
            mode = if glued.is_empty() {
                words.next().map(|word| word.text.clone())
            } else {
                Some(glued.to_string())
            };
        } else if matches!(text, "-o" | "-g" | "--owner" | "--group") {
            words.next();
        } else if !word.is_flag() {
            paths.push(word.text.clone());
        }
    }
    let mode = mode?;
    let change = parse_mode_change(&mode, open_umask)?;
    let directories = name == "mkdir" || command.has_flag("d");
    let paths = if directories { paths } else { paths.pop().into_iter().collect() };
    Some(LocatedModeChange {
        anchor: run.outer.span,
        shown: format!("{name} -m {mode}"),
        span: command.span,
        paths,
        recursive: false,
        change,
        flag: None,
        command: index,
        run: Some(run),
    })
}

fn mode_change_in_copy<'a>(outer: &'a Instruction<'a>) -> Option<LocatedModeChange<'a>> {
    let inner = match &outer.arguments {
        Arguments::Onbuild(inner) => inner,
        _ => outer,
    };
    let Arguments::Paths(paths) = &inner.arguments else { return None };
    matches!(inner.kind, Kind::Copy | Kind::Add).then_some(())?;
    let flag = inner.flag("chmod")?;
    let mode = flag.value.as_ref()?;
    let destination = paths.destination.as_ref()?.text.trim_matches(['"', '\'']).to_string();
    Some(LocatedModeChange {
        anchor: outer.span,
        shown: format!("--chmod={}", mode.text),
        span: flag.span,
        paths: vec![destination],
        recursive: true,
        change: parse_mode_change(&mode.text, false)?,
        flag: Some(mode),
        command: 0,
        run: None,
    })
}

impl LocatedModeChange<'_> {
    /// Whether a later `chmod` of the same path removes the bit again.
    pub(super) fn is_mode_reverted(
        &self,
        cx: &RuleChecker<'_>,
        path: &str,
        is_undoing: impl Fn(&ModeChange) -> bool,
    ) -> bool {
        let stage = cx.semantics.stage_at(self.anchor.start).map(|stage| stage.index);
        let later_runs = cx
            .semantics
            .runs
            .iter()
            .filter(|run| run.outer.span.start >= self.anchor.start && run.stage >= stage);
        later_runs.into_iter().any(|run| {
            let same = run.outer.span.start == self.anchor.start;
            let after = if same { self.command + 1 } else { 0 };
            run.script.commands.iter().skip(after).filter(|command| command.is("chmod")).any(|command| {
                let words = command.arguments();
                let names =
                    words.iter().any(|word| word.text.trim_end_matches('/') == path.trim_end_matches('/'));
                names
                    && words
                        .iter()
                        .find_map(|word| parse_mode_change(&word.text, false))
                        .is_some_and(|change| is_undoing(&change))
            })
        })
    }
}

/// `` `/a` and `/b` ``.
pub(super) fn list_paths(paths: &[String]) -> String {
    let shown: Vec<String> =
        paths.iter().take(2).map(|path| format!("`{}`", path.replace('`', "'"))).collect();
    match paths.len() {
        0..=2 => shown.join(" and "),
        count => format!("{} and {} more", shown.join(", "), count - 2),
    }
}
