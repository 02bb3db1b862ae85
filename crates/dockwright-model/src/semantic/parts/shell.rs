//! The parts of a shell text.

use super::{PartKind, SourcePartFinder};
use crate::shell::{self, ShellScript};
use crate::source::Span;
use crate::syntax::Instruction;

/// The keywords of the shell grammar.
const KEYWORDS: [&str; 16] = [
    "if", "then", "elif", "else", "fi", "for", "in", "while", "until", "do", "done", "case", "esac",
    "function", "select", "time",
];

impl SourcePartFinder<'_, '_> {
    /// Adds the parts of a script. The pair: the span of the shell text, and its instruction.
    pub(super) fn add_script(&mut self, script: &ShellScript, (span, instruction): (Span, &Instruction<'_>)) {
        let mut covered: Vec<Span> = Vec::new();
        for command in &script.commands {
            self.add(command.span, PartKind::Command);
            covered.push(command.span);
            for (index, word) in command.words.iter().enumerate() {
                let kind = if index == command.name_at || index == 0 {
                    PartKind::Program
                } else if word.is_flag() {
                    PartKind::Option
                } else {
                    PartKind::Argument
                };
                self.add(word.span, kind);
            }
            command.assignments.iter().for_each(|span| self.add(*span, PartKind::Assignment));
            command.redirections.iter().for_each(|span| self.add(*span, PartKind::Redirection));
        }
        for span in &script.bare_assignments {
            self.add(*span, PartKind::Assignment);
            covered.push(*span);
        }
        for span in &script.comments {
            self.add(*span, PartKind::ShellComment);
            covered.push(*span);
        }
        let masked = shell::mask_continuations(self.semantics.file.source, span, &instruction.continuations);
        for used in shell::find_variable_uses(&masked) {
            let at = |offset: usize| span.start + u32::try_from(offset).unwrap_or(0);
            let name = used.name.as_ptr() as usize - masked.as_ptr() as usize + used.name.len();
            let whole = used.range.start;
            self.add(Span::new(at(whole), at(name)), PartKind::VariableUse);
        }
        if !script.commands.is_empty() {
            self.add_operators(&masked, span.start, covered);
        }
    }

    /// Adds the keywords and operators between commands.
    fn add_operators(&mut self, masked: &str, start: u32, mut covered: Vec<Span>) {
        covered.sort_unstable();
        let mut at = 0_usize;
        for span in covered.into_iter().chain([Span::empty(u32::MAX)]) {
            let until = (span.start.saturating_sub(start) as usize).min(masked.len());
            let gap = masked.get(at..until.max(at)).unwrap_or_default();
            self.add_tokens_in_gap(gap, start + u32::try_from(at).unwrap_or(0));
            at = at.max(span.end.saturating_sub(start) as usize);
            if at >= masked.len() {
                return;
            }
        }
    }

    fn add_tokens_in_gap(&mut self, gap: &str, start: u32) {
        let is_word = |c: char| c == '_' || c.is_ascii_alphanumeric();
        let is_operator = |c: char| "&|;(){}!".contains(c);
        let mut rest = gap;
        while let Some(first) = rest.chars().next() {
            let kind_of = |c: char| (is_word(c), is_operator(c));
            let length = rest.find(|c| kind_of(c) != kind_of(first)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(length);
            let from = start + u32::try_from(gap.len() - rest.len()).unwrap_or(0);
            let span = Span::new(from, from + u32::try_from(length).unwrap_or(0));
            if KEYWORDS.contains(&word) {
                self.add(span, PartKind::ShellKeyword);
            } else if is_operator(first) {
                self.add(span, PartKind::Operator);
            }
            rest = after;
        }
    }
}
