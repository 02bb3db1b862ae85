//! The definition of a rule, and its interface to the file.

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::absence::{MissingCommand, ProgramAbsence};
use crate::facts::installs::AptInstalls;
use crate::optimize::context::ContextFiles;
use crate::optimize::facts::{LayerSizes, compute_layer_account};
use crate::optimize::{Bytes, StepOutline, WasteCause, WastedBytes};
use crate::rule_version::RuleVersion;
use crate::semantic::base_image::DistributionFamily;
use crate::semantic::build::BuildCheckTiming;
use crate::semantic::{Builder, CacheMounts, IgnoreFile, LabelType, Run, Semantics, Stage, View};
use crate::shell::analysis::codes::message_of_code;
use crate::source::Span;
use crate::syntax::{Dockerfile, Instruction, Kind};

/// A rule: one static in one file, one page in `rules/`.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// `DL3020`, `StageNameCasing`, `DW1001`.
    pub code: &'static str,
    /// The name of the problem, in kebab case: `add-for-local-files`.
    pub name: &'static str,
    pub group: RuleGroup,
    /// Under `check`.
    pub severity: Severity,
    /// As in hadolint, if that differs.
    pub hadolint_severity: Option<Severity>,
    pub enabled: RuleActivation,
    /// The first version in which it runs by default, if it does.
    pub since: RuleVersion,
    pub fixable: Fixable,
    /// Rules of other families that report the same problem. If both report, the user sees one diagnostic, under
    /// the code of this rule.
    pub leads: &'static [(&'static str, DiagnosticPairing)],
    /// Rules that may report after a fix of this one: the old text only hid their problems.
    pub reveals: &'static [&'static str],
    /// Whether the fixes only change the notation of an instruction, so that the program that runs it does not
    /// matter.
    pub is_notation: bool,
    /// Whether only the file determines what the rule reports. If it also depends on a build context, a registry or a
    /// configuration, an ignore comment for it may be unused here and needed elsewhere.
    pub needs_file_only: bool,
    /// Whether `optimize` lists its problems: it is about rebuilds, size or leaked secrets.
    pub in_optimizer: OptimizerScope,
    /// When BuildKit runs it, if it is one of its checks.
    pub moment: BuildCheckTiming,
    /// The wasted space that the report counts for its problems.
    pub wastes: Option<WasteCause>,
    pub check: Check,
    /// The page for users, whose examples are tests.
    pub docs: &'static str,
}

/// Which problems of a rule `optimize` lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptimizerScope {
    No,
    /// Problems in stages that the build needs.
    BuiltStages,
    /// Also problems in stages that are not built.
    AllStages,
}

impl Rule {
    /// The common values of most hadolint rules.
    pub const HADOLINT: Self = Self {
        code: "",
        name: "",
        group: RuleGroup::Hadolint,
        severity: Severity::Warning,
        hadolint_severity: None,
        enabled: RuleActivation::Default,
        since: RuleVersion::FIRST,
        fixable: Fixable::Never,
        leads: &[],
        reveals: &[],
        is_notation: false,
        needs_file_only: true,
        in_optimizer: OptimizerScope::No,
        moment: BuildCheckTiming::Dispatch,
        wastes: None,
        check: Check::Engine,
        docs: "",
    };

    /// The common values of most BuildKit checks.
    pub(crate) const BUILDKIT: Self = Self { group: RuleGroup::Buildkit, ..Self::HADOLINT };

    /// The common values of most dockwright rules.
    pub const DOCKWRIGHT: Self =
        Self { group: RuleGroup::Dockwright, enabled: RuleActivation::Preview, ..Self::HADOLINT };

    /// The common values of dockwright rules about size, rebuilds and leaked secrets: `optimize` lists their
    /// problems.
    pub(crate) const OPTIMIZER: Self = Self { in_optimizer: OptimizerScope::BuiltStages, ..Self::DOCKWRIGHT };

    /// The values that most security rules share.
    pub(crate) const SECURITY: Self = Self { in_optimizer: OptimizerScope::No, ..Self::DOCKWRIGHT };

    /// The common values of rules about builds that fail. New ones are previews until real builds have confirmed
    /// them.
    pub const BUILD: Self = Self {
        group: RuleGroup::Build,
        enabled: RuleActivation::Default,
        severity: Severity::Error,
        in_optimizer: OptimizerScope::No,
        ..Self::DOCKWRIGHT
    };

    /// The common values of rules about ignore comments.
    pub(crate) const ABOUT_IGNORES: Self =
        Self { enabled: RuleActivation::Default, is_notation: true, ..Self::DOCKWRIGHT };

    /// The page of the rule. For a code that is a row of a shared page, the text of that row.
    #[must_use]
    pub fn page(&self) -> Cow<'static, str> {
        let (code, name) = (self.code, self.name);
        let heading = format!("# {code} ");
        if self.docs.starts_with(&heading) {
            return Cow::Borrowed(self.docs);
        }
        let row = self.docs.lines().find_map(|line| line.strip_prefix(&format!("| {code} | ")));
        let advice = row.and_then(|row| row.rsplit(" | ").next()).unwrap_or_default();
        let advice = advice.trim_end_matches(['|', ' ']).replace("\\|", "|");
        let message = code.strip_prefix("SC").and_then(|number| number.parse().ok());
        let message = message.map(|number| message_of_code(number, "")).unwrap_or_default();
        let sentences = [message, advice].into_iter().filter(|text| !text.is_empty());
        let sentences: Vec<String> = sentences.map(|text| format!("{}.", capitalize(&text))).collect();
        Cow::Owned(format!("{heading}{name}\n\n{}\n", sentences.join(" ")))
    }

    /// Creates a diagnostic at `span`, without help, stage or fix; `anchor` is as in [`Diagnostic`].
    pub fn diagnostic(&self, anchor: Span, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code: self.code,
            name: self.name,
            aliases: Vec::new(),
            severity: self.severity,
            message: message.into(),
            help: None,
            saving: None,
            span,
            anchor,
            stage: None,
            fix: None,
            refused: Vec::new(),
            hidden: Vec::new(),
            conditional: false,
            loss: None,
        }
    }

    /// The first paragraph of its page, on one line.
    #[must_use]
    pub fn summary(&self) -> String {
        let page = self.page();
        let paragraph = page.split("\n\n").nth(1).unwrap_or(self.name);
        paragraph.lines().map(str::trim).collect::<Vec<_>>().join(" ")
    }
}

/// The family that a rule belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RuleGroup {
    Hadolint,
    ShellCheck,
    Buildkit,
    Dockwright,
    /// Builds that fail, proved before the build.
    Build,
}

/// How the diagnostics of two rules that report the same problem are paired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiagnosticPairing {
    /// In one instruction: the n-th with the n-th.
    Instruction,
    /// In one instruction, if their spans touch.
    Words,
    /// In one stage, by the kind of instruction: the n-th with the n-th. They report on different lines; the user
    /// sees the earlier instruction, which has no effect.
    Stage(Kind),
}

/// Whether a rule runs by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleActivation {
    Default,
    /// With `--preview`, or when selected.
    Preview,
    /// Only when selected.
    Selected,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fixable {
    Never,
    Sometimes,
    Always,
}

/// The part of a file that a rule checks.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// Each top-level instruction of these kinds.
    Instruction(&'static [Kind], fn(&mut RuleChecker<'_>, &Instruction<'_>)),
    /// Each RUN whose commands are known, those under ONBUILD too.
    Run(fn(&mut RuleChecker<'_>, &Run<'_>)),
    /// The file as a whole, once.
    File(fn(&mut RuleChecker<'_>)),
    /// Reported by the engine itself (DL1000, SC codes): no function is called.
    Engine,
}

/// The interface of a rule to the file and to its reports.
pub struct RuleChecker<'a> {
    pub file: &'a Dockerfile<'a>,
    pub semantics: &'a Semantics<'a>,
    pub options: &'a RuleOptions,
    /// The ignore file of the build context, if there is one.
    pub ignored: Option<&'a IgnoreFile>,
    /// The files of the build context, if they are known.
    pub context: Option<&'a ContextFiles>,
    /// Computed on first use, and shared by all rules.
    pub(crate) outline: &'a OnceCell<Option<StepOutline<'a, 'a>>>,
    /// The packages that apt calls install, computed on first use.
    pub(crate) installs: &'a OnceCell<AptInstalls>,
    /// The contents of the layers, computed on first use.
    pub(crate) account: &'a OnceCell<Option<LayerSizes>>,
    /// Which programs are certainly missing, computed on first use.
    pub(crate) absence: &'a OnceCell<ProgramAbsence>,
    /// How the file joins commands, as far as any RUN shows it: see `merge::joining_style`.
    pub(crate) joining_style: &'a OnceCell<Option<(bool, String)>>,
    pub(crate) rule: &'static Rule,
    pub(crate) found: Vec<Diagnostic>,
}

/// Where a Dockerfile names an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DigestPlace {
    /// `FROM`, and the defaults of build arguments that it uses.
    From,
    /// `COPY --from` and `RUN --mount=from=`.
    Copy,
    /// `# syntax=`.
    Syntax,
}

/// The settings that rules read.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools)] // each is a separate option
pub struct RuleOptions {
    /// Whether to imitate hadolint 2.15.1, including its quirks: see `semantic::quirks`.
    pub hadolint: bool,
    /// Registries that images may come from; empty if all are allowed.
    pub trusted_registries: Vec<String>,
    /// Labels that every image must have, and the types of their values.
    pub label_schema: std::collections::BTreeMap<String, LabelType>,
    /// Whether labels that are not in the schema are reported.
    pub strict_labels: bool,
    /// The ignore file of the build context, for a text that comes without one.
    pub ignore_file: Option<std::sync::Arc<IgnoreFile>>,
    /// BuildKit's experimental checks that run even without a `# check=experimental=` comment.
    pub experimental_checks: Vec<&'static str>,
    /// The builder: fixes write nothing that it does not support.
    pub builder: Builder,
    /// Whether caches of package managers are kept in mounts.
    pub cache_mounts: CacheMounts,
    /// Whether ignore comments must give a reason.
    pub require_reason: bool,
    /// The places where images must have a digest; `None` for all.
    pub digests: Option<Vec<DigestPlace>>,
    /// Package indexes that users accept in addition to the public one.
    pub trusted_indexes: Vec<String>,
    /// Whether rules also report problems that are still in preview.
    pub preview: bool,
}

impl<'a> RuleChecker<'a> {
    /// The steps of the file and the dependencies of its stages; `None` if the file has no stage or too many
    /// instructions.
    pub fn outline(&self) -> Option<&'a StepOutline<'a, 'a>> {
        self.outline.get_or_init(|| StepOutline::new(self.semantics, None).ok()).as_ref()
    }

    /// The packages that the apt calls of the file install. `None` in hadolint's view, which has no such facts.
    pub(crate) fn installs(&self) -> Option<&'a AptInstalls> {
        let known = self.semantics.view == View::Exact;
        known.then(|| self.installs.get_or_init(|| AptInstalls::solve(self.semantics)))
    }

    /// The contents of the layers and the wasted space. `None` in hadolint's view, which has no sizes, and
    /// without an outline.
    pub(crate) fn layer_sizes(&self) -> Option<&'a LayerSizes> {
        let account = || {
            let outline = self.outline().filter(|_| self.semantics.view == View::Exact)?;
            Some(compute_layer_account(self.semantics, &outline.drafts, &outline.graph, self.context))
        };
        self.account.get_or_init(account).as_ref()
    }

    /// The saved bytes in words, such as `~20 MB`, if they are known and worth a change.
    pub(crate) fn describe_saving(&self, saved: Option<Bytes>) -> Option<String> {
        // A few bytes do not justify a change.
        let saved = saved.filter(|saved| saved.known_total() >= 1_000 && self.semantics.view == View::Exact);
        saved.and_then(Bytes::describe_in_words)
    }

    /// The bytes that the layer of an instruction wastes for this cause; `what` is the description in the account.
    pub fn wasted_bytes(
        &self,
        instruction: &Instruction<'_>,
        cause: WasteCause,
        what: Option<&str>,
    ) -> Option<Bytes> {
        let outline = self.outline()?;
        let is_it = |one: &&WastedBytes| {
            let step = outline.drafts.steps.get(one.step);
            one.cause == cause
                && step.is_some_and(|step| step.instruction.span == instruction.span)
                && what.is_none_or(|what| one.what.iter().any(|own| own == what))
        };
        self.layer_sizes()?.waste.iter().find(is_it).map(|one| one.bytes)
    }

    /// Which programs are certainly missing. `None` in hadolint's view.
    pub(crate) fn program_absence(&self) -> Option<&'a ProgramAbsence> {
        let installs = self.installs()?;
        Some(self.absence.get_or_init(|| {
            ProgramAbsence::analyze(self.semantics, installs, &|directory| {
                // An assumed context may be the wrong one.
                let files = self.context.filter(|files| !files.assumed && files.unreadable == 0);
                files.map_or(Vec::new(), |files| files.files_below(directory))
            })
        }))
    }

    /// The commands whose program is certainly missing, each with its RUN, if the build runs it: either package
    /// managers or all other programs.
    pub(crate) fn missing_programs(&self, are_managers: bool) -> Vec<(&'a Run<'a>, &'a MissingCommand)> {
        let missing = self.program_absence().into_iter().flat_map(|absence| &absence.missing);
        missing
            .filter(|missing| DistributionFamily::from_manager(&missing.program).is_some() == are_managers)
            .filter_map(|missing| Some((self.semantics.runs.get(missing.run)?, missing)))
            .filter(|(run, _)| self.build_runs_instruction_at(run.outer.span.start))
            .collect()
    }

    /// Whether a build runs the instruction at `offset`: BuildKit skips stages that the target does not need.
    pub(crate) fn build_runs_instruction_at(&self, offset: u32) -> bool {
        let stage = self.semantics.stage_at(offset);
        stage.is_some_and(|stage| self.semantics.build.is_stage_needed(stage.index))
    }

    /// Reports at `span`, which is in `instruction`. Add the fix and the help to the result.
    pub fn report(
        &mut self,
        instruction: &Instruction<'_>,
        span: Span,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        self.report_at(instruction.span, span, message)
    }

    /// Reports at `span`; `anchor` is the span whose lines hadolint and BuildKit report.
    pub(crate) fn report_at(
        &mut self,
        anchor: Span,
        span: Span,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        let mut found = self.rule.diagnostic(anchor, span, message);
        found.stage = self.semantics.stage_at(anchor.start).map(Stage::display_name);
        if let Some(severity) = self.rule.hadolint_severity.filter(|_| self.options.hadolint) {
            found.severity = severity;
        }
        let last = self.found.len();
        self.found.push(found);
        &mut self.found[last]
    }
}

/// The text with its first letter in uppercase.
fn capitalize(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
