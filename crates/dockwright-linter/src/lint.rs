//! One file, from bytes to diagnostics.

mod dispatch;
mod unreached;

use std::cell::OnceCell;
use std::sync::Arc;

pub use dispatch::RuleDispatch;
use unreached::{remove_consequences_of_errors, remove_unreached_diagnostics};

use crate::baseline::KnownProblems;
use crate::diagnostic::{Diagnostic, Severity};
use crate::fix::{self, LintResult, WithheldFix};
use crate::ignores::{self, IgnoreComments, IgnoreProgram, IgnoreUsage};
use crate::optimize::context::ContextFiles;
use crate::pairs::{self, JudgedDiagnostic};
use crate::policy::{self, Policy};
use crate::rule::{Check, Rule, RuleChecker, RuleOptions};
use crate::rules;
use crate::semantic::secrets::HiddenSecrets;
use crate::semantic::{
    BuildInputs, CHECK_ARG, IgnoreFile, Semantics, View, is_buildkit_check, refused_by_hadolint,
};
use crate::shellcheck::ShellCheck;
use crate::source::Span;
use crate::syntax::{self, Dockerfile};

/// The files next to a Dockerfile, as far as they are known.
#[derive(Debug, Clone, Default)]
pub struct BuildContext {
    /// The ignore file of the build context.
    pub ignored: Option<Arc<IgnoreFile>>,
    /// The files of the build context.
    pub context: Option<Arc<ContextFiles>>,
    /// Its known problems, which editors hide.
    pub known: Option<Arc<KnownProblems>>,
}

/// The program whose behavior is imitated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CompatMode {
    #[default]
    Dockwright,
    /// As `docker build --check`: the problems that BuildKit reports before its first error, and that error.
    Buildkit,
    /// Like hadolint: no BuildKit checks, and only one problem for a file that it cannot parse.
    Hadolint,
}

/// The checks and settings for a run over many files.
#[derive(Debug, Default)]
pub struct Linter {
    pub dispatch: RuleDispatch,
    pub options: RuleOptions,
    /// Severities that the configuration changes, by code.
    pub severities: std::collections::BTreeMap<String, Severity>,
    /// Whether ignore comments are applied.
    pub inline_ignores: bool,
    /// The programs whose comments are applied; `None` for all.
    pub ignore_programs: Option<Vec<IgnoreProgram>>,
    /// Codes whose rules run only because another code reports the same problem: see `pairs`.
    pub unwanted: Vec<String>,
    /// Whether problems that two families report are merged.
    pub merges_pairs: bool,
    /// The team's own rules.
    pub policies: Vec<Arc<Policy>>,
    /// The codes of policies that are off.
    pub idle_policies: Vec<String>,
    /// Build arguments, target and other inputs of the build.
    pub inputs: BuildInputs,
    pub compat_mode: CompatMode,
    /// The ShellCheck program to use instead of the embedded analyzer.
    pub shellcheck: Option<Arc<ShellCheck>>,
}

impl Linter {
    /// A linter with these rules and their default severities.
    pub fn with_rules(rules: impl IntoIterator<Item = &'static Rule>) -> Self {
        Self {
            dispatch: RuleDispatch::new(rules),
            inline_ignores: true,
            merges_pairs: true,
            ..Self::default()
        }
    }

    /// All diagnostics of one file, sorted by position, then code.
    pub fn lint(&self, source: &[u8]) -> Vec<Diagnostic> {
        self.lint_in_context(source, &self.empty_build_context())
    }

    /// Checks a file with a known build context.
    pub fn lint_in_context(&self, source: &[u8], build_context: &BuildContext) -> Vec<Diagnostic> {
        let file = self.parse(source);
        let semantics = Semantics::with_inputs(&file, self.view(), &self.inputs);
        self.diagnostics(&file, &semantics, build_context).0
    }

    /// Checks a file, and returns the data needed to select fixes.
    pub fn analyze(&self, source: &[u8]) -> LintResult {
        self.lint_for_fixes_in_context(source, &self.empty_build_context())
    }

    pub fn lint_for_fixes_in_context(&self, source: &[u8], build_context: &BuildContext) -> LintResult {
        let file = self.parse(source);
        let semantics = Semantics::with_inputs(&file, self.view(), &self.inputs);
        let (diagnostics, withheld) = self.diagnostics(&file, &semantics, build_context);
        let hidden = HiddenSecrets::find(&semantics).spans;
        LintResult { diagnostics, comments: fix::collect_comments(&file, &semantics), withheld, hidden }
    }

    /// The scripts that ShellCheck will check, so that one run of it can check those of many files; none without
    /// ShellCheck.
    pub fn shellcheck_scripts(&self, source: &[u8]) -> Vec<String> {
        if self.shellcheck.is_none() || self.dispatch.shell.is_none() {
            return Vec::new();
        }
        let file = syntax::parse(source);
        rules::shellcheck::scripts_to_check(
            &Semantics::new(&file, self.view()),
            self.compat_mode == CompatMode::Hadolint,
        )
    }

    fn parse<'s>(&self, source: &'s [u8]) -> Dockerfile<'s> {
        let mut file = syntax::parse(source);
        if self.inputs.args.contains_key(CHECK_ARG) {
            file.remove_check_option_errors();
        }
        file
    }

    fn empty_build_context(&self) -> BuildContext {
        BuildContext { ignored: self.options.ignore_file.clone(), ..BuildContext::default() }
    }

    fn view(&self) -> View {
        if self.options.hadolint { View::Hadolint } else { View::Exact }
    }

    fn diagnostics(
        &self,
        file: &Dockerfile<'_>,
        semantics: &Semantics<'_>,
        build_context: &BuildContext,
    ) -> (Vec<Diagnostic>, Vec<WithheldFix>) {
        let mut found = self.check(file, semantics, build_context);
        if self.compat_mode == CompatMode::Buildkit {
            remove_unreached_diagnostics(file, semantics, &mut found);
            // BuildKit does not consider an ignore file with exceptions.
            if build_context.ignored.as_ref().is_some_and(|ignored| ignored.has_exception_patterns()) {
                found.retain(|one| one.code != rules::copy_ignored_file::RULE.code);
            }
        } else {
            remove_consequences_of_errors(file, &mut found);
        }
        let found = self.without_ignored(file, semantics, build_context, found);
        let mut found: Vec<Diagnostic> =
            found.into_iter().filter(|diagnostic| self.is_enabled(diagnostic)).collect();
        for diagnostic in &mut found {
            // BuildKit's warnings then fail the build.
            let fails = semantics.check_config.error && self.compat_mode != CompatMode::Hadolint;
            if fails
                && (is_buildkit_check(diagnostic.code)
                    || diagnostic.aliases.iter().any(|code| is_buildkit_check(code)))
            {
                diagnostic.severity = Severity::Error;
            }
            if let Some(severity) = self.severities.get(diagnostic.code) {
                diagnostic.severity = *severity;
            }
        }
        found.sort_by(|a, b| (a.span, a.code).cmp(&(b.span, b.code)));
        let withheld = fix::withhold_fixes(&mut found, semantics);
        if self.compat_mode != CompatMode::Hadolint && !found.is_empty() {
            hide_secrets(semantics, &mut found);
        }
        (found, withheld)
    }

    /// Removes ignored diagnostics, merges those that report the same problem, and reports problems of the
    /// comments.
    fn without_ignored(
        &self,
        file: &Dockerfile<'_>,
        semantics: &Semantics<'_>,
        build_context: &BuildContext,
        found: Vec<Diagnostic>,
    ) -> Vec<Diagnostic> {
        let ignores = self
            .inline_ignores
            .then(|| IgnoreComments::new(file, semantics.view, self.ignore_programs.as_deref()));
        let places: Vec<(&'static str, Span)> = found.iter().map(|one| (one.code, one.anchor)).collect();
        let found = found
            .into_iter()
            .map(|diagnostic| {
                let ignored = ignores.as_ref().is_some_and(|ignores| {
                    ignores.ignores_problem(&diagnostic)
                        || self.applies_comments_for(IgnoreProgram::Buildkit)
                            && semantics.check_config.skips_check(diagnostic.code, diagnostic.anchor.start)
                });
                JudgedDiagnostic { diagnostic, ignored }
            })
            .collect();
        let mut found = if self.merges_pairs { pairs::merge_pairs(file, found) } else { found };
        let Some(ignores) = ignores else {
            return found.into_iter().map(|found| found.diagnostic).collect();
        };
        // A merged problem can also be ignored at the place where it is shown.
        for one in found.iter_mut().filter(|one| !one.diagnostic.aliases.is_empty()) {
            one.ignored |= ignores.ignores_problem(&one.diagnostic);
        }
        let mut found: Vec<Diagnostic> =
            found.into_iter().filter(|found| !found.ignored).map(|found| found.diagnostic).collect();
        found.extend(self.check_ignores(&ignores, semantics, build_context, &places));
        found
    }

    /// Whether comments for the program are applied.
    fn applies_comments_for(&self, program: IgnoreProgram) -> bool {
        self.ignore_programs.as_ref().is_none_or(|programs| programs.contains(&program))
    }

    /// The diagnostics about ignore comments.
    fn check_ignores(
        &self,
        ignores: &IgnoreComments<'_>,
        semantics: &Semantics<'_>,
        build_context: &BuildContext,
        found: &[(&'static str, Span)],
    ) -> Vec<Diagnostic> {
        let codes = &self.dispatch.codes;
        if self.compat_mode == CompatMode::Hadolint || !codes_about_ignores().any(|code| codes.contains(code))
        {
            return Vec::new();
        }
        let run = |rules: &[&'static Rule], view: View| {
            let file = semantics.file;
            let hadolint = view == View::Hadolint;
            let mut linter = Self::with_rules(rules.iter().copied());
            linter.options = RuleOptions { hadolint, ..self.options.clone() };
            linter.shellcheck.clone_from(&self.shellcheck);
            if !hadolint {
                return Some(linter.check(file, semantics, build_context));
            }
            let refused = file.errors.iter().any(|error| refused_by_hadolint(file, error));
            (!refused).then(|| linter.check(file, &Semantics::new(file, View::Hadolint), build_context))
        };
        let ran = |code: &str| codes.contains(code);
        let policy_ran = |code: &str| {
            let is_idle = || self.idle_policies.iter().any(|idle| idle.eq_ignore_ascii_case(code));
            let runs = self.policies.iter().any(|policy| policy.code.eq_ignore_ascii_case(code));
            (runs || is_idle()).then_some(runs)
        };
        let judged = IgnoreUsage {
            semantics,
            options: &self.options,
            found,
            ran: &ran,
            policy_ran: &policy_ran,
            run: &run,
        };
        let mut found = ignores::check_ignores(ignores, &judged);
        found.retain(|diagnostic| codes.contains(diagnostic.code));
        found
    }

    /// Whether the diagnostic is enabled: a rule may only have run for a pair.
    fn is_enabled(&self, diagnostic: &Diagnostic) -> bool {
        let unwanted = |code: &str| self.unwanted.iter().any(|unwanted| unwanted == code);
        diagnostic.code == rules::dl1000::RULE.code
            || !unwanted(diagnostic.code) && !diagnostic.aliases.iter().any(|alias| unwanted(alias))
    }

    fn check(
        &self,
        file: &Dockerfile<'_>,
        semantics: &Semantics<'_>,
        build_context: &BuildContext,
    ) -> Vec<Diagnostic> {
        let mut found = if self.compat_mode == CompatMode::Buildkit {
            rules::dl1000::first_refusal_diagnostics(file, semantics)
        } else {
            rules::dl1000::refusal_diagnostics(file, semantics)
        };
        let as_hadolint = self.compat_mode == CompatMode::Hadolint;
        if as_hadolint {
            // For a file that it cannot parse, hadolint reports only this problem.
            let refused = file.errors.iter().position(|error| refused_by_hadolint(file, error));
            match refused {
                Some(first) => return vec![found.swap_remove(first)],
                None => found.clear(),
            }
        }
        self.run_rules(file, semantics, build_context, &mut found);
        if let Some(analyzer) = &self.dispatch.shell {
            let program = self.shellcheck.as_deref();
            let preview = self.options.preview && !self.options.hadolint;
            let shell =
                rules::shellcheck::shell_diagnostics(semantics, analyzer, program, as_hadolint, preview);
            // ShellCheck has codes without a rule; they are enabled together with its other codes.
            let wanted = |one: &Diagnostic| {
                self.dispatch.shell_codes.contains(one.code) || one.name == rules::shellcheck::UNLISTED
            };
            found.extend(shell.into_iter().filter(wanted));
        }
        if !as_hadolint {
            found.extend(policy::diagnostics(&self.policies, file, semantics, &self.inputs));
        }
        found
    }

    /// Calls the checks of the selected rules, which share facts that are computed on demand.
    fn run_rules(
        &self,
        file: &Dockerfile<'_>,
        semantics: &Semantics<'_>,
        build_context: &BuildContext,
        found: &mut Vec<Diagnostic>,
    ) {
        let (outline, installs) = (OnceCell::new(), OnceCell::new());
        let (account, absence, joining_style) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        let mut call = |rule: &'static Rule, call: &dyn Fn(&mut RuleChecker<'_>)| {
            let (ignored, context) = (build_context.ignored.as_deref(), build_context.context.as_deref());
            let (options, outline, installs) = (&self.options, &outline, &installs);
            let (account, absence, joining_style) = (&account, &absence, &joining_style);
            let own = Vec::new();
            let mut checker = RuleChecker {
                file,
                semantics,
                options,
                ignored,
                context,
                outline,
                installs,
                account,
                absence,
                joining_style,
                rule,
                found: own,
            };
            call(&mut checker);
            found.append(&mut checker.found);
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
    }
}

/// Masks secrets in diagnostics, and marks those in the file.
fn hide_secrets(semantics: &Semantics<'_>, found: &mut [Diagnostic]) {
    let hidden = HiddenSecrets::find(semantics);
    if hidden.is_empty() {
        return;
    }
    for diagnostic in found {
        diagnostic.hidden.clone_from(&hidden.spans);
        let fix = diagnostic.fix.iter_mut();
        let of_fix =
            fix.flat_map(|fix| std::iter::once(&mut fix.title).chain(&mut fix.missing).chain(&mut fix.proof));
        let own = std::iter::once(&mut diagnostic.message).chain(&mut diagnostic.help);
        for text in own.chain(&mut diagnostic.refused).chain(of_fix) {
            if hidden.has_secret_in_text(text) {
                *text = hidden.mask(text).into_owned();
            }
        }
    }
}

/// The codes about ignore comments.
fn codes_about_ignores() -> impl Iterator<Item = &'static str> {
    rules::ABOUT_IGNORES.iter().map(|rule| rule.code)
}
