//! The commands in the text that a command gives to another shell: `sh -c "…"`.

use crate::semantic::interpreted::BOURNE_SHELLS;
use crate::shell::{self, CommandPlace, ListNode, ShellCommand, ShellScript, ShellWord};

/// Maximum nesting of such texts.
const DEEPEST: usize = 3;

/// The text of the script and its offset in the file; `None` for a JSON array.
pub(crate) type NestedScriptFn<'t> = dyn Fn() -> Option<(String, u32)> + 't;

/// The ends of the nested texts around the current command.
#[derive(Default)]
pub(super) struct NestingDepth {
    ends: Vec<usize>,
}

impl NestingDepth {
    /// The commands of the text that the command at this place gives to a shell.
    pub(super) fn nested_commands(
        &mut self,
        at: usize,
        command: &ShellCommand,
        source: &[u8],
        text: &NestedScriptFn<'_>,
    ) -> Option<Vec<ShellCommand>> {
        self.ends.retain(|end| at < *end);
        if self.ends.len() >= DEEPEST {
            return None;
        }
        let word = script_argument(command)?;
        let script = read_nested_script(word, source, text)?;
        if script.commands.is_empty() {
            return None;
        }
        let mut commands = script.commands;
        for (index, inner) in commands.iter_mut().enumerate() {
            inner.place = CommandPlace::Quoted;
            inner.connector = if index == 0 { command.connector } else { inner.connector };
        }
        self.ends.iter_mut().for_each(|end| *end += commands.len());
        self.ends.push(at + 1 + commands.len());
        Some(commands)
    }
}

/// Inserts commands before the one at `at`.
pub(super) fn insert_commands(script: &mut ShellScript, at: usize, commands: Vec<ShellCommand>) {
    for item in &mut script.list {
        if let ListNode::Command(index) = &mut item.node
            && *index >= at
        {
            *index += commands.len();
        }
    }
    script.commands.splice(at..at, commands);
}

/// The argument that is shell text: the first operand if `-c` is given; for `su`, the value of `-c`.
fn script_argument(command: &ShellCommand) -> Option<&ShellWord> {
    let is_su = command.name.as_deref().is_some_and(|name| matches!(name, "su" | "runuser"));
    if !is_su && !command.is_any(&BOURNE_SHELLS) {
        return None;
    }
    let mut words = command.arguments().iter();
    let mut has_text = false;
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        let is_short = word.is_flag() && !text.starts_with("--");
        if is_su {
            if text == "-c" || text == "--command" {
                return words.next();
            }
        } else if is_short {
            has_text |= text.contains('c');
            // `-o pipefail`, and in a cluster: `-eo pipefail`.
            if text.ends_with(['o', 'O']) {
                words.next();
            }
        } else if !word.is_flag() {
            return has_text.then_some(word);
        }
    }
    None
}

/// Parses the text, if each of its bytes is a byte of the file.
fn read_nested_script(word: &ShellWord, source: &[u8], text: &NestedScriptFn<'_>) -> Option<ShellScript> {
    let start = word.span.start + 1;
    let Some((text, offset)) = text() else {
        // In a JSON array, in which nothing is escaped.
        let raw = word.span.bytes(source);
        let inner = raw.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        return (inner == word.text.as_bytes()).then(|| shell::read_script(&word.text, start));
    };
    let raw = text.get((word.span.start.checked_sub(offset)?) as usize..(word.span.end - offset) as usize)?;
    if word.literal && raw == word.text {
        return Some(shell::read_script(raw, word.span.start));
    }
    let inner = if let Some(inner) = raw.strip_prefix('\'') {
        inner.strip_suffix('\'').filter(|inner| !inner.contains('\''))?
    } else {
        let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
        // The outer shell removes escapes and runs commands in backticks.
        let escaped = inner
            .match_indices('\\')
            .any(|(at, _)| !inner[at + 1..].trim_start_matches([' ', '\t', '\r']).starts_with('\n'));
        (!escaped && !inner.contains(['"', '`'])).then_some(inner)?
    };
    Some(shell::read_script(inner, start))
}
