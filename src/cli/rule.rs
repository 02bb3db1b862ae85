//! `dockwright rule`: the page of a rule, or of all.

use std::io::{self, Write};

use serde::Serialize;

use super::Exit;
use super::args::{RuleArgs, RuleFormat};
use super::error::Error;
use super::output::write_to;
use crate::config::{find_rule, nearest_rule};
use crate::report::write_json_value;
use crate::rule::{Enabled, Fixable, Group, Rule};
use crate::rules;

#[derive(Serialize)]
struct Entry {
    code: &'static str,
    name: &'static str,
    group: &'static str,
    severity: &'static str,
    enabled: &'static str,
    fixable: &'static str,
    docs: &'static str,
}

pub(super) fn run(args: &RuleArgs) -> Result<Exit, Error> {
    let wanted: Vec<&Rule> = match &args.code {
        Some(code) => vec![find_rule(code).ok_or_else(|| unknown(code))?],
        None => rules::all().collect(),
    };
    write_to(None, |out| match args.format {
        RuleFormat::Json if args.all => {
            let entries: Vec<Entry> = wanted.iter().map(|rule| entry(rule)).collect();
            write_json_value(out, &entries)?;
            writeln!(out)
        }
        RuleFormat::Json => wanted.iter().try_for_each(|rule| {
            write_json_value(out, &entry(rule))?;
            writeln!(out)
        }),
        RuleFormat::Markdown => write_pages(out, &wanted, |out, rule| write!(out, "{}", rule.docs)),
        RuleFormat::Text if args.all => wanted.iter().try_for_each(|rule| {
            writeln!(out, "{:<8} {:<7}  {}", rule.code, rule.severity.as_str(), rule.name)
        }),
        RuleFormat::Text => write_pages(out, &wanted, |out, rule| write_text(out, rule)),
    })?;
    Ok(Exit::Clean)
}

fn unknown(code: &str) -> Error {
    Error::Usage(match nearest_rule(code) {
        Some(name) => format!("there is no rule `{code}`; did you mean `{name}`?"),
        None => format!("there is no rule `{code}`; `dockwright rule --all` lists them"),
    })
}

fn entry(rule: &Rule) -> Entry {
    Entry {
        code: rule.code,
        name: rule.name,
        group: group(rule.group),
        severity: rule.severity.as_str(),
        enabled: match rule.enabled {
            Enabled::Default => "default",
            Enabled::Preview => "preview",
            Enabled::Selected => "selected",
        },
        fixable: match rule.fixable {
            Fixable::Never => "never",
            Fixable::Sometimes => "sometimes",
            Fixable::Always => "always",
        },
        docs: rule.docs,
    }
}

const fn group(group: Group) -> &'static str {
    match group {
        Group::Hadolint => "hadolint",
        Group::ShellCheck => "shellcheck",
        Group::Buildkit => "buildkit",
        Group::Dockwright => "dockwright",
    }
}

fn write_pages(
    out: &mut dyn Write,
    wanted: &[&Rule],
    write: impl Fn(&mut dyn Write, &Rule) -> io::Result<()>,
) -> io::Result<()> {
    for (number, rule) in wanted.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        write(out, rule)?;
    }
    Ok(())
}

/// The page with its fences as indentation, under a line with the facts.
fn write_text(out: &mut dyn Write, rule: &Rule) -> io::Result<()> {
    let mut lines = rule.docs.lines();
    let heading = lines.next().unwrap_or_default().trim_start_matches(['#', ' ']);
    writeln!(out, "{heading}\n{}", "=".repeat(heading.chars().count()))?;
    let enabled = match rule.enabled {
        Enabled::Default => "on by default",
        Enabled::Preview => "in preview",
        Enabled::Selected => "off unless selected",
    };
    let fixable = match rule.fixable {
        Fixable::Never => "no fix",
        Fixable::Sometimes => "fixable in some cases",
        Fixable::Always => "fixable",
    };
    writeln!(out, "{}, {}, {enabled}, {fixable}", group(rule.group), rule.severity.as_str())?;
    let mut fenced = false;
    for line in lines {
        match line.strip_prefix("```") {
            Some(_) if fenced => fenced = false,
            Some(info) => {
                fenced = true;
                // The last word says what the example is: `dockerfile bad`.
                match info.split_whitespace().nth(1) {
                    Some(example) => writeln!(out, "  {example}:")?,
                    None => writeln!(out)?,
                }
            }
            None if fenced => writeln!(out, "    {line}")?,
            None => writeln!(out, "{line}")?,
        }
    }
    Ok(())
}
