//! `check --fix` and `--diff`: what becomes of the mended text, and what is said about it.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};

use super::args::{CheckArgs, Level};
use super::discover::{Candidate, Origin};
use super::error::Error;
use super::lint_file::Mended;
use super::{Exit, complain, note};
use crate::config::{Selector, Settings};
use crate::diagnostic::{Applicability, Diagnostic};
use crate::fix::{self, Look, Settled, Trust, Withheld};
use crate::lint::Linter;
use crate::report::{Results, inert};

/// What to do with fixes, from the command line.
#[derive(Debug)]
pub struct Fixing<'a> {
    args: &'a CheckArgs,
}

/// What has been mended so far, over all files.
#[derive(Debug, Default)]
pub struct Tally {
    files: usize,
    made: BTreeMap<&'static str, usize>,
    refused: BTreeMap<Withheld, usize>,
    diffs: String,
    /// Standard input, mended.
    echo: Option<Vec<u8>>,
}

impl<'a> Fixing<'a> {
    /// `None` where nothing is to be mended.
    pub fn new(args: &'a CheckArgs) -> Option<Self> {
        (args.fix || args.diff).then_some(Self { args })
    }

    /// Makes the fixes that the user trusts.
    pub fn settle(&self, source: &[u8], linter: &Linter, settings: &Settings) -> Settled {
        let only: &[Selector] = &self.args.fix_only;
        let wanted = |code: &str| only.is_empty() || only.iter().any(|selector| selector.matches(code, true));
        let trust = Trust { least: self.least(settings), wanted: &wanted };
        let look = |text: &[u8]| {
            let mut look: Look = linter.look(text);
            look.diagnostics.retain(|diagnostic| settings.wants(diagnostic));
            look.withheld.retain(|withheld| settings.enabled(withheld.code));
            look
        };
        fix::settle(source, trust, &look)
    }

    fn least(&self, settings: &Settings) -> Applicability {
        match self.args.unsafe_fixes {
            Some(Level::Low) => Applicability::UnsafeLow,
            Some(Level::Mid) => Applicability::UnsafeMid,
            Some(Level::High) => Applicability::UnsafeHigh,
            None => settings.fix,
        }
    }

    /// Writes what was mended, or remembers what there is to show. False where it could not be written: then
    /// the file is what it was.
    pub fn keep(&self, candidate: &Candidate, mended: &Mended, tally: &mut Tally) -> bool {
        let settled = &mended.settled;
        let changed = settled.text != mended.old;
        if self.args.diff {
            if changed {
                tally.diffs += &fix::unified(&candidate.shown, &mended.old, &settled.text);
            }
        } else if candidate.origin == Origin::Stdin {
            tally.echo = Some(settled.text.clone());
        } else if changed && let Err(error) = fix::replace(&candidate.path, &mended.old, &settled.text) {
            complain(&inert(&error.to_string()));
            return false;
        }
        tally.files += usize::from(changed);
        for (code, _) in &settled.made {
            *tally.made.entry(code).or_default() += 1;
        }
        for withheld in &settled.refused {
            *tally.refused.entry(withheld.clone()).or_default() += 1;
            if self.args.terminal.verbose {
                let name = inert(&candidate.shown);
                note(&format_args!("{name} keeps a {} unfixed, since {}", withheld.code, withheld.reason));
            }
        }
        true
    }

    /// Writes diffs, or standard input as it is now, to standard output.
    pub fn write(&self, tally: &Tally, out: &mut dyn Write) -> io::Result<()> {
        if let Some(text) = &tally.echo {
            return out.write_all(text);
        }
        if !io::stdout().is_terminal() {
            return out.write_all(tally.diffs.as_bytes());
        }
        tally.diffs.lines().try_for_each(|line| writeln!(out, "{}", inert(line)))
    }

    /// What the fixes make of the exit code.
    pub fn exit(&self, tally: &Tally, exit: Exit) -> Exit {
        let made = !tally.made.is_empty();
        if made && (self.args.diff || self.args.exit_non_zero_on_fix) { exit.max(Exit::Found) } else { exit }
    }

    /// Says on standard error what was mended, what was left, and why.
    pub fn summarize(&self, tally: &Tally, results: &Results) {
        let number: usize = tally.made.values().sum();
        let verb = if self.args.diff { "would make" } else { "made" };
        match number {
            0 => note(&format_args!("{verb} no fixes")),
            _ => note(&format_args!(
                "{verb} {} in {} ({})",
                count(number, "fix", "fixes"),
                count(tally.files, "file", "files"),
                codes(&tally.made)
            )),
        }
        for (class, wants) in [
            (Applicability::UnsafeLow, "want `--unsafe-fixes`"),
            (Applicability::UnsafeMid, "want `--unsafe-fixes=mid`"),
            (Applicability::UnsafeHigh, "want `--unsafe-fixes=high`"),
            (Applicability::Shown, "are for you to judge"),
        ] {
            let mut left: BTreeMap<&'static str, usize> = BTreeMap::new();
            for (_, located) in results.diagnostics() {
                if self.would_make(&located.diagnostic, class) {
                    *left.entry(located.diagnostic.code).or_default() += 1;
                }
            }
            if !left.is_empty() {
                note(&format_args!("left fixes that {wants} ({})", codes(&left)));
            }
        }
        let mut reasons: BTreeMap<&str, BTreeMap<&'static str, usize>> = BTreeMap::new();
        for (withheld, number) in &tally.refused {
            *reasons.entry(withheld.reason).or_default().entry(withheld.code).or_default() += number;
        }
        for (reason, left) in reasons {
            note(&format_args!("left {} since {reason}", codes(&left)));
        }
    }

    fn would_make(&self, diagnostic: &Diagnostic, class: Applicability) -> bool {
        let only: &[Selector] = &self.args.fix_only;
        let wanted = only.is_empty() || only.iter().any(|selector| selector.matches(diagnostic.code, true));
        wanted
            && diagnostic.fix.as_ref().is_some_and(|fix| fix.applicability == class && !fix.edits.is_empty())
    }
}

/// Whether the options go together with what is to be read.
pub fn check_arguments(args: &CheckArgs, candidates: usize, stdin: bool) -> Result<(), Error> {
    if args.fix && !args.diff && stdin && candidates > 1 {
        let text = "standard input is fixed onto standard output, so no other file can be fixed with it";
        return Err(Error::Usage(text.to_string()));
    }
    Ok(())
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// `3 DL3020, 1 DL4000`.
fn codes(counts: &BTreeMap<&'static str, usize>) -> String {
    counts.iter().map(|(code, number)| format!("{number} {code}")).collect::<Vec<_>>().join(", ")
}
