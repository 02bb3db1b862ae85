//! `parts`: the words of a file with their meaning, down to the commands of a RUN.

mod shell;

use super::occurrences::{OccurrenceRole, Occurrences, Symbol};
use super::{Semantics, read_run_script};
use crate::source::Span;
use crate::syntax::{Arguments, CommandLine, Instruction, Kind, Node, Source, Word};

/// A word of the file, or a piece of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourcePart {
    pub span: Span,
    pub kind: PartKind,
}

/// The kind of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartKind {
    Comment,
    /// `escape`, `syntax` or `check` of a parser directive.
    DirectiveName,
    DirectiveValue,
    /// `RUN`; also `AS`, `CMD` after HEALTHCHECK, and `NONE`.
    Keyword,
    /// `--from=build`.
    Flag,
    /// `--from`, including the dashes.
    FlagName,
    FlagValue,
    /// The image of a FROM.
    Image,
    /// The name of a stage after AS.
    StageDeclaration,
    /// The name of a stage in FROM or `--from`.
    StageUse,
    /// The name in ARG or ENV.
    VariableDeclaration,
    /// `$NAME`, `${NAME` in any text.
    VariableUse,
    /// The key of a LABEL.
    Key,
    /// The value of an ENV, an ARG or a LABEL.
    Value,
    /// A source or the destination of COPY and ADD.
    Path,
    /// A word of EXPOSE, VOLUME, USER, WORKDIR, ….
    Word,
    /// A string of a JSON array.
    Element,
    /// The delimiter of a heredoc.
    Delimiter,
    /// The lines of a heredoc.
    HeredocBody,
    /// Text that a shell reads.
    ShellText,
    /// A simple shell command.
    Command,
    /// The program that a command runs.
    Program,
    /// An option of a command.
    Option,
    /// Any other word of a command.
    Argument,
    /// `A=1` in a shell.
    Assignment,
    Redirection,
    /// `if`, `then`, `done`, ….
    ShellKeyword,
    /// `&&`, `|`, `;`, ….
    Operator,
    ShellComment,
}

/// The parts of a file; inner parts follow the outer ones.
pub fn parts_of_file(semantics: &Semantics<'_>) -> Vec<SourcePart> {
    let mut finder = SourcePartFinder { semantics, found: Vec::new() };
    for item in &semantics.file.items {
        match &item.node {
            Node::Comment(comment) => finder.add(comment.span, PartKind::Comment),
            Node::Directive(directive) => {
                finder.add(directive.span, PartKind::Comment);
                finder.add(directive.key.span, PartKind::DirectiveName);
                finder.add(directive.value.span, PartKind::DirectiveValue);
            }
            Node::Instruction(instruction) => finder.add_instruction(instruction),
            Node::ByteOrderMark | Node::Blank => {}
        }
    }
    finder.add_names();
    let mut found = finder.found;
    found.retain(|part| !part.span.is_empty());
    found.sort_by_key(|part| (part.span.start, std::cmp::Reverse(part.span.end)));
    found
}

struct SourcePartFinder<'s, 'a> {
    semantics: &'s Semantics<'a>,
    found: Vec<SourcePart>,
}

impl SourcePartFinder<'_, '_> {
    fn add(&mut self, span: Span, kind: PartKind) {
        self.found.push(SourcePart { span, kind });
    }

    fn add_word(&mut self, word: &Word<'_>, kind: PartKind) {
        self.add(word.span, kind);
    }

    fn add_instruction(&mut self, instruction: &Instruction<'_>) {
        self.add_word(&instruction.keyword, PartKind::Keyword);
        for flag in &instruction.flags {
            self.add(flag.span, PartKind::Flag);
            self.add(Span::new(flag.span.start, flag.name.span.end), PartKind::FlagName);
            flag.value.iter().for_each(|value| self.add_word(value, PartKind::FlagValue));
        }
        match &instruction.arguments {
            Arguments::From(from) => {
                self.add_word(&from.image, PartKind::Image);
                from.alias.iter().for_each(|alias| self.add_word(&alias.keyword, PartKind::Keyword));
            }
            Arguments::Command(line) => self.add_command(instruction, line),
            Arguments::Paths(paths) => {
                let sources = paths.sources.iter().filter_map(|source| match source {
                    Source::Path(word) => Some(word),
                    Source::Heredoc(..) => None,
                });
                sources.chain(&paths.destination).for_each(|word| self.add_word(word, PartKind::Path));
            }
            Arguments::List { words, .. } => {
                for word in words {
                    self.add_word(word, PartKind::Word);
                }
            }
            Arguments::Pairs { pairs, .. } => {
                for pair in pairs {
                    let is_variable = instruction.kind == Kind::Env;
                    let kind = if is_variable { PartKind::VariableDeclaration } else { PartKind::Key };
                    self.add_word(&pair.key, kind);
                    self.add_word(&pair.value, PartKind::Value);
                }
            }
            Arguments::Declarations(declarations) => {
                for declaration in declarations {
                    self.add_word(&declaration.name, PartKind::VariableDeclaration);
                    declaration.default.iter().for_each(|default| self.add_word(default, PartKind::Value));
                }
            }
            Arguments::Text(word) => self.add_word(word, PartKind::Word),
            Arguments::Healthcheck(check) => {
                self.add_word(&check.keyword, PartKind::Keyword);
                check.command.iter().for_each(|line| self.add_command(instruction, line));
            }
            // The trigger lists the same heredocs.
            Arguments::Onbuild(inner) => return self.add_instruction(inner),
            Arguments::Unreadable => {}
        }
        for heredoc in &instruction.heredocs {
            self.add(heredoc.body, PartKind::HeredocBody);
        }
        let skipped = instruction.continuations.iter().flat_map(|line| &line.skipped);
        for line in skipped.filter(|line| line.comment) {
            let bytes = line.span.bytes(self.semantics.file.source);
            let end = line.span.end - u32::try_from(bytes.len() - bytes.trim_ascii_end().len()).unwrap_or(0);
            self.add(Span::new(line.span.start, end), PartKind::Comment);
        }
    }

    fn add_command(&mut self, instruction: &Instruction<'_>, line: &CommandLine<'_>) {
        match line {
            CommandLine::Exec { words, .. } => {
                for word in words {
                    self.add_word(word, PartKind::Element);
                }
            }
            CommandLine::Shell(text) => {
                let semantics = self.semantics;
                let span = super::shell_span(semantics.file.source, instruction, text.span, semantics.view);
                self.add(span, PartKind::ShellText);
                let run = semantics.runs.iter().find(|run| run.instruction.span == instruction.span);
                let text = (span, instruction);
                match run {
                    Some(run) => self.add_script(&run.script, text),
                    None => {
                        self.add_script(
                            &read_run_script(semantics.file, instruction, line, semantics.view),
                            text,
                        );
                    }
                }
            }
        }
    }

    /// Adds stages, variables and delimiters at their positions.
    fn add_names(&mut self) {
        for one in Occurrences::collect(self.semantics).all {
            let kind = match (one.symbol, one.role) {
                (Symbol::Stage(_), OccurrenceRole::Declaration) if !one.spelled => continue,
                (Symbol::Stage(_), OccurrenceRole::Declaration) => PartKind::StageDeclaration,
                (Symbol::Stage(_), OccurrenceRole::Use) => PartKind::StageUse,
                // Names that the instruction has already added.
                (Symbol::Variable(_), OccurrenceRole::Declaration) => continue,
                (Symbol::Variable(_), OccurrenceRole::Use) => PartKind::VariableUse,
                (Symbol::Heredoc(_), _) => PartKind::Delimiter,
            };
            let span = if kind == PartKind::VariableUse { one.reach } else { one.span };
            self.add(span, kind);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::View;
    use crate::syntax;

    #[test]
    fn every_word_has_a_meaning() {
        use PartKind::{
            Argument, Command, Comment, Delimiter, DirectiveName, DirectiveValue, Element, Flag, FlagName,
            FlagValue, HeredocBody, Image, Key, Keyword, Operator, Option, Path, Program, ShellKeyword,
            ShellText, StageDeclaration, StageUse, Value, VariableDeclaration, VariableUse, Word,
        };
        for (text, expected) in [
            (
                "# syntax=a/b\n",
                &[("# syntax=a/b", Comment), ("syntax", DirectiveName), ("a/b", DirectiveValue)][..],
            ),
            (
                "FROM --platform=x a:1 AS b\nFROM b\n",
                &[
                    ("FROM", Keyword),
                    ("--platform=x", Flag),
                    ("--platform", FlagName),
                    ("x", FlagValue),
                    ("a:1", Image),
                    ("AS", Keyword),
                    ("b", StageDeclaration),
                    ("FROM", Keyword),
                    ("b", Image),
                    ("b", StageUse),
                ],
            ),
            (
                "FROM a\nLABEL k=v\nENV A=1\nUSER $A\nCMD [\"x\"]\n",
                &[
                    ("FROM", Keyword),
                    ("a", Image),
                    ("LABEL", Keyword),
                    ("k", Key),
                    ("v", Value),
                    ("ENV", Keyword),
                    ("A", VariableDeclaration),
                    ("1", Value),
                    ("USER", Keyword),
                    ("$A", Word),
                    ("$A", VariableUse),
                    ("CMD", Keyword),
                    ("\"x\"", Element),
                ],
            ),
            (
                "FROM a\nRUN if a -b c; then d; fi\n",
                &[
                    ("FROM", Keyword),
                    ("a", Image),
                    ("RUN", Keyword),
                    ("if a -b c; then d; fi", ShellText),
                    ("if", ShellKeyword),
                    ("a -b c", Command),
                    ("a", Program),
                    ("-b", Option),
                    ("c", Argument),
                    (";", Operator),
                    ("then", ShellKeyword),
                    ("d", Command),
                    ("d", Program),
                    (";", Operator),
                    ("fi", ShellKeyword),
                ],
            ),
            (
                "COPY <<E a /x\nb\nE\n",
                &[
                    ("COPY", Keyword),
                    ("E", Delimiter),
                    ("a", Path),
                    ("/x", Path),
                    ("b\n", HeredocBody),
                    ("E", Delimiter),
                ],
            ),
        ] {
            let file = syntax::parse(text.as_bytes());
            let semantics = Semantics::new(&file, View::Exact);
            let found: Vec<(String, PartKind)> = parts_of_file(&semantics)
                .iter()
                .map(|part| {
                    (String::from_utf8_lossy(part.span.bytes(text.as_bytes())).into_owned(), part.kind)
                })
                .collect();
            let expected: Vec<(String, PartKind)> =
                expected.iter().map(|(text, kind)| ((*text).to_string(), *kind)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
