//! `full`: each problem with its lines, drawn by miette.

use std::fmt;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use super::excerpt::Excerpt;
use super::summary::{count, sentence};
use super::{Located, Results, inert};
use crate::diagnostic::{Fix, Severity};
use crate::source::LineIndex;

/// How a report for people looks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Look {
    pub color: bool,
    /// Without the sentence at the end.
    pub quiet: bool,
}

pub(super) fn write(out: &mut dyn Write, results: &Results, look: Look) -> io::Result<()> {
    let mut theme = GraphicalTheme::unicode_nocolor();
    if look.color {
        theme.styles = miette::ThemeStyles::ansi();
    }
    let drawer =
        GraphicalReportHandler::new_themed(theme).with_wrap_lines(false).without_syntax_highlighting();
    for file in &results.files {
        let lines = LineIndex::new(&file.source);
        for located in &file.diagnostics {
            let drawn = Drawn { located, excerpt: Excerpt::new(file, &lines, located), look };
            let mut text = String::new();
            drawer.render_report(&mut text, &drawn).map_err(io::Error::other)?;
            out.write_all(text.as_bytes())?;
            if let Some(fix) = &located.diagnostic.fix {
                writeln!(out, "  {}: {}", paint("fix", AnsiColor::Cyan, look), fix_line(fix))?;
            }
            if !located.diagnostic.refused.is_empty() {
                let heading =
                    if located.diagnostic.fix.is_some() { "no safer fix" } else { "no automatic fix" };
                let reasons = located.diagnostic.refused.iter().map(|reason| inert(reason).to_string());
                let reasons = reasons.collect::<Vec<_>>().join("; ");
                writeln!(out, "  {}: {reasons}", paint(heading, AnsiColor::Cyan, look))?;
            }
            writeln!(out)?;
        }
    }
    if look.quiet { Ok(()) } else { writeln!(out, "{}", sentence(results)) }
}

/// The color of a severity in all reports.
pub(super) fn severity_style(severity: Severity, look: Look) -> Style {
    let color = match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Info => AnsiColor::Cyan,
        Severity::Style => AnsiColor::Blue,
    };
    if look.color { Style::new().fg_color(Some(color.into())).bold() } else { Style::new() }
}

fn paint(word: &str, color: AnsiColor, look: Look) -> String {
    let style = if look.color { Style::new().fg_color(Some(color.into())) } else { Style::new() };
    format!("{style}{word}{style:#}")
}

fn fix_line(fix: &Fix) -> String {
    let class = fix.applicability.as_str();
    let missing = fix.missing.as_ref().map(|fact| format!(": {}", inert(fact))).unwrap_or_default();
    format!("{} ({class}{missing})", inert(&fix.title))
}

/// A diagnostic as miette wants it.
#[derive(Debug)]
struct Drawn<'a> {
    located: &'a Located,
    excerpt: Excerpt,
    look: Look,
}

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let diagnostic = &self.located.diagnostic;
        let style = severity_style(diagnostic.severity, self.look);
        write!(f, "{style}{} {}{style:#}", diagnostic.severity.as_str(), diagnostic.code)?;
        diagnostic.aliases.iter().try_for_each(|alias| write!(f, " ({alias})"))?;
        write!(f, " {}", inert(&diagnostic.message))
    }
}

impl std::error::Error for Drawn<'_> {}

impl miette::Diagnostic for Drawn<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.located.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info | Severity::Style => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.located.diagnostic.help.as_ref()?;
        Some(Box::new(inert(help)))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let hidden = self.excerpt.hidden_lines;
        let last = self.excerpt.labels.len() - 1;
        Some(Box::new(self.excerpt.labels.iter().enumerate().map(move |(at, range)| {
            let text =
                (at == last && hidden > 0).then(|| format!("and {} more", count(hidden as usize, "line")));
            LabeledSpan::new(text, range.start, range.len())
        })))
    }
}
