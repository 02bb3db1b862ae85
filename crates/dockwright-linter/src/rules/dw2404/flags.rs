//! [`LinkerFlags`]: the value of `-ldflags` in a call of `go`.

use crate::diagnostic::Edit;
use crate::shell::{CommandPlace, ShellCommand, ShellWord};

/// The flags that a call passes to the linker.
#[derive(Debug)]
pub(super) struct LinkerFlags<'c> {
    command: &'c ShellCommand,
    /// The word that contains them.
    word: &'c ShellWord,
    value: &'c str,
}

/// The flags in `-ldflags=VALUE` or `-ldflags VALUE`; `None` without this option.
pub(super) fn linker_flags(command: &ShellCommand) -> Option<LinkerFlags<'_>> {
    let words = command.arguments();
    let mut options = words.iter().enumerate().filter_map(|(at, word)| {
        let name = word.text.strip_prefix("--").or_else(|| word.text.strip_prefix('-'))?;
        let rest = name.strip_prefix("ldflags")?;
        match rest.strip_prefix('=') {
            Some(value) => Some(LinkerFlags { command, word, value }),
            None if rest.is_empty() => {
                let next = words.get(at + 1).unwrap_or(word);
                Some(LinkerFlags { command, word: next, value: &next.text })
            }
            None => None,
        }
    });
    options.next()
}

impl LinkerFlags<'_> {
    /// Whether they certainly leave symbols and debug information: no `-s`, no `-w`, and no variable that may contain
    /// them.
    pub(super) fn keeps_debug_symbols(&self) -> bool {
        let removes = |word: &str| matches!(word, "-s" | "-w" | "-s=true" | "-w=true");
        // The value of a flag may contain a variable: `-X main.version=${VERSION}`.
        let is_unknown = |word: &str| word.starts_with(['$', '`']);
        let words = || self.value.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
        !words().any(|word| removes(word) || is_unknown(word))
    }

    /// Adds `-s -w` after the opening quotation mark of the value; `None` without one.
    pub(super) fn edit(&self, source: &[u8]) -> Option<Edit> {
        if self.command.place == CommandPlace::Quoted {
            return None;
        }
        let text = self.word.span.bytes(source);
        let at = text.iter().position(|byte| matches!(byte, b'"' | b'\''))?;
        let is_start = at == 0 || text.get(at.checked_sub(1)?) == Some(&b'=');
        let at = u32::try_from(at).ok().filter(|_| is_start)?;
        Some(Edit::insert(self.word.span.start + at + 1, "-s -w "))
    }
}
