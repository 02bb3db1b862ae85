//! Reasons to withhold any fix: files whose meaning is uncertain, and text that must not be edited.

use super::comments::text_offset_below;
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, PIN};
use crate::rules;
use crate::semantic::{EffectiveShells, Semantics, ShellKind, Stage, is_generated, is_template_file};
use crate::shell::{ParseOutcome, ShellCommand};
use crate::source::Span;
use crate::syntax::{Dockerfile, Instruction, Kind, Node};

/// A fix that is not offered, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WithheldFix {
    pub code: &'static str,
    /// A clause such as "the file is generated".
    pub reason: &'static str,
}

/// Words in comments that programs read.
const DIRECTIVES: [&str; 12] = [
    "hadolint",
    "shellcheck",
    "check=",
    "dockwright",
    "renovate:",
    "trivy:ignore",
    "checkov:skip",
    "x-release-please",
    "noqa",
    "nosec",
    "semgrep",
    "kics",
];

/// Removes from the diagnostics those fixes that must not be applied in this file, and adapts the line ends of the
/// others to the lines that they touch.
pub fn withhold_fixes(found: &mut [Diagnostic], semantics: &Semantics<'_>) -> Vec<WithheldFix> {
    let mut withheld = Vec::new();
    if found.iter().all(|diagnostic| diagnostic.fix.is_none()) {
        return withheld;
    }
    let refused = found.iter().any(Diagnostic::is_certain_build_error);
    let grounds = WithholdingContext::new(semantics, refused);
    for diagnostic in found {
        let Some(fix) = &mut diagnostic.fix else { continue };
        if let Some(kind) = grounds.file {
            // As a suggestion, it describes what to change in the source of the generated file.
            fix.applicability = Applicability::Suggestion;
            fix.missing = Some(kind.risk().to_string());
            withheld.push(WithheldFix { code: diagnostic.code, reason: kind.reason() });
        } else if let Some(reason) = grounds.reason_against_fix(diagnostic.code, fix) {
            diagnostic.fix = None;
            diagnostic.refused.push(reason.to_string());
            withheld.push(WithheldFix { code: diagnostic.code, reason });
        } else {
            if !grounds.keeps_instructions(fix) {
                // The text was written on purpose, so the user has to decide.
                fix.applicability = Applicability::Suggestion;
                fix.missing.get_or_insert_with(|| "the instruction may be there on purpose".to_string());
            }
            fix.edits.iter_mut().for_each(|edit| keep_line_ends(edit, semantics.file.source));
        }
    }
    withheld
}

struct WithholdingContext<'s, 'a> {
    semantics: &'s Semantics<'a>,
    /// The reason against all fixes in the file.
    file: Option<UnchangeableFile>,
    /// Whether the file has a build error.
    refused: bool,
    shells: EffectiveShells,
    /// Comments that a program reads, each with the first byte of the words that it is above.
    directives: Vec<(Span, u32)>,
}

impl<'s, 'a> WithholdingContext<'s, 'a> {
    fn new(semantics: &'s Semantics<'a>, refused: bool) -> Self {
        let file = semantics.file;
        Self {
            semantics,
            file: UnchangeableFile::detect_unchangeable_file(file),
            refused,
            shells: EffectiveShells::new(semantics),
            directives: directives(file),
        }
    }

    fn reason_against_fix(&self, code: &str, fix: &Fix) -> Option<&'static str> {
        let spelling = rules::find_by_code(code).is_some_and(|rule| rule.is_notation);
        for edit in &fix.edits {
            let Some(instruction) = self.instruction_near(edit.span) else { continue };
            if instruction.kind == Kind::Onbuild {
                return Some("`ONBUILD` runs in other builds");
            }
            let stage = self.semantics.stage_at(instruction.span.start);
            // In stages for Windows, only images are pinned: they have digests, too.
            let names_image = code == PIN && matches!(instruction.kind, Kind::From | Kind::Copy);
            let is_windows = |stage: &Stage<'_>| self.shells.is_windows(stage.index);
            if !spelling && !names_image && stage.is_some_and(is_windows) {
                return Some("the stage is for Windows");
            }
            // The builder keeps the CR, so the shell reads it as the last character of a word.
            let crlf =
                |body: &Span| body.bytes(self.semantics.file.source).windows(2).any(|pair| pair == b"\r\n");
            let bodies = instruction.heredocs.iter().map(|heredoc| heredoc.body);
            if bodies.filter(|body| body.overlaps_or_adjoins(edit.span)).any(|body| crlf(&body)) {
                return Some("the heredoc has CRLF line endings, which the shell reads as part of the words");
            }
            if instruction.kind == Kind::Run && !spelling {
                let reason = self.reason_against_run(instruction);
                if reason.is_some() {
                    return reason;
                }
            }
        }
        let start = |span: Span| self.instruction_near(span).map(|instruction| instruction.span);
        let first = fix.edits.first().and_then(|edit| start(edit.span));
        if self.refused && fix.edits.iter().any(|edit| start(edit.span) != first) {
            return Some("the file has build errors, and the fix changes several instructions");
        }
        // A fix of a comment for a program does not separate the comment from its instruction.
        let parts = !is_about_ignores(code)
            && fix.edits.iter().any(|edit| self.separates_directive_comment(edit, fix));
        parts.then_some("a comment that a program reads would move to another instruction")
    }

    fn reason_against_run(&self, instruction: &Instruction<'_>) -> Option<&'static str> {
        match self.shells.shell_at(instruction.span.start) {
            ShellKind::Default | ShellKind::Bourne => {}
            ShellKind::Windows => return Some("the command runs in PowerShell or cmd"),
            ShellKind::Other => return Some("the command runs in an unknown shell"),
        }
        let runs = &self.semantics.runs;
        let at = runs.partition_point(|run| run.outer.span.start < instruction.span.start);
        let run = runs.get(at).filter(|run| run.outer.span == instruction.span)?;
        if run.script.reading == ParseOutcome::Foreign {
            return Some("the script runs in a program that is not a shell");
        }
        if run.script.reading != ParseOutcome::Complete {
            return Some("the commands could not be parsed completely");
        }
        let started = run.script.commands.iter().find(|command| is_windows_shell(command))?;
        Some(if started.is("cmd") {
            "the `RUN` also starts `cmd`"
        } else {
            "the `RUN` also starts PowerShell"
        })
    }

    /// Whether every instruction is still there, or its content is elsewhere. A move never deletes without
    /// inserting.
    fn keeps_instructions(&self, fix: &Fix) -> bool {
        let writes = fix.edits.iter().any(|edit| !edit.text.trim().is_empty());
        (fix.moves && writes) || !fix.edits.iter().any(|edit| self.deletes_instruction(edit))
    }

    fn deletes_instruction(&self, edit: &Edit) -> bool {
        edit.text.trim().is_empty()
            && self
                .instruction_near(edit.span)
                .is_some_and(|instruction| edit.span.contains(instruction.span))
    }

    /// The instruction in which, or right after which, the span begins.
    fn instruction_near(&self, span: Span) -> Option<&'s Instruction<'a>> {
        let items = &self.semantics.file.items;
        let after = items.partition_point(|item| item.span.start <= span.start);
        items.get(after.checked_sub(1)?)?.instruction()
    }

    fn separates_directive_comment(&self, edit: &Edit, fix: &Fix) -> bool {
        let (span, text) = (edit.span, &edit.text);
        let deleted = span.bytes(self.semantics.file.source);
        if !text.contains('\n') && (!deleted.contains(&b'\n') || deleted.trim_ascii().is_empty()) {
            return false;
        }
        let first = self.directives.partition_point(|(_, below)| *below < span.start);
        let after = self.directives.get(first..).unwrap_or_default();
        after
            .iter()
            .take_while(|(comment, _)| comment.start <= span.end)
            .filter(|(comment, below)| Span::new(comment.start, *below).overlaps_or_adjoins(span))
            .any(|(comment, below)| !self.moves_with_edit(*comment, *below, edit, fix))
    }

    /// Whether a comment moves together with the text below it, or whole lines are inserted above the two.
    fn moves_with_edit(&self, comment: Span, below: u32, edit: &Edit, fix: &Fix) -> bool {
        if edit.span == Span::empty(comment.start) && edit.text.ends_with('\n') {
            return true;
        }
        let Some(instruction) = self.instruction_near(Span::empty(below)).filter(|_| fix.moves) else {
            return false;
        };
        let whole = Span::new(comment.start, instruction.span.end);
        let text = String::from_utf8_lossy(whole.bytes(self.semantics.file.source)).replace("\r\n", "\n");
        edit.span.contains(whole) && fix.edits.iter().any(|edit| edit.text.contains(&text))
    }
}

/// Rules write `\n`; if the lines around end in CR LF, so do the new ones.
fn keep_line_ends(edit: &mut Edit, source: &[u8]) {
    if !edit.text.contains('\n') {
        return;
    }
    let start = edit.span.start as usize;
    let end_of_line = |text: &[u8]| text.iter().position(|byte| *byte == b'\n');
    let after = source.get(start..).and_then(end_of_line).map(|at| start + at);
    let before = || source.get(..start)?.iter().rposition(|byte| *byte == b'\n');
    let Some(end) = after.or_else(before) else { return };
    if end.checked_sub(1).and_then(|at| source.get(at)) == Some(&b'\r') {
        edit.text = edit.text.replace("\r\n", "\n").replace('\n', "\r\n");
    }
}

/// A kind of file that must not be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UnchangeableFile {
    NotUtf8,
    Generated,
    Template,
}

impl UnchangeableFile {
    fn detect_unchangeable_file(file: &Dockerfile<'_>) -> Option<Self> {
        if std::str::from_utf8(file.source).is_err() || file.source.contains(&0) {
            Some(Self::NotUtf8)
        } else if is_generated(file) {
            Some(Self::Generated)
        } else if is_template_file(file) {
            Some(Self::Template)
        } else {
            None
        }
    }

    /// Why it is not changed, as a clause.
    const fn reason(self) -> &'static str {
        match self {
            Self::NotUtf8 => "the file is not UTF-8",
            Self::Generated => "the file is generated",
            Self::Template => "the file is a template",
        }
    }

    /// What can happen if someone applies a fix.
    const fn risk(self) -> &'static str {
        match self {
            Self::NotUtf8 => "the file is not UTF-8, so other text may change",
            Self::Generated => "the program that generates the file may overwrite the change",
            Self::Template => "the change may break the template",
        }
    }
}

/// The reason against any change of a file.
pub fn reason_against_file(file: &Dockerfile<'_>) -> Option<&'static str> {
    UnchangeableFile::detect_unchangeable_file(file).map(UnchangeableFile::reason)
}

/// Whether a program reads the comment with this text.
pub(super) fn is_directive_comment(text: &str) -> bool {
    let text = text.to_lowercase();
    DIRECTIVES.iter().any(|word| text.contains(word))
}

/// Whether the code is about ignore comments.
pub(super) fn is_about_ignores(code: &str) -> bool {
    code.starts_with("DW000")
}

fn directives(file: &Dockerfile<'_>) -> Vec<(Span, u32)> {
    let mut found = Vec::new();
    let mut add = |span: Span| {
        if is_directive_comment(&String::from_utf8_lossy(span.bytes(file.source)))
            && let Some(below) = text_offset_below(file.source, span)
        {
            found.push((span, below));
        }
    };
    for item in &file.items {
        match &item.node {
            Node::Comment(comment) => add(comment.span),
            Node::Instruction(instruction) => {
                let skipped = instruction.continuations.iter().flat_map(|line| &line.skipped);
                skipped.filter(|line| line.comment).for_each(|line| add(line.span));
            }
            _ => {}
        }
    }
    found
}

/// `cmd` alone may be any program of that name.
fn is_windows_shell(command: &ShellCommand) -> bool {
    command.is_any(&["powershell", "pwsh"])
        || command.is("cmd") && command.has_argument(&["/c", "/C", "/s", "/S", "/k", "/K"])
}

#[cfg(test)]
mod tests {
    use crate::lint::Linter;
    use crate::rules;

    #[test]
    fn withholds_fixes_the_file_forbids() {
        for (text, code, refused) in [
            ("FROM debian:12\nRUN <<E\ncd /a\nmake\nE\n", "SC2164", ""),
            (
                "FROM debian:12\r\nRUN <<E\r\ncd /a\r\nmake\r\nE\r\n",
                "SC2164",
                "the heredoc has CRLF line endings, which the shell reads as part of the words",
            ),
            ("FROM debian:12\r\nRUN cd /a; make\r\n", "SC2164", ""),
            ("# escape=`\nFROM debian:12\nRUN cd /a; `\n  make\n", "SC2164", ""),
            (
                "# escape=`\nFROM x/windows:1\nRUN apt-get update; `\n  apt-get install a\n",
                "DL3014",
                "the stage is for Windows",
            ),
        ] {
            let linter = Linter::with_rules(rules::all_rules().filter(|rule| rule.code == code));
            let found = linter.lint(text.as_bytes());
            assert_eq!(found.first().map(|one| one.refused.join("; ")).as_deref(), Some(refused), "{text}");
        }
    }
}
