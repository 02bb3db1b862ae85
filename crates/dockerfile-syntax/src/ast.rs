//! The tree. Everything borrows from the source; every token has a span.

use std::borrow::Cow;

use crate::Span;

/// A whole file.
#[derive(Debug, Clone)]
pub struct Dockerfile<'s> {
    pub source: &'s [u8],
    /// The escape character: `\` or `` ` ``.
    pub escape: u8,
    /// In file order; their spans tile the source.
    pub items: Vec<Item<'s>>,
    /// The errors that BuildKit reports in the phases [`FrontendPhase::Parse`](super::FrontendPhase) and
    /// [`FrontendPhase::Instructions`](super::FrontendPhase), in file order.
    pub errors: Vec<super::SyntaxError>,
}

impl<'s> Dockerfile<'s> {
    /// The instructions at top level, in file order.
    pub fn instructions(&self) -> impl DoubleEndedIterator<Item = &Instruction<'s>> {
        self.items.iter().filter_map(Item::instruction)
    }

    /// The instructions at top level that start in a part of the file, in file order.
    ///
    /// Finds the first one by binary search, so that visiting all stages takes linear time.
    pub fn instructions_in(&self, span: Span) -> impl DoubleEndedIterator<Item = &Instruction<'s>> {
        let index = |offset: u32| self.items.partition_point(|item| item.span.start < offset);
        let items = self.items.get(index(span.start)..index(span.end)).unwrap_or_default();
        items.iter().filter_map(Item::instruction)
    }

    /// The comments at top level (those inside continuations and heredocs belong to their instruction).
    pub fn comments(&self) -> impl DoubleEndedIterator<Item = &Comment<'s>> {
        self.items.iter().filter_map(|item| match &item.node {
            Node::Comment(comment) => Some(comment),
            _ => None,
        })
    }

    /// The parser directives that are in effect.
    pub fn directives(&self) -> impl Iterator<Item = &Directive<'s>> {
        self.items.iter().filter_map(|item| match &item.node {
            Node::Directive(directive) => Some(directive),
            _ => None,
        })
    }

    /// Removes the errors in the options of a `# check=` directive; the caller supplies other options.
    pub fn remove_check_option_errors(&mut self) {
        let directive = self.directives().find(|directive| directive.kind == DirectiveKind::Check);
        if let Some(span) = directive.map(|directive| directive.span) {
            self.errors.retain(|error| {
                error.phase != super::FrontendPhase::Directives || !span.contains(error.span)
            });
        }
    }
}

/// A top-level piece of the file, its line end (or ends) included.
#[derive(Debug, Clone)]
pub struct Item<'s> {
    pub span: Span,
    pub node: Node<'s>,
}

impl<'s> Item<'s> {
    #[must_use]
    pub fn instruction(&self) -> Option<&Instruction<'s>> {
        match &self.node {
            Node::Instruction(instruction) => Some(instruction),
            _ => None,
        }
    }
}

#[derive(Debug, Clone)]
pub enum Node<'s> {
    ByteOrderMark,
    Directive(Directive<'s>),
    Comment(Comment<'s>),
    /// One line of white space only.
    Blank,
    Instruction(Box<Instruction<'s>>),
}

/// A parser directive that is in effect: `# escape=…`, `# syntax=…`, `# check=…`.
#[derive(Debug, Clone)]
pub struct Directive<'s> {
    pub kind: DirectiveKind,
    /// From the `#` to the end of the line, without the line end.
    pub span: Span,
    pub key: Word<'s>,
    pub value: Word<'s>,
    /// Whether the scanner that reads this key sees the directive. BuildKit has two scanners for directives, which
    /// disagree after a shebang line and on indented directives. An `escape` directive is always in effect.
    pub is_effective: bool,
    /// Whether it is below a shebang line: the parser of BuildKit then treats it as a comment of the next
    /// instruction.
    pub comment: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirectiveKind {
    Escape,
    Syntax,
    Check,
}

/// A comment line at top level.
#[derive(Debug, Clone)]
pub struct Comment<'s> {
    /// From the `#` to the end of the line, without the line end.
    pub span: Span,
    /// What follows the `#`, as written.
    pub text: Cow<'s, str>,
    /// Whether spaces precede the `#`. BuildKit does not use such a comment as a directive or a description.
    pub indented: bool,
}

/// A piece of a logical line.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Word<'s> {
    /// What BuildKit reads: continuations removed; U+FFFD if the bytes are not UTF-8. Quotes and escapes
    /// are still there, except in flags and in JSON strings, where they are decoded.
    pub text: Cow<'s, str>,
    /// From its first to after its last byte in the file; quotes included; continuations inside it, too.
    pub span: Span,
}

impl Word<'_> {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether the text is in the file exactly like this, so that byte `n` of one is byte `n` of the other.
    #[must_use]
    pub fn is_verbatim(&self, source: &[u8]) -> bool {
        self.span.bytes(source) == self.text.as_bytes()
    }

    /// The span of a part of the text, in bytes of the text. The whole span if the text is not verbatim.
    #[must_use]
    pub fn span_of_range(&self, range: std::ops::Range<usize>, source: &[u8]) -> Span {
        if self.is_verbatim(source) {
            let at =
                |offset: usize| self.span.start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
            Span::new(at(range.start), at(range.end))
        } else {
            self.span
        }
    }
}

/// The 18 instructions, and [`Kind::Unknown`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    From,
    Healthcheck,
    Label,
    Maintainer,
    Onbuild,
    Run,
    Shell,
    Stopsignal,
    User,
    Volume,
    Workdir,
    Unknown,
}

/// An instruction with all that belongs to it.
#[derive(Debug, Clone)]
pub struct Instruction<'s> {
    /// From its first non-space byte to the end of its last line, without that line's end (with it if that line is
    /// empty or in a heredoc without a terminator); heredoc bodies and terminators included. (The [`Item`] around it
    /// also holds indentation and line end.)
    pub span: Span,
    /// As written; its span may hold continuations.
    pub keyword: Word<'s>,
    pub kind: Kind,
    pub flags: Vec<Flag<'s>>,
    /// Everything after the flags, trimmed, as one word.
    pub rest: Word<'s>,
    pub arguments: Arguments<'s>,
    /// The heredocs of an ONBUILD are those of its trigger; both list them.
    pub heredocs: Vec<Heredoc<'s>>,
    /// The continuations of its logical line, in order.
    pub continuations: Vec<Continuation>,
}

impl<'s> Instruction<'s> {
    /// The first flag of that name.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<&Flag<'s>> {
        self.flags.iter().find(|flag| flag.name.text == name)
    }

    /// The value of the first flag of that name; `None` if the flag is absent or has no `=`.
    #[must_use]
    pub fn flag_value(&self, name: &str) -> Option<&Word<'s>> {
        self.flag(name)?.value.as_ref()
    }

    /// The lines before any heredoc body: from the keyword to the end of the logical line.
    #[must_use]
    pub fn head_span(&self) -> Span {
        let end = self.heredocs.first().map_or(self.span.end, |heredoc| heredoc.body.start);
        Span::new(self.span.start, end)
    }
}

/// `--name` or `--name=value`. Quotes and escapes are decoded.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Flag<'s> {
    /// From the first dash to the end of the value.
    pub span: Span,
    /// Without the dashes.
    pub name: Word<'s>,
    /// What follows the first `=`; `None` if there is no `=`.
    pub value: Option<Word<'s>>,
}

/// The arguments in the shape that the instruction gives them. If BuildKit rejects the shape, the nearest
/// reading is kept, with an error in [`Dockerfile::errors`].
#[derive(Debug, Clone)]
pub enum Arguments<'s> {
    /// FROM.
    From(From<'s>),
    /// RUN, CMD, ENTRYPOINT, SHELL.
    Command(CommandLine<'s>),
    /// ADD, COPY.
    Paths(Paths<'s>),
    /// EXPOSE, VOLUME.
    List {
        words: Vec<Word<'s>>,
        exec: bool,
    },
    /// ENV, LABEL.
    Pairs {
        pairs: Vec<KeyValuePair<'s>>,
        legacy: bool,
    },
    /// ARG.
    Declarations(Vec<Declaration<'s>>),
    /// MAINTAINER, STOPSIGNAL, USER, WORKDIR: the whole rest.
    Text(Word<'s>),
    Healthcheck(Healthcheck<'s>),
    Onbuild(Box<Instruction<'s>>),
    /// Not readable: an unknown instruction, or no text after the keyword.
    Unreadable,
}

/// `FROM image AS name`; `--platform` is among the flags.
#[derive(Debug, Clone, serde::Serialize)]
pub struct From<'s> {
    pub image: Word<'s>,
    /// The second and third word, if the second is `as` in any case.
    pub alias: Option<Alias<'s>>,
    /// Words after that, which BuildKit rejects.
    pub stray: Vec<Word<'s>>,
}

#[derive(Debug, Clone, serde::Serialize)]
pub struct Alias<'s> {
    /// `AS`, as written.
    pub keyword: Word<'s>,
    /// As written; BuildKit lower-cases it.
    pub name: Word<'s>,
}

/// The command of a RUN, CMD, ENTRYPOINT, SHELL or HEALTHCHECK.
#[derive(Debug, Clone, serde::Serialize)]
#[serde(tag = "form", rename_all = "lowercase")]
pub enum CommandLine<'s> {
    /// A JSON array: the decoded strings, each with the span of its quoted spelling, and that of the brackets.
    Exec { words: Vec<Word<'s>>, brackets: Span },
    /// Everything else, including malformed JSON.
    Shell(Word<'s>),
}

/// ADD and COPY.
#[derive(Debug, Clone)]
pub struct Paths<'s> {
    pub sources: Vec<Source<'s>>,
    pub destination: Option<Word<'s>>,
    /// Whether they are written as a JSON array.
    pub exec: bool,
}

/// A source of ADD or COPY.
#[derive(Debug, Clone)]
pub enum Source<'s> {
    Path(Word<'s>),
    /// The word of the operator, and its number in [`Instruction::heredocs`] (`None` in a JSON array, where BuildKit
    /// treats the word as an empty heredoc).
    Heredoc(Word<'s>, Option<usize>),
}

impl<'s> Source<'s> {
    #[must_use]
    pub fn word(&self) -> &Word<'s> {
        match self {
            Self::Path(word) | Self::Heredoc(word, _) => word,
        }
    }

    /// The path, an address included; `None` for a heredoc.
    #[must_use]
    pub const fn path(&self) -> Option<&Word<'s>> {
        match self {
            Self::Path(word) => Some(word),
            Self::Heredoc(..) => None,
        }
    }
}

/// One `KEY=VALUE` of ENV or LABEL, quotes and escapes as written.
#[derive(Debug, Clone, serde::Serialize)]
pub struct KeyValuePair<'s> {
    pub key: Word<'s>,
    pub value: Word<'s>,
}

/// One word of ARG.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Declaration<'s> {
    pub name: Word<'s>,
    /// What follows the first `=`, quotes and escapes as written.
    pub default: Option<Word<'s>>,
}

#[derive(Debug, Clone, serde::Serialize)]
pub struct Healthcheck<'s> {
    /// `CMD` or `NONE`, as written.
    pub keyword: Word<'s>,
    /// Only with `CMD`.
    pub command: Option<CommandLine<'s>>,
}

/// A heredoc: its operator, its delimiter and its body.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Heredoc<'s> {
    /// `<<-"EOF"`, with a descriptor number before it.
    pub operator: Span,
    /// The delimiter without its quotes.
    pub name: Cow<'s, str>,
    /// Whether variables in the body are expanded: no part of the delimiter is quoted.
    pub expand: bool,
    /// Whether leading tabs are removed: the operator is `<<-`.
    pub chomp: bool,
    /// The lines between operator and terminator, line ends included.
    pub body: Span,
    /// The line that ends it, without its line end; empty at the end of the file if it is missing.
    pub terminator: Span,
}

/// An escaped line end, and the lines after it that BuildKit skips.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Continuation {
    /// The escape character, the spaces after it and the line end.
    pub span: Span,
    /// Comment lines and blank lines that follow, each with its line end. BuildKit skips them.
    pub skipped: Vec<SkippedLine>,
}

/// A line inside a continuation that is not part of the instruction's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct SkippedLine {
    /// The whole line, line end included.
    pub span: Span,
    /// Whether the line is a comment. If not, it is blank.
    pub comment: bool,
}
