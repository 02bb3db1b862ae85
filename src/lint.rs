//! One file, from bytes to diagnostics.

use crate::diagnostic::{Diagnostic, Severity};
use crate::fix::{self, Look, Withheld};
use crate::ignores::Ignores;
use crate::rule::{Check, Checker, Rule, RuleOptions};
use crate::rules;
use crate::semantic::{Semantics, View};
use crate::source::LineIndex;
use crate::syntax::{self, Dockerfile, Kind};

/// Rules sorted by what they look at, once for all files.
#[derive(Debug, Default)]
pub struct Dispatch {
    kinds: Vec<Vec<&'static Rule>>,
    runs: Vec<&'static Rule>,
    files: Vec<&'static Rule>,
}

impl Dispatch {
    pub fn new(rules: impl IntoIterator<Item = &'static Rule>) -> Self {
        let mut dispatch = Self { kinds: vec![Vec::new(); Kind::Unknown as usize + 1], ..Self::default() };
        for rule in rules {
            match rule.check {
                Check::Instruction(kinds, _) => {
                    for kind in kinds {
                        if let Some(rules) = dispatch.kinds.get_mut(*kind as usize) {
                            rules.push(rule);
                        }
                    }
                }
                Check::Run(_) => dispatch.runs.push(rule),
                Check::File(_) => dispatch.files.push(rule),
                Check::Engine => {}
            }
        }
        dispatch
    }
}

/// What a run over many files has in common.
#[derive(Debug, Default)]
pub struct Linter {
    pub dispatch: Dispatch,
    pub options: RuleOptions,
    /// Severities that the configuration changes, by code.
    pub severities: std::collections::BTreeMap<String, Severity>,
    /// Whether comments may ask for silence.
    pub inline_ignores: bool,
}

impl Linter {
    /// With these rules, each as it is by default.
    pub fn of_rules(rules: impl IntoIterator<Item = &'static Rule>) -> Self {
        Self { dispatch: Dispatch::new(rules), inline_ignores: true, ..Self::default() }
    }

    /// Everything to be said of one file, sorted by position, then code.
    pub fn lint(&self, source: &[u8]) -> Vec<Diagnostic> {
        let file = syntax::parse(source);
        let semantics = Semantics::new(&file, self.view());
        self.diagnostics(&file, &semantics).0
    }

    /// The same, with what is needed to judge a fix.
    pub fn look(&self, source: &[u8]) -> Look {
        let file = syntax::parse(source);
        let semantics = Semantics::new(&file, self.view());
        let (diagnostics, withheld) = self.diagnostics(&file, &semantics);
        Look { diagnostics, comments: fix::comments(&file, &semantics), withheld }
    }

    fn view(&self) -> View {
        if self.options.hadolint { View::Hadolint } else { View::Exact }
    }

    fn diagnostics(
        &self,
        file: &Dockerfile<'_>,
        semantics: &Semantics<'_>,
    ) -> (Vec<Diagnostic>, Vec<Withheld>) {
        let lines = LineIndex::new(file.source);
        let mut found = self.check(file, semantics);
        if self.inline_ignores && !found.is_empty() {
            let ignores = Ignores::new(file, &lines);
            found.retain(|diagnostic| !ignores.cover(diagnostic, &lines));
        }
        for diagnostic in &mut found {
            if let Some(severity) = self.severities.get(diagnostic.code) {
                diagnostic.severity = *severity;
            }
        }
        found.sort_by(|a, b| (a.span, a.code).cmp(&(b.span, b.code)));
        let withheld = fix::withhold(&mut found, semantics);
        (found, withheld)
    }

    fn check(&self, file: &Dockerfile<'_>, semantics: &Semantics<'_>) -> Vec<Diagnostic> {
        let mut found = rules::dl1000::diagnostics(file, semantics);
        if semantics.view == View::Hadolint {
            // hadolint says this one thing of a file that it cannot read, and nothing else.
            let refused = file.errors.iter().position(|error| error.hadolint_refuses);
            match refused {
                Some(first) => return vec![found.swap_remove(first)],
                None => found.clear(),
            }
        }
        let mut call = |rule: &'static Rule, call: &dyn Fn(&mut Checker<'_>)| {
            call(&mut Checker { file, semantics, options: &self.options, rule, found: &mut found });
        };
        for instruction in file.instructions() {
            for rule in self.dispatch.kinds.get(instruction.kind as usize).into_iter().flatten() {
                if let Check::Instruction(_, check) = rule.check {
                    call(rule, &|cx| check(cx, instruction));
                }
            }
        }
        for run in &semantics.runs {
            for rule in &self.dispatch.runs {
                if let Check::Run(check) = rule.check {
                    call(rule, &|cx| check(cx, run));
                }
            }
        }
        for rule in &self.dispatch.files {
            if let Check::File(check) = rule.check {
                call(rule, &|cx| check(cx));
            }
        }
        found
    }
}
