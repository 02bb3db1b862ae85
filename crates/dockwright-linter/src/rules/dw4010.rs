//! DW4010: a bracketed argument that is not JSON.

use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::rule::{Check, DiagnosticPairing, Fixable, OptimizerScope, Rule, RuleChecker};
use crate::semantic::{ArrayContext, MalformedArray};
use crate::syntax::{Arguments, CommandLine, Instruction, Kind, Source, Word, quote_excerpt};

pub(super) static RULE: Rule = Rule {
    code: "DW4010",
    name: "malformed-json",
    fixable: Fixable::Sometimes,
    leads: &[
        ("DL3025", DiagnosticPairing::Instruction),
        ("JSONArgsRecommended", DiagnosticPairing::Instruction),
    ],
    in_optimizer: OptimizerScope::No,
    check: Check::Instruction(
        &[
            Kind::Run,
            Kind::Cmd,
            Kind::Entrypoint,
            Kind::Healthcheck,
            Kind::Volume,
            Kind::Copy,
            Kind::Add,
            Kind::Onbuild,
        ],
        check,
    ),
    docs: include_str!("../../../../rules/DW4010.md"),
    ..Rule::DOCKWRIGHT
};

fn check(cx: &mut RuleChecker<'_>, outer: &Instruction<'_>) {
    let instruction = match &outer.arguments {
        Arguments::Onbuild(inner) => inner.as_ref(),
        _ => outer,
    };
    let Some((text, place)) = find_possible_array(instruction) else { return };
    // PowerShell begins commands with brackets.
    if cx.semantics.is_windows(outer.span.start) || cx.file.escape != b'\\' {
        return;
    }
    let Some(array) = MalformedArray::read(&text.text, place) else { return };
    let consequence = match place {
        ArrayContext::Command => {
            let program = text.text.split_whitespace().next().unwrap_or_default();
            let program: String = program.chars().filter(|c| !matches!(c, '\'' | '"')).collect();
            format!("a shell runs it, with {} as the command", quote_excerpt(&program))
        }
        ArrayContext::Directories => {
            format!("BuildKit creates the volumes {}", join_unquoted_words(&instruction.arguments))
        }
        ArrayContext::Paths => format!("BuildKit looks for {}", join_unquoted_words(&instruction.arguments)),
    };
    let message = format!("this array is not valid JSON, so {consequence}");
    let offer = offer_fix(&array, text, instruction.kind);
    cx.report(outer, text.span, message).help(array.fault.advice()).fix_or_reason(offer);
}

/// The text that may be meant as an array.
fn find_possible_array<'i>(instruction: &'i Instruction<'_>) -> Option<(&'i Word<'i>, ArrayContext)> {
    let (text, place) = match &instruction.arguments {
        Arguments::Command(CommandLine::Shell(text)) => (text, ArrayContext::Command),
        Arguments::Healthcheck(check) => match check.command.as_ref()? {
            CommandLine::Shell(text) => (text, ArrayContext::Command),
            CommandLine::Exec { .. } => return None,
        },
        Arguments::List { exec: false, .. } => (&instruction.rest, ArrayContext::Directories),
        Arguments::Paths(paths) if !paths.exec => (&instruction.rest, ArrayContext::Paths),
        _ => return None,
    };
    text.text.starts_with('[').then_some((text, place))
}

/// The words that BuildKit reads, without their quotes.
fn join_unquoted_words(arguments: &Arguments<'_>) -> String {
    let words: Vec<&Word<'_>> = match arguments {
        Arguments::List { words, .. } => words.iter().collect(),
        Arguments::Paths(paths) => paths.sources.iter().map(Source::word).collect(),
        _ => Vec::new(),
    };
    let plain = |word: &&Word<'_>| {
        let text: String = word.text.chars().filter(|c| !matches!(c, '\'' | '"')).collect();
        quote_excerpt(&text)
    };
    let shown: Vec<String> = words.iter().take(2).map(plain).collect();
    match words.len().saturating_sub(shown.len()) {
        0 => shown.join(" and "),
        others => format!("{} and {others} more", shown.join(", ")),
    }
}

/// For a RUN or COPY that currently fails, the fix is only a suggestion, because it would run something new.
fn offer_fix(array: &MalformedArray, text: &Word<'_>, kind: Kind) -> FixOrReason {
    let strings = array.strings.as_ref().ok_or("not every element is a plain word")?;
    let strings = strings.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>();
    let json = format!("[{}]", strings.unwrap_or_default().join(", "));
    let title = format!("change it to {}", quote_excerpt(&json));
    let level = match kind {
        Kind::Run | Kind::Copy | Kind::Add => Applicability::Suggestion,
        _ => Applicability::UnsafeMid,
    };
    let fix = Fix::new(level, title, [Edit::replace(text.span, json)]);
    Ok(fix.with_risk("the brackets may be intended"))
}
