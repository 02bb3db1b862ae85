//! DW4011: a package named twice in one installation.

use std::collections::HashMap;

use crate::diagnostic::{Fix, Severity};
use crate::rule::{Check, Fixable, OptimizerScope, Rule, RuleChecker};
use crate::rules::fixes::{removal_edits, run_edit::NOT_PLAIN};
use crate::semantic::Run;
use crate::semantic::effects::{self, Verb};
use crate::shell::{CommandPlace, ShellCommand, ShellWord};
use crate::syntax::quote_excerpt;

pub(super) static RULE: Rule = Rule {
    code: "DW4011",
    name: "duplicate-package",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    in_optimizer: OptimizerScope::No,
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DW4011.md"),
    ..Rule::DOCKWRIGHT
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    for command in &run.script.commands {
        let Some(call) = effects::command_effects(command, cx.file.source).packages else { continue };
        if call.verb != Verb::Install {
            continue;
        }
        let words: Vec<&ShellWord> = call.words(command).filter(|word| is_package(word)).collect();
        // Maps from the whole words, and from the words without a possible version.
        let (mut whole, mut bare) = (HashMap::new(), HashMap::new());
        for (at, word) in words.iter().enumerate() {
            let names = call.possible_names(&word.text);
            let same = names.iter().filter_map(|name| whole.get(name));
            let first = same.chain(bare.get(word.text.as_str())).min().and_then(|at: &usize| words.get(*at));
            whole.entry(word.text.as_str()).or_insert(at);
            for name in names.into_iter().skip(1) {
                bare.entry(name).or_insert(at);
            }
            let Some(first) = first else { continue };
            let line = cx.semantics.line(first.span.start);
            let place = if line == cx.semantics.line(word.span.start) {
                "in the same command".to_string()
            } else {
                format!("on line {line}")
            };
            let message = format!("{} is already listed {place}", quote_excerpt(call.name(word)));
            let fix = remove_duplicate(command, first, word, cx.file.source);
            cx.report(run.outer, word.span, message)
                .help("remove one of the two")
                .fix_or_reason(fix.ok_or(NOT_PLAIN.into()));
        }
    }
}

fn is_package(word: &ShellWord) -> bool {
    word.literal && !word.is_flag() && !word.text.is_empty()
}

/// Removes the redundant word: the one without a version, or else the later one.
fn remove_duplicate(
    command: &ShellCommand,
    first: &ShellWord,
    word: &ShellWord,
    source: &[u8],
) -> Option<Fix> {
    if command.place == CommandPlace::Quoted {
        return None;
    }
    let removed = if word.text.len() >= first.text.len() && word.text != first.text { first } else { word };
    let at = command.words.iter().position(|one| one.span == removed.span)?;
    let before = command.words.get(at.checked_sub(1)?)?;
    let edit = removal_edits::remove_word(before.span, removed.span, source)?;
    Some(Fix::safe("remove it", [edit]))
}
