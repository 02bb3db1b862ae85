//! From what the shell analysis finds to diagnostics.

use crate::diagnostic::Diagnostic;
use crate::rules::about_files;
use crate::semantic::{Run, Semantics, Stage, shell_span, shell_states};
use crate::shell::analysis::{Analyser, Analysis, Shell, ShellDiagnostic, ShellText, codes, last};
use crate::shell::mask;
use crate::syntax::{Arguments, CommandLine};

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
        add(&mut found, semantics, run, analysis, one_each);
    }
    found
}

fn add(
    found: &mut Vec<Diagnostic>,
    semantics: &Semantics<'_>,
    run: &Run<'_>,
    analysis: Analysis,
    one_each: bool,
) {
    let stage = semantics.stage_at(run.outer.span.start).map(Stage::display_name);
    if one_each {
        let last = last(&analysis.diagnostics).cloned();
        found.extend(last.and_then(|one| diagnostic(run, one, stage)));
        return;
    }
    found.extend(analysis.diagnostics.into_iter().filter_map(|one| diagnostic(run, one, stage.clone())));
    if let Some(shortfall) = analysis.shortfall {
        let mut said = about_files::diagnostic(&about_files::NOT_ANALYSED, shortfall.message().to_string());
        (said.span, said.anchor, said.stage) = (run.instruction.keyword.span, run.outer.span, stage);
        found.push(said);
    }
}

fn diagnostic(run: &Run<'_>, one: ShellDiagnostic, stage: Option<String>) -> Option<Diagnostic> {
    let code = codes::of(one.code)?;
    Some(Diagnostic {
        code: code.id,
        name: code.name,
        aliases: Vec::new(),
        severity: one.severity,
        message: one.message,
        help: Some(code.help.to_string()),
        span: one.span,
        anchor: run.outer.span,
        stage,
        fix: one.fix,
    })
}
