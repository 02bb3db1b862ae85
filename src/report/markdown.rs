//! `markdown`: a table for each file, for a comment or a job summary.

use std::io::{self, Write};

use super::summary::summary_sentence;
use super::{Results, hint, neutralize};

pub(super) fn write(out: &mut dyn Write, results: &Results) -> io::Result<()> {
    for file in results.files.iter().filter(|file| !file.diagnostics.is_empty()) {
        writeln!(out, "### {}\n", escape_markdown(&file.name))?;
        writeln!(out, "| Line | Severity | Rule | Problem |\n| ---: | --- | --- | --- |")?;
        for located in &file.diagnostics {
            let found = &located.diagnostic;
            let (line, severity, code) = (located.start.line, found.severity.as_str(), found.code);
            write!(out, "| {line} | {severity} | {code} | {}", escape_markdown(&found.message))?;
            for line in hint::problem_text_lines(found).iter().skip(1) {
                write!(out, "<br>{}", escape_markdown(line))?;
            }
            writeln!(out, " |")?;
        }
        writeln!(out)?;
    }
    writeln!(out, "{}", summary_sentence(results))
}

/// Text in a cell: text in backticks stays code, and all other text is escaped.
fn escape_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut code = false;
    for c in neutralize(text).chars() {
        code ^= c == '`';
        match c {
            '|' => out.push_str("\\|"),
            '<' if !code => out.push_str("&lt;"),
            '&' if !code => out.push_str("&amp;"),
            '*' | '_' | '[' | ']' | '\\' | '@' | '#' if !code => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}
