//! The embedded analyser, set up to say what ShellCheck says.

use std::panic::{AssertUnwindSafe, catch_unwind};

use shuck_linter::{AnalysisRequest, Diagnostic, LinterSettings, RuleSet, ShellCheckCodeMap, ShellDialect};
use shuck_parser::parser::Parser;

use super::{Dialect, Found, Relative, Shell, Shortfall, codes, fixes, own, spans};
use crate::diagnostic::Severity;
use crate::shell::stop::Stop;
use crate::shell::{bounds, read};

/// Bytes and statements up to which every rule is run, and up to which any is. The two slow rules take time
/// that grows with the cube of the length; the longest RUN seen in real files has 26 KB.
const FULL: (usize, usize) = (32 * 1024, 400);
const MOST: (usize, usize) = (64 * 1024, 1_000);
const SLOW: [u32; 2] = [1010, 2086];

#[derive(Debug)]
pub(super) struct Engine {
    map: ShellCheckCodeMap,
    /// By dialect; all rules, and those that are not slow.
    settings: Vec<[LinterSettings; 2]>,
}

impl Default for Engine {
    fn default() -> Self {
        let map = ShellCheckCodeMap::default();
        let of = |wanted: &dyn Fn(u32) -> bool| -> RuleSet {
            map.mappings().filter(|&(code, _)| wanted(code)).map(|(_, rule)| rule).collect()
        };
        let is_wanted = |code: u32| codes::of(code).is_some();
        let all = of(&is_wanted);
        let quick = of(&|code| is_wanted(code) && !SLOW.contains(&code));
        let dialects = [ShellDialect::Sh, ShellDialect::Bash, ShellDialect::Dash, ShellDialect::Ksh];
        let settings = dialects.map(|dialect| [&all, &quick].map(|rules| settings(rules, dialect))).into();
        Self { map, settings }
    }
}

fn settings(rules: &RuleSet, dialect: ShellDialect) -> LinterSettings {
    let mut settings = LinterSettings::for_rules(rules.iter()).with_shell(dialect);
    settings.resolve_source_closure = false;
    settings.rule_options.c063.report_unreached_nested_definitions = true;
    settings
}

impl Engine {
    /// Everything found in the text. `prelude` stands before it and is not looked at.
    pub(super) fn analyse(&self, text: &str, prelude: &str, shell: Shell) -> Found {
        let own = shell
            .code()
            .map(|code| Relative::new(code, codes::severity(code), 0, 0, codes::message(code, "")));
        let Some(dialect) = shell.dialect() else {
            return Found { diagnostics: own.into_iter().collect(), shortfall: None };
        };
        let statements = text.bytes().filter(|byte| matches!(byte, b';' | b'\n' | b'&' | b'|')).count();
        if text.len() > MOST.0 || statements > MOST.1 || !bounds::is_bearable(text) {
            return Found { diagnostics: Vec::new(), shortfall: Some(Shortfall::TooLong) };
        }
        let long = text.len() > FULL.0 || statements > FULL.1;
        let analysed = catch_unwind(AssertUnwindSafe(|| self.run(text, prelude, dialect, long)));
        let Ok(mut diagnostics) = analysed else {
            return Found { diagnostics: Vec::new(), shortfall: Some(Shortfall::Broken) };
        };
        diagnostics.extend(own);
        diagnostics.sort_by_key(|one| (one.start, one.code, one.end));
        diagnostics.dedup_by_key(|one| (one.start, one.code, one.end));
        Found { diagnostics, shortfall: long.then_some(Shortfall::Long) }
    }

    fn run(&self, text: &str, prelude: &str, dialect: Dialect, long: bool) -> Vec<Relative> {
        let by_dialect = match dialect {
            Dialect::Sh => 0,
            Dialect::Bash => 1,
            Dialect::Dash => 2,
            Dialect::Ksh => 3,
        };
        let Some([all, quick]) = self.settings.get(by_dialect) else { return Vec::new() };
        let settings = if long { quick } else { all };
        let (script, stop) = read::parse(text, 0);
        if let Some(stop) = stop {
            return vec![unparsed(stop, text)];
        }
        let mut whole = format!("{prelude}{text}");
        let mut parsed = Parser::with_dialect(&whole, settings.shell.parser_dialect()).parse();
        if parsed.is_err()
            && let Some(other) = read::without_joins_after_branches(&whole)
        {
            whole = other;
            parsed = Parser::with_dialect(&whole, settings.shell.parser_dialect()).parse();
        }
        let found = AnalysisRequest::from_parse_result(&parsed, &whole, settings)
            .with_shellcheck_map(&self.map)
            .lint();
        let file = &parsed.file;
        let subject = own::Subject { text, script: &script, file, before: prelude.len(), dialect, prelude };
        let mut found: Vec<Relative> =
            found.iter().filter_map(|found| self.relative(found, &subject)).collect();
        found.retain(|one| !own::is_wrong(one, text, &script));
        found.extend(own::check(&subject));
        if dialect == Dialect::Dash {
            // What its shell does not have is an error; in sh, whose shell is not known, a warning.
            found.iter_mut().filter(|one| one.code >= 3000).for_each(|one| one.severity = Severity::Error);
        }
        found
    }

    fn relative(&self, found: &Diagnostic, subject: &own::Subject<'_>) -> Option<Relative> {
        let (text, before) = (subject.text, subject.before);
        let code = self.map.code_for_rule(found.rule)?;
        let start = found.span.start.offset().checked_sub(before)?;
        let end = found.span.end.offset().saturating_sub(before).clamp(start, text.len().max(start));
        let start = text.floor_char_boundary(start.min(text.len()));
        let end = spans::end(text, start, text.ceil_char_boundary(end));
        let message = codes::message(code, text.get(start..end).unwrap_or_default());
        let mut one = Relative::new(code, codes::severity(code), start, end, message);
        one.fix = fixes::fix(&one, found, subject);
        Some(one)
    }
}

impl Relative {
    pub(super) fn new(code: u32, severity: Severity, start: usize, end: usize, message: String) -> Self {
        let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { code, severity, start: at(start), end: at(end), message, fix: None }
    }
}

/// A text that cannot be read, or only up to a stray token, has one diagnostic and no other.
fn unparsed(stop: Stop, text: &str) -> Relative {
    let rest = text.get(stop.at..).unwrap_or_default();
    let length = rest.find(|c: char| c.is_whitespace() || ";&|()".contains(c)).unwrap_or(rest.len()).max(1);
    let end = text.ceil_char_boundary((stop.at + length).min(text.len()));
    let words = text.get(stop.at..end).unwrap_or_default();
    Relative::new(stop.code, Severity::Error, stop.at, end, codes::message(stop.code, words))
}
