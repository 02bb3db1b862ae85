//! From what the shell analysis finds to diagnostics.

use super::{ShellRule, get};
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::about_files;
use crate::semantic::{Run, Semantics, Stage, shell_span, shell_states};
use crate::shell::analysis::{Analyser, Analysis, Shell, ShellDiagnostic, ShellText, last};
use crate::shell::mask;
use crate::syntax::{Arguments, CommandLine};

/// A longer piece of the file does not belong into a message.
const LONGEST_QUOTE: usize = 40;

/// What ShellCheck would say of the RUNs of a file; of each RUN the last thing only where `one_each`.
pub fn diagnostics(semantics: &Semantics<'_>, analyser: &Analyser, one_each: bool) -> Vec<Diagnostic> {
    if semantics.runs.is_empty() {
        return Vec::new();
    }
    let states = shell_states(semantics.file, semantics.view);
    let mut found = Vec::new();
    for run in &semantics.runs {
        let Arguments::Command(CommandLine::Shell(text)) = &run.instruction.arguments else { continue };
        let Some(state) = states.get(&run.instruction.span.start) else { continue };
        let source = semantics.file.source;
        let span = shell_span(run.instruction, text.span, semantics.view);
        let masked = mask(source, span, &run.instruction.continuations);
        let names: Vec<&str> = state.names.iter().map(String::as_str).collect();
        let analysis = analyser.analyse(&ShellText {
            text: &masked,
            offset: span.start,
            original: span.bytes(source),
            shell: Shell::of(&state.shell),
            names: &names,
        });
        add(&mut found, semantics, run, &analysis, one_each);
    }
    found
}

fn add(
    found: &mut Vec<Diagnostic>,
    semantics: &Semantics<'_>,
    run: &Run<'_>,
    analysis: &Analysis,
    one_each: bool,
) {
    let stage = semantics.stage_at(run.outer.span.start).map(Stage::display_name);
    if one_each {
        let last = last(&analysis.diagnostics);
        found.extend(last.and_then(|one| diagnostic(semantics, run, one, stage)));
        return;
    }
    found
        .extend(analysis.diagnostics.iter().filter_map(|one| diagnostic(semantics, run, one, stage.clone())));
    if let Some(shortfall) = analysis.shortfall {
        let mut said = about_files::diagnostic(&about_files::NOT_ANALYSED, shortfall.message().to_string());
        (said.span, said.anchor, said.stage) = (run.instruction.keyword.span, run.outer.span, stage);
        found.push(said);
    }
}

fn diagnostic(
    semantics: &Semantics<'_>,
    run: &Run<'_>,
    one: &ShellDiagnostic,
    stage: Option<String>,
) -> Option<Diagnostic> {
    let ShellRule { rule, message, help, .. } = get(one.code)?;
    let words = String::from_utf8_lossy(one.span.bytes(semantics.file.source));
    let quoted = if words.is_empty() || words.len() > LONGEST_QUOTE || words.contains(['\n', '`']) {
        "this".to_string()
    } else {
        format!("`{}`", words.replace(": ", ":"))
    };
    Some(Diagnostic {
        code: rule.code,
        name: rule.name,
        aliases: Vec::new(),
        severity: severity(one, rule.severity),
        message: message.replace("{}", &quoted),
        help: Some((*help).to_string()),
        span: one.span,
        anchor: run.outer.span,
        stage,
        fix: one.fix.clone(),
    })
}

/// A few codes are said with more than one severity.
fn severity(one: &ShellDiagnostic, usual: Severity) -> Severity {
    if matches!(one.code, 2154) { one.severity } else { usual }
}
