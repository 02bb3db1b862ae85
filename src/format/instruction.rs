//! One instruction: on one line if it fits, otherwise by the rules for its parts.

use std::ops::Range;

use super::parts::{InstructionBody, InstructionParts};
use super::shell::{ShellLayout, ShellPrinter, has_broken_compound};
use super::writer::{INDENT, LineWriter};

/// The text of an instruction without its line end and without heredoc bodies.
pub(super) fn print_instruction(
    parts: &InstructionParts<'_>,
    layout: &ShellLayout<'_>,
    escape: char,
    line_end: &str,
) -> String {
    let mut writer = LineWriter::new(&parts.tokens);
    let all = 0..parts.tokens.len();
    let body = parts.body.range(&parts.tokens);
    let is_list = matches!(parts.body, InstructionBody::Pairs(_)) && body.len() > 1;
    let stays_together = match parts.body {
        InstructionBody::Line(_) => true,
        InstructionBody::Text(_) => parts.flags.is_empty(),
        _ => false,
    };
    let fits = parts.tokens.width(&all) <= layout.options.line_width || stays_together;
    let is_laid_out = match &parts.body {
        InstructionBody::Shell(tree, first) => has_broken_compound(&parts.tokens, tree, *first),
        _ => false,
    };
    if fits && !is_list && !is_laid_out && !parts.tokens.needs_several_lines(&all) {
        writer.print_tokens(all);
        return writer.finish(escape, line_end);
    }
    writer.print_tokens(parts.keywords.clone());
    put_one_token_per_line(&mut writer, parts.flags.clone());
    if !parts.flags.is_empty() && !stays_together {
        writer.start_line(INDENT);
    }
    writer.print_tokens(parts.kind.clone());
    match &parts.body {
        InstructionBody::Line(range) | InstructionBody::Text(range) => writer.print_tokens(range.clone()),
        InstructionBody::Pairs(range) => put_one_token_per_line(&mut writer, range.clone()),
        InstructionBody::Words(range) => {
            print_instruction_words(&mut writer, range.clone(), layout.options.line_width);
        }
        InstructionBody::Exec(range) => put_exec_form(&mut writer, range.clone(), layout.options.line_width),
        InstructionBody::Shell(tree, first) => {
            ShellPrinter::new(&mut writer, tree, *first, layout).print_script();
        }
    }
    writer.finish(escape, line_end)
}

/// Prints the first token on the current line, and each other token on its own line.
fn put_one_token_per_line(writer: &mut LineWriter<'_, '_>, range: Range<usize>) {
    for at in range.clone() {
        if at > range.start {
            writer.start_line(INDENT);
            writer.keep_empty_line(at - 1, at);
        }
        writer.print_token(at);
    }
}

/// Prints words on the current line if all of them fit, otherwise one per line.
fn print_instruction_words(writer: &mut LineWriter<'_, '_>, range: Range<usize>, limit: usize) {
    if !writer.tokens.needs_several_lines(&range)
        && writer.column() + 1 + writer.tokens.width(&range) <= limit
    {
        writer.print_tokens(range);
    } else {
        put_one_token_per_line(writer, range);
    }
}

/// Prints an exec form on the current line, or one string per line between the brackets if all of them then fit.
fn put_exec_form(writer: &mut LineWriter<'_, '_>, range: Range<usize>, limit: usize) {
    const CONTINUATION: usize = 3;
    let needs_lines = writer.tokens.needs_several_lines(&range);
    let fits = writer.column() + 1 + writer.tokens.width(&range) <= limit;
    let inner = range.start + 1..range.end.saturating_sub(1);
    let longest = inner.clone().map(|at| writer.tokens.width(&(at..at + 1))).max().unwrap_or(0);
    let is_broken = writer.tokens.is_continued_by_author(&range);
    if !needs_lines && (fits || (!is_broken && INDENT + longest + CONTINUATION > limit)) {
        writer.print_tokens(range);
        return;
    }
    let indent = writer.indent();
    writer.print_token(range.start);
    for at in inner {
        if writer.tokens.get(at).text == "," {
            writer.print_trailing_operator(at);
        } else {
            writer.start_line(indent + INDENT);
            writer.print_token(at);
        }
    }
    writer.start_line(indent);
    writer.print_token(range.end - 1);
}
