//! Reads a file line by line into items.

use super::ast::{Arguments, Dockerfile, Heredoc, Instruction, Item, Node};
use super::directives;
use super::error::{FrontendPhase, SyntaxError};
use super::lines::{LONGEST, SourceLine, SourceLines, saturating_offset};
use super::logical::LogicalLine;
use super::white_space;
use super::{heredoc, instruction, paths};
use crate::Span;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

pub(super) fn parse_file(source: &[u8]) -> Dockerfile<'_> {
    let mut items = Vec::new();
    let mut start = 0;
    if source.starts_with(BYTE_ORDER_MARK) {
        start = BYTE_ORDER_MARK.len();
        items.push(Item { span: Span::new(0, saturating_offset(start)), node: Node::ByteOrderMark });
    }
    let mut reader = FileParser {
        source,
        lines: SourceLines::new(source, start),
        last: None,
        long: Vec::new(),
        directives: directives::DirectiveSearch::new(),
        escape: b'\\',
        errors: Vec::new(),
    };
    while let Some(item) = reader.read_next_item() {
        items.push(item);
    }
    reader.report_empty_file(&items);
    Dockerfile { source, escape: reader.escape, items, errors: reader.errors }
}

struct FileParser<'s> {
    source: &'s [u8],
    lines: SourceLines<'s>,
    /// The last line that was read.
    last: Option<SourceLine>,
    /// Lines that are too long for BuildKit, each with the previous line.
    long: Vec<(SourceLine, Option<SourceLine>)>,
    directives: directives::DirectiveSearch,
    escape: u8,
    errors: Vec<SyntaxError>,
}

impl<'s> FileParser<'s> {
    fn next_line(&mut self) -> Option<SourceLine> {
        let line = self.lines.next()?;
        let last = self.last.replace(line);
        let bytes = line.span().bytes(self.source);
        if bytes.len() - usize::from(bytes.ends_with(b"\n")) > LONGEST {
            self.long.push((line, last));
        }
        Some(line)
    }

    fn read_next_item(&mut self) -> Option<Item<'s>> {
        let before = self.last.map(|line| line.text);
        let line = self.next_line()?;
        let text = line.text.bytes(self.source);
        let indent = white_space::leading_white_space(text);
        let item = match text.get(indent) {
            None => {
                self.directives.stop_directive_search();
                Item { span: line.span(), node: Node::Blank }
            }
            Some(b'#') => {
                let node = self.directives.read(
                    self.source,
                    line,
                    indent,
                    before,
                    &mut self.escape,
                    &mut self.errors,
                );
                Item { span: line.span(), node }
            }
            Some(_) => {
                self.directives.stop_directive_search();
                self.read_instruction(line, indent)
            }
        };
        self.report_long_lines();
        Some(item)
    }

    fn read_instruction(&mut self, first: SourceLine, indent: usize) -> Item<'s> {
        let escape = self.escape;
        let mut errors = Vec::new();
        let line = LogicalLine::read(self.source, escape, first, indent, || self.next_line());
        let everything = 0..line.text().len();
        let mut instruction = instruction::parse_instruction(&line, everything, escape, false, &mut errors);
        let inner = match &instruction.arguments {
            Arguments::Onbuild(trigger) => trigger.as_ref(),
            _ => &instruction,
        };
        let (heredocs, span) = if heredoc::may_have_heredocs(inner) {
            heredoc::read_heredoc_bodies(&line, || self.next_line(), &mut errors)
        } else {
            (Vec::new(), line.span)
        };
        attach_heredocs(&mut instruction, heredocs, span);
        let refused = !errors.is_empty();
        self.errors.append(&mut errors);
        instruction::check_instruction(&instruction, self.source, refused, &mut self.errors);
        let end = self.last.map_or(first.end, |last| last.end);
        let span = Span::new(first.text.start, end);
        Item { span, node: Node::Instruction(Box::new(instruction)) }
    }

    /// BuildKit stops at a line that is too long, and reports the line before it.
    fn report_long_lines(&mut self) {
        for (line, before) in self.long.drain(..) {
            let message = format!("the line is too long ({} bytes)", line.text.len());
            let error =
                SyntaxError::new(FrontendPhase::Parse, line.text, before.map(|line| line.text), message);
            self.errors
                .push(error.help(format!("shorten it to {LONGEST} bytes or fewer, the limit of BuildKit")));
        }
    }

    fn report_empty_file(&mut self, items: &[Item<'s>]) {
        if items.iter().any(|item| item.instruction().is_some()) {
            return;
        }
        let end = saturating_offset(self.source.len());
        self.errors.push(if self.source.is_empty() {
            SyntaxError::new(FrontendPhase::Directives, Span::empty(0), None, "the file is empty")
                .help("start with `FROM`")
        } else {
            let last = self.last.map(|line| line.text);
            SyntaxError::new(
                FrontendPhase::Parse,
                Span::empty(end),
                last,
                "the file contains no instructions",
            )
            .help("start with `FROM`")
        });
    }
}

/// Adds the heredocs to an instruction, and to the trigger of an ONBUILD.
fn attach_heredocs<'s>(instruction: &mut Instruction<'s>, heredocs: Vec<Heredoc<'s>>, span: Span) {
    match &mut instruction.arguments {
        Arguments::Onbuild(trigger) => {
            attach_heredocs(trigger, heredocs.clone(), Span::new(trigger.span.start, span.end));
        }
        Arguments::Paths(paths) => paths::resolve_heredoc_sources(paths, &heredocs),
        _ => {}
    }
    instruction.span = span;
    instruction.heredocs = heredocs;
}
