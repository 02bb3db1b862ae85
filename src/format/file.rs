//! A whole file: comments, blank lines, parser directives, and the instructions between them.

use super::comment;
use super::instruction;
use super::options::FormatOptions;
use super::parts::InstructionParts;
use super::shell::{OperatorLayout, PackageWords, ShellLayout};
use crate::semantic::{EffectiveShells, Semantics, ShellKind};
use crate::shell;
use crate::shell::tree::{ShellTree, parse_tree};
use crate::source::Span;
use crate::syntax::{Arguments, Dockerfile, Instruction, Item, Kind, Node, Word};

/// The layout of a file that BuildKit accepts.
pub(super) fn print_file(semantics: &Semantics<'_>, source: &str, options: &FormatOptions) -> String {
    let file = semantics.file;
    let shells = semantics.shells();
    let read = |instruction: &Instruction<'_>, text: &Word<'_>| {
        if options.keep_cache { None } else { shell_tree(semantics, shells, instruction, text) }
    };
    let parts: Vec<(&Instruction<'_>, Option<InstructionParts<'_>>)> = file
        .instructions()
        .map(|instruction| {
            (instruction, InstructionParts::new(source, instruction, char::from(file.escape), &read))
        })
        .collect();
    let mut operators = OperatorLayout::new(options.operator_position);
    for (_, parts) in &parts {
        if let Some(InstructionParts { body: super::parts::InstructionBody::Shell(tree, _), .. }) = parts {
            operators.count(tree, source);
        }
    }
    let packages = PackageWords::new(semantics);
    let layout = ShellLayout { options, operators: &operators, packages: &packages };
    let line_end = line_end(source);
    let mut parts = parts.into_iter();
    let mut entries = Vec::new();
    let mut is_blank = false;
    let mut out = String::new();
    for (at, item) in file.items.iter().enumerate() {
        let text = match &item.node {
            Node::ByteOrderMark => {
                out.push_str(source.get(item.span.range()).unwrap_or_default());
                continue;
            }
            Node::Blank => {
                is_blank = true;
                continue;
            }
            Node::Directive(directive) => {
                let is_indented = directive.span.start > item.span.start;
                if directive.comment || !directive.is_effective || is_indented {
                    trimmed_line(source, item)
                } else {
                    format!("# {}={}", directive.key.text, directive.value.text)
                }
            }
            Node::Comment(found) => {
                let text = source.get(found.span.range()).unwrap_or_default();
                if comment::looks_like_directive(text)
                    || (found.indented && comment_would_describe_next(file, at, text))
                {
                    trimmed_line(source, item)
                } else {
                    comment::normalize_comment(text).into_owned()
                }
            }
            Node::Instruction(_) => match parts.next() {
                Some((instruction, Some(parts))) => {
                    let head =
                        instruction::print_instruction(&parts, &layout, char::from(file.escape), line_end);
                    with_heredocs(head, instruction, source, line_end)
                }
                Some((instruction, None)) => print_unchanged(instruction, source),
                None => continue,
            },
        };
        entries.push(OutputBlock { is_blank: std::mem::take(&mut is_blank), item, text });
    }
    add_blank_lines_before_stages(&mut entries);
    for (at, entry) in entries.iter().enumerate() {
        // Directives are only in effect at the top of the file: a comment below a blank line must stay there.
        let keeps_first =
            matches!(&entry.item.node, Node::Comment(_)) && comment::looks_like_directive(&entry.text);
        if entry.is_blank && (at > 0 || keeps_first) {
            out += line_end;
        }
        out += &entry.text;
        out += line_end;
    }
    out
}

/// A block of lines of the new file.
struct OutputBlock<'i, 's> {
    /// Whether a blank line comes before it.
    is_blank: bool,
    item: &'i Item<'s>,
    text: String,
}

/// Sets the blank line before each FROM except the first, above the comments that belong to it.
fn add_blank_lines_before_stages(entries: &mut [OutputBlock<'_, '_>]) {
    let is_from =
        |entry: &OutputBlock<'_, '_>| entry.item.instruction().is_some_and(|one| one.kind == Kind::From);
    let stages: Vec<usize> = (0..entries.len()).filter(|at| entries.get(*at).is_some_and(is_from)).collect();
    for stage in stages.into_iter().skip(1) {
        let above = entries.get(..=stage).unwrap_or_default().iter().rev();
        let comments = above
            .zip(entries.get(..stage).unwrap_or_default().iter().rev())
            .take_while(|(entry, before)| !entry.is_blank && matches!(before.item.node, Node::Comment(_)))
            .count();
        if let Some(first) = entries.get_mut(stage - comments) {
            first.is_blank = true;
        }
    }
}

/// The tree of a shell-form command, if a Bourne shell runs it.
fn shell_tree(
    semantics: &Semantics<'_>,
    shells: &EffectiveShells,
    instruction: &Instruction<'_>,
    text: &Word<'_>,
) -> Option<ShellTree> {
    let start = instruction.span.start;
    let is_windows = semantics.stage_at(start).is_some_and(|stage| shells.is_windows(stage.index));
    let is_bourne = matches!(shells.shell_at(start), ShellKind::Default | ShellKind::Bourne);
    if is_windows || !is_bourne || !instruction.heredocs.is_empty() || text.is_empty() {
        return None;
    }
    let masked = shell::mask_continuations(semantics.file.source, text.span, &instruction.continuations);
    let tree = parse_tree(&masked, text.span.start)?;
    let keeps_meaning = |pair: &[Span]| match pair {
        [one, next] => {
            !may_open_arithmetic(semantics.file.source, *one, *next)
                && tokens_stay_separate(semantics.file.source, instruction, *one, *next)
        }
        _ => true,
    };
    tree.tokens.windows(2).all(keeps_meaning).then_some(tree)
}

/// Whether two tokens are `((` without a space, which some shells read as two groups and others as arithmetic.
fn may_open_arithmetic(source: &[u8], one: Span, next: Span) -> bool {
    one.end == next.start && one.bytes(source) == b"(" && next.bytes(source) == b"("
}

/// Whether two tokens with a continuation between them are still separate when BuildKit joins the lines. The mask may
/// have spaces where the joined text has none.
fn tokens_stay_separate(source: &[u8], instruction: &Instruction<'_>, one: Span, next: Span) -> bool {
    let gap = Span::new(one.end, next.start);
    let is_operator = |span: Span| matches!(span.bytes(source), b";" | b"&&" | b"||" | b"|");
    if gap.is_empty() || is_operator(one) || is_operator(next) {
        return true;
    }
    let mut at = gap.start;
    for continuation in instruction.continuations.iter().filter(|found| gap.contains(found.span)) {
        if at < continuation.span.start {
            return true;
        }
        at = continuation.skipped.last().map_or(continuation.span, |line| line.span).end;
    }
    at < gap.end
}

/// The bodies of heredocs follow the head as they are.
fn with_heredocs(mut head: String, instruction: &Instruction<'_>, source: &str, line_end: &str) -> String {
    if let (Some(first), Some(last)) = (instruction.heredocs.first(), instruction.heredocs.last()) {
        head += line_end;
        let bodies = first.body.enclosing_span(last.terminator);
        head += source.get(bodies.range()).unwrap_or_default();
    }
    head
}

/// An instruction that cannot be split.
fn print_unchanged(instruction: &Instruction<'_>, source: &str) -> String {
    source.get(instruction.span.range()).unwrap_or_default().trim_end_matches(['\r', '\n']).to_string()
}

/// A line with its indentation.
fn trimmed_line(source: &str, item: &Item<'_>) -> String {
    source.get(item.span.range()).unwrap_or_default().trim_end().to_string()
}

/// Whether an indented comment would describe the stage or argument below it if it were not indented.
fn comment_would_describe_next(file: &Dockerfile<'_>, at: usize, comment: &str) -> bool {
    let below = file.items.get(at..).unwrap_or_default().iter().find_map(Item::instruction);
    let Some(below) = below else { return false };
    let word = comment.trim_start_matches('#').split_whitespace().next().unwrap_or_default();
    match &below.arguments {
        Arguments::From(from) => {
            from.alias.as_ref().is_some_and(|alias| alias.name.text.eq_ignore_ascii_case(word))
        }
        Arguments::Declarations(all) => all.iter().any(|one| one.name.text == word),
        _ => false,
    }
}

/// The line end that the file uses more often.
pub(super) fn line_end(source: &str) -> &'static str {
    let all = source.matches('\n').count();
    let windows = source.matches("\r\n").count();
    if windows * 2 > all { "\r\n" } else { "\n" }
}
