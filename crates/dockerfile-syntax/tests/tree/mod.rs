//! Renders a tree as readable text: one line for each item, and indented lines for its parts.

use std::fmt::Write;

use dockerfile_syntax::{
    Arguments, CommandLine, Dockerfile, ErrorKind, FrontendPhase, Instruction, Node, Source, SyntaxError,
    Word,
};
use dockerfile_syntax::{LineIndex, Span};

/// Draws items with their lines, words with their text, and errors with lines and words.
pub(crate) fn draw(file: &Dockerfile<'_>) -> String {
    let drawing = Drawing { file, lines: LineIndex::new(file.source) };
    let mut out = String::new();
    for item in &file.items {
        let at = drawing.lines(item.span);
        match &item.node {
            Node::ByteOrderMark => out += "byte-order mark\n",
            Node::Blank => out.extend([format!("{at} blank\n")]),
            Node::Comment(comment) => {
                let indented = if comment.indented { "indented " } else { "" };
                out.extend([format!("{at} {indented}comment {:?}\n", comment.text)]);
            }
            Node::Directive(directive) => {
                let is_effective = if directive.is_effective { "" } else { " ignored" };
                out.extend([format!(
                    "{at} directive {:?} {}{is_effective}\n",
                    directive.kind,
                    word(&directive.value)
                )]);
            }
            Node::Instruction(instruction) => {
                out.extend([format!("{} ", drawing.lines(instruction.span))]);
                drawing.instruction(&mut out, instruction, 1);
                let comments = file.attached_comments(instruction);
                if !comments.is_empty() {
                    let texts: Vec<_> = comments.iter().map(|comment| comment.text.as_ref()).collect();
                    out.extend([format!("  comments {texts:?}\n")]);
                }
            }
        }
    }
    for error in &file.errors {
        out += &drawing.error(error);
    }
    if let Some(first) = file.first_refusal().filter(|_| file.errors.len() > 1) {
        out.extend([format!("BuildKit says: {}\n", first.message)]);
    }
    out
}

struct Drawing<'a> {
    file: &'a Dockerfile<'a>,
    lines: LineIndex,
}

impl Drawing<'_> {
    fn lines(&self, span: Span) -> String {
        match self.lines.first_and_last_line(span) {
            (first, last) if first == last => first.to_string(),
            (first, last) => format!("{first}-{last}"),
        }
    }

    fn error(&self, error: &SyntaxError) -> String {
        let phase = match error.phase {
            FrontendPhase::Directives => 'S',
            FrontendPhase::Parse => 'A',
            FrontendPhase::Instructions => 'B',
            FrontendPhase::Convert => 'C',
        };
        let location = error.location.map_or_else(|| "nowhere".to_string(), |span| self.lines(span));
        let words = String::from_utf8_lossy(error.span.bytes(self.file.source)).into_owned();
        let words: String = words.chars().take(60).collect();
        let mut out = format!("error {phase} at {location}: {} <{words:?}>", error.message);
        if let Some(help) = &error.help {
            write!(out, "; {help}").expect("a string takes text");
        }
        if let Some((span, text)) = &error.suggestion {
            let old = String::from_utf8_lossy(span.bytes(self.file.source)).into_owned();
            write!(out, "; {old} -> {text}").expect("a string takes text");
        }
        if error.kind != ErrorKind::Other {
            write!(out, "; {:?}", error.kind).expect("a string takes text");
        }
        out + "\n"
    }

    fn instruction(&self, out: &mut String, instruction: &Instruction<'_>, depth: usize) {
        let indent = "  ".repeat(depth);
        out.extend([format!("{:?} {}", instruction.kind, word(&instruction.keyword))]);
        for flag in &instruction.flags {
            out.extend([format!(" --{}", flag.name.text)]);
            if let Some(value) = &flag.value {
                out.extend([format!("={:?}", value.text)]);
            }
        }
        match &instruction.arguments {
            Arguments::From(from) => {
                out.extend([format!(" image {}", word(&from.image))]);
                if let Some(alias) = &from.alias {
                    out.extend([format!(" {} {}", alias.keyword.text, word(&alias.name))]);
                }
                *out += &words(&from.stray);
            }
            Arguments::Command(command) => *out += &command_line(command),
            Arguments::Paths(paths) => {
                *out += if paths.exec { " exec" } else { "" };
                for source in &paths.sources {
                    match source {
                        Source::Path(path) => out.extend([format!(" {}", word(path))]),
                        Source::Heredoc(name, body) => {
                            out.extend([format!(" {} (heredoc {body:?})", word(name))]);
                        }
                    }
                }
                if let Some(destination) = &paths.destination {
                    out.extend([format!(" to {}", word(destination))]);
                }
            }
            Arguments::List { words: all, exec } => {
                *out += if *exec { " exec" } else { "" };
                *out += &words(all);
            }
            Arguments::Pairs { pairs, legacy } => {
                *out += if *legacy { " legacy" } else { "" };
                for pair in pairs {
                    out.extend([format!(" ({} {})", word(&pair.key), word(&pair.value))]);
                }
            }
            Arguments::Declarations(all) => {
                for one in all {
                    out.extend([format!(" {}", word(&one.name))]);
                    if let Some(default) = &one.default {
                        out.extend([format!(" = {}", word(default))]);
                    }
                }
            }
            Arguments::Text(text) => out.extend([format!(" {}", word(text))]),
            Arguments::Healthcheck(healthcheck) => {
                out.extend([format!(" {}", word(&healthcheck.keyword))]);
                if let Some(command) = &healthcheck.command {
                    *out += &command_line(command);
                }
            }
            Arguments::Onbuild(trigger) => {
                *out += "\n";
                *out += &indent;
                self.instruction(out, trigger, depth + 1);
                return;
            }
            Arguments::Unreadable => *out += " unreadable",
        }
        *out += "\n";
        for mount in instruction.mounts() {
            let fields: Vec<_> = mount
                .fields
                .iter()
                .map(|field| format!("{:?}={:?}", field.key, field.value.as_ref().map(|value| &value.text)))
                .collect();
            out.extend([format!("{indent}mount {}: {}\n", mount.kind(), fields.join(", "))]);
        }
        for heredoc in &instruction.heredocs {
            let body = String::from_utf8_lossy(heredoc.body.bytes(self.file.source)).into_owned();
            let expand = if heredoc.expand { " expands" } else { "" };
            let chomp = if heredoc.chomp { " chomps" } else { "" };
            out.extend([format!("{indent}heredoc {:?}{expand}{chomp} {body:?}\n", heredoc.name)]);
        }
        for continuation in &instruction.continuations {
            for skipped in &continuation.skipped {
                let what = if skipped.comment { "comment" } else { "blank" };
                out.extend([format!("{indent}{} skipped {what}\n", self.lines(skipped.span))]);
            }
        }
    }
}

fn word(word: &Word<'_>) -> String {
    format!("{:?}", word.text)
}

fn words(all: &[Word<'_>]) -> String {
    all.iter().flat_map(|one| [" ".to_string(), word(one)]).collect()
}

fn command_line(command: &CommandLine<'_>) -> String {
    match command {
        CommandLine::Exec { words: all, .. } => format!(" exec{}", words(all)),
        CommandLine::Shell(text) => format!(" shell {}", word(text)),
    }
}
