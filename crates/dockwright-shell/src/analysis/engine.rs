//! The embedded analyzer, configured to match ShellCheck.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use shuck_linter::{AnalysisRequest, Diagnostic, LinterSettings, ShellCheckCodeMap, ShellDialect};
use shuck_parser::parser::{ParseResult, Parser};

use super::{
    AnalysisShell, Dialect, FoundDiagnostics, IncompleteAnalysisReason, RelativeDiagnostic, backticks, codes,
    dash, fixes, own, plain_script, spans,
};
use crate::repairs::repair_candidates;
use crate::stop::ParseStop;
use crate::{ParseOutcome, ShellScript, limits, memo};
use dockerfile_syntax::Span;
use dockwright_diagnostic::Severity;

/// Maximum bytes and statements for running all rules, and for running any rule. The time of the two slow rules grows
/// with the cube of the length; the longest RUN in the corpus is 26 kB long.
const FULL: (usize, usize) = (32 * 1024, 400);
const MAX: (usize, usize) = (64 * 1024, 1_000);
const SLOW: [u32; 2] = [1010, 2086];

/// The analyzer. Its tables are built when the first script is analyzed; files without scripts, or with plain ones
/// only, need none.
#[derive(Debug, Default)]
pub(super) struct AnalysisEngine {
    map: OnceLock<ShellCheckCodeMap>,
    /// By dialect: see [`DIALECTS`].
    settings: [OnceLock<SettingsByLength>; DIALECTS.len()],
}

const DIALECTS: [ShellDialect; 4] =
    [ShellDialect::Sh, ShellDialect::Bash, ShellDialect::Dash, ShellDialect::Ksh];

#[derive(Debug)]
struct SettingsByLength {
    all: LinterSettings,
    /// Without the slow rules.
    quick: LinterSettings,
    /// SC2086 only.
    quoting: LinterSettings,
    /// The rules for rewritten versions of the script.
    again: LinterSettings,
}

impl SettingsByLength {
    fn new(map: &ShellCheckCodeMap, dialect: ShellDialect) -> Self {
        let mut none = LinterSettings::for_rules([]).with_shell(dialect);
        none.resolve_source_closure = false;
        none.rule_options.c063.report_unreached_nested_definitions = true;
        let of = |is_wanted: &dyn Fn(u32) -> bool| {
            let mut settings = none.clone();
            settings.rules =
                map.mappings().filter(|&(code, _)| is_wanted(code)).map(|(_, rule)| rule).collect();
            settings
        };
        let is_wanted = |code: u32| codes::find_code(code).is_some() || matches!(code, 3042 | 3073);
        Self {
            all: of(&is_wanted),
            quick: of(&|code| is_wanted(code) && !SLOW.contains(&code)),
            quoting: of(&|code| code == 2086),
            again: of(&|code| matches!(code, 2015 | 2154 | 3073) || own::PIPELINE_CODES.contains(&code)),
        }
    }
}

/// How a text is analyzed.
struct AnalysisJob<'a> {
    prelude: &'a str,
    dialect: Dialect,
    settings: &'a SettingsByLength,
    long: bool,
    /// Whether the analyzer reads the arguments of plain commands, which it finds nothing in.
    reads_plain: bool,
    /// Substitutions that have backticks in the file.
    backticks: &'a [Span],
}

impl AnalysisJob<'_> {
    fn with_prelude(&self, text: &str) -> String {
        format!("{}{text}", self.prelude)
    }

    fn parse(&self, whole: &str) -> ParseResult {
        Parser::with_dialect(whole, self.settings.all.shell.parser_dialect()).parse()
    }
}

impl AnalysisEngine {
    fn shellcheck_code_map(&self) -> &ShellCheckCodeMap {
        self.map.get_or_init(ShellCheckCodeMap::default)
    }

    /// Everything found in the text. `prelude` precedes it and is not reported on.
    pub(super) fn analyze(&self, text: &str, prelude: &str, shell: AnalysisShell) -> FoundDiagnostics {
        let own = shell.shellcheck_code().map(|code| {
            RelativeDiagnostic::new(
                code,
                codes::severity_of_code(code),
                0,
                0,
                codes::message_of_code(code, ""),
            )
        });
        let Some(dialect) = shell.dialect() else {
            return FoundDiagnostics { diagnostics: own.into_iter().collect(), shortfall: None };
        };
        let statements = text.bytes().filter(|byte| matches!(byte, b';' | b'\n' | b'&' | b'|')).count();
        if text.len() > MAX.0 || statements > MAX.1 || !limits::is_within_limits(text) {
            return FoundDiagnostics {
                diagnostics: Vec::new(),
                shortfall: Some(IncompleteAnalysisReason::TooLong),
            };
        }
        let long = text.len() > FULL.0 || statements > FULL.1;
        let analyzed = if plain_script::is_plain_script(text) {
            Ok(Vec::new())
        } else {
            catch_unwind(AssertUnwindSafe(|| self.run(text, prelude, dialect, long, false)))
        };
        let Ok(mut diagnostics) = analyzed else {
            return FoundDiagnostics {
                diagnostics: Vec::new(),
                shortfall: Some(IncompleteAnalysisReason::Broken),
            };
        };
        diagnostics.extend(own);
        diagnostics.sort_by_key(|one| (one.start, one.code, one.end));
        diagnostics.dedup_by_key(|one| (one.start, one.code));
        FoundDiagnostics { diagnostics, shortfall: long.then_some(IncompleteAnalysisReason::Long) }
    }

    /// The diagnostics of a text if every check is run and reads everything.
    #[cfg(test)]
    pub(super) fn analyze_in_full(
        &self,
        text: &str,
        prelude: &str,
        dialect: Dialect,
    ) -> Vec<RelativeDiagnostic> {
        self.run(text, prelude, dialect, false, true)
    }

    pub(super) fn run(
        &self,
        text: &str,
        prelude: &str,
        dialect: Dialect,
        long: bool,
        reads_plain: bool,
    ) -> Vec<RelativeDiagnostic> {
        let by_dialect = match dialect {
            Dialect::Sh => 0,
            Dialect::Bash => 1,
            Dialect::Dash | Dialect::Busybox => 2,
            Dialect::Ksh => 3,
        };
        let (Some(settings), Some(dialect_of_rules)) =
            (self.settings.get(by_dialect), DIALECTS.get(by_dialect))
        else {
            return Vec::new();
        };
        let settings =
            settings.get_or_init(|| SettingsByLength::new(self.shellcheck_code_map(), *dialect_of_rules));
        let mut job = AnalysisJob { prelude, dialect, settings, long, reads_plain, backticks: &[] };
        if let Some(plain) = backticks::PlainSubstitutions::new(text)
            && let (script, None) = memo::parse(&plain.text, 0)
        {
            job.backticks = &plain.spans;
            let found = self.lint(&plain.text, &script, &job);
            return found.into_iter().map(|one| plain.map_to_original(one, text)).collect();
        }
        let (script, stop) = memo::parse(text, 0);
        let Some(stop) = stop else { return self.lint(text, &script, &job) };
        let mut found = Vec::new();
        if stop.partial
            && script.reading == ParseOutcome::Partial
            && let Some(before) = text.get(..stop.at)
        {
            found = self.lint(before, &script, &job);
        }
        found.push(parse_error_diagnostic(stop, text));
        found
    }

    /// The diagnostics of a text that can be parsed completely.
    fn lint(&self, text: &str, script: &ShellScript, job: &AnalysisJob<'_>) -> Vec<RelativeDiagnostic> {
        let shortened = || plain_script::hide_plain_arguments(text, script);
        if let Some(shortened) = (!job.reads_plain).then(shortened).flatten() {
            let found = self.lint_substitute_text(&shortened.text, text, script, job);
            if !found.iter().any(|one| shortened.affects_plain_command(one)) {
                return found;
            }
        }
        self.lint_substitute_text(text, text, script, job)
    }

    /// Like [`Self::lint`], if the analyzer reads `read` instead of the text.
    fn lint_substitute_text(
        &self,
        read: &str,
        text: &str,
        script: &ShellScript,
        job: &AnalysisJob<'_>,
    ) -> Vec<RelativeDiagnostic> {
        let settings = if job.long { &job.settings.quick } else { &job.settings.all };
        let mut whole = job.with_prelude(read);
        let mut parsed = job.parse(&whole);
        let mut braces = Vec::new();
        if parsed.is_err() {
            let repaired = repair_candidates(&whole)
                .map(|one| (job.parse(&one.text), one))
                .find(|(parsed, _)| parsed.is_ok());
            if let Some((other, one)) = repaired {
                (parsed, whole, braces) = (other, one.text, one.braces);
            }
        }
        let found = AnalysisRequest::from_parse_result(&parsed, &whole, settings)
            .with_shellcheck_map(self.shellcheck_code_map())
            .lint();
        let file = &parsed.file;
        let &AnalysisJob { prelude, dialect, .. } = job;
        let subject = own::AnalyzedText {
            text,
            script,
            file,
            before: prelude.len(),
            dialect,
            prelude,
            braces: &braces,
            backticks: job.backticks,
        };
        let mut found: Vec<RelativeDiagnostic> =
            found.iter().filter_map(|found| self.to_relative_diagnostic(found, &subject)).collect();
        found.retain(|one| !own::is_false_positive(one, &subject));
        let own = own::run_own_shell_checks(&subject, &found);
        found.extend(own);
        if !job.long {
            self.lint_without_defaults(&subject, job, &mut found);
            self.lint_rewritten(&subject, job, &mut found);
        }
        if matches!(dialect, Dialect::Dash | Dialect::Busybox) {
            dash::adapt_to_dash(&mut found, text, script, dialect);
        }
        found
    }

    fn lint_without_defaults(
        &self,
        subject: &own::AnalyzedText<'_>,
        job: &AnalysisJob<'_>,
        found: &mut Vec<RelativeDiagnostic>,
    ) {
        let is_known = |at: u32| found.iter().any(|one| one.code == 2086 && one.start == at);
        let Some(other) = own::TextWithoutDefaults::new(subject, is_known) else { return };
        let whole = job.with_prelude(&other.text);
        let parsed = job.parse(&whole);
        let again = AnalysisRequest::from_parse_result(&parsed, &whole, &job.settings.quoting)
            .with_shellcheck_map(self.shellcheck_code_map())
            .lint();
        for one in again {
            let start =
                one.span.start.offset().checked_sub(subject.before).and_then(|at| u32::try_from(at).ok());
            let span = start.and_then(|at| other.spans.iter().find(|span| span.start == at));
            if let Some(span) = span {
                subject.report(2086, *span, found);
            }
        }
    }

    fn lint_rewritten(
        &self,
        subject: &own::AnalyzedText<'_>,
        job: &AnalysisJob<'_>,
        found: &mut Vec<RelativeDiagnostic>,
    ) {
        for other in own::rewritten_texts(subject) {
            let whole = job.with_prelude(&other.text);
            let parsed = job.parse(&whole);
            if parsed.is_err() {
                continue;
            }
            let again = AnalysisRequest::from_parse_result(&parsed, &whole, &job.settings.again)
                .with_shellcheck_map(self.shellcheck_code_map())
                .lint();
            let again = again.iter().filter_map(|one| self.to_relative_diagnostic(one, subject));
            let again = again.filter(|one| other.codes.contains(&one.code));
            let again = again.filter(|one| {
                !own::is_false_positive(one, subject) && !own::is_disabled_by_comment(one, subject)
            });
            if other.codes == [2154] {
                // Each variable is reported only once, at its first use.
                found.retain(|one| one.code != 2154);
                found.extend(again);
            } else if other.codes == own::PIPELINE_CODES {
                // The commands of a pipeline decide whether some codes are reported.
                found.retain(|one| !other.codes.contains(&one.code));
                found.extend(again);
            } else {
                let known: Vec<(u32, u32)> = found.iter().map(|one| (one.code, one.start)).collect();
                found.extend(again.filter(|one| !known.contains(&(one.code, one.start))));
            }
        }
    }

    fn to_relative_diagnostic(
        &self,
        found: &Diagnostic,
        subject: &own::AnalyzedText<'_>,
    ) -> Option<RelativeDiagnostic> {
        let (text, before) = (subject.text, subject.before);
        let code = match self.shellcheck_code_map().code_for_rule(found.rule)? {
            // ShellCheck uses other numbers for these.
            3042 => 3039,
            3073 => 3029,
            code => code,
        };
        let start = found.span.start.offset().checked_sub(before)?;
        let end = found.span.end.offset().saturating_sub(before).clamp(start, text.len().max(start));
        let mut start = text.floor_char_boundary(start.min(text.len()));
        if code == 2157 && text.get(..start).is_some_and(|before| before.ends_with('\'')) {
            // The quote belongs to the word.
            start -= 1;
        }
        if code == 2034 {
            start = spans::assignment_offset(text, start);
        }
        if code == 2317 {
            start = spans::find_group_start(text, start);
        }
        let end = spans::diagnostic_end(text, start, text.ceil_char_boundary(end.max(start)));
        let words = text.get(start..end).unwrap_or_default();
        let message = codes::message_of_code(
            code,
            if code == 2034 { spans::assigned_variable(text, start, words) } else { words },
        );
        let mut severity = codes::severity_of_code(code);
        if code == 2024 && text.get(start..).is_some_and(|words| words.starts_with('<')) {
            // Reading requires fewer permissions than writing.
            severity = Severity::Info;
        }
        let mut one = RelativeDiagnostic::new(code, severity, start, end, message);
        one.fix = fixes::convert_fix(&one, found, subject);
        Some(one)
    }
}

impl RelativeDiagnostic {
    pub(super) fn new(code: u32, severity: Severity, start: usize, end: usize, message: String) -> Self {
        let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { code, severity, start: at(start), end: at(end), message, fix: None }
    }
}

/// The diagnostic at the position where parsing stops.
fn parse_error_diagnostic(stop: ParseStop, text: &str) -> RelativeDiagnostic {
    let rest = text.get(stop.point..).unwrap_or_default();
    let length = rest.find(|c: char| c.is_whitespace() || ";&|()".contains(c)).unwrap_or(rest.len()).max(1);
    let end = text.ceil_char_boundary((stop.point + length).min(text.len()));
    let words = text.get(stop.point..end).unwrap_or_default();
    RelativeDiagnostic::new(
        stop.code,
        Severity::Error,
        stop.point.min(end),
        end,
        codes::message_of_code(stop.code, words),
    )
}
