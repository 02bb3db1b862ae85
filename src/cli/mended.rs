//! What is said on standard error after `--fix`: what was mended, what was left, and why.

use std::collections::BTreeMap;

use super::args::TerminalArgs;
use super::lint_file::Done;
use super::note;
use crate::diagnostic::Applicability;
use crate::fix::Withheld;
use crate::report::{Results, inert};

/// What fixes have come to over all files.
#[derive(Debug, Default)]
pub struct Tally {
    files: usize,
    made: BTreeMap<&'static str, usize>,
    refused: BTreeMap<Withheld, usize>,
    /// The codes of what is ignored now, and the number of files with such comments.
    silenced: BTreeMap<&'static str, usize>,
    silenced_in: usize,
}

impl Tally {
    /// Takes in what was done to one file.
    pub fn add(&mut self, terminal: &TerminalArgs, done: &Done) {
        let Done { made, refused, file, .. } = done;
        let name = &file.name;
        self.silenced_in += usize::from(!done.silenced.is_empty());
        for code in &done.silenced {
            *self.silenced.entry(code).or_default() += 1;
        }
        if let (Some(reason), false) = (done.unsilenced, terminal.quiet) {
            note(&format_args!("{}: no ignores are added, since {reason}", inert(name)));
        }
        if done.in_place && !terminal.quiet {
            note(&format_args!("{}: it has several hard links, and was written in place", inert(name)));
        }
        self.files += usize::from(!made.is_empty());
        for (code, _) in made {
            *self.made.entry(code).or_default() += 1;
        }
        for withheld in refused {
            *self.refused.entry(withheld.clone()).or_default() += 1;
            if terminal.verbose {
                let Withheld { code, reason } = withheld;
                note(&format_args!("{}: a fix of {code} is left out, since {reason}", inert(name)));
            }
        }
    }

    /// Whether [`Self::say`] says that fixes of this code are left for this reason.
    pub fn has_said(&self, code: &str, reason: &str) -> bool {
        self.refused.keys().any(|withheld| withheld.code == code && withheld.reason == reason)
    }

    /// Says for how much comments were added, or would be where `diff` only shows it.
    pub fn say_silenced(&self, diff: bool) {
        let number: usize = self.silenced.values().sum();
        if number > 0 {
            let verb = if diff { "would add" } else { "added" };
            let (found, files) =
                (plural(number, "diagnostic", "diagnostics"), plural(self.silenced_in, "file", "files"));
            note(&format_args!("{verb} ignores for {found} in {files} ({})", codes(&self.silenced)));
        }
    }

    /// Says it, where `diff` only shows it; nothing where there was nothing to mend.
    pub fn say(&self, diff: bool, results: &Results) {
        let number: usize = self.made.values().sum();
        if number > 0 {
            let verb = if diff { "would make" } else { "made" };
            let (made, files) = (plural(number, "fix", "fixes"), plural(self.files, "file", "files"));
            note(&format_args!("{verb} {made} in {files} ({})", codes(&self.made)));
        }
        for (class, wants) in [
            (Applicability::Safe, "were not asked for"),
            (Applicability::UnsafeLow, "want `--unsafe-fixes`"),
            (Applicability::UnsafeMid, "want `--unsafe-fixes=mid`"),
            (Applicability::UnsafeHigh, "want `--unsafe-fixes=high`"),
            (Applicability::Shown, "are for you to judge"),
        ] {
            let left = left(results, class, &self.refused);
            if !left.is_empty() {
                note(&format_args!("left fixes that {wants} ({})", codes(&left)));
            }
        }
        let mut reasons: BTreeMap<&str, BTreeMap<&'static str, usize>> = BTreeMap::new();
        for (withheld, number) in &self.refused {
            *reasons.entry(withheld.reason).or_default().entry(withheld.code).or_default() += number;
        }
        for (reason, left) in reasons {
            note(&format_args!("left {} as it is, since {reason}", codes(&left)));
        }
    }
}

/// How many diagnostics still have a fix of this class, without those that would have done harm.
fn left(
    results: &Results,
    class: Applicability,
    refused: &BTreeMap<Withheld, usize>,
) -> BTreeMap<&'static str, usize> {
    let mut left: BTreeMap<&'static str, usize> = BTreeMap::new();
    for (_, located) in results.diagnostics() {
        let found = &located.diagnostic;
        let harmful = refused.keys().any(|withheld| withheld.code == found.code);
        if !harmful && found.fix.as_ref().is_some_and(|fix| fix.applicability == class) {
            *left.entry(found.code).or_default() += 1;
        }
    }
    left
}

fn plural(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// `3 DL3020, 1 DL4000`.
fn codes(counts: &BTreeMap<&'static str, usize>) -> String {
    counts.iter().map(|(code, number)| format!("{number} {code}")).collect::<Vec<_>>().join(", ")
}
