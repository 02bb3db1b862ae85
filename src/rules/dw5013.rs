//! DW5013: a command that needs a file or directory which certainly is not in the image.

use crate::optimize::facts::{LocatedCommand, StepDraft, locate_commands, paths_overlap};
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::Run;
use crate::semantic::effects::PathSet;
use crate::shell::{CommandPlace, ShellCommand, ShellWord};
use crate::source::Span;
use crate::syntax::{Kind, quote_excerpt};

pub(super) static RULE: Rule = Rule {
    code: "DW5013",
    name: "missing-path",
    check: Check::File(check),
    docs: include_str!("../../rules/DW5013.md"),
    ..Rule::BUILD
};

/// Official images that have nothing at the top but the directories of the system.
const PLAIN_IMAGES: [&str; 8] =
    ["alpine", "buildpack-deps", "debian", "node", "perl", "python", "ruby", "ubuntu"];

/// What is at the top of a system, or may be.
const SYSTEM: [&str; 26] = [
    "bin",
    "boot",
    "dev",
    "etc",
    "home",
    "lib",
    "lib32",
    "lib64",
    "libx32",
    "lost+found",
    "media",
    "mnt",
    "opt",
    "proc",
    "root",
    "run",
    "sbin",
    "srv",
    "sys",
    "tmp",
    "usr",
    "var",
    "snap",
    "cdrom",
    "selinux",
    "misc",
];

fn check(cx: &mut RuleChecker<'_>) {
    let Some(absence) = cx.absence() else { return };
    let Some(outline) = cx.outline() else { return };
    let source = cx.file.source;
    for draft in outline.drafts.steps.iter().filter(|draft| !draft.fired) {
        let Some(run) = draft.run.filter(|run| !run.onbuild && cx.is_built(run.outer.span.start)) else {
            continue;
        };
        let is_known = absence.before_run(run.outer.span.start).is_some_and(|state| {
            let is_plain = |image: &crate::semantic::base_image::BaseImage| {
                image.official && PLAIN_IMAGES.contains(&image.name.as_str())
            };
            state.lost.is_none() && state.image().is_some_and(is_plain)
        });
        if !is_known {
            continue;
        }
        let commands = locate_commands(draft, source);
        let missing = commands.iter().enumerate().find_map(|(at, one)| {
            let before = commands.get(..at).unwrap_or_default();
            let is_decisive = absence.is_decisive(one.command) && one.command.place == CommandPlace::Top;
            let needed = needed_paths(one).into_iter().filter(|_| is_decisive);
            needed.into_iter().find(|(path, _)| is_absent(cx, draft, run, before, one.command, path))
        });
        let Some((path, span)) = missing else { continue };
        let message = format!("{} does not exist, and nothing before creates it", quote_excerpt(&path));
        cx.report(run.outer, span, message).help("copy or create it first, or correct the path");
        // Each later step of the file may need it, too.
        return;
    }
}

/// The absolute paths without which a command fails, and where they are written.
fn needed_paths(one: &LocatedCommand<'_>) -> Vec<(String, Span)> {
    let command = one.command;
    let name = command.name.as_deref().unwrap_or_default();
    let plain = |word: &&ShellWord| {
        word.literal
            && !word.is_flag()
            && word.text != "-"
            && !word.text.contains(['*', '?', '[', '$', '~', '{'])
    };
    let located = |word: &ShellWord| {
        let text = &word.text;
        let path = crate::optimize::join_path(one.directory.as_deref(), text)?;
        // Relative paths only if they say that they are paths.
        (text.starts_with('/') || one.directory.is_some()).then_some((path, word.span))
    };
    let operands: Vec<&ShellWord> = command.operands().filter(plain).collect();
    let all = |words: &[&ShellWord]| words.iter().filter_map(|word| located(word)).collect();
    if !command.wrappers.is_empty() || command.may_have_options || !command.redirections.is_empty() {
        return Vec::new();
    }
    match name {
        "cat" | "ls" | "rmdir" | "cd" => all(&operands),
        "rm" if !command.has_flag("f") && !command.has_flag("force") => all(&operands),
        "mv" | "cp" if !command.has_flag("t") && operands.len() > 1 => {
            all(operands.split_last().map_or(&[][..], |(_, sources)| sources))
        }
        // The first one is the mode or the owner.
        "chmod" | "chown" | "chgrp" if !command.has_flag("f") && !command.has_argument(&["--reference"]) => {
            all(operands.get(1..).unwrap_or_default())
        }
        "ln" if !command.has_flag("s") && !command.has_flag("symbolic") && operands.len() == 2 => {
            all(operands.get(..1).unwrap_or_default())
        }
        // The directories above what is created.
        "mkdir" if !command.has_flag("p") && !command.has_flag("parents") && !command.has_flag("m") => {
            let parent = |(path, span): (String, Span)| Some((path.rsplit_once('/')?.0.to_string(), span));
            operands.iter().filter_map(|word| located(word)).filter_map(parent).collect()
        }
        "tar" => archive_to_unpack(command).into_iter().filter_map(located).collect(),
        "pip" | "pip3" => requirements_files(command).into_iter().filter_map(located).collect(),
        "sh" | "bash" if operands.len() == 1 && !command.has_flag("c") && !command.has_flag("s") => {
            all(&operands)
        }
        _ if name.starts_with('/') => vec![(name.to_string(), command.name_span())],
        _ => Vec::new(),
    }
}

/// The archive that `tar` unpacks: `tar xzf FILE`, `tar -xf FILE`.
fn archive_to_unpack(command: &ShellCommand) -> Option<&ShellWord> {
    let words = command.arguments();
    let cluster = words.first()?;
    let letters = cluster.text.trim_start_matches('-');
    let unpacks =
        letters.contains('x') && letters.ends_with('f') && letters.chars().all(|c| "xvzjJpf".contains(c));
    words.get(1).filter(|word| unpacks && word.literal && word.text.starts_with('/'))
}

/// The files of `pip install -r FILE`.
fn requirements_files(command: &ShellCommand) -> Vec<&ShellWord> {
    let pairs = command.arguments().windows(2).filter_map(|pair| match pair {
        [flag, file] if matches!(flag.text.as_str(), "-r" | "--requirement") => Some(file),
        _ => None,
    });
    let is_install = command.operands().next().is_some_and(|word| word.text == "install");
    pairs.filter(|file| is_install && file.literal && !file.text.contains([':', '$', '*'])).collect()
}

/// Whether nothing before a command can have made the path.
fn is_absent(
    cx: &RuleChecker<'_>,
    draft: &StepDraft<'_, '_>,
    run: &Run<'_>,
    before: &[LocatedCommand<'_>],
    command: &ShellCommand,
    path: &str,
) -> bool {
    let Some(top) = path.trim_start_matches('/').split('/').next().filter(|top| !top.is_empty()) else {
        return false;
    };
    if SYSTEM.contains(&top) {
        return false;
    }
    let top_path = format!("/{top}");
    let Some(outline) = cx.outline() else { return false };
    let chain: Vec<usize> = cx.semantics.chain(draft.stage).map(|stage| stage.index).collect();
    let source = cx.file.source;
    let is_mounted = run.mounts.iter().any(|mount| {
        let target = mount.target_text();
        target.contains('$') || !target.starts_with('/') || paths_overlap(target, &top_path)
    });
    if is_mounted {
        return false;
    }
    let makes = |one: &LocatedCommand<'_>| may_make(one, &top_path);
    let steps = outline.drafts.steps.iter().filter(|step| {
        chain.contains(&step.stage) && step.instruction.span.start < run.instruction.span.start
    });
    for step in steps {
        let text = String::from_utf8_lossy(step.instruction.span.bytes(source)).into_owned();
        if mentions_top_level_path(&text, &top_path) || step.fired {
            return false;
        }
        match step.instruction.kind {
            Kind::Copy | Kind::Add => {
                let Some(to) = step.destination.as_deref().map(|to| to.trim_end_matches('/')) else {
                    return false;
                };
                if to.is_empty() && !has_other_names(step, top)
                    || !to.is_empty() && paths_overlap(to, &top_path)
                {
                    return false;
                }
            }
            Kind::Workdir
                if step
                    .destination
                    .as_deref()
                    .is_none_or(|to| to.len() > 1 && paths_overlap(to, &top_path)) =>
            {
                return false;
            }
            Kind::Volume | Kind::Onbuild | Kind::Shell => return false,
            Kind::Run => {
                let makes_it = locate_commands(step, source).iter().any(makes);
                if makes_it || text.contains('$') {
                    return false;
                }
            }
            _ => {}
        }
    }
    let own = Span { start: run.instruction.rest.span.start, end: command.span.start };
    let own = String::from_utf8_lossy(own.bytes(source)).into_owned();
    !mentions_top_level_path(&own, &top_path) && !own.contains('$') && !before.iter().any(makes)
}

/// Whether a command may make something at this path, at the top of the file system.
fn may_make(one: &LocatedCommand<'_>, top: &str) -> bool {
    if one.effects.unknown
        || one.command.is_any(&["tar", "unzip", "useradd", "adduser", "git", "dpkg", "rsync", "cpio"])
    {
        return true;
    }
    match &one.effects.writes {
        PathSet::Anything => one.may_make_below(top),
        known @ PathSet::Known(_) => {
            one.absolute(known).iter().any(|path| path == "/" || paths_overlap(path, top))
        }
        PathSet::None => false,
    }
}

/// Whether a text names a path at the top of the file system.
fn mentions_top_level_path(text: &str, top: &str) -> bool {
    text.match_indices(top).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '}' | '*'))
    })
}

/// Whether a COPY to `/` only copies files that certainly have other names.
fn has_other_names(step: &StepDraft<'_, '_>, top: &str) -> bool {
    let is_other = |path: &str| {
        let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let is_file =
            name.rsplit_once('.').is_some_and(|(stem, ending)| !stem.is_empty() && !ending.is_empty());
        is_file && name != top && !path.contains(['*', '?', '[', '$'])
    };
    let is_archive = step.instruction.kind == Kind::Add;
    let reads = step.key.reads.iter().all(|read| read.known && is_other(&read.written));
    !is_archive && step.key.taken.is_empty() && reads && !step.key.reads.is_empty()
}
