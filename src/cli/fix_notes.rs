//! The notes on standard error after `--fix`: what was fixed, what was not, and why.

use std::collections::BTreeMap;

use super::args::TerminalArgs;
use super::lint_file::LintedFile;
use super::print_note;
use crate::config::{DefaultRules, RuleSelector};
use crate::diagnostic::Applicability;
use crate::fix::{AppliedFix, WithheldFix};
use crate::report::{Results, neutralize};

/// The fixes of all files.
#[derive(Debug, Default)]
pub(super) struct FixTotals {
    files: usize,
    made: BTreeMap<&'static str, usize>,
    refused: BTreeMap<WithheldFix, usize>,
    /// The codes of newly ignored problems, and the number of files with added comments.
    ignored: BTreeMap<&'static str, usize>,
    ignored_in: usize,
    /// The rules that `--fix-only` names; empty for all.
    only: Vec<RuleSelector>,
}

impl FixTotals {
    /// Totals that count only these rules, if there are any.
    #[must_use]
    pub(super) fn of_rules(only: &[RuleSelector]) -> Self {
        Self { only: only.to_vec(), ..Self::default() }
    }

    /// Whether the fixes of this rule are counted.
    fn counts_rule(&self, code: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|selector| selector.matches(code, DefaultRules::PREVIEW))
    }

    /// Adds the results for one file.
    pub(super) fn add(&mut self, terminal: &TerminalArgs, done: &LintedFile) {
        let LintedFile { made, refused, file, .. } = done;
        let name = &file.name;
        self.ignored_in += usize::from(!done.ignored.is_empty());
        for code in &done.ignored {
            *self.ignored.entry(code).or_default() += 1;
        }
        if let (Some(reason), false) = (done.not_ignored, terminal.quiet) {
            print_note(&format_args!("{}: no ignore comments added: {reason}", neutralize(name)));
        }
        if done.in_place && !terminal.quiet {
            print_note(&format_args!(
                "{}: written in place, because the file has several hard links",
                neutralize(name)
            ));
        }
        self.files += usize::from(!made.is_empty());
        for AppliedFix { code, .. } in made {
            *self.made.entry(code).or_default() += 1;
        }
        for withheld in refused {
            if !self.counts_rule(withheld.code) {
                continue;
            }
            *self.refused.entry(withheld.clone()).or_default() += 1;
            if terminal.verbose {
                let WithheldFix { code, reason } = withheld;
                print_note(&format_args!("{}: {code} not fixed: {reason}", neutralize(name)));
            }
        }
    }

    /// Prints how many problems the added comments ignore; with `diff` they would be added.
    pub(super) fn print_ignored(&self, diff: bool) {
        let number: usize = self.ignored.values().sum();
        if number > 0 {
            let verb = if diff { "would add" } else { "added" };
            let (found, files) =
                (count_noun(number, "problem", "problems"), count_noun(self.ignored_in, "file", "files"));
            print_note(&format_args!(
                "{verb} ignore comments for {found} in {files} ({})",
                format_code_counts(&self.ignored)
            ));
        }
    }

    /// Whether fixes of this rule were withheld for this reason.
    #[must_use]
    pub(super) fn was_fix_withheld(&self, code: &str, reason: &str) -> bool {
        self.refused.keys().any(|withheld| withheld.code == code && withheld.reason == reason)
    }

    /// Prints what was fixed (with `diff`, what would be), and what was not. `command` shows suggestions.
    pub(super) fn print(&self, diff: bool, results: &Results, command: &str) {
        let number: usize = self.made.values().sum();
        if number > 0 {
            let verb = if diff { "would apply" } else { "applied" };
            let (made, files) = (count_noun(number, "fix", "fixes"), count_noun(self.files, "file", "files"));
            print_note(&format_args!("{verb} {made} in {files} ({})", format_code_counts(&self.made)));
        }
        let more = if number > 0 { "more " } else { "" };
        for class in Applicability::APPLIED {
            // `--fix` is given.
            let option = class.command_line_options().unwrap_or_default().trim_start_matches("--fix ");
            let left = self.count_remaining_fixes(results, class);
            let (number, codes) = (left.values().sum(), format_code_counts(&left));
            match (number, class) {
                (0, _) => {}
                // The fixes of rules that `--fix-only` names are applied.
                (_, Applicability::Safe) => {
                    print_note(&format_args!(
                        "{} not selected ({codes})",
                        count_noun(number, "safe fix", "safe fixes")
                    ));
                }
                (1, _) => print_note(&format_args!("1 {more}fix requires `{option}` ({codes})")),
                _ => print_note(&format_args!("{number} {more}fixes require `{option}` ({codes})")),
            }
        }
        let suggested = self.count_remaining_fixes(results, Applicability::Suggestion);
        let selected = match self.only.as_slice() {
            [] | [RuleSelector::All] => String::new(),
            _ => format!(" --select {}", suggested.keys().copied().collect::<Vec<_>>().join(",")),
        };
        match suggested.values().sum() {
            0 => {}
            1 => {
                let codes = format_code_counts(&suggested);
                print_note(&format_args!(
                    "1 suggestion needs your decision ({codes}); run `dockwright {command}{selected}` to see it"
                ));
            }
            number => {
                let codes = format_code_counts(&suggested);
                print_note(&format_args!(
                    "{number} suggestions need your decision ({codes}); run `dockwright {command}{selected}` to see them"
                ));
            }
        }
        let mut reasons: BTreeMap<&str, BTreeMap<&'static str, usize>> = BTreeMap::new();
        for (withheld, number) in &self.refused {
            *reasons.entry(withheld.reason).or_default().entry(withheld.code).or_default() += number;
        }
        for (reason, left) in reasons {
            print_note(&format_args!("{} not fixed: {reason}", format_code_counts(&left)));
        }
    }

    /// How many problems still have a fix of this class, without the fixes that were withheld.
    fn count_remaining_fixes(
        &self,
        results: &Results,
        class: Applicability,
    ) -> BTreeMap<&'static str, usize> {
        let mut left: BTreeMap<&'static str, usize> = BTreeMap::new();
        for (_, located) in results.diagnostics() {
            let found = &located.diagnostic;
            let harmful = self.refused.keys().any(|withheld| withheld.code == found.code);
            let has_class = found.fix.as_ref().is_some_and(|fix| fix.applicability == class);
            if !harmful && has_class && self.counts_rule(found.code) {
                *left.entry(found.code).or_default() += 1;
            }
        }
        left
    }
}

fn count_noun(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// `DL3020 ×3, DL4000`.
pub(super) fn format_code_counts(counts: &BTreeMap<&'static str, usize>) -> String {
    let one = |(code, number): (&&str, &usize)| match number {
        1 => (*code).to_string(),
        _ => format!("{code} ×{number}"),
    };
    counts.iter().map(one).collect::<Vec<_>>().join(", ")
}
