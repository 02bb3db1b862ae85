//! [`TrimmedRun`]: removes commands and options that are incompatible with a cache mount.

use std::collections::BTreeSet;

use super::place::{CacheOwner, VariableState, variable_state};
use super::{find_verb_of_command, is_parent_directory, used_cache_path};
use crate::diagnostic::Edit;
use crate::rule::RuleChecker;
use crate::rules::fixes::removal_edits::remove_word;
use crate::rules::fixes::run_edit::end_without_continuations;
use crate::semantic::Run;
use crate::semantic::effects::{self, Verb};
use crate::semantic::managers::{MountableCache, apk};
use crate::shell::{ListNode, ShellCommand};

/// The parts that are removed from a RUN: commands that delete the cache, and options that turn it off.
pub(super) struct TrimmedRun {
    pub gone: BTreeSet<usize>,
    pub edits: Vec<Edit>,
    pub proof: Vec<String>,
}

impl TrimmedRun {
    pub(super) fn new(
        cx: &RuleChecker<'_>,
        run: &Run<'_>,
        cached: &MountableCache,
        directories: &[String],
        owner: &CacheOwner,
    ) -> Result<Self, String> {
        let source = cx.file.source;
        let mut trimmed = Self { gone: BTreeSet::new(), edits: Vec::new(), proof: Vec::new() };
        for (at, command) in run.script.commands.iter().enumerate() {
            let effects = effects::command_effects(command, source);
            let text = String::from_utf8_lossy(command.span.bytes(source)).replace(['\n', '\\'], " ");
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if command.is("rm") {
                trimmed.remove_deletion(run, at, directories, owner, source)?;
                continue;
            }
            let call = effects.packages.as_ref().filter(|call| call.manager == cached.manager);
            if call.is_some_and(|call| deletes_cache(command, cached, call.verb)) {
                trimmed.remove_element(run, at, &text)?;
                continue;
            }
            if let Some(verb) = find_verb_of_command(cached, command, source) {
                trimmed.remove_options(command, cached, verb, source)?;
                if cached.verbs.contains(&verb) {
                    trimmed.remove_settings(cx, run, command, cached, owner)?;
                }
            } else if let Some(path) = used_cache_path(&effects, directories) {
                return Err(format!("`{text}` uses `{path}`"));
            }
        }
        Ok(trimmed)
    }

    /// Removes the whole command.
    fn remove_element(&mut self, run: &Run<'_>, command: usize, text: &str) -> Result<(), String> {
        let place = run.script.list.iter().position(|item| item.node == ListNode::Command(command));
        self.gone.insert(place.ok_or_else(|| format!("`{text}` cannot be removed"))?);
        self.proof.push(format!("`{text}`, which deletes the downloads, is removed"));
        Ok(())
    }

    /// Removes `rm -rf` of paths that are now in a mount.
    fn remove_deletion(
        &mut self,
        run: &Run<'_>,
        at: usize,
        directories: &[String],
        owner: &CacheOwner,
        source: &[u8],
    ) -> Result<(), String> {
        let Some(command) = run.script.commands.get(at) else { return Ok(()) };
        let mut words = Vec::new();
        let mut kept = 0usize;
        for (index, word) in command.words.iter().enumerate().skip(command.name_at + 1) {
            if word.is_flag() {
                continue;
            }
            let path = word.text.replace("${HOME}", &owner.home);
            let path = path.strip_prefix("~/").map_or(path.clone(), |rest| format!("{}/{rest}", owner.home));
            let path = path.trim_end_matches(['*', '/']);
            let inside = |directory: &String| path == directory || is_parent_directory(directory, path);
            if directories.iter().any(inside) || (path.ends_with("/.cache") && path.starts_with(&owner.home))
            {
                words.push(index);
            } else if let Some(directory) =
                directories.iter().find(|directory| is_parent_directory(path, directory))
            {
                return Err(format!(
                    "`{directory}`, where the mount would be, is deleted with `{}`",
                    word.text
                ));
            } else {
                kept += 1;
            }
        }
        if words.is_empty() {
            return Ok(());
        }
        let text = String::from_utf8_lossy(command.span.bytes(source)).to_string();
        if kept == 0 {
            return self.remove_element(
                run,
                at,
                text.split_whitespace().collect::<Vec<_>>().join(" ").as_str(),
            );
        }
        for index in words {
            let (Some(before), Some(word)) = (command.words.get(index - 1), command.words.get(index)) else {
                continue;
            };
            let edit = remove_word(before.span, word.span, source);
            self.edits.push(edit.ok_or("a comment is next to the command that deletes it")?);
            self.proof.push(format!("`{}`, which is in the cache, is no longer deleted", word.text));
        }
        Ok(())
    }

    /// Removes options that turn the cache off, and adds the one that turns it on.
    fn remove_options(
        &mut self,
        command: &ShellCommand,
        cached: &MountableCache,
        verb: Verb,
        source: &[u8],
    ) -> Result<(), String> {
        for (index, word) in command.words.iter().enumerate() {
            let option = word.text.trim_start_matches('-').split('=').next().unwrap_or_default();
            if word.is_flag() && cached.options.contains(&option) {
                return Err(format!("`{}` changes where the cache is or how it is used", word.text));
            }
            if cached.off.contains(&word.text.as_str()) {
                let before = index.checked_sub(1).and_then(|before| command.words.get(before));
                let is_new = command.has_argument(&apk::FRESH);
                let fresh = cached.fresh.filter(|_| matches!(verb, Verb::Install | Verb::Upgrade) && !is_new);
                let edit = match fresh {
                    Some(fresh) if word.span.bytes(source) == word.text.as_bytes() => {
                        Some(Edit::replace(word.span, fresh))
                    }
                    Some(_) => return Err(format!("`{}` is quoted or comes from a variable", word.text)),
                    None => before.and_then(|before| remove_word(before.span, word.span, source)),
                };
                self.edits.push(edit.ok_or("a comment is next to an option")?);
                self.proof.push(format!("`{}`, which disables the cache, is removed", word.text));
            }
        }
        if let Some(option) = cached.option.filter(|_| matches!(verb, Verb::Install | Verb::Upgrade)) {
            let name = command.name_span();
            self.edits.push(Edit::insert(end_without_continuations(name, source), format!(" {option}")));
        }
        Ok(())
    }

    /// Removes variables that turn the cache off for one call of the manager.
    fn remove_settings(
        &mut self,
        cx: &RuleChecker<'_>,
        run: &Run<'_>,
        command: &ShellCommand,
        cached: &MountableCache,
        owner: &CacheOwner,
    ) -> Result<(), String> {
        for (name, value) in cached.sets {
            let value = value.replace('~', &owner.home);
            match variable_state(cx, run, name) {
                VariableState::Is(own) if own == value => continue,
                VariableState::Unset if !run.instruction.rest.text.contains(name) => {}
                _ => return Err(format!("`{name}`, which configures the cache, is already set")),
            }
            if command.name_at != 0 {
                return Err(format!("`{name}` cannot be set for what another program runs"));
            }
            self.edits.push(Edit::insert(command.span.start, format!("{name}={value} ")));
        }
        Ok(())
    }
}

/// Whether the command deletes the cache.
fn deletes_cache(command: &ShellCommand, cached: &MountableCache, verb: Verb) -> bool {
    if cached.emptied_by.is_empty() {
        return verb == Verb::Clean;
    }
    let operands: Vec<&str> = command.operands().map(|word| word.text.as_str()).collect();
    cached.emptied_by.iter().any(|words| operands.starts_with(words))
}
