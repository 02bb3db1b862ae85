//! BuildKit reads the same: every instruction, flag, word, string and heredoc.

use std::borrow::Cow;

use super::{LayoutDifference, shell};
use crate::source::Span;
use crate::syntax::{
    Arguments, CommandLine, DirectiveKind, Dockerfile, Flag, Instruction, Node, Source, Word, quote_excerpt,
};

pub(super) fn compare_instructions(
    before: &Dockerfile<'_>,
    after: &Dockerfile<'_>,
    keep_cache: bool,
) -> Result<(), LayoutDifference> {
    let top = Span::empty(0);
    if !after.errors.is_empty() {
        return Err(LayoutDifference::new(top, "BuildKit would reject the file"));
    }
    if before.escape != after.escape || directives(before) != directives(after) {
        return Err(LayoutDifference::new(top, "a parser directive would change"));
    }
    let has_mark = |file: &Dockerfile<'_>| {
        matches!(file.items.first().map(|item| &item.node), Some(Node::ByteOrderMark))
    };
    if has_mark(before) != has_mark(after) {
        return Err(LayoutDifference::new(top, "the byte-order mark would change"));
    }
    if before.instructions().count() != after.instructions().count() {
        return Err(LayoutDifference::new(top, "BuildKit would read a different number of instructions"));
    }
    for (one, other) in before.instructions().zip(after.instructions()) {
        let pair = InstructionPair { before, after, keep_cache };
        if let Err(what) = pair.compare_instruction(one, other) {
            let reason = format!("{what} of {} would be read differently", quote_excerpt(&one.keyword.text));
            return Err(LayoutDifference::new(one.span, reason));
        }
        if description_comments(before, one) != description_comments(after, other) {
            let reason = format!("the description of {} would change", quote_excerpt(&one.keyword.text));
            return Err(LayoutDifference::new(one.span, reason));
        }
    }
    Ok(())
}

/// The comments that describe a stage or an argument: BuildKit looks for its name at their start.
fn description_comments(file: &Dockerfile<'_>, instruction: &Instruction<'_>) -> Vec<String> {
    let names: Vec<&str> = match &instruction.arguments {
        Arguments::From(from) => from.alias.iter().map(|alias| alias.name.text.as_ref()).collect(),
        Arguments::Declarations(all) => all.iter().map(|one| one.name.text.as_ref()).collect(),
        _ => return Vec::new(),
    };
    let describes = |text: &str| {
        let word = text.split_whitespace().next().unwrap_or_default();
        names.iter().any(|name| name.eq_ignore_ascii_case(word))
    };
    let comments = file.attached_comments(instruction).into_iter().map(|comment| comment.text.into_owned());
    comments.filter(|text| describes(text)).collect()
}

fn directives<'f>(file: &'f Dockerfile<'_>) -> Vec<(DirectiveKind, String, &'f str, bool, bool)> {
    let directives = file.directives();
    directives
        .map(|one| {
            (
                one.kind,
                one.key.text.to_ascii_lowercase(),
                one.value.text.as_ref(),
                one.is_effective,
                one.comment,
            )
        })
        .collect()
}

struct InstructionPair<'f, 's> {
    before: &'f Dockerfile<'s>,
    after: &'f Dockerfile<'s>,
    keep_cache: bool,
}

/// The difference, if there is one.
type ComparisonResult = Result<(), &'static str>;

fn require_equal(same: bool, what: &'static str) -> ComparisonResult {
    if same { Ok(()) } else { Err(what) }
}

impl InstructionPair<'_, '_> {
    fn compare_instruction(&self, one: &Instruction<'_>, other: &Instruction<'_>) -> ComparisonResult {
        require_equal(
            one.kind == other.kind && one.keyword.text.eq_ignore_ascii_case(&other.keyword.text),
            "the keyword",
        )?;
        require_equal(are_lists_equal(&one.flags, &other.flags, same_flag), "a flag")?;
        self.compare_heredocs(one, other)?;
        self.compare_arguments(one, other)
    }

    fn compare_heredocs(&self, one: &Instruction<'_>, other: &Instruction<'_>) -> ComparisonResult {
        let same = are_lists_equal(&one.heredocs, &other.heredocs, |one, other| {
            one.name == other.name
                && one.expand == other.expand
                && one.chomp == other.chomp
                && one.body.bytes(self.before.source) == other.body.bytes(self.after.source)
                && one.terminator.bytes(self.before.source) == other.terminator.bytes(self.after.source)
                && one.operator.bytes(self.before.source) == other.operator.bytes(self.after.source)
        });
        require_equal(same, "a heredoc")
    }

    fn compare_arguments(&self, one: &Instruction<'_>, other: &Instruction<'_>) -> ComparisonResult {
        match (&one.arguments, &other.arguments) {
            (Arguments::From(one), Arguments::From(other)) => {
                let alias = match (&one.alias, &other.alias) {
                    (Some(one), Some(other)) => same_text(&one.name, &other.name),
                    (None, None) => true,
                    _ => false,
                };
                require_equal(same_text(&one.image, &other.image) && alias, "the image or name")?;
                require_equal(are_lists_equal(&one.stray, &other.stray, same_text), "a word")
            }
            (Arguments::Command(one), Arguments::Command(other)) => self.compare_commands(one, other),
            (Arguments::Paths(one), Arguments::Paths(other)) => {
                let same_source = |one: &Source<'_>, other: &Source<'_>| match (one, other) {
                    (Source::Path(one), Source::Path(other)) => same_text(one, other),
                    (Source::Heredoc(one, number), Source::Heredoc(other, same)) => {
                        same_text(one, other) && number == same
                    }
                    _ => false,
                };
                require_equal(one.exec == other.exec, "the form")?;
                require_equal(are_lists_equal(&one.sources, &other.sources, same_source), "a source")?;
                require_equal(
                    same_option(one.destination.as_ref(), other.destination.as_ref()),
                    "the destination",
                )
            }
            (Arguments::List { words: one, exec }, Arguments::List { words: other, exec: same }) => {
                require_equal(exec == same && are_lists_equal(one, other, same_text), "a word")
            }
            (Arguments::Pairs { pairs: one, legacy }, Arguments::Pairs { pairs: other, legacy: same }) => {
                let same_pairs = are_lists_equal(one, other, |one, other| {
                    same_text(&one.key, &other.key) && same_text(&one.value, &other.value)
                });
                require_equal(legacy == same && same_pairs, "a key or value")
            }
            (Arguments::Declarations(one), Arguments::Declarations(other)) => {
                let same = are_lists_equal(one, other, |one, other| {
                    same_text(&one.name, &other.name)
                        && same_option(one.default.as_ref(), other.default.as_ref())
                });
                require_equal(same, "a name or value")
            }
            (Arguments::Text(one), Arguments::Text(other)) => {
                require_equal(same_text(one, other), "the text")
            }
            (Arguments::Healthcheck(one), Arguments::Healthcheck(other)) => {
                require_equal(one.keyword.text.eq_ignore_ascii_case(&other.keyword.text), "the type")?;
                match (&one.command, &other.command) {
                    (Some(one), Some(other)) => self.compare_commands(one, other),
                    (None, None) => Ok(()),
                    _ => Err("the command"),
                }
            }
            (Arguments::Onbuild(one), Arguments::Onbuild(other)) => self.compare_instruction(one, other),
            (Arguments::Unreadable, Arguments::Unreadable) => {
                require_equal(one.rest.text == other.rest.text, "the text")
            }
            _ => Err("the form"),
        }
    }

    fn compare_commands(&self, one: &CommandLine<'_>, other: &CommandLine<'_>) -> ComparisonResult {
        match (one, other) {
            (CommandLine::Exec { words: one, .. }, CommandLine::Exec { words: other, .. }) => {
                require_equal(are_lists_equal(one, other, same_text), "a string")
            }
            (CommandLine::Shell(one), CommandLine::Shell(other)) if self.keep_cache => {
                require_equal(one.text == other.text, "the text")
            }
            (CommandLine::Shell(one), CommandLine::Shell(other)) => {
                require_equal(shell::has_same_meaning(&one.text, &other.text), "the command")
            }
            _ => Err("the form"),
        }
    }
}

fn same_text(one: &Word<'_>, other: &Word<'_>) -> bool {
    one.text == other.text
}

fn same_option(one: Option<&Word<'_>>, other: Option<&Word<'_>>) -> bool {
    one.map(|word| &word.text) == other.map(|word: &Word<'_>| -> &Cow<'_, str> { &word.text })
}

fn same_flag(one: &Flag<'_>, other: &Flag<'_>) -> bool {
    same_text(&one.name, &other.name) && same_option(one.value.as_ref(), other.value.as_ref())
}

fn are_lists_equal<T>(one: &[T], other: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
}
