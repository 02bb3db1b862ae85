//! What a run has found, written down: one file per format. A report computes nothing; where a diagnostic
//! stands, in lines and columns, is known by [`FileResult`].

mod concise;
mod excerpt;
mod full;
mod inert;
mod json;
mod json_text;
mod result;
mod statistics;
mod summary;

use std::io::{self, Write};

pub use full::Look;
pub use inert::{inert, is_control};
pub use result::{FileResult, Located, Results, Summary};

/// An output format of `check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// With the lines concerned, for people at a terminal
    Full,
    /// One line each: `file:line:column: severity code message`
    Concise,
    /// One JSON object with everything that is known
    Json,
}

/// Writes the results in one format.
///
/// # Errors
/// `out` cannot be written to.
pub fn write(out: &mut dyn Write, format: Format, results: &Results, look: Look) -> io::Result<()> {
    match format {
        Format::Full => full::write(out, results, look),
        Format::Concise => concise::write(out, results, look),
        Format::Json => json::write(out, results),
    }
}

/// Writes how often each rule has reported, instead of each diagnostic.
///
/// # Errors
/// `out` cannot be written to.
pub fn write_statistics(
    out: &mut dyn Write,
    format: Format,
    results: &Results,
    look: Look,
) -> io::Result<()> {
    match format {
        Format::Json => statistics::write_json(out, results),
        _ => statistics::write_text(out, results, look),
    }
}
