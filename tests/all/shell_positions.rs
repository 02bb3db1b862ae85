//! The positions of ShellCheck's codes: exactly at the words, whether they are on the third line of a continued RUN
//! after a comment or in a heredoc. The texts are in `fixtures/shell/positions.txt`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use dockwright::lint::Linter;
use dockwright::rule::RuleGroup;
use dockwright::rules;
use dockwright::shell::analysis::codes;
use dockwright::source::LineIndex;

const TABLE: &str = include_str!("../../fixtures/shell/positions.txt");
const PAGE: &str = include_str!("../../rules/ShellCheck.md");

/// A line of the table.
struct Row {
    code: u32,
    shell: &'static str,
    form: &'static str,
    /// The text without marks.
    text: String,
    /// Where the marks were, in bytes of `text`.
    marked: Vec<(usize, usize)>,
}

fn rows() -> Vec<Row> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let row = |line: &'static str| {
        let mut cells = line.splitn(4, '|').map(str::trim);
        let mut cell = || cells.next().expect("four cells");
        let code = cell().parse().expect("a number");
        let (shell, form) = (cell(), cell().split(' ').next().expect("a form"));
        let (mut text, mut marked, mut start) = (String::new(), Vec::new(), 0);
        for character in cell().chars() {
            match character {
                '«' => start = text.len(),
                '»' => marked.push((start, text.len())),
                '⏎' => text.push('\n'),
                other => text.push(other),
            }
        }
        Row { code, shell, form, text, marked }
    };
    lines.map(row).collect()
}

impl Row {
    /// The Dockerfiles to test it in, each with the line and column at which the text begins.
    fn files(&self) -> Vec<(String, &'static str, u32, u32)> {
        let head = match self.shell {
            "/bin/sh" => "FROM debian:12\n\n".to_string(),
            "busybox" => "FROM alpine:3.20\n\n".to_string(),
            other => format!("FROM debian:12\nSHELL [\"{other}\", \"-c\"]\n"),
        };
        let continued = (format!("{head}RUN true; \\\n  # whät follows\n  "), "\n", 5, 3);
        let heredoc = (format!("{head}RUN <<EOT\ntrue\n"), "\nEOT\n", 5, 1);
        match self.form {
            "both" | "shell" => vec![continued, heredoc],
            "heredoc" => vec![heredoc],
            "first" => vec![(format!("{head}RUN "), "\n", 3, 5)],
            _ => Vec::new(),
        }
    }

    /// An error if the code is shown at another position.
    fn wrong(&self, linter: &Linter) -> Option<String> {
        let id = format!("SC{:04}", self.code);
        for (before, after, line, column) in self.files() {
            let file = format!("{before}{}{after}", self.text);
            let lines = LineIndex::new(file.as_bytes());
            let found: Vec<_> =
                linter.lint(file.as_bytes()).into_iter().filter(|found| found.code == id).collect();
            let spans: Vec<_> = found.iter().map(|one| one.span.range()).collect();
            let expected: Vec<_> = if self.form == "shell" {
                vec![file.find("true").map_or(0..0, |at| at..at)]
            } else {
                self.marked.iter().map(|(start, end)| before.len() + start..before.len() + end).collect()
            };
            if spans != expected {
                let words: Vec<_> = spans.iter().map(|span| &file[span.clone()]).collect();
                return Some(format!("{id} is shown at {words:?} ({spans:?}, not {expected:?}) in\n{file}"));
            }
            for (one, (start, _)) in found.iter().zip(&self.marked) {
                let at = lines.position(one.span.start, file.as_bytes());
                let above = self.text[..*start].matches('\n').count();
                let left = self.text[..*start].rsplit('\n').next().unwrap_or_default().chars().count();
                let expected = (
                    line + u32::try_from(above).unwrap_or(0),
                    if above == 0 { column } else { 1 } + u32::try_from(left).unwrap_or(0),
                );
                if (at.line, at.column) != expected {
                    return Some(format!("{id} is shown at {at:?}, not {expected:?}, in\n{file}"));
                }
            }
        }
        None
    }
}

#[test]
fn prints_affected_words() {
    let linter = Linter::with_rules(rules::all_rules().filter(|rule| rule.group == RuleGroup::ShellCheck));
    let rows = rows();
    let wrong: Vec<String> = rows.iter().filter_map(|row| row.wrong(&linter)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let both = rows.iter().filter(|row| row.form == "both").count();
    assert!(both > 200, "only {both} codes are tried in both forms");
}

#[test]
fn translates_every_code() {
    let listed: BTreeSet<u32> = rows().iter().map(|row| row.code).collect();
    let mut wrong = String::new();
    for code in codes::all_codes() {
        if !listed.contains(&code.number) {
            let _ = writeln!(wrong, "{} is missing in fixtures/shell/positions.txt", code.id);
        }
    }
    for row in rows() {
        let is_reported = row.form != "never";
        assert_eq!(row.marked.is_empty(), !is_reported || row.form == "shell", "SC{} has no marks", row.code);
        if is_reported && codes::find_code(row.code).is_none() {
            let _ = writeln!(wrong, "SC{} is in fixtures/shell/positions.txt and in no table", row.code);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The page of all codes lists which are checked and which are not.
#[test]
fn hover_shows_page() {
    let (checked, unchecked) = PAGE.split_once("\n## Codes that are not checked").expect("two lists");
    let mut wrong = String::new();
    for row in rows() {
        let id = format!("SC{:04}", row.code);
        let is_checked = checked.contains(&format!("| {id} |"));
        if is_checked != (row.form != "never") {
            let _ = writeln!(wrong, "{id} stands on the wrong side");
        }
        if !is_checked && !is_listed(unchecked, row.code) {
            let _ = writeln!(wrong, "{id} is nowhere");
        }
    }
    for code in [1090, 1091, 1128, 2148, 2187] {
        if !is_listed(unchecked, code) {
            let _ = writeln!(wrong, "SC{code} is nowhere");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Whether a list such as `SC1000, SC1004 to SC1006` has the code.
fn is_listed(text: &str, code: u32) -> bool {
    let numbers: Vec<(bool, u32)> = text
        .split("SC")
        .skip(1)
        .filter_map(|rest| {
            Some((
                rest.get(4..).is_some_and(|rest| rest.trim_start().starts_with("to")),
                rest.get(..4)?.parse().ok()?,
            ))
        })
        .collect();
    numbers.iter().any(|(_, number)| *number == code)
        || numbers
            .windows(2)
            .any(|pair| matches!(pair, [(true, from), (_, to)] if (*from..=*to).contains(&code)))
}
