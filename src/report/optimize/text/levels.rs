//! The file as it is beside what the fixes of each level make of it, and the list of rewrites.

use std::io::{self, Write};

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::Page;
use super::layout::{WIDTH, fit, paragraph, wrap};
use crate::plan::{Class, Figures, Level, Plan, Rewrite};
use crate::report::inert;
use crate::report::optimize::figures::{bytes, change_of, rebuild};

/// Widths of the columns.
const NAME: usize = 19;
const WASTE: usize = 14;
const CLASSES: usize = 11;

impl Page {
    /// A row for each level that makes more than the one before it.
    pub(super) fn levels(self, out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
        if plan.after.iter().all(|after| after.diff.is_empty()) {
            return Ok(());
        }
        self.title(out, "What `--fix` would change, and with `--unsafe-fixes=LEVEL`")?;
        let head = [("waste", WASTE), ("source", CLASSES), ("deps", CLASSES)];
        let head: String = head.into_iter().map(|(name, width)| fit(name, width) + " ").collect();
        writeln!(out, "  {:NAME$} layers {head}cold", "")?;
        writeln!(out, "{}", row("now", &plan.before))?;
        let mut last = "";
        for after in plan.after.iter().filter(|after| !after.diff.is_empty()) {
            if after.diff != last {
                let name = format!("{} ({})", flag(after.level), after.made.len());
                writeln!(out, "{}", row(&name, &after.figures))?;
            }
            last = &after.diff;
        }
        Ok(())
    }

    /// One or two lines for each rewrite; `--explain` says more.
    pub(super) fn rewrites(self, out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
        let (offered, near): (Vec<&Rewrite>, Vec<&Rewrite>) =
            plan.rewrites.iter().partition(|rewrite| rewrite.class.is_some());
        if plan.rewrites.is_empty() {
            return Ok(());
        }
        self.title(out, "Rewrites")?;
        for rewrite in offered {
            self.rewrite(out, rewrite)?;
        }
        for rewrite in near {
            let reason = rewrite.refused.first().map(|reason| inert(reason)).unwrap_or_default();
            let place = format!("line {}", rewrite.line);
            let text = format!("not offered: {reason}");
            self.entry(out, &format!("{place:<10}{:<8}", rewrite.code), &text)?;
        }
        let text = "`--diff` shows what is made, `--explain` what proves it and why others are not made";
        paragraph(out, "  ", text)
    }

    fn rewrite(self, out: &mut dyn Write, rewrite: &Rewrite) -> io::Result<()> {
        let place = format!("line {}", rewrite.line);
        let class = rewrite.class.map_or("", Class::as_str);
        let change = rewrite.change.as_ref().map(change_of).unwrap_or_default();
        let change = if change.is_empty() { change } else { format!(" [{change}]") };
        let title = rewrite.title.as_deref().map(inert).unwrap_or_default();
        self.entry(out, &format!("{place:<10}{:<8}", rewrite.code), &format!("{class}, {title}{change}"))
    }

    fn entry(self, out: &mut dyn Write, head: &str, text: &str) -> io::Result<()> {
        let bold = self.style(Style::new().bold());
        let indent = head.width() + 2;
        for (at, line) in wrap(text, WIDTH - indent).into_iter().enumerate() {
            if at == 0 {
                writeln!(out, "  {bold}{head}{bold:#}{line}")?;
            } else {
                writeln!(out, "{:indent$}{line}", "")?;
            }
        }
        Ok(())
    }
}

fn row(name: &str, figures: &Figures) -> String {
    let row = format!(
        "  {} {:>6} {} {} {} {}",
        fit(name, NAME),
        figures.layers,
        fit(&bytes(figures.waste), WASTE),
        fit(&rebuild(&figures.source), CLASSES),
        fit(&rebuild(&figures.manifest), CLASSES),
        rebuild(&figures.cold),
    );
    fit(&row, WIDTH).trim_end().to_string()
}

const fn flag(level: Level) -> &'static str {
    match level {
        Level::Safe => "--fix",
        Level::Low => "with =low",
        Level::Mid => "with =mid",
        Level::High => "with =high",
    }
}
