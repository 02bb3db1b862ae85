//! The shape of the tree in JSON: spans are `[start, end]` in bytes, the end exclusive.

use serde::Serialize;

use crate::source::Span;
use crate::syntax::{
    Arguments, CommandLine, Directive, Dockerfile, Flag, Heredoc, Instruction, Item, Node, SyntaxError, Word,
};

/// A whole file.
#[derive(Serialize)]
pub struct Tree<'a> {
    version: u32,
    escape: char,
    items: Vec<ItemShape<'a>>,
    errors: Vec<ErrorShape<'a>>,
}

type Place = (u32, u32);

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum ItemShape<'a> {
    ByteOrderMark { span: Place },
    Directive { span: Place, key: Text<'a>, value: Text<'a>, honoured: bool },
    Comment { span: Place, text: &'a str },
    Blank { span: Place },
    Instruction { span: Place, instruction: InstructionShape<'a> },
}

#[derive(Serialize)]
struct InstructionShape<'a> {
    /// `FROM`, or `UNKNOWN`.
    name: String,
    span: Place,
    keyword: Text<'a>,
    flags: Vec<FlagShape<'a>>,
    arguments: ArgumentsShape<'a>,
    heredocs: Vec<HeredocShape<'a>>,
    continuations: Vec<Place>,
}

#[derive(Serialize)]
struct Text<'a> {
    text: &'a str,
    span: Place,
}

#[derive(Serialize)]
struct FlagShape<'a> {
    span: Place,
    name: &'a str,
    value: Option<Text<'a>>,
}

#[derive(Serialize)]
struct PairShape<'a> {
    key: Text<'a>,
    value: Option<Text<'a>>,
}

#[derive(Serialize)]
struct HeredocShape<'a> {
    name: &'a str,
    operator: Place,
    expand: bool,
    chomp: bool,
    body: Place,
    terminator: Place,
}

#[derive(Serialize)]
#[serde(tag = "form", rename_all = "kebab-case")]
enum ArgumentsShape<'a> {
    From { image: Text<'a>, alias: Option<Text<'a>> },
    Exec { words: Vec<Text<'a>> },
    Shell { text: Text<'a> },
    Paths { sources: Vec<Text<'a>>, destination: Option<Text<'a>>, exec: bool },
    List { words: Vec<Text<'a>>, exec: bool },
    Pairs { pairs: Vec<PairShape<'a>>, legacy: bool },
    Declarations { declarations: Vec<PairShape<'a>> },
    Text { text: Text<'a> },
    Healthcheck { keyword: Text<'a>, command: Option<Box<ArgumentsShape<'a>>> },
    Onbuild { instruction: Box<InstructionShape<'a>> },
    Unreadable { text: Text<'a> },
}

#[derive(Serialize)]
struct ErrorShape<'a> {
    phase: String,
    span: Place,
    message: &'a str,
}

impl<'a> Tree<'a> {
    pub fn new(file: &'a Dockerfile<'_>) -> Self {
        Self {
            version: 1,
            escape: char::from(file.escape),
            items: file.items.iter().map(item).collect(),
            errors: file.errors.iter().map(error).collect(),
        }
    }
}

const fn place(span: Span) -> Place {
    (span.start, span.end)
}

fn text<'a>(word: &'a Word<'_>) -> Text<'a> {
    Text { text: &word.text, span: place(word.span) }
}

fn texts<'a>(words: &'a [Word<'_>]) -> Vec<Text<'a>> {
    words.iter().map(text).collect()
}

fn error(error: &SyntaxError) -> ErrorShape<'_> {
    ErrorShape {
        phase: format!("{:?}", error.phase).to_lowercase(),
        span: place(error.span),
        message: &error.message,
    }
}

fn item<'a>(item: &'a Item<'_>) -> ItemShape<'a> {
    let span = place(item.span);
    match &item.node {
        Node::ByteOrderMark => ItemShape::ByteOrderMark { span },
        Node::Directive(Directive { key, value, honoured, .. }) => {
            ItemShape::Directive { span, key: text(key), value: text(value), honoured: *honoured }
        }
        Node::Comment(comment) => ItemShape::Comment { span, text: &comment.text },
        Node::Blank => ItemShape::Blank { span },
        Node::Instruction(inner) => ItemShape::Instruction { span, instruction: instruction(inner) },
    }
}

fn instruction<'a>(node: &'a Instruction<'_>) -> InstructionShape<'a> {
    InstructionShape {
        name: format!("{:?}", node.kind).to_uppercase(),
        span: place(node.span),
        keyword: text(&node.keyword),
        flags: node.flags.iter().map(flag).collect(),
        arguments: arguments(node),
        heredocs: node.heredocs.iter().map(heredoc).collect(),
        continuations: node.continuations.iter().map(|continuation| place(continuation.span)).collect(),
    }
}

fn flag<'a>(flag: &'a Flag<'_>) -> FlagShape<'a> {
    FlagShape { span: place(flag.span), name: &flag.name.text, value: flag.value.as_ref().map(text) }
}

fn heredoc<'a>(heredoc: &'a Heredoc<'_>) -> HeredocShape<'a> {
    HeredocShape {
        name: &heredoc.name,
        operator: place(heredoc.operator),
        expand: heredoc.expand,
        chomp: heredoc.chomp,
        body: place(heredoc.body),
        terminator: place(heredoc.terminator),
    }
}

fn command<'a>(command: &'a CommandLine<'_>) -> ArgumentsShape<'a> {
    match command {
        CommandLine::Exec { words, .. } => ArgumentsShape::Exec { words: texts(words) },
        CommandLine::Shell(word) => ArgumentsShape::Shell { text: text(word) },
    }
}

fn arguments<'a>(node: &'a Instruction<'_>) -> ArgumentsShape<'a> {
    match &node.arguments {
        Arguments::From(from) => ArgumentsShape::From {
            image: text(&from.image),
            alias: from.alias.as_ref().map(|alias| text(&alias.name)),
        },
        Arguments::Command(line) => command(line),
        Arguments::Paths(paths) => ArgumentsShape::Paths {
            sources: paths.sources.iter().map(|source| text(source.word())).collect(),
            destination: paths.destination.as_ref().map(text),
            exec: paths.exec,
        },
        Arguments::List { words, exec } => ArgumentsShape::List { words: texts(words), exec: *exec },
        Arguments::Pairs { pairs, legacy } => ArgumentsShape::Pairs {
            pairs: pairs
                .iter()
                .map(|pair| PairShape { key: text(&pair.key), value: Some(text(&pair.value)) })
                .collect(),
            legacy: *legacy,
        },
        Arguments::Declarations(list) => ArgumentsShape::Declarations {
            declarations: list
                .iter()
                .map(|one| PairShape { key: text(&one.name), value: one.default.as_ref().map(text) })
                .collect(),
        },
        Arguments::Text(word) => ArgumentsShape::Text { text: text(word) },
        Arguments::Healthcheck(check) => ArgumentsShape::Healthcheck {
            keyword: text(&check.keyword),
            command: check.command.as_ref().map(|line| Box::new(command(line))),
        },
        // The tree holds at most one instruction in another: ONBUILD takes no ONBUILD.
        Arguments::Onbuild(inner) => ArgumentsShape::Onbuild { instruction: Box::new(instruction(inner)) },
        Arguments::Unreadable => ArgumentsShape::Unreadable { text: text(&node.rest) },
    }
}
