//! [`LintEngine`]: checks and fixes texts with the settings of a file.

use std::sync::Arc;

use super::build_contexts::BuildContexts;
use super::discover::CandidateFile;
use crate::config::{DefaultRules, RuleSelector, Settings};
use crate::diagnostic::{Applicability, Diagnostic};
use crate::fix::{FixSelection, FixedText, LintResult, fix_until_stable};
use crate::lint::{BuildContext, CompatMode, Linter};
use crate::optimize::context::{ContextError, ContextFiles};
use crate::rules::{about_files, copy_ignored_file, dw5006};
use crate::semantic::{BuildInputs, is_template_file};
use crate::shellcheck::ShellCheck;
use crate::syntax;

/// Added to a build error whose code the configuration ignores.
const NOT_IGNORED: &str = "`ignore` has no effect on build errors, but `exclude` skips the file";

/// The linter of one set of settings.
#[derive(Debug)]
pub(crate) struct LintEngine {
    pub settings: Arc<Settings>,
    linter: Linter,
    contexts: Arc<BuildContexts>,
}

impl LintEngine {
    #[must_use]
    pub(crate) fn new(settings: Arc<Settings>) -> Self {
        Self { linter: settings.linter(), settings, contexts: Arc::default() }
    }

    /// An engine for a build with arguments, a target or a platform.
    #[must_use]
    pub(crate) fn with_build(mut self, inputs: BuildInputs, contexts: Arc<BuildContexts>) -> Self {
        self.linter.inputs = inputs;
        self.contexts = contexts;
        self
    }

    /// The build context of a Dockerfile, if any rule needs it.
    #[must_use]
    pub(crate) fn build_context(&self, candidate: &CandidateFile) -> BuildContext {
        let wanted = [copy_ignored_file::RULE.code, dw5006::RULE.code]
            .iter()
            .any(|code| self.settings.is_enabled(code));
        BuildContext {
            ignored: wanted.then(|| self.contexts.ignore_file(candidate)).flatten(),
            ..BuildContext::default()
        }
    }

    /// The files of the build context of a Dockerfile, if the context is known.
    ///
    /// # Errors
    /// The context has too many files.
    pub(crate) fn context_files(
        &self,
        candidate: &CandidateFile,
        source: &[u8],
    ) -> Result<Option<Arc<ContextFiles>>, ContextError> {
        self.contexts.files(candidate, source)
    }

    /// Discards the build contexts that were read, because a command has changed them.
    pub(crate) fn discard_contexts(&self) {
        self.contexts.discard_files();
    }

    /// For `dockwright hadolint`.
    #[must_use]
    pub(crate) fn as_hadolint(settings: Arc<Settings>) -> Self {
        let linter = Linter { compat_mode: CompatMode::Hadolint, merges_pairs: false, ..settings.linter() };
        Self { settings, linter, contexts: Arc::default() }
    }

    /// Whether this is for `dockwright hadolint`.
    #[must_use]
    pub(crate) fn is_hadolint(&self) -> bool {
        matches!(self.linter.compat_mode, CompatMode::Hadolint)
    }

    /// Uses this ShellCheck program, if there is one, instead of the embedded analyzer.
    #[must_use]
    pub(crate) fn with_shellcheck(mut self, shellcheck: Option<Arc<ShellCheck>>) -> Self {
        self.linter.shellcheck = shellcheck;
        self
    }

    /// The scripts of a text that ShellCheck will analyze.
    #[must_use]
    pub(crate) fn shellcheck_scripts(&self, source: &[u8]) -> Vec<String> {
        self.linter.shellcheck_scripts(source)
    }

    /// The diagnostics of a text that the configuration enables.
    #[must_use]
    pub(crate) fn lint(&self, source: &[u8], build_context: &BuildContext) -> Vec<Diagnostic> {
        self.apply_rule_settings(self.linter.lint_in_context(source, build_context))
    }

    /// Applies every fix of at least the applicability `least`. `only`: the rules whose fixes are applied; all rules if
    /// it is empty.
    #[must_use]
    pub(crate) fn fix(
        &self,
        source: &[u8],
        build_context: &BuildContext,
        least: Applicability,
        only: &[RuleSelector],
    ) -> FixedText {
        let wanted = |code: &str| {
            only.is_empty() || only.iter().any(|selector| selector.matches(code, DefaultRules::PREVIEW))
        };
        fix_until_stable(source, FixSelection { least, wanted: &wanted }, &|text| {
            self.analyze(text, build_context)
        })
    }

    /// The diagnostics of a text, as far as the configuration enables them, with the data needed to select fixes.
    #[must_use]
    pub(crate) fn analyze(&self, source: &[u8], build_context: &BuildContext) -> LintResult {
        let mut lint = self.linter.lint_for_fixes_in_context(source, build_context);
        lint.diagnostics = self.apply_rule_settings(lint.diagnostics);
        lint.withheld.retain(|withheld| self.settings.is_enabled(withheld.code));
        lint
    }

    /// The only diagnostic of a file that looks like a template and was found by the search. `None` for other
    /// files.
    #[must_use]
    pub(crate) fn template_diagnostics(&self, source: &[u8]) -> Option<Vec<Diagnostic>> {
        is_template_file(&syntax::parse(source)).then(|| self.template_diagnostic())
    }

    /// The only diagnostic of a template.
    #[must_use]
    pub(crate) fn template_diagnostic(&self) -> Vec<Diagnostic> {
        let message = "the file looks like a template, so it is not checked".to_string();
        let mut diagnostic = about_files::file_diagnostic(&about_files::TEMPLATE, message);
        diagnostic.help =
            Some("check the generated Dockerfile, or skip the template with `exclude`".to_string());
        let mut found = vec![diagnostic];
        found.retain(|diagnostic| self.settings.is_selected(diagnostic));
        found
    }

    fn apply_rule_settings(&self, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        found.retain(|diagnostic| self.settings.is_selected(diagnostic));
        for diagnostic in &mut found {
            diagnostic.severity = self.settings.severity(diagnostic.code).unwrap_or(diagnostic.severity);
            if diagnostic.is_certain_build_error()
                && self.settings.ignores_code(diagnostic.code)
                && !self.is_hadolint()
            {
                let help = diagnostic.help.take().map(|help| format!("{help}; ")).unwrap_or_default();
                diagnostic.help = Some(format!("{help}{NOT_IGNORED}"));
            }
        }
        found
    }
}
