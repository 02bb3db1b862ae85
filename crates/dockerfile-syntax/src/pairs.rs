//! Parses and checks ENV and LABEL.

use std::ops::Range;

use super::ast::{Arguments, Instruction, KeyValuePair, Word};
use super::error::{ErrorKind, SyntaxError, quote_excerpt};
use super::logical::LogicalLine;
use super::quoted_words;
use super::white_space;

/// `KEY=VALUE …`, or `KEY VALUE` if the first word has no `=`.
pub(super) fn parse_pairs<'s>(
    line: &LogicalLine<'s>,
    rest: Range<usize>,
    escape: u8,
    keyword: &Word<'_>,
    errors: &mut Vec<SyntaxError>,
) -> Arguments<'s> {
    let words = quoted_words::split_quoted(line.bytes(rest.clone()), escape);
    let words: Vec<_> =
        words.into_iter().map(|word| rest.start + word.start..rest.start + word.end).collect();
    let equals = |word: &Range<usize>| line.bytes(word.clone()).iter().position(|byte| *byte == b'=');
    let Some(first) = words.first() else { return Arguments::Pairs { pairs: Vec::new(), legacy: false } };
    if equals(first).is_none() {
        return parse_legacy_pair(line, rest, keyword, errors);
    }
    let mut pairs = Vec::with_capacity(words.len());
    // The first word without `=` is a key, and the rest of the line is its value.
    let mut first_stray = true;
    for (index, word) in words.iter().enumerate() {
        if let Some(at) = equals(word) {
            if !first_stray {
                continue;
            }
            let at = word.start + at;
            pairs.push(KeyValuePair { key: line.word(word.start..at), value: line.word(at + 1..word.end) });
        } else {
            let word = line.word(word.clone());
            let message = format!("{} has no `=`", quote_excerpt(&word.text));
            let help = if word.text.starts_with('#') {
                "put the comment on its own line"
            } else {
                "use `KEY=VALUE`; quote values that contain spaces"
            };
            let next = words.get(index + 1);
            if let Some(value) = next.filter(|_| std::mem::take(&mut first_stray)) {
                pairs.push(KeyValuePair { key: word.clone(), value: line.word(value.start..rest.end) });
            }
            let error = SyntaxError::parse(word.span, line.span, message).help(help);
            errors.push(error.kind(ErrorKind::MissingEquals));
        }
    }
    Arguments::Pairs { pairs, legacy: false }
}

fn parse_legacy_pair<'s>(
    line: &LogicalLine<'s>,
    rest: Range<usize>,
    keyword: &Word<'_>,
    errors: &mut Vec<SyntaxError>,
) -> Arguments<'s> {
    let text = line.bytes(rest.clone());
    let key = text.iter().position(|byte| white_space::is_separator(*byte));
    let Some(key) = key else {
        let word = line.word(rest);
        let message = format!("{} has no value in `{}`", quote_excerpt(&word.text), keyword.text);
        let error = SyntaxError::parse(word.span, line.span, message);
        errors.push(error.help("use `KEY=VALUE`").kind(ErrorKind::MissingArguments));
        let value = Word { text: "".into(), span: crate::Span::empty(word.span.end) };
        return Arguments::Pairs { pairs: vec![KeyValuePair { key: word, value }], legacy: true };
    };
    let spaces = text.iter().skip(key).take_while(|byte| white_space::is_separator(**byte)).count();
    let key = rest.start + key;
    let pair = KeyValuePair { key: line.word(rest.start..key), value: line.word(key + spaces..rest.end) };
    Arguments::Pairs { pairs: vec![pair], legacy: true }
}

/// Reports a missing pair, and keys that are empty.
pub(super) fn check_pairs(instruction: &Instruction<'_>, errors: &mut Vec<SyntaxError>) {
    let Arguments::Pairs { pairs, .. } = &instruction.arguments else { return };
    let refuse = |span, message: String| SyntaxError::instruction(span, instruction.span, message);
    let keyword = &instruction.keyword;
    if pairs.is_empty() {
        let error = refuse(keyword.span, format!("`{}` has no arguments", keyword.text));
        errors.push(error.help("add `KEY=VALUE`").kind(ErrorKind::MissingArguments));
    }
    for pair in pairs.iter().filter(|pair| pair.key.is_empty()) {
        let span = pair.key.span.enclosing_span(pair.value.span);
        let message = format!("`=` has no name before it in `{}`", keyword.text);
        errors.push(refuse(span, message).help("use `KEY=VALUE`"));
    }
}
