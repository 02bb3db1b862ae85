//! Programs that create, move and remove files.

use super::{Effects, PathSet, read_call};
use crate::shell::{ShellCommand, ShellWord};

pub(super) fn file_effects(name: &str, command: &ShellCommand) -> Option<Effects> {
    Some(match name {
        "rm" | "rmdir" | "unlink" => Effects { deletes: operand_paths(command, ""), ..Effects::default() },
        "shred" => {
            let all = operand_paths(command, "n s iterations size random-source");
            Effects { writes: all.clone(), deletes: all, ..Effects::default() }
        }
        "mkdir" | "mkfifo" => Effects::with_writes(operand_paths(command, "m mode")),
        "touch" => Effects::with_writes(operand_paths(command, "d date r reference t time")),
        "truncate" => Effects::with_writes(operand_paths(command, "s size r reference")),
        "mktemp" => Effects::with_writes(PathSet::from_path("/tmp")),
        "tee" => Effects::with_writes(operand_paths(command, "")),
        "chmod" => effects_without_first_operand(command, "reference"),
        "chown" | "chgrp" => effects_without_first_operand(command, "reference from"),
        "setcap" => {
            Effects::with_writes(PathSet::from_words(read_call(command, "").operands.last().copied()))
        }
        "mv" => {
            let (sources, destination) = sources_and_destination(command, "t target-directory S suffix")?;
            let writes = sources.clone().union(destination);
            Effects { reads: sources.clone(), writes, deletes: sources, ..Effects::default() }
        }
        "cp" => {
            let (sources, destination) = sources_and_destination(command, "t target-directory S suffix")?;
            Effects { reads: sources, writes: destination, ..Effects::default() }
        }
        "ln" => {
            let call = read_call(command, "S suffix t target-directory");
            let target = PathSet::from_values(&call.values("t"))
                .union(PathSet::from_values(&call.values("target-directory")));
            let last = match call.operands.as_slice() {
                [_] | [] => PathSet::from_path("."),
                [.., last] => PathSet::from_words([*last]),
            };
            Effects::with_writes(target.or_if_empty(last))
        }
        "install" => {
            let valued = "g group m mode o owner S suffix t target-directory strip-program context";
            if read_call(command, valued).has_any_of_options(&["d", "directory"]) {
                return Some(Effects::with_writes(operand_paths(command, valued)));
            }
            let (sources, destination) = sources_and_destination(command, valued)?;
            Effects { reads: sources, writes: destination, ..Effects::default() }
        }
        "strip" => Effects::with_writes(operand_paths(command, "o K N R F I O")),
        "dd" => dd_effects(command),
        "find" => find_effects(command)?,
        _ => return None,
    })
}

fn operand_paths(command: &ShellCommand, valued: &'static str) -> PathSet {
    PathSet::from_words(read_call(command, valued).operands)
}

/// All operands but the first one, which is a mode or an owner unless `--reference` replaces it.
fn effects_without_first_operand(command: &ShellCommand, valued: &'static str) -> Effects {
    // A mode such as `-x` looks like an option.
    let call = read_call(command, valued);
    let has_mode = call.has_option("reference")
        || command.arguments().iter().any(|word| {
            let letters = word.text.strip_prefix('-').unwrap_or_default();
            !letters.is_empty() && letters.chars().all(|c| "rwxXst".contains(c))
        });
    let skip = usize::from(!has_mode);
    Effects::with_writes(PathSet::from_words(call.operands.into_iter().skip(skip)))
}

/// The sources and the destination of `cp a b c/`.
fn sources_and_destination(command: &ShellCommand, valued: &'static str) -> Option<(PathSet, PathSet)> {
    let call = read_call(command, valued);
    let directory =
        PathSet::from_values(&call.values("t")).union(PathSet::from_values(&call.values("target-directory")));
    if !directory.is_none() {
        return Some((PathSet::from_words(call.operands), directory));
    }
    match call.operands.split_last() {
        Some((last, sources)) if !sources.is_empty() => {
            Some((PathSet::from_words(sources.iter().copied()), PathSet::from_words([*last])))
        }
        // One word may expand to several: `cp $FILES`.
        _ => None,
    }
}

/// The effects of `dd if=a of=b`.
fn dd_effects(command: &ShellCommand) -> Effects {
    let value = |key: &str| -> PathSet {
        let words = command.arguments().iter();
        words
            .filter_map(|word| Some(PathSet::from_text(word.text.strip_prefix(key)?, word.literal)))
            .collect()
    };
    Effects { reads: value("if="), writes: value("of="), ..Effects::default() }
}

fn find_effects(command: &ShellCommand) -> Option<Effects> {
    let arguments = command.arguments();
    let is_expression = |word: &&ShellWord| {
        let text = word.text.as_str();
        (text.starts_with('-') && !matches!(text, "-L" | "-P" | "-H"))
            || matches!(text, "(" | "!" | "\\(" | "\\!")
    };
    let starts = arguments.iter().take_while(|word| !is_expression(word)).filter(|word| !word.is_flag());
    let starts = PathSet::from_words(starts).or_if_empty(PathSet::from_path("."));
    let mut effects = Effects::with_reads(starts.clone());
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.text.as_str() {
            "-delete" => effects.deletes = starts.clone(),
            "-exec" | "-execdir" => match words.next()?.text.as_str() {
                "rm" | "rmdir" => effects.deletes = starts.clone(),
                "chmod" | "chown" | "chgrp" | "touch" | "strip" | "gzip" => effects.writes = starts.clone(),
                "ls" | "cat" | "stat" | "file" | "grep" | "echo" | "head" | "du" | "test" => {}
                _ => return None,
            },
            "-ok" | "-okdir" | "-fprint" | "-fprintf" | "-fprint0" | "-fls" => return None,
            _ => {}
        }
    }
    Some(effects)
}
