//! Words between white space: FROM, EXPOSE, and COPY, ADD and VOLUME if they are not a JSON array.

use nom::bytes::complete::{take_till1, take_while};
use nom::sequence::preceded;
use nom::{IResult, Offset, Parser};
use std::ops::Range;

use super::ast::Word;
use super::logical::LogicalLine;
use super::white_space;

/// The words of `range`. Quotes and escapes have no meaning here.
pub(super) fn split_words<'s>(line: &LogicalLine<'s>, range: Range<usize>) -> Vec<Word<'s>> {
    let text = line.bytes(range.clone());
    let mut words = Vec::new();
    let mut left = text;
    while let Ok((rest, word)) = take_word(left) {
        let at = range.start + text.offset(word);
        words.push(line.word(at..at + word.len()));
        left = rest;
    }
    words
}

fn take_word(text: &[u8]) -> IResult<&[u8], &[u8]> {
    preceded(take_while(white_space::is_separator), take_till1(white_space::is_separator)).parse(text)
}
