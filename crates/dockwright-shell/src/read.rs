//! Parses shell text into a [`ShellScript`].

use std::panic::{AssertUnwindSafe, catch_unwind};

use shuck_parser::parser::{ParseResult, Parser};

use super::memo::parse;
use super::parentheses::{
    may_name_function, parentheses_after_words, parenthesis_in_word, stop_after_subshell,
    stop_at_function_parameters,
};
use super::repairs::repair_candidates;
use super::stop::ParseStop;
use super::walk::ScriptWalk;
use super::{CommandPlace, ListItem, ListNode, ParseOutcome, ShellCommand, ShellScript, ShellWord, limits};
use dockerfile_syntax::Span;
use dockerfile_syntax::Word;

/// Parses shell text, always with the grammar of Bash. `offset` is the position of the text in the file, in bytes;
/// spans are relative to the file.
pub fn read_script(text: &str, offset: u32) -> ShellScript {
    if !limits::is_within_limits(text) {
        return ShellScript { reading: ParseOutcome::Refused, ..ShellScript::default() };
    }
    let failed = || ShellScript { reading: ParseOutcome::Failed, ..ShellScript::default() };
    catch_unwind(AssertUnwindSafe(|| parse(text, offset).0)).unwrap_or_else(|_| failed())
}

/// The single command of a JSON array; its strings are used unchanged.
pub fn read_exec_array(words: &[Word<'_>]) -> ShellScript {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return ShellScript::default() };
    let span = first.span.enclosing_span(last.span);
    let words: Vec<ShellWord> = words
        .iter()
        .map(|word| ShellWord { text: word.text.clone().into_owned(), literal: true, span: word.span })
        .collect();
    let values: Vec<Option<&str>> = words.iter().map(|word| Some(word.text.as_str())).collect();
    let (name, name_at) = resolve_command(&values);
    let command = ShellCommand {
        span,
        name,
        name_at,
        given: None,
        wrappers: Vec::new(),
        may_have_options: false,
        words,
        assignments: Vec::new(),
        redirections: Vec::new(),
        place: CommandPlace::Top,
        connector: None,
    };
    let item = ListItem { span, joint: None, node: ListNode::Command(0), negated: false };
    ShellScript { commands: vec![command], list: vec![item], ..ShellScript::default() }
}

/// A JSON array as hadolint reads it: its strings with spaces between them, as shell text. Every span is that
/// of the brackets.
pub fn read_joined_array(words: &[Word<'_>], brackets: Span) -> ShellScript {
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_ref()).collect();
    let mut script = read_script(&texts.join(" "), 0);
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
    let spans = script.comments.iter_mut().chain(&mut script.bare_assignments);
    spans.chain(&mut script.comparisons).for_each(|span| *span = brackets);
    script
}

/// The script, and where parsing stopped if that was before the end of the text.
pub(super) fn parse_at(text: &str, offset: u32) -> (ShellScript, Option<ParseStop>) {
    let stop = match finish_script(text, offset, ParseOutcome::Complete) {
        Ok(script) => return (script, None),
        Err(stop) => stop,
    };
    // A later error may be a consequence of an earlier one.
    let mut stop = stop_at_parenthesis(text, stop).unwrap_or(stop);
    for _ in 0..3 {
        if !stop.partial {
            break;
        }
        let before = text.get(..stop.at).unwrap_or_default();
        match finish_script(before, offset, ParseOutcome::Partial) {
            Ok(script) if script.list.is_empty() => break,
            Ok(script) => return (script, Some(stop)),
            Err(earlier) if earlier.partial && earlier.at < stop.at => stop = earlier,
            Err(_) => stop = ParseStop::without_commands(stop.at),
        }
    }
    let earlier = stop_after_subshell(text, stop.at).filter(|earlier| earlier.at <= stop.at);
    (ShellScript { reading: ParseOutcome::Failed, ..ShellScript::default() }, Some(earlier.unwrap_or(stop)))
}

/// The script of a text that can be parsed completely.
fn finish_script(text: &str, offset: u32, reading: ParseOutcome) -> Result<ShellScript, ParseStop> {
    let attempt = |text: &str, shown: &str| {
        let parsed = Parser::new(text).parse();
        if parsed.is_ok() {
            ScriptWalk::new(shown, offset).into_script(&parsed.file.body, reading)
        } else {
            Err(stop_at_stray_token(&parsed, shown))
        }
    };
    attempt(text, text).or_else(|mut stop| {
        for repaired in repair_candidates(text) {
            match attempt(&repaired.text, &repaired.shown) {
                Ok(script) => return Ok(script),
                Err(other) => stop = stop.max(other),
            }
        }
        Err(stop)
    })
}

/// Where shuck stopped, and whether it is at a closing token without an opening one: `cd x )`.
fn stop_at_stray_token(parsed: &ParseResult, text: &str) -> ParseStop {
    const CLOSING: [&str; 9] = ["fi", "done", "esac", "then", "else", "elif", "do", ")", "}"];
    let Some(first) = parsed.diagnostics.first() else { return ParseStop::without_commands(0) };
    let mut at = text.floor_char_boundary(first.span.start.offset().min(text.len()));
    let mut rest = text.get(at..).unwrap_or_default();
    if first.message.starts_with("unexpected '('")
        && let Some(parenthesis) = rest.find('(')
    {
        at += parenthesis;
        rest = rest.get(parenthesis..).unwrap_or_default();
    }
    let is_first = text.get(..at).is_none_or(|before| before.trim().is_empty());
    let expects_command = first.message == "expected command";
    let closes = CLOSING.iter().any(|token| {
        rest.strip_prefix(token).is_some_and(|after| {
            !token.starts_with(char::is_alphabetic)
                || !after.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        })
    });
    let code = match rest.as_bytes().first() {
        Some(b'(') if first.message.starts_with("unexpected '('") => 1088,
        Some(b';') if expects_command && rest.starts_with(";;") => 1089,
        Some(b'&' | b'|') if expects_command && is_first => 1133,
        Some(b';' | b'&' | b'|') if expects_command => 1070,
        _ if closes => 1089,
        _ => return ParseStop::without_commands(at),
    };
    ParseStop::with_commands_before(at, code)
}

/// A `(` after the words of a command, before `stop`: ShellCheck always stops there.
fn stop_at_parenthesis(text: &str, stop: ParseStop) -> Option<ParseStop> {
    parentheses_after_words(text).into_iter().filter(|&at| at < stop.at || !stop.partial).find_map(|at| {
        let before = text.get(..at)?;
        let script = match finish_script(before, 0, ParseOutcome::Partial) {
            Ok(script) => script,
            Err(stop) => {
                let is_next = stop.code == 1141 && parenthesis_in_word(text, stop.at) == Some(at);
                return is_next.then_some(ParseStop { code: 1036, point: at, ..stop });
            }
        };
        let last = script.commands.iter().rfind(|command| command.place == CommandPlace::Top)?;
        let ends_here = before.trim_end().len() == last.span.end as usize;
        let name = before.get(last.span.range())?;
        if !ends_here {
            return None;
        }
        let alone = last.words.len() == 1 && last.assignments.is_empty() && last.redirections.is_empty();
        if alone && may_name_function(name) {
            let inside = text.get(at + 1..)?.trim_start();
            return (!inside.starts_with(')')).then(|| stop_at_function_parameters(text, at));
        }
        Some(ParseStop::with_commands_before(at, 1088))
    })
}

/// The program that runs, and the word that names it, given the literal values of a command's words (`None` if
/// a word has none). One wrapper is resolved.
pub(super) fn resolve_command(values: &[Option<&str>]) -> (Option<String>, usize) {
    let at = match values.first() {
        Some(&Some("busybox" | "builtin" | "command" | "run")) => match values.get(1) {
            Some(&Some(second)) if second.starts_with('-') => 0,
            Some(_) => 1,
            None => 0,
        },
        Some(&Some("exec")) => skip_exec_options(values),
        _ => 0,
    };
    (values.get(at).copied().flatten().map(str::to_owned), at)
}

fn skip_exec_options(values: &[Option<&str>]) -> usize {
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
