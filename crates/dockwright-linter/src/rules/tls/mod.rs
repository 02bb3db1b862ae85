//! Options, variables and configuration that turn certificate checks off. DW3202 reports those that remain in the
//! image, DW3201 the others.

mod commands;
mod files;
mod options;
mod variables;

pub(super) use options::disables_yum_verification as is_setopt_off;

use crate::diagnostic::{Applicability, Edit, Fix};
use crate::rule::RuleChecker;
use crate::source::Span;

/// One place where a check is turned off.
pub(super) struct DisabledVerification {
    pub anchor: Span,
    pub span: Span,
    pub message: String,
    pub help: String,
    /// Whether the check is also off in containers of the image.
    pub(crate) lasting: bool,
    pub fix: Option<Fix>,
}

/// All places where a check is turned off, in the order of the file.
pub(super) fn find_disabled_verification(cx: &RuleChecker<'_>) -> Vec<DisabledVerification> {
    let mut found = Vec::new();
    for run in cx.semantics.runs_in_bourne_shell() {
        options::find_options(cx, run, &mut found);
        commands::find_in_commands(run, &mut found);
        variables::find_in_run(cx, run, &mut found);
        files::find_in_run(cx, run, &mut found);
    }
    for instruction in cx.file.instructions() {
        variables::find_in_instruction(cx, instruction, &mut found);
        files::find_in_copy(cx, instruction, &mut found);
    }
    found.sort_by_key(|off| (off.span, off.anchor));
    found
}

/// Reports the lasting ones, or the others.
pub(super) fn report_disabled(cx: &mut RuleChecker<'_>, lasting: bool) {
    for off in find_disabled_verification(cx).into_iter().filter(|off| off.lasting == lasting) {
        let problem = cx.report_at(off.anchor, off.span, off.message);
        problem.help(off.help);
        problem.fix_or_reason(off.fix.ok_or("something may rely on the setting".into()));
    }
}

/// Deletes the word and the spaces before it.
fn delete_word(span: Span, source: &[u8]) -> Edit {
    let before = source.get(..span.start as usize).unwrap_or_default();
    let spaces = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    Edit::delete(Span::new(span.start - u32::try_from(spaces).unwrap_or(0), span.end))
}

fn suggest_fix(title: String, edits: Vec<Edit>, missing: impl Into<String>) -> Fix {
    Fix::new(Applicability::Suggestion, title, edits).with_risk(missing)
}
