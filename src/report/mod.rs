//! Reports: one file per format. A report computes nothing; [`FileResult`] provides the lines and columns of a
//! diagnostic.

mod checkstyle;
mod codeclimate;
mod concise;
mod excerpt;
mod fingerprint;
mod full;
mod github;
mod gnu;
pub mod hadolint;
pub mod hint;
mod json;
mod json_text;
mod junit;
mod markdown;
mod neutralize;
pub mod optimize;
mod pins;
mod rdjson;
mod result;
mod rule_text;
mod sarif;
pub mod schema;
mod sonarqube;
mod statistics;
mod summary;
mod uri;
mod xml;

use std::io::{self, Write};

pub(crate) use full::ReportStyle;
pub(crate) use neutralize::{is_control, neutralize};
pub(crate) use pins::{format_pin_line, write_pins, write_pins_json};
pub use result::Summary;
pub(crate) use result::{FileResult, FixCounts, LocatedDiagnostic, Results};

/// An output format of `check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Each problem with its lines, for a terminal
    Full,
    /// One line per problem: `file:line:column: severity code message; help [option that fixes it]`
    Concise,
    /// One JSON object with all details
    Json,
    /// The same details, one problem per line
    Jsonl,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// GitLab's Code Quality report
    Gitlab,
    /// Annotations in a GitHub workflow
    Github,
    /// JUnit XML
    Junit,
    /// Checkstyle XML
    Checkstyle,
    /// Output of a Code Climate engine
    Codeclimate,
    /// SonarQube's import format
    Sonarqube,
    /// Input for reviewdog
    Rdjson,
    /// One line per problem, in the style of GNU compilers
    Gnu,
    /// Tables, for pull request comments and job summaries
    Markdown,
}

impl Format {
    /// Whether it needs the text of each file: [`FileResult::source`].
    #[must_use]
    pub const fn needs_source(self) -> bool {
        match self {
            Self::Full | Self::Sarif | Self::Gitlab | Self::Codeclimate | Self::Rdjson => true,
            Self::Concise
            | Self::Json
            | Self::Jsonl
            | Self::Github
            | Self::Junit
            | Self::Checkstyle
            | Self::Sonarqube
            | Self::Gnu
            | Self::Markdown => false,
        }
    }

    /// Whether programs read the output as a whole, so that it must not contain other text.
    #[must_use]
    pub const fn is_document(self) -> bool {
        !matches!(self, Self::Full | Self::Concise | Self::Github | Self::Gnu)
    }

    /// Whether `--statistics` can be written in it.
    #[must_use]
    pub(crate) const fn has_statistics(self) -> bool {
        matches!(self, Self::Full | Self::Concise | Self::Json)
    }

    /// Whether it contains the edits and the proof of a fix.
    #[must_use]
    pub const fn shows_fix_edits(self) -> bool {
        matches!(self, Self::Json | Self::Jsonl | Self::Sarif | Self::Rdjson)
    }
}

/// Writes the results in one format.
///
/// # Errors
/// `out` cannot be written to.
pub fn write(
    out: &mut dyn Write,
    format: Format,
    results: &Results,
    report_style: ReportStyle,
) -> io::Result<()> {
    match format {
        Format::Full => full::write(out, results, report_style),
        Format::Concise => concise::write(out, results, report_style),
        Format::Json => json::write(out, results),
        Format::Jsonl => json::write_json_lines(out, results),
        Format::Sarif => sarif::write(out, results),
        Format::Gitlab => codeclimate::write_gitlab(out, results),
        Format::Github => github::write(out, results),
        Format::Junit => junit::write(out, results),
        Format::Checkstyle => checkstyle::write(out, results),
        Format::Codeclimate => codeclimate::write(out, results),
        Format::Sonarqube => sonarqube::write(out, results),
        Format::Rdjson => rdjson::write(out, results),
        Format::Gnu => gnu::write(out, results),
        Format::Markdown => markdown::write(out, results),
    }
}

/// Writes a count per rule instead of each problem.
///
/// # Errors
/// `out` cannot be written to.
pub(crate) fn write_statistics(
    out: &mut dyn Write,
    format: Format,
    results: &Results,
    report_style: ReportStyle,
) -> io::Result<()> {
    match format {
        Format::Json => statistics::write_json(out, results),
        _ => statistics::write_text(out, results, report_style),
    }
}

/// Writes any value as JSON on one line, without a line end; harmless on a terminal.
///
/// # Errors
/// `out` cannot be written to.
pub(crate) fn write_json_value(out: &mut dyn Write, value: &impl serde::Serialize) -> io::Result<()> {
    json_text::write_json_text(out, value)
}
