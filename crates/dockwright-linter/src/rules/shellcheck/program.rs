//! The problems that ShellCheck itself reports for the RUNs of a file, with its messages.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::embedded::{
    ShellTextOfRun, analyze_text, reason_for_no_fix, shell_texts_of_runs, stage_name, unanalyzed_diagnostic,
};
use super::help::help_for_code;
use crate::diagnostic::{Diagnostic, Fix};
use crate::semantic::Semantics;
use crate::shell::analysis::{
    AnalysisShell, PROXIES, ShellAnalyzer, ShellDiagnostic, codes, has_foreign_shebang, is_variable_name,
};
use crate::shellcheck::{self, CheckedScript, ScriptPlace, ShellCheck, ShellCheckComment};
use crate::source::Span;

/// The name of codes that only the ShellCheck program reports.
pub(crate) const UNLISTED: &str = "reported-by-shellcheck";

/// The scripts of this file that ShellCheck checks.
pub(crate) fn scripts_to_check(semantics: &Semantics<'_>, one_each: bool) -> Vec<String> {
    shell_texts_of_runs(semantics)
        .iter()
        .filter_map(|text| checked_script(semantics, text, one_each))
        .map(|one| one.text)
        .collect()
}

/// The script for ShellCheck. `None` if ShellCheck does not support the shell; hadolint does not run it then, either.
fn checked_script(
    semantics: &Semantics<'_>,
    text: &ShellTextOfRun<'_>,
    one_each: bool,
) -> Option<CheckedScript> {
    if text.shell.is_foreign() {
        return None;
    }
    let program = text.state.shell.split_whitespace().next().unwrap_or_default();
    let shebang = match text.shell.shebang() {
        Some(shebang) if text.shell != AnalysisShell::from_command(&text.state.shell) => shebang,
        _ => program,
    };
    let mut names: Vec<&str> = text.state.names().chain(PROXIES).collect();
    names.sort_unstable();
    names.dedup();
    if !one_each {
        // hadolint passes every name, and gets a diagnostic about an invalid name instead of the RUN.
        names.retain(|name| is_variable_name(name));
    }
    let instruction = text.run.instruction;
    let trims = !instruction.heredocs.is_empty();
    let source = semantics.file.source;
    let mut span = text.span;
    if let Some(last) = instruction.continuations.last()
        && semantics.view.keeps_escape_at_end
        && last.span.end as usize == source.len()
        && last.skipped.is_empty()
        && span.end <= last.span.start
    {
        span = span.enclosing_span(last.span);
    }
    let script = CheckedScript::new(shebang, names, source, span, &instruction.continuations, trims);
    let is_skipped = semantics.view.reads_scripts_in_current_shell && has_foreign_shebang(script.run_text());
    (!is_skipped).then_some(script)
}

pub(super) fn program_diagnostics(
    semantics: &Semantics<'_>,
    all: &[ShellTextOfRun<'_>],
    (analyzer, program): (&ShellAnalyzer, &ShellCheck),
    one_each: bool,
    found: &mut Vec<Diagnostic>,
) {
    let scripts: Vec<(&ShellTextOfRun<'_>, CheckedScript)> =
        all.iter().filter_map(|text| Some((text, checked_script(semantics, text, one_each)?))).collect();
    // Files are already checked in parallel.
    program.check_scripts(scripts.iter().map(|(_, script)| script.text.as_str()), 1);
    for (text, script) in &scripts {
        let Some(comments) = program.cached_shellcheck_problems(&script.text) else {
            if !one_each {
                found.push(unanalyzed_diagnostic(
                    semantics,
                    text.run,
                    "ShellCheck returned no result for this `RUN`".to_owned(),
                ));
            }
            continue;
        };
        if one_each {
            // ShellCheck's finding is always on the line of the RUN.
            let last = shellcheck::last_comment(&comments);
            found.extend(last.map(|one| {
                let message = one.message.clone();
                program_diagnostic(semantics, text, one, text.span, message, None)
            }));
            continue;
        }
        // ShellCheck's diagnostic, with dockwright's fix if the embedded analyzer reports the same.
        let fixable = if comments.is_empty() {
            Vec::new()
        } else {
            analyze_text(semantics, text, analyzer).diagnostics
        };
        for comment in comments.iter() {
            let span = match script.place_of_problem(comment) {
                ScriptPlace::Text(span) => span,
                ScriptPlace::Shebang => Span::empty(script.start()),
                ScriptPlace::Names => continue,
            };
            let fix = find_fix_at(&fixable, comment.code, span);
            found.push(program_diagnostic(
                semantics,
                text,
                comment,
                span,
                message_on_one_line(&comment.message),
                fix,
            ));
        }
    }
}

fn find_fix_at(fixable: &[ShellDiagnostic], code: u32, span: Span) -> Option<Fix> {
    fixable.iter().find(|one| one.code == code && one.span.start == span.start)?.fix.clone()
}

fn program_diagnostic(
    semantics: &Semantics<'_>,
    text: &ShellTextOfRun<'_>,
    comment: &ShellCheckComment,
    span: Span,
    message: String,
    fix: Option<Fix>,
) -> Diagnostic {
    let known = codes::find_code(comment.code);
    Diagnostic {
        code: known.map_or_else(|| intern_shellcheck_code(comment.code), |code| code.id),
        name: known.map_or(UNLISTED, |code| code.name),
        aliases: Vec::new(),
        severity: comment.severity,
        message,
        help: known.map(|code| help_for_code(semantics, text.run, code, span)),
        span,
        anchor: text.run.outer.span,
        stage: stage_name(semantics, text.run),
        loss: None,
        saving: None,
        conditional: false,
        hidden: Vec::new(),
        refused: if fix.is_none() { reason_for_no_fix(comment.code) } else { None }
            .into_iter()
            .map(str::to_owned)
            .collect(),
        fix,
    }
}

/// The message without text that a parser of `file:line:column: message` would treat as a separator.
fn message_on_one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ").replace(": ", " – ")
}

/// `SC1234` for a code that is not in the tables. The text stays in memory until the program ends; there are only a
/// few hundred codes.
fn intern_shellcheck_code(code: u32) -> &'static str {
    static IDS: LazyLock<Mutex<BTreeMap<u32, &'static str>>> = LazyLock::new(Mutex::default);
    let mut ids = IDS.lock().unwrap_or_else(PoisonError::into_inner);
    ids.entry(code.min(9999)).or_insert_with_key(|code| String::leak(format!("SC{code:04}")))
}
