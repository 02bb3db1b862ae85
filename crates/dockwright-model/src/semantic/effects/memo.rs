//! [`command_effects`](super::command_effects), computed once for commands with the same words, because rules, fixes
//! and `optimize` need each of them many times.

use std::cell::RefCell;

use super::Effects;
use crate::memo::{self, ThreadCache};
use crate::shell::{ShellCommand, ShellWord};

/// The number of commands that each thread caches.
const MAX: usize = 512;

thread_local! {
    static MEMO: ThreadCache<Vec<u8>, Effects> = RefCell::default();
}

/// The cached effects of the same words, or else the result of `find`.
pub(super) fn get_or_insert_with(
    command: &ShellCommand,
    source: &[u8],
    find: impl FnOnce() -> Effects,
) -> Effects {
    memo::get_or_insert_with(&MEMO, MAX, key_of_command_effects(command, source), find)
}

/// All of the command except its position in the file.
fn key_of_command_effects(command: &ShellCommand, source: &[u8]) -> Vec<u8> {
    let mut key = Vec::with_capacity(128);
    let ShellCommand { span: _, words, name, name_at, given, wrappers, may_have_options, .. } = command;
    let ShellCommand { assignments, redirections, place, connector, .. } = command;
    let given_words = given.as_ref().map_or(usize::MAX, Vec::len);
    let numbers = [words.len(), *name_at, wrappers.len(), given_words, assignments.len(), redirections.len()];
    for number in numbers {
        push_number(number, &mut key);
    }
    key.extend([u8::from(*may_have_options), *place as u8, connector.map_or(u8::MAX, |one| one as u8)]);
    push_number(name.as_ref().map_or(usize::MAX, String::len), &mut key);
    key.extend_from_slice(name.as_deref().unwrap_or_default().as_bytes());
    for word in words {
        push_word(word, &mut key);
    }
    for wrapper in wrappers {
        push_number(wrapper.at, &mut key);
        push_text(wrapper.name.as_bytes(), &mut key);
    }
    for word in given.iter().flatten() {
        push_word(word, &mut key);
        // Finds the index of a word by its span.
        let at = words.iter().position(|own| own.span == word.span);
        push_number(at.unwrap_or(usize::MAX), &mut key);
    }
    for span in redirections {
        push_text(span.bytes(source), &mut key);
    }
    key
}

fn push_number(number: usize, key: &mut Vec<u8>) {
    key.extend(u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
}

fn push_text(text: &[u8], key: &mut Vec<u8>) {
    push_number(text.len(), key);
    key.extend_from_slice(text);
}

fn push_word(word: &ShellWord, key: &mut Vec<u8>) {
    push_text(word.text.as_bytes(), key);
    key.push(u8::from(word.literal));
}

#[cfg(test)]
mod tests {
    use crate::semantic::effects;
    use crate::shell::read_script;

    /// The same words have the same effects at any position, and other words have other effects.
    #[test]
    fn place_does_not_matter_and_words_do() {
        let all = [
            "apt-get install -y curl",
            "apt-get install -y 'cu''rl' wget",
            "sudo apt-get install -y curl",
            "rm -rf a b",
            "rm -rf 'a b'",
            "cat < a > b",
            "cat < b > a",
            "xargs apt-get install < packages",
            "exec cat a",
            "cat a",
            "cat $a",
            "cat '${a}'",
            "env A=1 make install",
            "A=1 make install",
            "make install",
        ];
        let of = |text: &str, before: &str| {
            let source = format!("{before}{text}");
            let offset = u32::try_from(before.len()).expect("a short text");
            let script = read_script(text, offset);
            let command = script.commands.first().expect("a command");
            (
                effects::command_effects(command, source.as_bytes()),
                effects::compute_effects(command, source.as_bytes()),
            )
        };
        for before in ["", "RUN ", "FROM a\nRUN "] {
            for text in all {
                let (remembered, computed) = of(text, before);
                assert_eq!(remembered, computed, "{text}");
            }
        }
    }
}
