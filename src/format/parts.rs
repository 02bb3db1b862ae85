//! [`InstructionParts`]: an instruction split into tokens, by production.

use std::borrow::Cow;
use std::ops::Range;

use super::tokens::{Token, Tokens};
use crate::shell::tree::ShellTree;
use crate::source::Span;
use crate::syntax::{Arguments, CommandLine, Instruction, Word};

/// The parts of an instruction, for its printer.
pub(super) struct InstructionParts<'s> {
    pub tokens: Tokens<'s>,
    /// The keyword; after `ONBUILD`, that of the trigger, too.
    pub(crate) keywords: Range<usize>,
    pub flags: Range<usize>,
    /// The `CMD` or `NONE` of a HEALTHCHECK.
    pub kind: Range<usize>,
    pub body: InstructionBody,
}

/// The part after the flags.
pub(super) enum InstructionBody {
    /// Words that white space separates.
    Words(Range<usize>),
    /// Words that stay on one line: those of FROM, and of a legacy ENV.
    Line(Range<usize>),
    /// `KEY=VALUE` of ENV, LABEL and ARG, one token each.
    Pairs(Range<usize>),
    /// A JSON array: brackets, strings and commas.
    Exec(Range<usize>),
    /// A command for a shell.
    Shell(Box<ShellTree>, usize),
    /// Text that is not changed.
    Text(Range<usize>),
}

impl InstructionBody {
    pub(super) fn range(&self, tokens: &Tokens<'_>) -> Range<usize> {
        match self {
            Self::Words(range)
            | Self::Line(range)
            | Self::Pairs(range)
            | Self::Exec(range)
            | Self::Text(range) => range.clone(),
            Self::Shell(_, first) => *first..tokens.len(),
        }
    }
}

/// Gives the tree of a shell-form command, or `None` if its text must stay as it is.
pub(super) type ShellTreeFn<'f> = &'f dyn Fn(&Instruction<'_>, &Word<'_>) -> Option<ShellTree>;

impl<'s> InstructionParts<'s> {
    /// `None` if the instruction does not consist of tokens that can be moved.
    pub(super) fn new(
        source: &'s str,
        instruction: &Instruction<'_>,
        escape: char,
        shell: ShellTreeFn<'_>,
    ) -> Option<Self> {
        let mut tokens = Tokens::new(source, instruction);
        push_keyword(&mut tokens, &instruction.keyword)?;
        let mut inner = instruction;
        if let Arguments::Onbuild(trigger) = &instruction.arguments {
            push_flags(&mut tokens, instruction);
            if tokens.len() > 1 {
                return None;
            }
            inner = trigger;
            push_keyword(&mut tokens, &inner.keyword)?;
        }
        let keywords = 0..tokens.len();
        let flags = push_flags(&mut tokens, inner);
        let mut kind = flags.end..flags.end;
        let body = push_body(&mut tokens, source, inner, &mut kind, (escape, shell))?;
        let parts = Self { tokens, keywords, flags, kind, body };
        (parts.covers_instruction(instruction, source) && !parts.is_ambiguous(escape)).then_some(parts)
    }

    /// Whether nothing but white space, continuations and comments is between the tokens.
    fn covers_instruction(&self, instruction: &Instruction<'_>, source: &str) -> bool {
        let mut end = self.tokens.get(0).span.start;
        let skipped = |at: u32| instruction.continuations.iter().find(|one| one.span.start == at);
        let is_space = |from: u32, to: u32| {
            let mut at = from;
            while at < to {
                if let Some(continuation) = skipped(at) {
                    at = continuation.skipped.last().map_or(continuation.span, |line| line.span).end;
                } else if matches!(source.as_bytes().get(at as usize), Some(b' ' | b'\t')) {
                    at += 1;
                } else {
                    return false;
                }
            }
            true
        };
        for at in 0..self.tokens.len() {
            let token = self.tokens.get(at);
            if token.span.is_empty() {
                continue;
            }
            if !is_space(end, token.span.start) {
                return false;
            }
            end = token.span.end;
        }
        // BuildKit drops an escape character at the end, which is in no token.
        let head = instruction.head_span();
        let text = source.get(head.range()).unwrap_or_default().trim_end();
        is_space(end, head.start + u32::try_from(text.len()).unwrap_or(head.len()))
    }

    /// Whether a token would be a comment if it began a line, or would continue the line if it were the last.
    fn is_ambiguous(&self, escape: char) -> bool {
        let is_comment = (1..self.tokens.len()).any(|at| self.tokens.get(at).text.starts_with('#'));
        is_comment || self.tokens.get(self.tokens.len() - 1).text.ends_with(escape)
    }
}

/// The tokens after the flags; the end of `kind` moves after the word that gives the kind of HEALTHCHECK.
fn push_body(
    tokens: &mut Tokens<'_>,
    source: &str,
    inner: &Instruction<'_>,
    kind: &mut Range<usize>,
    (escape, shell): (char, ShellTreeFn<'_>),
) -> Option<InstructionBody> {
    Some(match &inner.arguments {
        Arguments::From(from) => {
            let first = tokens.len();
            tokens.push(from.image.span, true);
            if let Some(alias) = &from.alias {
                push_keyword(tokens, &alias.keyword)?;
                tokens.push(alias.name.span, true);
            }
            if !from.stray.is_empty() {
                return None;
            }
            InstructionBody::Line(first..tokens.len())
        }
        Arguments::Command(line) => push_command(tokens, inner, line, shell)?,
        Arguments::Paths(paths) => {
            let words = paths.sources.iter().map(crate::syntax::Source::word).chain(&paths.destination);
            let spans: Vec<Span> = words.map(|word| word.span).collect();
            if paths.exec {
                push_exec(tokens, inner.rest.span, &spans)?
            } else {
                push_words(tokens, &spans, InstructionBody::Words)
            }
        }
        Arguments::List { words, exec } => {
            let spans: Vec<Span> = words.iter().map(|word| word.span).collect();
            if *exec {
                push_exec(tokens, inner.rest.span, &spans)?
            } else {
                push_words(tokens, &spans, InstructionBody::Words)
            }
        }
        Arguments::Pairs { pairs, legacy: true } => {
            let [pair] = pairs.as_slice() else { return None };
            if pair.key.text.ends_with(escape) || pair.value.span.bytes(source.as_bytes()).contains(&b'\n') {
                // The white space in the value, or after an escape character, is significant.
                push_words(tokens, &[pair.key.span.enclosing_span(pair.value.span)], InstructionBody::Text)
            } else {
                push_words(tokens, &[pair.key.span, pair.value.span], InstructionBody::Line)
            }
        }
        Arguments::Pairs { pairs, legacy: false } => {
            let spans: Vec<Span> =
                pairs.iter().map(|pair| pair.key.span.enclosing_span(pair.value.span)).collect();
            push_words(tokens, &spans, InstructionBody::Pairs)
        }
        Arguments::Declarations(all) => {
            let whole = |name: &Word<'_>, default: Option<&Word<'_>>| {
                default.map_or(name.span, |default| name.span.enclosing_span(default.span))
            };
            let spans: Vec<Span> = all.iter().map(|one| whole(&one.name, one.default.as_ref())).collect();
            push_words(tokens, &spans, InstructionBody::Pairs)
        }
        Arguments::Text(word) => push_words(tokens, &[word.span], InstructionBody::Text),
        Arguments::Healthcheck(check) => {
            push_keyword(tokens, &check.keyword)?;
            kind.end = tokens.len();
            match &check.command {
                Some(line) => push_command(tokens, inner, line, shell)?,
                None => InstructionBody::Words(tokens.len()..tokens.len()),
            }
        }
        Arguments::Onbuild(_) | Arguments::Unreadable => return None,
    })
}

/// A keyword in upper case; `None` if it extends over lines.
fn push_keyword(tokens: &mut Tokens<'_>, keyword: &Word<'_>) -> Option<()> {
    if keyword.text.len() != keyword.span.len() as usize {
        return None;
    }
    let space = tokens.len() > 0;
    let text = Cow::Owned(keyword.text.to_ascii_uppercase());
    tokens.push_token(Token { text, span: keyword.span, space });
    Some(())
}

fn push_flags(tokens: &mut Tokens<'_>, instruction: &Instruction<'_>) -> Range<usize> {
    let first = tokens.len();
    for flag in &instruction.flags {
        tokens.push(flag.span, true);
    }
    first..tokens.len()
}

fn push_words(
    tokens: &mut Tokens<'_>,
    spans: &[Span],
    body: impl FnOnce(Range<usize>) -> InstructionBody,
) -> InstructionBody {
    let first = tokens.len();
    for span in spans {
        tokens.push(*span, true);
    }
    body(first..tokens.len())
}

fn push_command(
    tokens: &mut Tokens<'_>,
    instruction: &Instruction<'_>,
    line: &CommandLine<'_>,
    shell: ShellTreeFn<'_>,
) -> Option<InstructionBody> {
    match line {
        CommandLine::Exec { words, brackets } => {
            let spans: Vec<Span> = words.iter().map(|word| word.span).collect();
            push_exec(tokens, *brackets, &spans)
        }
        CommandLine::Shell(text) => Some(match shell(instruction, text) {
            Some(tree) => {
                let first = tokens.len();
                super::shell::push_tree_tokens(tokens, &tree);
                InstructionBody::Shell(Box::new(tree), first)
            }
            None => push_words(tokens, &[text.span], InstructionBody::Text),
        }),
    }
}

/// The strings of a JSON array, each with the comma after it.
fn push_exec(tokens: &mut Tokens<'_>, brackets: Span, strings: &[Span]) -> Option<InstructionBody> {
    if brackets.len() < 2 {
        return None;
    }
    let first = tokens.len();
    tokens.push(Span::new(brackets.start, brackets.start + 1), true);
    for (at, string) in strings.iter().enumerate() {
        if at > 0 {
            tokens.push_comma(string.start)?;
        }
        tokens.push(*string, at > 0);
    }
    tokens.push(Span::new(brackets.end - 1, brackets.end), false);
    Some(InstructionBody::Exec(first..tokens.len()))
}
