//! The tree as JSON: what `dockwright syntax FILE` prints.
//!
//! The shape is public; each change to it increments [`VERSION`]. Spans are `[start, end]` in bytes, end exclusive.

use serde::Serialize;
use serde::ser::Serializer;

use super::ast::{
    Arguments, CommandLine, Continuation, Declaration, Dockerfile, Flag, From, Healthcheck, Heredoc,
    Instruction, Item, KeyValuePair, Node, Paths, Source, Word,
};
use super::error::{FrontendPhase, SyntaxError};
use crate::Span;

const VERSION: u32 = 1;

/// A file as JSON. Items tile the file.
#[must_use]
pub fn dump<'a>(file: &'a Dockerfile<'_>) -> Dump<'a> {
    Dump {
        version: VERSION,
        escape: char::from(file.escape),
        items: file.items.iter().map(ItemView::new).collect(),
        errors: file.errors.iter().map(ErrorView::new).collect(),
    }
}

/// See [`dump`].
#[derive(Debug, Serialize)]
pub struct Dump<'a> {
    version: u32,
    escape: char,
    items: Vec<ItemView<'a>>,
    errors: Vec<ErrorView<'a>>,
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [self.start, self.end].serialize(serializer)
    }
}

#[derive(Debug, Serialize)]
struct ItemView<'a> {
    kind: &'static str,
    span: Span,
    #[serde(flatten)]
    node: NodeView<'a>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum NodeView<'a> {
    Nothing {},
    Directive { key: &'a Word<'a>, value: &'a Word<'a>, honored: bool },
    Comment { text: &'a str, indented: bool },
    Instruction(InstructionView<'a>),
}

impl<'a> ItemView<'a> {
    fn new(item: &'a Item<'_>) -> Self {
        let (kind, node) = match &item.node {
            Node::ByteOrderMark => ("byte-order-mark", NodeView::Nothing {}),
            Node::Blank => ("blank", NodeView::Nothing {}),
            Node::Directive(directive) => (
                "directive",
                NodeView::Directive {
                    key: &directive.key,
                    value: &directive.value,
                    honored: directive.is_effective,
                },
            ),
            Node::Comment(comment) => {
                ("comment", NodeView::Comment { text: &comment.text, indented: comment.indented })
            }
            Node::Instruction(instruction) => {
                ("instruction", NodeView::Instruction(InstructionView::new(instruction)))
            }
        };
        Self { kind, span: item.span, node }
    }
}

#[derive(Debug, Serialize)]
struct InstructionView<'a> {
    /// In capitals; `null` for what is not an instruction.
    instruction: Option<&'static str>,
    keyword: &'a Word<'a>,
    flags: &'a [Flag<'a>],
    arguments: ArgumentsView<'a>,
    heredocs: &'a [Heredoc<'a>],
    continuations: &'a [Continuation],
}

impl<'a> InstructionView<'a> {
    fn new(instruction: &'a Instruction<'_>) -> Self {
        Self {
            instruction: Some(instruction.kind.name()).filter(|name| !name.is_empty()),
            keyword: &instruction.keyword,
            flags: &instruction.flags,
            arguments: ArgumentsView::new(&instruction.arguments),
            heredocs: &instruction.heredocs,
            continuations: &instruction.continuations,
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum ArgumentsView<'a> {
    From(&'a From<'a>),
    Command(&'a CommandLine<'a>),
    Paths { exec: bool, sources: Vec<SourceView<'a>>, destination: Option<&'a Word<'a>> },
    List { exec: bool, words: &'a [Word<'a>] },
    Pairs { legacy: bool, pairs: &'a [KeyValuePair<'a>] },
    Declarations { declarations: &'a [Declaration<'a>] },
    Text(&'a Word<'a>),
    Healthcheck(&'a Healthcheck<'a>),
    Onbuild { trigger: Box<InstructionView<'a>> },
    Unreadable,
}

impl<'a> ArgumentsView<'a> {
    fn new(arguments: &'a Arguments<'_>) -> Self {
        match arguments {
            Arguments::From(from) => Self::From(from),
            Arguments::Command(command) => Self::Command(command),
            Arguments::Paths(Paths { sources, destination, exec }) => Self::Paths {
                exec: *exec,
                sources: sources.iter().map(SourceView::new).collect(),
                destination: destination.as_ref(),
            },
            Arguments::List { words, exec } => Self::List { exec: *exec, words },
            Arguments::Pairs { pairs, legacy } => Self::Pairs { legacy: *legacy, pairs },
            Arguments::Declarations(declarations) => Self::Declarations { declarations },
            Arguments::Text(text) => Self::Text(text),
            Arguments::Healthcheck(healthcheck) => Self::Healthcheck(healthcheck),
            Arguments::Onbuild(trigger) => Self::Onbuild { trigger: Box::new(InstructionView::new(trigger)) },
            Arguments::Unreadable => Self::Unreadable,
        }
    }
}

#[derive(Debug, Serialize)]
struct SourceView<'a> {
    #[serde(flatten)]
    word: &'a Word<'a>,
    /// Whether it is a heredoc, and which one.
    heredoc: bool,
    body: Option<usize>,
}

impl<'a> SourceView<'a> {
    fn new(source: &'a Source<'_>) -> Self {
        match source {
            Source::Path(word) => Self { word, heredoc: false, body: None },
            Source::Heredoc(word, body) => Self { word, heredoc: true, body: *body },
        }
    }
}

#[derive(Debug, Serialize)]
struct ErrorView<'a> {
    phase: &'static str,
    span: Span,
    location: Option<Span>,
    message: &'a str,
    help: Option<&'a str>,
    suggestion: Option<SuggestionView<'a>>,
}

#[derive(Debug, Serialize)]
struct SuggestionView<'a> {
    span: Span,
    text: &'a str,
}

impl<'a> ErrorView<'a> {
    fn new(error: &'a SyntaxError) -> Self {
        Self {
            phase: match error.phase {
                FrontendPhase::Directives => "directives",
                FrontendPhase::Parse => "parse",
                FrontendPhase::Instructions => "instructions",
                FrontendPhase::Convert => "convert",
            },
            span: error.span,
            location: error.location,
            message: &error.message,
            help: error.help.as_deref(),
            suggestion: error.suggestion.as_ref().map(|(span, text)| SuggestionView { span: *span, text }),
        }
    }
}
