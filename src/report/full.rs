//! `full`: each problem with its lines, drawn by miette. Repeated problems of a file are drawn once, with the other
//! lines below.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use super::excerpt::Excerpt;
use super::summary::summary_sentence;
use super::{LocatedDiagnostic, Results, neutralize};
use crate::diagnostic::{Fix, Severity};
use crate::rule_links::terminal_link;
use crate::source::LineIndex;

/// If a file has more than this number of problems with the same text, they are drawn once.
const MAX_REPEATS: usize = 2;

/// The style of a report for people.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReportStyle {
    pub color: bool,
    /// Whether to omit the summary at the end.
    pub quiet: bool,
    /// Columns of the terminal. `None` if the report is not for a terminal: then lines are not wrapped.
    pub width: Option<usize>,
}

pub(super) fn write(out: &mut dyn Write, results: &Results, report_style: ReportStyle) -> io::Result<()> {
    for file in &results.files {
        let lines = LineIndex::new(&file.source);
        let mut repeats: HashMap<RepeatedProblem<'_>, Vec<u32>> = HashMap::new();
        for located in &file.diagnostics {
            repeats.entry(key_of_repeated_problem(located)).or_default().push(located.start.line);
        }
        repeats.retain(|_, lines| lines.len() > MAX_REPEATS);
        let mut drawn_repeats = HashSet::new();
        for located in &file.diagnostics {
            let key = key_of_repeated_problem(located);
            let repeated = repeats.get(&key);
            if repeated.is_some() && !drawn_repeats.insert(key) {
                continue;
            }
            let drawn =
                RenderedDiagnostic { located, excerpt: Excerpt::new(file, &lines, located), report_style };
            let mut text = String::new();
            let drawer = graphical_handler(located.diagnostic.severity, report_style);
            drawer.render_report(&mut text, &drawn).map_err(io::Error::other)?;
            out.write_all(text.as_bytes())?;
            if let Some(fix) = &located.diagnostic.fix {
                write_note(out, "fix", &describe_fix_with_level(fix), report_style)?;
            }
            if !located.diagnostic.refused.is_empty() {
                let heading =
                    if located.diagnostic.fix.is_some() { "no safer fix" } else { "no automatic fix" };
                // The line of the fix has already given this reason.
                let given = located.diagnostic.fix.as_ref().and_then(|fix| fix.missing.as_deref());
                let reasons =
                    located.diagnostic.refused.iter().filter(|reason| Some(reason.as_str()) != given);
                let reasons: Vec<String> = reasons.map(|reason| neutralize(reason).to_string()).collect();
                if !reasons.is_empty() {
                    write_note(out, heading, &reasons.join("; "), report_style)?;
                }
            }
            if let Some(others) = repeated.and_then(|lines| lines.get(1..)) {
                let lines = others.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
                write_note(out, "repeated", &format!("on lines {lines}"), report_style)?;
            }
            writeln!(out)?;
        }
    }
    if report_style.quiet { Ok(()) } else { writeln!(out, "{}", summary_sentence(results)) }
}

/// The common parts of problems that are drawn once: code, message, help, fix and the reasons for no fix.
type RepeatedProblem<'a> = (&'a str, &'a str, Option<Cow<'a, str>>, Option<String>, &'a [String]);

fn key_of_repeated_problem(located: &LocatedDiagnostic) -> RepeatedProblem<'_> {
    let found = &located.diagnostic;
    (
        found.code,
        &found.message,
        found.help_with_saving(),
        found.fix.as_ref().map(describe_fix_with_level),
        &found.refused,
    )
}

/// Draws problems of one severity, each with a separate sign: not everyone can distinguish colors.
fn graphical_handler(severity: Severity, report_style: ReportStyle) -> GraphicalReportHandler {
    let mut theme = GraphicalTheme::unicode_nocolor();
    if report_style.color {
        theme.styles = miette::ThemeStyles::ansi();
    }
    if severity == Severity::Style {
        theme.characters.advice = "✎".to_string();
    }
    let drawer = GraphicalReportHandler::new_themed(theme).without_syntax_highlighting();
    match report_style.width {
        Some(width) => drawer.with_width(width).with_break_words(false),
        None => drawer.with_wrap_lines(false),
    }
}

/// The color of a severity in all reports.
pub(super) fn severity_style(severity: Severity, report_style: ReportStyle) -> Style {
    let color = match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Info => AnsiColor::Cyan,
        Severity::Style => AnsiColor::Blue,
    };
    if report_style.color { Style::new().fg_color(Some(color.into())).bold() } else { Style::new() }
}

/// Writes a line below the excerpt, aligned as miette aligns the help.
fn write_note(out: &mut dyn Write, heading: &str, text: &str, report_style: ReportStyle) -> io::Result<()> {
    let style = if report_style.color { AnsiColor::Cyan.on_default() } else { Style::new() };
    let heading = format!("  {style}{heading}{style:#}: ");
    match report_style.width {
        Some(width) => {
            let options = textwrap::Options::new(width)
                .initial_indent(&heading)
                .subsequent_indent("        ")
                .break_words(false);
            writeln!(out, "{}", textwrap::fill(text, options))
        }
        None => writeln!(out, "{heading}{text}"),
    }
}

fn describe_fix_with_level(fix: &Fix) -> String {
    let class = fix.applicability.as_str();
    let missing = fix.missing.as_ref().map(|fact| format!(": {}", neutralize(fact))).unwrap_or_default();
    format!("{} ({class}{missing})", neutralize(&fix.title))
}

/// A diagnostic in miette's form.
#[derive(Debug)]
struct RenderedDiagnostic<'a> {
    located: &'a LocatedDiagnostic,
    excerpt: Excerpt,
    report_style: ReportStyle,
}

impl fmt::Display for RenderedDiagnostic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let diagnostic = &self.located.diagnostic;
        let style = severity_style(diagnostic.severity, self.report_style);
        // Only terminals can show links.
        let code = if self.report_style.color && self.report_style.width.is_some() {
            Cow::Owned(terminal_link(diagnostic.code, diagnostic.code))
        } else {
            Cow::Borrowed(diagnostic.code)
        };
        write!(f, "{style}{} {code}{style:#}", diagnostic.severity.as_str())?;
        diagnostic.aliases.iter().try_for_each(|alias| write!(f, " ({alias})"))?;
        write!(f, " {}", neutralize(&diagnostic.message))
    }
}

impl std::error::Error for RenderedDiagnostic<'_> {}

impl miette::Diagnostic for RenderedDiagnostic<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.located.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info | Severity::Style => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.located.diagnostic.help_with_saving()?;
        Some(Box::new(neutralize(&help).to_string()))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let hidden = self.excerpt.hidden_lines;
        let last = self.excerpt.labels.len() - 1;
        Some(Box::new(self.excerpt.labels.iter().enumerate().map(move |(at, range)| {
            let text = (at == last && hidden > 0)
                .then(|| format!("and {hidden} more {}", if hidden == 1 { "line" } else { "lines" }));
            LabeledSpan::new(text, range.start, range.len())
        })))
    }
}
