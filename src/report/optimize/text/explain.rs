//! `--explain`: each problem with its fix, and why that is safe, or not offered, or not safer.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::Page;
use crate::plan::{Class, Plan, Problem};
use crate::report::inert;
use crate::report::optimize::figures::{Clock, flags};

impl Page {
    pub(super) fn explain(self, out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
        writeln!(out, "{}", self.bold(&inert(&plan.picture.file)))?;
        if plan.problems.is_empty() {
            return writeln!(out, "  No problems found.");
        }
        let clock = Clock::of(&plan.picture);
        for problem in &plan.problems {
            writeln!(out)?;
            self.explain_one(out, problem, clock)?;
        }
        Ok(())
    }

    fn explain_one(self, out: &mut dyn Write, problem: &Problem, clock: Clock) -> io::Result<()> {
        let lines = if problem.end_line > problem.line {
            format!("lines {} to {}", problem.line, problem.end_line)
        } else {
            format!("line {}", problem.line)
        };
        writeln!(out, "  {}  {} {}", self.bold(&lines), problem.code, problem.name)?;
        self.paragraph(out, "    ", &inert(&problem.message))?;
        if let (Some(class), Some(title)) = (problem.class, &problem.title) {
            self.paragraph(out, "    → ", &format!("{} ({})", inert(title), applied_by(class)))?;
        }
        if let Some(help) = &problem.help {
            self.paragraph(out, "    help: ", &inert(help))?;
        }
        let saves = clock.saves(&problem.saves);
        if !saves.is_empty() {
            self.paragraph(out, "    saves: ", &saves)?;
        }
        for (at, condition) in problem.proof.iter().enumerate() {
            self.paragraph(out, if at == 0 { "    proved: " } else { "            " }, &inert(condition))?;
        }
        if let Some(missing) = &problem.missing {
            self.paragraph(out, "    not known: ", &inert(missing))?;
        }
        for reason in &problem.refused {
            let head = match problem.class {
                None => "    not fixed: ",
                Some(Class::Shown) => "    only a suggestion: ",
                Some(_) => "    not safer: ",
            };
            self.paragraph(out, head, &inert(reason))?;
        }
        if problem.class == Some(Class::Shown) {
            self.diff(out, &problem.diff)?;
        }
        Ok(())
    }

    /// The lines of a unified diff below its header.
    fn diff(self, out: &mut dyn Write, diff: &str) -> io::Result<()> {
        for line in diff.lines().skip(2) {
            let style = self.styled(match line.bytes().next() {
                Some(b'+') => AnsiColor::Green.on_default(),
                Some(b'-') => AnsiColor::Red.on_default(),
                Some(b'@') => AnsiColor::Cyan.on_default(),
                _ => Style::new(),
            });
            writeln!(out, "      {style}{}{style:#}", inert(line))?;
        }
        Ok(())
    }
}

/// What applies a fix.
fn applied_by(class: Class) -> String {
    match class.level() {
        Some(level) => format!("applied by `{}`", flags(level)),
        None => "suggestion, not applied by any command".to_string(),
    }
}
