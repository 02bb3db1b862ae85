//! From text to [`Script`].

use std::panic::{AssertUnwindSafe, catch_unwind};

use shuck_parser::parser::{ParseResult, Parser};

use super::refusal::before_bracket;
use super::walk::Walk;
use super::{Command, ListItem, ListNode, Place, Reading, Script, ShellWord, bounds};
use crate::source::Span;
use crate::syntax::Word;

/// Reads shell text, always with the grammar of Bash. `offset` is where the text begins in the file, in bytes:
/// spans are relative to the file.
pub fn read(text: &str, offset: u32) -> Script {
    if !bounds::is_bearable(text) {
        return Script { reading: Reading::Refused, ..Script::default() };
    }
    catch_unwind(AssertUnwindSafe(|| parse(text, offset))).unwrap_or_else(|_| failed())
}

/// The one command of a JSON array of strings, each taken as it is.
pub fn read_exec(words: &[Word<'_>]) -> Script {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return Script::default() };
    let span = first.span.to(last.span);
    let words: Vec<ShellWord> = words
        .iter()
        .map(|word| ShellWord { text: word.text.clone().into_owned(), literal: true, span: word.span })
        .collect();
    let values: Vec<Option<&str>> = words.iter().map(|word| Some(word.text.as_str())).collect();
    let (name, name_at) = resolve(&values);
    let command = Command {
        span,
        name,
        name_at,
        words,
        assignments: Vec::new(),
        redirections: Vec::new(),
        place: Place::Top,
        connector: None,
    };
    let item = ListItem { span, joint: None, node: ListNode::Command(0), negated: false };
    Script { commands: vec![command], list: vec![item], ..Script::default() }
}

/// A JSON array as hadolint reads it: its strings with blanks between them, as shell text. Every span is that
/// of the brackets.
pub fn read_joined(words: &[Word<'_>], brackets: Span) -> Script {
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_ref()).collect();
    let mut script = read(&texts.join(" "), 0);
    for command in &mut script.commands {
        command.span = brackets;
        command.words.iter_mut().for_each(|word| word.span = brackets);
        command.assignments.iter_mut().chain(&mut command.redirections).for_each(|span| *span = brackets);
    }
    for item in &mut script.list {
        item.span = brackets;
        item.joint.iter_mut().for_each(|joint| joint.span = brackets);
    }
    script.end.iter_mut().for_each(|end| end.span = brackets);
    script.comments.iter_mut().chain(&mut script.bare_assignments).for_each(|span| *span = brackets);
    script
}

fn parse(text: &str, offset: u32) -> Script {
    parse_up_to(text, offset, Reading::Complete)
}

fn parse_up_to(text: &str, offset: u32, reading: Reading) -> Script {
    let parsed = Parser::new(text).parse();
    if parsed.is_ok() {
        if reading == Reading::Partial && parsed.file.body.is_empty() {
            return failed();
        }
        return match Walk::new(text, offset).script(&parsed.file.body, reading) {
            (script, None) => script,
            (_, Some(refusal)) => match text.get(..refusal.at) {
                Some(before) if refusal.keeps => parse_up_to(before, offset, Reading::Partial),
                _ => failed(),
            },
        };
    }
    if reading == Reading::Partial {
        return failed();
    }
    match before_stray_token(&parsed, text).or_else(|| before_bracket(text)) {
        Some(before) => parse_up_to(before, offset, Reading::Partial),
        None => failed(),
    }
}

fn failed() -> Script {
    Script { reading: Reading::Failed, ..Script::default() }
}

/// What stands before a token that ends something never begun: `cd x )`.
fn before_stray_token<'t>(parsed: &ParseResult, text: &'t str) -> Option<&'t str> {
    const STRAY: [&str; 12] = [")", "}", "fi", "done", "esac", "then", "else", "elif", "do", ";", "&", "in"];
    let at = parsed.diagnostics.first()?.span.start.offset();
    let (before, rest) = (text.get(..at)?, text.get(at..)?);
    STRAY
        .iter()
        .any(|token| {
            rest.strip_prefix(token).is_some_and(|after| match *token {
                "&" => !after.starts_with('&'),
                ")" | "}" | ";" => true,
                _ => !after.starts_with(char::is_alphanumeric),
            })
        })
        .then_some(before)
}

/// What is run, and which word says so, given the literal values of a command's words (`None` where a word has
/// none). A wrapper is looked through once.
pub(super) fn resolve(values: &[Option<&str>]) -> (Option<String>, usize) {
    let at = match values.first() {
        Some(&Some("busybox" | "builtin" | "command" | "run")) => match values.get(1) {
            Some(&Some(second)) if second.starts_with('-') => 0,
            Some(_) => 1,
            None => 0,
        },
        Some(&Some("exec")) => after_exec_options(values),
        _ => 0,
    };
    (values.get(at).copied().flatten().map(str::to_owned), at)
}

fn after_exec_options(values: &[Option<&str>]) -> usize {
    let mut at = 1;
    while let Some(&value) = values.get(at) {
        match value {
            Some("-a") => at += 2,
            Some("-c" | "-l" | "-cl" | "-lc") => at += 1,
            _ => return at,
        }
    }
    0
}
