//! `--explain`: what proves each rewrite, or why it is not made, and what it changes.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::Page;
use super::layout::paragraph;
use crate::plan::{Class, Plan, Rewrite};
use crate::report::inert;
use crate::report::optimize::figures::change_of;

impl Page {
    pub(super) fn explain(self, out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
        let bold = self.style(Style::new().bold());
        writeln!(out, "{bold}{}{bold:#}", inert(&plan.picture.file))?;
        if plan.rewrites.is_empty() {
            return writeln!(out, "  nothing here could be written better, as far as this can see");
        }
        for rewrite in &plan.rewrites {
            writeln!(out)?;
            self.explain_one(out, rewrite)?;
        }
        Ok(())
    }

    fn explain_one(self, out: &mut dyn Write, rewrite: &Rewrite) -> io::Result<()> {
        let bold = self.style(Style::new().bold());
        let lines = if rewrite.end_line > rewrite.line {
            format!("lines {} to {}", rewrite.line, rewrite.end_line)
        } else {
            format!("line {}", rewrite.line)
        };
        writeln!(out, "  {bold}{lines}{bold:#}  {} {}", rewrite.code, rewrite.name)?;
        paragraph(out, "    ", &inert(&rewrite.message))?;
        if let (Some(class), Some(title)) = (rewrite.class, &rewrite.title) {
            paragraph(out, "    → ", &format!("{} ({})", inert(title), made_by(class)))?;
            if let Some(change) = rewrite.change.as_ref().map(change_of).filter(|change| !change.is_empty()) {
                paragraph(out, "      changes ", &change)?;
            }
        } else if let Some(help) = &rewrite.help {
            paragraph(out, "    → ", &inert(help))?;
        }
        for (at, condition) in rewrite.proof.iter().enumerate() {
            paragraph(out, if at == 0 { "      proved: " } else { "              " }, &inert(condition))?;
        }
        if let Some(missing) = &rewrite.missing {
            paragraph(out, "      not known: ", &inert(missing))?;
        }
        for reason in &rewrite.refused {
            let head =
                if rewrite.class.is_some() { "      no better, since " } else { "      not made, since " };
            paragraph(out, head, &inert(reason))?;
        }
        if let Some(harm) = &rewrite.harm {
            paragraph(out, "      left out, since ", &inert(harm))?;
        }
        if rewrite.class == Some(Class::Shown) {
            self.changes(out, &rewrite.diff)?;
        }
        Ok(())
    }

    /// The lines of a unified diff below its header.
    fn changes(self, out: &mut dyn Write, diff: &str) -> io::Result<()> {
        for line in diff.lines().skip(2) {
            let style = self.style(match line.bytes().next() {
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

/// Which command makes it.
const fn made_by(class: Class) -> &'static str {
    match class {
        Class::Safe => "safe; `--fix` makes it",
        Class::Low => "unsafe, low; `--fix --unsafe-fixes` makes it",
        Class::Mid => "unsafe, mid; `--fix --unsafe-fixes=mid` makes it",
        Class::High => "unsafe, high; `--fix --unsafe-fixes=high` makes it",
        Class::Shown => "shown only; no command makes it",
    }
}
