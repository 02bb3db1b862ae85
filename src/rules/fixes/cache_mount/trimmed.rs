//! [`Trimmed`]: what cannot stay in a RUN beside a mount.

use std::collections::BTreeSet;

use super::managers::Cached;
use super::place::Owner;
use super::{is_parent, touches};
use crate::diagnostic::Edit;
use crate::rule::Checker;
use crate::rules::fixes::run_edit::end_of;
use crate::rules::fixes::trim::without_word;
use crate::semantic::Run;
use crate::semantic::effects::{self, Verb};
use crate::shell::{Command, ListNode};

/// What is taken out of a RUN: commands that empty the cache, options that switch it off.
pub struct Trimmed {
    pub gone: BTreeSet<usize>,
    pub edits: Vec<Edit>,
    pub proof: Vec<String>,
}

impl Trimmed {
    pub fn new(
        cx: &Checker<'_>,
        run: &Run<'_>,
        cached: &Cached,
        folders: &[String],
        owner: &Owner,
    ) -> Result<Self, String> {
        let source = cx.file.source;
        let mut trimmed = Self { gone: BTreeSet::new(), edits: Vec::new(), proof: Vec::new() };
        for (at, command) in run.script.commands.iter().enumerate() {
            let effects = effects::of(command, source);
            let text = String::from_utf8_lossy(command.span.bytes(source)).replace(['\n', '\\'], " ");
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if command.is("rm") {
                trimmed.removal(run, at, folders, owner, source)?;
                continue;
            }
            let call = effects.packages.as_ref().filter(|call| call.manager == cached.manager);
            if call.is_some() && empties(command, cached) {
                trimmed.element(run, at, &text)?;
                continue;
            }
            if let Some(call) = call {
                trimmed.options(command, cached, call.verb, source)?;
            } else if let Some(path) = touches(&effects, folders) {
                return Err(format!("`{text}` uses `{path}`"));
            }
        }
        Ok(trimmed)
    }

    /// Takes the whole command away.
    fn element(&mut self, run: &Run<'_>, command: usize, text: &str) -> Result<(), String> {
        let place = run.script.list.iter().position(|item| item.node == ListNode::Command(command));
        self.gone.insert(place.ok_or_else(|| format!("`{text}` cannot be taken away"))?);
        self.proof.push(format!("`{text}`, which would empty it, goes"));
        Ok(())
    }

    /// `rm -rf` of what is in a mount now.
    fn removal(
        &mut self,
        run: &Run<'_>,
        at: usize,
        folders: &[String],
        owner: &Owner,
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
            let inside = |folder: &String| path == folder || is_parent(folder, path);
            if folders.iter().any(inside) || (path.ends_with("/.cache") && path.starts_with(&owner.home)) {
                words.push(index);
            } else if let Some(folder) = folders.iter().find(|folder| is_parent(path, folder)) {
                return Err(format!("`{folder}`, where the mount would be, is removed with `{}`", word.text));
            } else {
                kept += 1;
            }
        }
        if words.is_empty() {
            return Ok(());
        }
        let text = String::from_utf8_lossy(command.span.bytes(source)).to_string();
        if kept == 0 {
            return self.element(run, at, text.split_whitespace().collect::<Vec<_>>().join(" ").as_str());
        }
        for index in words {
            let (Some(before), Some(word)) = (command.words.get(index - 1), command.words.get(index)) else {
                continue;
            };
            let edit = without_word(before.span, word.span, source);
            self.edits.push(edit.ok_or("a comment stands beside what empties it")?);
            self.proof.push(format!("`{}`, which would empty it, is not removed", word.text));
        }
        Ok(())
    }

    /// Options that switch the cache off go, the one that switches it on comes.
    fn options(
        &mut self,
        command: &Command,
        cached: &Cached,
        verb: Verb,
        source: &[u8],
    ) -> Result<(), String> {
        for (index, word) in command.words.iter().enumerate() {
            if word.flags().any(|flag| cached.options.contains(&flag)) {
                return Err(format!("`{}` says where the cache is", word.text));
            }
            if cached.off.contains(&word.text.as_str()) {
                let before = index.checked_sub(1).and_then(|before| command.words.get(before));
                let edit = before.and_then(|before| without_word(before.span, word.span, source));
                self.edits.push(edit.ok_or("a comment stands beside an option")?);
                self.proof.push(format!("`{}`, which switches it off, goes", word.text));
            }
        }
        if let Some(option) = cached.option.filter(|_| matches!(verb, Verb::Install | Verb::Upgrade)) {
            let name = command.name_span();
            self.edits.push(Edit::insert(end_of(name, source), format!(" {option}")));
        }
        Ok(())
    }
}

/// Whether the command empties the cache.
fn empties(command: &Command, cached: &Cached) -> bool {
    let operands: Vec<&str> = command.operands().map(|word| word.text.as_str()).collect();
    cached.emptied_by.iter().any(|words| operands.starts_with(words))
}
