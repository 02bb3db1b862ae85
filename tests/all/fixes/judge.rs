//! [`FixChecker`]: the rules that check a file, and those whose fixes are applied.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use dockwright::diagnostic::{Applicability, Diagnostic};
use dockwright::fix::{FixSelection, FixedText, LintMemo, LintResult, fix_until_stable};
use dockwright::lint::{BuildContext, Linter};
use dockwright::optimize::context;
use dockwright::rules;

/// Rules that run together, and which of their fixes are applied.
pub(super) struct FixChecker {
    linter: Linter,
    build_context: BuildContext,
    wanted: fn(&str) -> bool,
    /// For the optimizer, the number of files in which each fix was applied, by class, and refused, by reason.
    counts: Option<Mutex<BTreeMap<(&'static str, String), usize>>>,
    /// The build context, as long as it is needed.
    _directory: Option<tempfile::TempDir>,
}

impl FixChecker {
    pub(super) fn for_check() -> Self {
        let linter = Linter::with_rules(rules::all_rules());
        Self {
            linter,
            build_context: BuildContext::default(),
            wanted: |_| true,
            counts: None,
            _directory: None,
        }
    }

    /// As in `optimize`: all rules run, those of the optimizer fix.
    pub(super) fn for_optimizer() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        for (path, text) in CONTEXT {
            let path = directory.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a directory")).expect("made");
            std::fs::write(path, text).expect("written");
        }
        let files = context::read_context(directory.path(), &directory.path().to_string_lossy(), None)
            .expect("a context");
        Self {
            linter: Linter::with_rules(rules::all_rules()),
            build_context: BuildContext { context: Some(files.into()), ..BuildContext::default() },
            wanted: rules::is_optimizer_rule,
            counts: Some(Mutex::default()),
            _directory: Some(directory),
        }
    }

    pub(super) fn analyze(&self, source: &[u8]) -> LintResult {
        self.linter.lint_for_fixes_in_context(source, &self.build_context)
    }

    /// The text after all fixes of this class or a safer one. `lints` caches results.
    pub(super) fn apply_all_fixes(
        &self,
        lints: &LintMemo<'_>,
        source: &[u8],
        class: Applicability,
    ) -> FixedText {
        fix_until_stable(source, FixSelection { least: class, wanted: &self.wanted }, &|text| {
            lints.result(text)
        })
    }

    pub(super) fn count(&self, found: &[Diagnostic], class: Applicability, result: &FixedText) {
        let Some(counts) = &self.counts else { return };
        let mut seen: BTreeSet<(&'static str, String)> = BTreeSet::new();
        seen.extend(result.made.iter().map(|made| (made.code, format!("made, {}", class.as_str()))));
        if class == Applicability::UnsafeHigh {
            for found in found.iter().filter(|found| (self.wanted)(found.code)) {
                seen.insert((found.code, "reported".to_string()));
                if found.fix.as_ref().is_some_and(|fix| fix.applicability == Applicability::Suggestion) {
                    seen.insert((found.code, "shown".to_string()));
                }
                seen.extend(found.refused.iter().map(|why| (found.code, format!("refused, since {why}"))));
            }
            let left = result.refused.iter();
            seen.extend(left.map(|left| (left.code, format!("left out, since {}", left.reason))));
        }
        let mut counts = counts.lock().expect("no thread has panicked");
        for key in seen {
            // Names from the file are removed, so that the reasons are equal.
            let reason =
                key.1.split('`').enumerate().map(|(at, part)| if at % 2 == 1 { "`…`" } else { part });
            let digits = reason.collect::<String>();
            let reason = digits
                .split(' ')
                .map(|word| if word.trim_end_matches(',').parse::<u32>().is_ok() { "n" } else { word });
            *counts.entry((key.0, reason.collect::<Vec<_>>().join(" "))).or_default() += 1;
        }
    }

    #[expect(clippy::print_stdout, reason = "it is for who runs the test to read")]
    pub(super) fn print_counts(&self, files: usize) {
        let Some(counts) = &self.counts else { return };
        println!("{files} files");
        for ((code, what), number) in counts.lock().expect("no thread has panicked").iter() {
            println!("{code}\t{number}\t{what}");
        }
    }
}

/// A build context with files of every kind, so that no fix is refused because a file is missing.
const CONTEXT: [(&str, &str); 17] = [
    (".dockerignore", "node_modules\nvendor\ntarget\n"),
    ("requirements.txt", "flask\nrequests>=2\n"),
    ("package.json", "{\"name\": \"a\", \"version\": \"1.0.0\", \"dependencies\": {\"b\": \"1.0.0\"}}\n"),
    (
        "package-lock.json",
        "{\"name\": \"a\", \"version\": \"1.0.0\", \"lockfileVersion\": 3, \"packages\": {}}\n",
    ),
    ("yarn.lock", "# yarn lockfile v1\n"),
    ("go.mod", "module example.org/a\n\ngo 1.22\n"),
    ("go.sum", ""),
    ("main.go", "package main\n\nfunc main() {}\n"),
    ("Gemfile", "source \"https://rubygems.org\"\ngem \"rake\"\n"),
    ("Gemfile.lock", "GEM\n"),
    ("composer.json", "{}\n"),
    ("composer.lock", "{}\n"),
    ("Cargo.toml", "[package]\nname = \"a\"\nversion = \"1.0.0\"\n"),
    ("Cargo.lock", "version = 3\n"),
    ("pyproject.toml", "[tool.poetry]\nname = \"a\"\n"),
    ("poetry.lock", ""),
    ("src/main.py", "print()\n"),
];
