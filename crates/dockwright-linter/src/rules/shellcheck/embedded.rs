//! Converts the results of the shell analysis to diagnostics.

use std::collections::BTreeSet;

use super::program;
use super::{help, interpreted};
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::about_files;
use crate::rules::families::unpinned::redirected_range;
use crate::semantic::scope::is_builder_variable;
use crate::semantic::{Run, Semantics, ShellState, Stage, shell_span, shell_states};
use crate::shell::analysis::{
    AnalysisShell, KnownNames, NO_NAMES, PROXIES, ShellAnalysis, ShellAnalyzer, ShellDiagnostic, ShellText,
    codes, has_foreign_shebang, last_diagnostic,
};
use crate::shell::{Connector, ListItem, ListNode, mask_continuations};
use crate::shellcheck::ShellCheck;
use crate::source::Span;
use crate::syntax::{Arguments, CommandLine, quote_excerpt};

/// The shell text of a RUN, and the settings for it.
pub(super) struct ShellTextOfRun<'a> {
    pub run: &'a Run<'a>,
    /// Its span in the file.
    pub span: Span,
    pub state: ShellState,
    /// The shell that runs it.
    pub shell: AnalysisShell,
}

/// The RUNs in shell form.
pub(super) fn shell_texts_of_runs<'a>(semantics: &'a Semantics<'_>) -> Vec<ShellTextOfRun<'a>> {
    if semantics.runs.is_empty() {
        return Vec::new();
    }
    let (source, view) = (semantics.file.source, semantics.view);
    let mut states = shell_states(semantics.file, view);
    let text_of = |run: &'a Run<'a>| {
        let Arguments::Command(CommandLine::Shell(text)) = &run.instruction.arguments else { return None };
        let state = states.remove(&run.instruction.span.start)?;
        let shell = semantics.shell_of(run, &state);
        Some(ShellTextOfRun { run, span: shell_span(source, run.instruction, text.span, view), state, shell })
    };
    semantics.runs.iter().filter_map(text_of).collect()
}

/// The diagnostics of ShellCheck for the RUNs of a file, from the embedded analysis or from the program. With
/// `one_each`, only the last one for each RUN.
pub(crate) fn shell_diagnostics(
    semantics: &Semantics<'_>,
    analyzer: &ShellAnalyzer,
    program: Option<&ShellCheck>,
    one_each: bool,
    preview: bool,
) -> Vec<Diagnostic> {
    let texts = shell_texts_of_runs(semantics);
    let mut found = Vec::new();
    if let Some(program) = program {
        program::program_diagnostics(semantics, &texts, (analyzer, program), one_each, &mut found);
        if !one_each {
            found.extend(
                texts.iter().flat_map(|text| interpreted::interpreted_diagnostics(semantics, text, analyzer)),
            );
        }
        if preview && !one_each {
            for text in &texts {
                let unquoted = unquoted_arguments(semantics, text, analyzer);
                found.extend(unquoted.into_iter().filter_map(|one| to_diagnostic(semantics, text.run, one)));
            }
        }
        return found;
    }
    for text in &texts {
        let analysis = analyze_text(semantics, text, analyzer);
        if one_each {
            let last = hadolint_diagnostic(text, &analysis, analyzer);
            found.extend(last.and_then(|one| to_diagnostic(semantics, text.run, one)));
            continue;
        }
        found.extend(
            analysis.diagnostics.into_iter().filter_map(|one| to_diagnostic(semantics, text.run, one)),
        );
        found.extend(interpreted::interpreted_diagnostics(semantics, text, analyzer));
        if preview {
            let unquoted = unquoted_arguments(semantics, text, analyzer);
            found.extend(unquoted.into_iter().filter_map(|one| to_diagnostic(semantics, text.run, one)));
        }
        if let Some(shortfall) = analysis.shortfall {
            found.push(unanalyzed_diagnostic(semantics, text.run, shortfall.message().to_owned()));
        }
    }
    found
}

/// The diagnostic that hadolint reports for a RUN. hadolint passes every name of an ENV or ARG to ShellCheck (`ENV
/// a$b=1` becomes `export a$b=1`), so the diagnostic concerns such a name if there is no other one, or if the name
/// cannot be parsed.
fn hadolint_diagnostic(
    text: &ShellTextOfRun<'_>,
    analysis: &ShellAnalysis,
    analyzer: &ShellAnalyzer,
) -> Option<ShellDiagnostic> {
    let of_text = last_diagnostic(&analysis.diagnostics).cloned();
    if !text.state.has_invalid_name() {
        return of_text;
    }
    let exports: BTreeSet<&str> = text.state.names().chain(PROXIES).collect();
    let exports = exports.iter().fold(String::new(), |all, name| format!("{all}export {name}=1\n"));
    let shell = AnalysisShell::from_command(&text.state.shell);
    let exports = ShellText { text: &exports, offset: 0, original: &[], shell, names: NO_NAMES };
    let mut of_names = analyzer.analyze(&exports).diagnostics;
    // `export a.b=1` is not an assignment to ShellCheck.
    of_names.retain(|one| one.code != 2276);
    let Some(mut of_names) = last_diagnostic(&of_names).cloned() else { return of_text };
    of_names.span = text.span;
    let unparsed = of_names.severity == Severity::Error && of_names.code < 2000;
    if unparsed { Some(of_names) } else { of_text.or(Some(of_names)) }
}

/// SC2086 for ARGs without a default: the value comes from outside, so it may contain spaces. ShellCheck treats every
/// ARG as a single word, and so does the analysis elsewhere.
fn unquoted_arguments(
    semantics: &Semantics<'_>,
    text: &ShellTextOfRun<'_>,
    analyzer: &ShellAnalyzer,
) -> Vec<ShellDiagnostic> {
    let others = NamesSetInFile(&text.state);
    let raw = String::from_utf8_lossy(text.span.bytes(semantics.file.source));
    let mut words = raw.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    if !words.any(|word| others.excludes(word)) {
        return Vec::new();
    }
    let of_names = |names: &dyn KnownNames| {
        let found = analyze_embedded_scripts(semantics, text, names, analyzer).diagnostics;
        found.into_iter().filter(|one| one.code == 2086).collect::<Vec<_>>()
    };
    let known: BTreeSet<u32> = of_names(&text.state).iter().map(|one| one.span.start).collect();
    let mut found = of_names(&others);
    found.retain(|one| !known.contains(&one.span.start));
    found
}

/// The names in scope without those whose value comes from outside.
#[derive(Debug)]
struct NamesSetInFile<'a>(&'a ShellState);

impl NamesSetInFile<'_> {
    fn excludes(&self, name: &str) -> bool {
        self.0.has_outside_value(name) && !is_builder_variable(name)
    }
}

impl KnownNames for NamesSetInFile<'_> {
    fn contains_name(&self, name: &str) -> bool {
        self.0.declares_name(name) && !self.excludes(name)
    }

    fn count(&self) -> usize {
        self.0.count()
    }

    fn list(&self) -> Vec<&str> {
        self.0.names().filter(|name| !self.excludes(name)).collect()
    }
}

/// The diagnostics of the embedded analyzer.
pub(super) fn analyze_text(
    semantics: &Semantics<'_>,
    text: &ShellTextOfRun<'_>,
    analyzer: &ShellAnalyzer,
) -> ShellAnalysis {
    analyze_embedded_scripts(semantics, text, &text.state, analyzer)
}

/// Analyzes all scripts with these names in scope.
fn analyze_embedded_scripts(
    semantics: &Semantics<'_>,
    text: &ShellTextOfRun<'_>,
    names: &dyn KnownNames,
    analyzer: &ShellAnalyzer,
) -> ShellAnalysis {
    let source = semantics.file.source;
    let masked = mask_continuations(source, text.span, &text.run.instruction.continuations);
    if semantics.view.reads_scripts_in_current_shell && has_foreign_shebang(&masked) {
        return ShellAnalysis::default();
    }
    analyzer.analyze(&ShellText {
        text: &masked,
        offset: text.span.start,
        original: text.span.bytes(source),
        shell: text.shell,
        names,
    })
}

/// The diagnostic for a RUN that was not analyzed, or not completely.
pub(super) fn unanalyzed_diagnostic(semantics: &Semantics<'_>, run: &Run<'_>, why: String) -> Diagnostic {
    let mut said = about_files::file_diagnostic(&about_files::NOT_ANALYZED, why);
    (said.span, said.anchor, said.stage) =
        (run.instruction.keyword.span, run.outer.span, stage_name(semantics, run));
    said
}

pub(super) fn stage_name(semantics: &Semantics<'_>, run: &Run<'_>) -> Option<String> {
    semantics.stage_at(run.outer.span.start).map(Stage::display_name)
}

pub(super) fn to_diagnostic(
    semantics: &Semantics<'_>,
    run: &Run<'_>,
    one: ShellDiagnostic,
) -> Option<Diagnostic> {
    let code = codes::find_code(one.code)?;
    let range = version_range(run, &one, semantics.file.source);
    let help = range
        .as_ref()
        .map(|argument| format!("if this is a version range, quote it: {}", quote_excerpt(argument)))
        .or_else(|| help_for_stray_package(run, &one))
        .unwrap_or_else(|| help::help_for_code(semantics, run, code, one.span));
    // Improving a command without effect is pointless.
    let comes_to_nothing = run.changes_only_its_shell(semantics.file.source);
    // A backtick at the end of a line would continue it.
    let is_escape = one.code == 2006 && semantics.file.escape == b'`';
    let fix = one.fix.filter(|_| !comes_to_nothing && !is_escape && range.is_none());
    let refused = match &fix {
        Some(_) => None,
        None if comes_to_nothing => Some("the whole `RUN` has no effect"),
        None if range.is_some() => Some("the redirection is probably part of a version range"),
        None if is_escape => Some("the backtick is the escape character of the file"),
        None => reason_for_no_fix(one.code),
    };
    Some(Diagnostic {
        code: code.id,
        name: code.name,
        aliases: Vec::new(),
        severity: one.severity,
        message: one.message,
        help: Some(help),
        span: one.span,
        anchor: run.outer.span,
        stage: stage_name(semantics, run),
        loss: None,
        saving: None,
        conditional: false,
        hidden: Vec::new(),
        fix,
        refused: refused.into_iter().map(str::to_owned).collect(),
    })
}

/// The help for `name=version` after `apt-get install … &&`: a package of the list, which the shell reads as an
/// assignment or a command.
fn help_for_stray_package(run: &Run<'_>, one: &ShellDiagnostic) -> Option<String> {
    let script = &run.script;
    let at = script.list.iter().position(|item| item.span.contains(Span::empty(one.span.start)))?;
    let item = script.list.get(at)?;
    // Other packages of the list may be in between, each after its own `&&`.
    let command = |item: &ListItem| match item.node {
        ListNode::Command(index) => script.commands.get(index),
        _ => None,
    };
    let is_package = |item: &ListItem| match command(item).map(|command| command.words.as_slice()) {
        Some([word]) => word.text.contains('='),
        Some(_) => false,
        None => item.node == ListNode::Bare,
    };
    let joined = |item: &ListItem| item.joint.is_some_and(|joint| joint.connector == Connector::And);
    let list = script.list.get(..=at)?;
    let first = list.iter().rposition(|item| !joined(item)).unwrap_or(0);
    let before = list.get(first..at)?.iter().rev().find(|item| !is_package(item))?;
    let install = command(before)?;
    if !matches!(one.code, 2034 | 2276) || !install.has_argument(&["install", "add", "in", "-S"]) {
        return None;
    }
    let name = one.span.start.checked_sub(item.span.start)? == 0;
    name.then(|| {
        format!(
            "if it is a package of the list above, remove the `&&` before it: `{}` ends at `&&`",
            install.words.iter().take(2).map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
        )
    })
}

/// The argument with quotes, if the redirections that `one` reports are the version range of a package: `'six>=1.2'`.
fn version_range(run: &Run<'_>, one: &ShellDiagnostic, source: &[u8]) -> Option<String> {
    if !matches!(one.code, 2210 | 2261) {
        return None;
    }
    run.script.commands.iter().find_map(|command| {
        command.redirections.iter().find(|span| span.contains(Span::empty(one.span.start)))?;
        let word = command.words.iter().rfind(|word| word.span.end <= one.span.start)?;
        let range = redirected_range(run, word, source)?;
        let is_of_range = (one.span.start - word.span.end) as usize <= range.len();
        let is_version = range[1..].starts_with('=') || command.has_argument(&["install", "add"]);
        (is_of_range && is_version).then(|| format!("'{}{range}'", word.text))
    })
}

/// Why a fixable code is not fixed here.
pub(super) fn reason_for_no_fix(code: u32) -> Option<&'static str> {
    match code {
        2006 => Some("the text contains a backslash, another backtick or a line break"),
        2164 => Some("the `cd` is in a subshell, or a later command depends on it"),
        2046 | 2048 | 2053 | 2068 | 2086 | 2254 | 2295 => Some("the text cannot be quoted as a whole"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::Linter;
    use crate::rule::{RuleGroup, RuleOptions};
    use crate::rules;

    fn find_problems(file: &str, preview: bool, hadolint: bool) -> Vec<(String, String, String)> {
        let mut linter =
            Linter::with_rules(rules::all_rules().filter(|rule| rule.group == RuleGroup::ShellCheck));
        linter.options = RuleOptions { hadolint, preview, ..RuleOptions::default() };
        let one = |one: &crate::diagnostic::Diagnostic| {
            let words = file[one.span.range()].to_string();
            (one.code.to_string(), words, one.help.clone().unwrap_or_default())
        };
        linter.lint(file.as_bytes()).iter().map(one).collect()
    }

    #[test]
    fn arguments_without_a_value() {
        for (file, expected) in [
            ("FROM a\nARG B\nRUN echo $B ${B}/c \"$B\" d=$B\n", &["$B", "${B}", "$B"][..]),
            ("FROM a\nARG B\nRUN <<E\necho ${B}\nE\n", &["${B}"]),
            ("FROM a\nARG B=1\nRUN echo $B\n", &[]),
            ("FROM a\nARG B\nENV B=1\nRUN echo $B\n", &[]),
            ("FROM a\nARG B\nARG B=1\nRUN echo $B\n", &[]),
            ("ARG B=1\nFROM a\nARG B\nRUN echo $B\n", &[]),
            ("ARG B\nFROM a\nARG B\nRUN echo $B\n", &["$B"]),
            ("FROM a\nARG TARGETARCH HTTP_PROXY\nRUN echo $TARGETARCH $HTTP_PROXY\n", &[]),
            ("FROM a\nARG B\nRUN C=$B && case $B in c) echo \"$C\";; esac\n", &[]),
        ] {
            let words: Vec<String> =
                find_problems(file, true, false).into_iter().map(|(_, words, _)| words).collect();
            assert_eq!(words, expected, "{file}");
            assert!(find_problems(file, false, false).is_empty(), "only in preview: {file}");
            assert!(find_problems(file, true, true).is_empty(), "never in hadolint mode: {file}");
        }
    }

    #[test]
    fn version_ranges_without_quotes() {
        for (command, expected) in [
            ("pip install six>=1.2 pytz>=2 docs", &["'six>=1.2'", "'pytz>=2'"][..]),
            ("npm install six>1 pytz>2", &["'six>1'", "'six>1'", "'pytz>2'", "'pytz>2'"]),
            ("make >a.log >b.log", &[]),
            ("pip install six >a.log >b.log", &[]),
        ] {
            let file = format!("FROM a\nRUN {command}\n");
            let mut linter =
                Linter::with_rules(rules::all_rules().filter(|rule| rule.group == RuleGroup::ShellCheck));
            linter.options = RuleOptions { preview: true, ..RuleOptions::default() };
            let found = linter.lint(file.as_bytes());
            let quoted: Vec<_> = found
                .iter()
                .filter_map(|one| one.help.as_deref()?.split('`').find(|part| part.starts_with('\'')))
                .collect();
            assert_eq!(quoted, expected, "{file}");
            assert_eq!(found.iter().any(|one| one.fix.is_some()), expected.is_empty(), "{file}");
        }
    }

    #[test]
    fn packages_after_the_end_of_the_list() {
        for (text, names_list) in [
            ("apt-get install -y tree=2.1 && less=590-2 && rm x", true),
            ("apk add tree && less=590", true),
            ("apt-get install -y tree && lib-dev=1.2 && less=590 && rm x", true),
            ("apt-get install -y tree && make && less=590", false),
            ("apt-get install -y tree; less=590-2", false),
            ("make && less=590-2", false),
        ] {
            let found = find_problems(&format!("FROM a\nRUN {text}\n"), false, false);
            let help = found.iter().find(|(code, ..)| code == "SC2034").map(|(_, _, help)| help.as_str());
            let of_list = help.map(|help| help.contains("package of the list above"));
            assert_eq!(of_list, Some(names_list), "{text}: {found:?}");
        }
    }
}
