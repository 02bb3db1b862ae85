//! From what the shell analysis finds to diagnostics.

use super::asked;
use crate::diagnostic::Diagnostic;
use crate::rules::about_files;
use crate::semantic::{Run, Semantics, ShellState, Stage, shell_span, shell_states};
use crate::shell::analysis::{Analyser, Analysis, Shell, ShellDiagnostic, ShellText, codes, last};
use crate::shell::mask;
use crate::shellcheck::ShellCheck;
use crate::source::Span;
use crate::syntax::{Arguments, CommandLine};

/// The shell text of a RUN, and what is in force there.
pub(super) struct Text<'a> {
    pub run: &'a Run<'a>,
    /// Where it stands in the file.
    pub span: Span,
    pub state: ShellState,
}

/// The RUNs in shell form.
pub(super) fn texts<'a>(semantics: &'a Semantics<'_>) -> Vec<Text<'a>> {
    if semantics.runs.is_empty() {
        return Vec::new();
    }
    let mut states = shell_states(semantics.file, semantics.view);
    let text_of = |run: &'a Run<'a>| {
        let Arguments::Command(CommandLine::Shell(text)) = &run.instruction.arguments else { return None };
        let state = states.remove(&run.instruction.span.start)?;
        Some(Text { run, span: shell_span(run.instruction, text.span, semantics.view), state })
    };
    semantics.runs.iter().filter_map(text_of).collect()
}

/// What ShellCheck would say of the RUNs of a file, or, where there is the program to ask, does say; of each RUN
/// the last thing only where `one_each`.
pub fn diagnostics(
    semantics: &Semantics<'_>,
    analyser: &Analyser,
    program: Option<&ShellCheck>,
    one_each: bool,
) -> Vec<Diagnostic> {
    let texts = texts(semantics);
    let mut found = Vec::new();
    if let Some(program) = program {
        asked::diagnostics(semantics, &texts, (analyser, program), one_each, &mut found);
        return found;
    }
    for text in &texts {
        let analysis = analysis(semantics, text, analyser);
        if one_each {
            let last = last(&analysis.diagnostics).cloned();
            found.extend(last.and_then(|one| diagnostic(semantics, text.run, one)));
            continue;
        }
        found.extend(analysis.diagnostics.into_iter().filter_map(|one| diagnostic(semantics, text.run, one)));
        if let Some(shortfall) = analysis.shortfall {
            found.push(not_analysed(semantics, text.run, shortfall.message().to_owned()));
        }
    }
    found
}

/// What the embedded analyser finds.
pub(super) fn analysis(semantics: &Semantics<'_>, text: &Text<'_>, analyser: &Analyser) -> Analysis {
    let source = semantics.file.source;
    let masked = mask(source, text.span, &text.run.instruction.continuations);
    let names: Vec<&str> = text.state.names.iter().map(String::as_str).collect();
    analyser.analyse(&ShellText {
        text: &masked,
        offset: text.span.start,
        original: text.span.bytes(source),
        shell: Shell::of(&text.state.shell),
        names: &names,
    })
}

/// That the shell text of a RUN was not, or not wholly, looked at.
pub(super) fn not_analysed(semantics: &Semantics<'_>, run: &Run<'_>, why: String) -> Diagnostic {
    let mut said = about_files::diagnostic(&about_files::NOT_ANALYSED, why);
    (said.span, said.anchor, said.stage) =
        (run.instruction.keyword.span, run.outer.span, stage(semantics, run));
    said
}

pub(super) fn stage(semantics: &Semantics<'_>, run: &Run<'_>) -> Option<String> {
    semantics.stage_at(run.outer.span.start).map(Stage::display_name)
}

fn diagnostic(semantics: &Semantics<'_>, run: &Run<'_>, one: ShellDiagnostic) -> Option<Diagnostic> {
    let code = codes::of(one.code)?;
    let refused = if one.fix.is_none() { reason(one.code) } else { None };
    Some(Diagnostic {
        code: code.id,
        name: code.name,
        aliases: Vec::new(),
        severity: one.severity,
        message: one.message,
        help: Some(code.help.to_string()),
        span: one.span,
        anchor: run.outer.span,
        stage: stage(semantics, run),
        conditional: false,
        fix: one.fix,
        refused: refused.into_iter().map(str::to_owned).collect(),
    })
}

/// Why a code that can be mended is not, in this place.
pub(super) fn reason(code: u32) -> Option<&'static str> {
    match code {
        2006 => Some("a backslash, another backtick or a line end stands inside"),
        2164 => Some("what comes next is tied to it, or it has a shell of its own"),
        2046 | 2048 | 2053 | 2068 | 2086 | 2254 | 2295 => Some("quotes cannot be put around it in one piece"),
        _ => None,
    }
}
