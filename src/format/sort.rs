//! Sorts package lists and removes duplicates. The layout is printed and proved from the sorted text.

use std::collections::HashSet;

use crate::diagnostic::Edit;
use crate::fix;
use crate::semantic::{Run, Semantics, effects};
use crate::shell::{ParseOutcome, ShellWord};
use crate::syntax::Kind;

/// The managers that install a set of packages, regardless of the order of the names.
const MANAGERS: [&str; 7] = ["apt", "apk", "yum", "dnf", "microdnf", "tdnf", "zypper"];

/// The text with sorted lists; `None` if there is nothing to sort.
pub(super) fn sort_lists(semantics: &Semantics<'_>) -> Option<Vec<u8>> {
    let source = semantics.file.source;
    let runs = semantics.runs.iter().filter(|run| is_editable(run));
    let edits: Vec<Edit> = runs.flat_map(|run| sort_edits(run, source)).collect();
    if edits.is_empty() {
        return None;
    }
    fix::apply_edits(source, &edits)
}

fn is_editable(run: &Run<'_>) -> bool {
    run.script.reading == ParseOutcome::Complete
        && run.outer.kind != Kind::Onbuild
        && run.instruction.heredocs.is_empty()
}

fn sort_edits(run: &Run<'_>, source: &[u8]) -> Vec<Edit> {
    let mut edits = Vec::new();
    for command in &run.script.commands {
        let Some(call) = effects::command_effects(command, source).packages else { continue };
        if call.verb != effects::Verb::Install || !MANAGERS.contains(&call.manager) {
            continue;
        }
        let mut packages: Vec<&ShellWord> = call.words(command).collect();
        packages.sort_by_key(|word| word.span);
        let are_neighbors = packages.windows(2).all(|pair| match pair {
            [one, next] => is_plain_gap(source.get(one.span.end as usize..next.span.start as usize)),
            _ => true,
        });
        if packages.len() < 2
            || !are_neighbors
            || !packages.iter().all(|word| is_plain_package_name(word, source))
        {
            continue;
        }
        let mut wanted: Vec<&ShellWord> = packages.clone();
        wanted.sort_by(|one, other| (call.name(one), &one.text).cmp(&(call.name(other), &other.text)));
        let mut seen = HashSet::new();
        wanted.retain(|word| seen.insert(word.text.as_str()));
        for (at, word) in packages.iter().enumerate() {
            match wanted.get(at) {
                Some(other) if other.text != word.text => {
                    edits.push(Edit::replace(word.span, other.text.clone()));
                }
                Some(_) => {}
                None => {
                    let start = at.checked_sub(1).and_then(|before| packages.get(before));
                    let start = start.map_or(word.span.start, |before| before.span.end);
                    edits.push(Edit::delete(crate::source::Span::new(start, word.span.end)));
                }
            }
        }
    }
    edits
}

/// A name that is written without quotes, and only adds the package: `name-` removes it, `!name` excludes it.
fn is_plain_package_name(word: &ShellWord, source: &[u8]) -> bool {
    word.literal
        && word.span.bytes(source) == word.text.as_bytes()
        && word.text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !word.text.ends_with(['-', '+'])
}

/// Whether the gap contains only white space and continuations.
fn is_plain_gap(gap: Option<&[u8]>) -> bool {
    gap.is_some_and(|gap| gap.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\\' | b'\r' | b'\n')))
}
