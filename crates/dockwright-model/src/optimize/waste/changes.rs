//! Files of earlier layers that a RUN changes or deletes: w1, w2.

use super::{LayerEntry, LayerSizesBuilder};
use crate::optimize::bytes::Bytes;
use crate::optimize::caches::expand_tilde;
use crate::optimize::commands::{LocatedCommand, paths_overlap, pattern_covers};
use crate::optimize::draft::StepDraft;
use crate::optimize::inputs::join_path;
use crate::optimize::model::WasteCause;
use crate::semantic::effects::{PathSet, Verb};
use crate::shell::{CommandPlace, Connector, ShellCommand};
use crate::syntax::Kind;

/// Minimum size of moved files that is worth a report, in bytes.
const LEAST_MOVED: u64 = 100_000;

/// The `chown`, `chgrp` or `chmod` that a command is, or that `find` runs on each file of its directories.
pub(crate) fn chown_or_chmod_program(command: &ShellCommand) -> Option<&str> {
    const PROGRAMS: [&str; 3] = ["chown", "chgrp", "chmod"];
    if !command.is("find") {
        return command.name.as_deref().filter(|name| PROGRAMS.contains(name));
    }
    let words = command.arguments();
    let mut tests = words.iter().filter(|word| word.is_flag()).map(|word| word.text.as_str());
    let at = words.iter().position(|word| word.text == "-exec")?;
    let program = words.get(at + 1).map(|word| word.text.as_str()).filter(|name| PROGRAMS.contains(name))?;
    // Other tests choose some of the files, and directories take no space.
    let is_plain = tests.all(|word| matches!(word, "-exec" | "-type" | "-print"));
    let only_files = words.windows(2).all(|pair| match pair {
        [option, value] => option.text != "-type" || value.text == "f",
        _ => true,
    });
    (is_plain && only_files).then_some(program)
}

/// Whether a `chown`, `chgrp` or `chmod` is recursive; `None` for other commands.
pub(crate) fn is_recursive_change(one: &LocatedCommand<'_>) -> Option<bool> {
    chown_or_chmod_program(one.command)?;
    let is_recursive =
        one.command.is("find") || one.command.has_flag("R") || one.command.has_flag("recursive");
    Some(is_recursive)
}

/// The cost of comparing the paths with another path, in comparisons of plain paths: globs take longer.
fn comparison_cost(one: &LocatedCommand<'_>, paths: &PathSet) -> usize {
    let all = one.absolute_paths(paths);
    all.iter().map(|path| if path.contains(['*', '?', '[']) { 30 } else { 1 }).sum()
}

/// Whether a command may add an unknown number of bytes to the layer.
pub(in crate::optimize) fn adds_unknown_bytes(one: &LocatedCommand<'_>, draft: &StepDraft<'_, '_>) -> bool {
    if is_recursive_change(one).is_some() || one.command.is_any(&["mkdir", "ln", "rmdir", "setcap"]) {
        return false;
    }
    // Indexes are counted as caches.
    let keeps_index_only = |verb: Verb| matches!(verb, Verb::Update | Verb::Clean | Verb::Query);
    if one.effects.packages.as_ref().is_some_and(|call| keeps_index_only(call.verb)) {
        return false;
    }
    match &one.effects.writes {
        PathSet::None => one.effects.unknown,
        PathSet::Anything => true,
        PathSet::Known(_) => {
            let paths = one.absolute_paths(&one.effects.writes);
            let is_kept = |path: &String| {
                let mounts = draft.run.map(|run| run.mounts.as_slice()).unwrap_or_default();
                let is_mounted = mounts.iter().any(|mount| {
                    mount.is_cache_or_tmpfs() && pattern_covers(mount.mount_target_text(), path)
                });
                !is_mounted && !["/dev", "/proc", "/sys"].iter().any(|place| pattern_covers(place, path))
            };
            paths.is_empty() || paths.iter().any(is_kept)
        }
    }
}

/// A part of the content of the layers of the image.
#[derive(Default)]
struct LayerPart {
    bytes: Bytes,
    of: std::collections::BTreeSet<usize>,
    what: Vec<String>,
    /// Whether some of it certainly exists; otherwise it is unknown what the steps create.
    sure: bool,
}

impl LayerPart {
    fn add(&mut self, step: usize, path: &str, bytes: Bytes) {
        self.bytes += bytes;
        self.of.insert(step);
        if !self.what.iter().any(|known| known == path) {
            self.what.push(path.to_string());
        }
    }
}

impl LayerSizesBuilder<'_, '_> {
    /// Records the files that a RUN stores again because it changes their owner or mode (w1). Returns the
    /// size that this adds to the layer.
    pub(super) fn add_rewritten_files(&mut self, id: usize, commands: &[LocatedCommand<'_>]) -> Bytes {
        let paths = commands.iter().filter(|one| is_recursive_change(one).is_some());
        let paths: usize = paths.map(|one| comparison_cost(one, &one.effects.writes)).sum();
        if paths == 0 {
            return Bytes::NONE;
        }
        if !self.reserve_comparisons(paths) {
            return Bytes::UNKNOWN;
        }
        let mut share = LayerPart::default();
        // Whether something may be a file that is stored again, or a directory.
        let mut doubtful = false;
        // A file that is changed twice in one RUN is copied once.
        let mut counted = vec![false; self.entries.len()];
        for (at, one) in commands.iter().enumerate() {
            let Some(recursive) = is_recursive_change(one) else { continue };
            for path in one.absolute_paths(&one.effects.writes) {
                let target = path.as_str();
                // Files that the same RUN creates are stored in any case.
                let is_made_here = {
                    let own = commands.get(..at).unwrap_or_default();
                    own.iter()
                        .filter(|one| is_recursive_change(one).is_none())
                        .any(|one| one.absolute_paths(&one.effects.writes).contains(&path))
                };
                for (entry, counted) in self.entries.iter().zip(&mut counted) {
                    doubtful |= !recursive && entry.tree && entry.step != id && entry.path == target;
                    let hit = if recursive || target.contains('*') {
                        pattern_covers(target, &entry.path)
                            || (entry.tree && !is_made_here && pattern_covers(&entry.path, target))
                    } else {
                        !entry.tree && entry.path == target
                    };
                    if hit && entry.step != id && !entry.bytes.is_none() && !std::mem::replace(counted, true)
                    {
                        share.add(entry.step, &path, entry.bytes);
                        // A RUN that writes into a directory may not have created exactly this path.
                        share.sure |= entry.path == path
                            || pattern_covers(target, &entry.path)
                            || !self.is_run(entry.step);
                    }
                }
                if recursive && !is_made_here {
                    self.add_possibly_created_paths(&mut share, &path);
                }
            }
        }
        if share.bytes.is_none() {
            return if doubtful { Bytes::UNKNOWN } else { Bytes::NONE };
        }
        let bytes = share.bytes;
        // A script may have created anything there.
        let usual = if share.sure { 10.0 } else { 0.05 };
        self.record_waste(
            WasteCause::CopiedUp,
            id,
            share.of.into_iter().collect(),
            bytes,
            share.what,
            share.sure,
            usual,
        );
        bytes
    }

    fn is_run(&self, step: usize) -> bool {
        self.drafts.steps.get(step).is_some_and(|draft| draft.instruction.kind == Kind::Run)
    }

    /// Whether a step copies from another stage or image.
    fn is_copy_of_stage(&self, step: usize) -> bool {
        self.drafts.steps.get(step).is_some_and(|draft| {
            draft.instruction.kind == Kind::Copy && draft.key.taken.iter().any(|taken| !taken.mount)
        })
    }

    /// Adds the paths that unknown commands of earlier RUNs may have created below a path.
    fn add_possibly_created_paths(&self, share: &mut LayerPart, path: &str) {
        for (step, commands) in &self.runs {
            let made = |one: &&LocatedCommand<'_>| {
                !matches!(one.effects.writes, PathSet::Known(_)) && one.may_create_below(path)
            };
            if commands.iter().any(|one| made(&one)) && !share.of.contains(step) {
                share.add(*step, path, Bytes::UNKNOWN);
                let installs = commands.iter().filter(made).any(|one| one.effects.packages.is_some());
                share.sure |= installs;
            }
        }
    }

    /// Records the files of earlier layers that a RUN deletes (w2).
    pub(super) fn record_layer_deletions(&mut self, id: usize, commands: &[LocatedCommand<'_>]) {
        let paths: usize = commands.iter().map(|one| comparison_cost(one, &one.effects.deletes)).sum();
        let prunes = commands.iter().filter(|one| prunes_packages(one)).count();
        if paths + prunes == 0 || !self.reserve_comparisons(paths + prunes) {
            return;
        }
        let mut share = LayerPart::default();
        let mut moved = LayerPart::default();
        let mut gone = std::collections::BTreeSet::new();
        for (at, one) in commands.iter().enumerate() {
            if one.effects.packages.is_some() {
                continue;
            }
            // A directory or a file of another layer is copied, and the original hidden.
            let is_move = one.command.is("mv");
            let share = if is_move { &mut moved } else { &mut share };
            for path in one.absolute_paths(&one.effects.deletes) {
                // Files that the same RUN has created are not from an earlier layer, even if an earlier layer
                // has files in the same directory.
                let own = commands.get(..at).unwrap_or_default();
                let target = path.trim_end_matches("/*");
                // A path that a COPY has added by name is not a cache, regardless of its location.
                let named = !path.contains(['*', '?', '[']);
                let copied = |entry: &LayerEntry| {
                    named && pattern_covers(&path, &entry.path) && !self.is_run(entry.step)
                };
                let makes = |one: &LocatedCommand<'_>| {
                    matches!(one.effects.writes, PathSet::Known(_)) && is_recursive_change(one).is_none()
                };
                // A file of an earlier layer stays there, even if this RUN unpacks an archive next to it.
                let is_stored = named
                    && self.entries.iter().any(|entry| !entry.tree && entry.path == path && entry.step != id);
                let may_make = |one: &LocatedCommand<'_>| {
                    if is_stored {
                        one.absolute_paths(&one.effects.writes).contains(&path)
                    } else {
                        one.may_create_below(target)
                    }
                };
                if own.iter().any(|one| {
                    makes(one) && may_make(one)
                        || one
                            .absolute_paths(&one.effects.creates)
                            .iter()
                            .any(|own| paths_overlap(own, target))
                        || is_cache_of(one, target) && !self.entries.iter().any(copied)
                }) {
                    continue;
                }
                for (index, entry) in self.entries.iter().enumerate() {
                    if pattern_covers(&path, &entry.path)
                        && entry.step != id
                        && !entry.bytes.is_none()
                        && !gone.contains(&index)
                    {
                        share.add(entry.step, &path, entry.bytes);
                        gone.insert(index);
                    }
                }
                if one.command.has_flag("r") || one.command.has_flag("R") {
                    for entry in self.entries.iter().filter(|entry| entry.tree && entry.step != id) {
                        if pattern_covers(&entry.path, target)
                            && entry.path != target
                            && self.is_copy_of_stage(entry.step)
                        {
                            share.add(entry.step, &path, Bytes::UNKNOWN);
                        }
                    }
                }
                for (step, left) in self.left.iter().filter(|_| !is_move) {
                    if left
                        .directories
                        .iter()
                        .any(|directory| paths_overlap(&expand_tilde(directory), target))
                        && !share.of.contains(step)
                    {
                        // The bytes are counted as a cache of the step that left it.
                        share.add(*step, &path, Bytes::NONE);
                    }
                }
            }
        }
        for one in commands.iter().filter(|one| prunes_packages(one)) {
            // A part of the directory is deleted; how much is unknown.
            for directory in
                one.directory.iter().filter_map(|directory| join_path(Some(directory), "node_modules"))
            {
                for entry in self.entries.iter().filter(|entry| entry.path == directory && entry.step != id) {
                    share.add(entry.step, &directory, Bytes::UNKNOWN);
                }
            }
        }
        for index in gone {
            if let Some(entry) = self.entries.get_mut(index) {
                entry.bytes = Bytes::NONE;
            }
        }
        self.record_deleted_files(id, share, 15.0);
        if moved.bytes.unknown > 0 || moved.bytes.known_total() >= LEAST_MOVED {
            self.record_deleted_files(id, moved, 15.0);
        }
    }

    /// Records the packages of earlier layers that a RUN removes (w2).
    pub(super) fn count_removed_packages(&mut self, id: usize, commands: &[LocatedCommand<'_>]) {
        let removes = |one: &&LocatedCommand<'_>| {
            one.effects.packages.as_ref().is_some_and(|call| call.verb == Verb::Remove)
        };
        let words: usize = commands.iter().filter(removes).map(|one| one.command.words.len()).sum();
        if words == 0 || !self.reserve_comparisons(words.saturating_mul(20)) {
            return;
        }
        let mut share = LayerPart::default();
        for one in commands {
            let Some(call) = one.effects.packages.as_ref().filter(|call| call.verb == Verb::Remove) else {
                continue;
            };
            for word in call.words(one.command) {
                let name = call.name(word);
                for (step, earlier) in &self.runs {
                    let installs = earlier.iter().any(|other| {
                        let call = other.effects.packages.as_ref().filter(|own| own.manager == call.manager);
                        call.is_some_and(|call| {
                            call.verb == Verb::Install
                                && other.command.words.iter().any(|own| call.name(own) == name)
                        })
                    });
                    if installs {
                        let bytes = if share.of.contains(step) { Bytes::NONE } else { Bytes::UNKNOWN };
                        share.add(*step, name, bytes);
                    }
                }
            }
        }
        self.record_deleted_files(id, share, 100.0);
    }

    /// Records the files of earlier layers that a step has deleted. `usual`: the megabytes to assume for unknown
    /// sizes.
    fn record_deleted_files(&mut self, id: usize, share: LayerPart, usual: f64) {
        if !share.of.is_empty() {
            let of = share.of.into_iter().collect();
            self.record_waste(WasteCause::DeletedLater, id, of, share.bytes, share.what, true, usual);
        }
    }
}

/// Whether a command deletes installed packages that the project no longer needs: `npm prune --omit=dev`.
fn prunes_packages(one: &LocatedCommand<'_>) -> bool {
    one.effects.packages.as_ref().is_some_and(|call| {
        matches!(call.manager, "npm" | "pnpm")
            && call.verb == Verb::Remove
            && one.command.has_argument(&["prune"])
    })
}

/// The paths that commands certainly delete, each with the index of its command.
pub(super) fn certain_deletions(commands: &[LocatedCommand<'_>]) -> Vec<(usize, String)> {
    let deletes = |one: &LocatedCommand<'_>| {
        one.effects.packages.is_none()
            && !one.command.is("mv")
            && !matches!(one.command.connector, Some(Connector::Or | Connector::Pipe))
            && one.command.place == CommandPlace::Top
    };
    let of = |(at, one): (usize, &LocatedCommand<'_>)| {
        one.absolute_paths(&one.effects.deletes).into_iter().map(|path| (at, path)).collect::<Vec<_>>()
    };
    commands.iter().enumerate().filter(|(_, one)| deletes(one)).flat_map(of).collect()
}

/// Whether the command fills a cache at this path.
fn is_cache_of(one: &LocatedCommand<'_>, path: &str) -> bool {
    one.effects.packages.as_ref().is_some_and(|call| {
        matches!(call.verb, Verb::Update | Verb::Install | Verb::Upgrade | Verb::Download)
            && ["/var/lib/apt", "/var/cache", "/root/.cache", "/root/.npm", "/tmp", "/var/tmp"]
                .iter()
                .any(|place| paths_overlap(place, path))
    })
}
