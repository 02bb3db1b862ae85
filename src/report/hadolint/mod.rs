//! The output formats of hadolint 2.15.1, one module each. Only the messages differ from hadolint's.

mod checkstyle;
mod codacy;
mod codeclimate;
mod gnu;
mod json;
mod junit;
mod sarif;
mod sonarqube;
mod tty;

use std::io::{self, Write};

use super::neutralize;
use crate::config::HadolintFormat;
use crate::diagnostic::Severity;

/// The problems of one file.
#[derive(Debug)]
pub struct ReportedFile {
    /// The path as given; `-` for standard input.
    pub name: String,
    /// The name that the parser uses: `/dev/stdin` for standard input.
    pub(crate) source_name: String,
    /// By line, then code.
    pub diagnostics: Vec<ReportedProblem>,
    /// Why the file cannot be read as a Dockerfile; there are no other diagnostics then.
    pub refusal: Option<ParseFailure>,
}

/// A diagnostic in hadolint's form.
#[derive(Debug)]
pub struct ReportedProblem {
    /// From 1.
    pub line: u32,
    pub code: String,
    pub severity: Severity,
    /// On one line, with control characters escaped.
    pub message: String,
}

/// A file that cannot be read as a Dockerfile.
#[derive(Debug)]
pub struct ParseFailure {
    /// Line and column, from 1.
    pub line: u32,
    pub column: u32,
    /// One line; neutralized.
    pub message: String,
    /// The affected line; neutralized.
    pub text: String,
}

/// The options of hadolint's output formats.
#[derive(Debug, Clone, Copy)]
pub struct ReportOptions<'a> {
    pub color: bool,
    /// The file name that some formats report for every file.
    pub(crate) path_in_report: Option<&'a str>,
}

impl ReportOptions<'_> {
    fn name<'a>(&'a self, file: &'a ReportedFile) -> &'a str {
        self.path_in_report.unwrap_or(&file.name)
    }
}

impl ReportedFile {
    /// The position of the error, the lines around it, and its message, on several lines.
    fn refusal_with_excerpt(&self, refusal: &ParseFailure) -> String {
        let ParseFailure { line, column, message, text } = refusal;
        let gutter = " ".repeat(line.to_string().len());
        let indent = " ".repeat((*column as usize).saturating_sub(1).min(text.len()));
        let name = neutralize(&self.source_name);
        format!("{name}:{line}:{column}:\n{gutter} |\n{line} | {text}\n{gutter} | {indent}^\n{message}\n")
    }
}

/// Writes the results of all files in one format.
///
/// # Errors
/// `out` cannot be written to.
pub fn write(
    out: &mut dyn Write,
    format: HadolintFormat,
    files: &[ReportedFile],
    options: ReportOptions<'_>,
) -> io::Result<()> {
    match format {
        HadolintFormat::Tty => tty::write(out, files, options.color),
        HadolintFormat::Gnu => gnu::write(out, files),
        HadolintFormat::Json => json::write(out, files),
        HadolintFormat::Codacy => codacy::write(out, files),
        HadolintFormat::Codeclimate => codeclimate::write(out, files, options),
        HadolintFormat::GitlabCodeclimate => codeclimate::write_gitlab(out, files, options),
        HadolintFormat::Checkstyle => checkstyle::write(out, files, options),
        HadolintFormat::Junit => junit::write(out, files, options, jiff::Timestamp::now()),
        HadolintFormat::Sonarqube => sonarqube::write(out, files, options),
        HadolintFormat::Sarif => sarif::write(out, files),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Vec<ReportedFile> {
        let line = |line, code: &str, severity, message: &str| ReportedProblem {
            line,
            code: code.into(),
            severity,
            message: message.into(),
        };
        vec![
            ReportedFile {
                name: "a/Dockerfile".into(),
                source_name: "a/Dockerfile".into(),
                diagnostics: vec![
                    line(1, "DL3006", Severity::Warning, "`debian` has no <tag> & \"no\" digest"),
                    line(2, "SC2164", Severity::Info, "it's"),
                    line(3, "DL3020", Severity::Error, "`ADD`"),
                    line(3, "DL3999", Severity::Style, "é"),
                ],
                refusal: None,
            },
            ReportedFile {
                name: "-".into(),
                source_name: "/dev/stdin".into(),
                diagnostics: Vec::new(),
                refusal: Some(ParseFailure {
                    line: 12,
                    column: 3,
                    message: "`FOO` is not an instruction".into(),
                    text: "  FOO <a>".into(),
                }),
            },
            ReportedFile {
                name: "clean".into(),
                source_name: "clean".into(),
                diagnostics: Vec::new(),
                refusal: None,
            },
        ]
    }

    fn render(format: HadolintFormat, color: bool, path_in_report: Option<&str>) -> String {
        let mut out = Vec::new();
        let options = ReportOptions { color, path_in_report };
        if format == HadolintFormat::Junit {
            junit::write(&mut out, &files(), options, jiff::Timestamp::UNIX_EPOCH).expect("memory");
        } else {
            write(&mut out, format, &files(), options).expect("memory");
        }
        String::from_utf8(out).expect("UTF-8").replace('\0', "<NUL>").replace('\u{1b}', "<ESC>")
    }

    #[test]
    fn every_format_writes_the_same_diagnostics() {
        for (name, format) in [
            ("tty", HadolintFormat::Tty),
            ("gnu", HadolintFormat::Gnu),
            ("json", HadolintFormat::Json),
            ("codacy", HadolintFormat::Codacy),
            ("codeclimate", HadolintFormat::Codeclimate),
            ("gitlab_codeclimate", HadolintFormat::GitlabCodeclimate),
            ("checkstyle", HadolintFormat::Checkstyle),
            ("junit", HadolintFormat::Junit),
            ("sonarqube", HadolintFormat::Sonarqube),
            ("sarif", HadolintFormat::Sarif),
        ] {
            insta::assert_snapshot!(name, render(format, false, None));
        }
        insta::assert_snapshot!("tty_in_colour", render(HadolintFormat::Tty, true, None));
    }

    #[test]
    fn some_formats_rename_the_file() {
        for (format, renamed, kept) in [
            (HadolintFormat::Tty, 0, 5),
            (HadolintFormat::Gnu, 0, 5),
            (HadolintFormat::Json, 0, 5),
            (HadolintFormat::Codacy, 0, 6),
            (HadolintFormat::Sarif, 0, 5),
            (HadolintFormat::Codeclimate, 4, 2),
            (HadolintFormat::GitlabCodeclimate, 4, 2),
            (HadolintFormat::Checkstyle, 3, 1),
            (HadolintFormat::Junit, 5, 1),
            (HadolintFormat::Sonarqube, 5, 0),
        ] {
            let text = render(format, false, Some("REPORT"));
            let count = |name| text.matches(name).count();
            let names = count("a/Dockerfile") + count("/dev/stdin");
            assert_eq!((count("REPORT"), names), (renamed, kept), "{format:?}\n{text}");
        }
    }
}
