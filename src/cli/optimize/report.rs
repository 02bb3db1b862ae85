//! The report of each file.

use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use super::OptimizeJob;
use crate::cli::args::OptimizeArgs;
use crate::cli::baselines::BaselineRun;
use crate::cli::error::CliError;
use crate::cli::jobs::FileJob;
use crate::cli::lint_file::{is_binary, read_source};
use crate::cli::output::{should_use_color, write_output};
use crate::cli::threads::for_each_in_order;
use crate::cli::{ExitStatus, print_error, print_note};
use crate::config::{DefaultRules, RuleSelector, Settings, nearest_name};
use crate::error_text::{ErrorText, suggest_name};
use crate::files::discover::FileOrigin;
use crate::files::engine::LintEngine;
use crate::library_errors::{explain_binary_file, explain_read_error};
use crate::lint::BuildContext;
use crate::optimize::context::{ContextError, ContextVisibility};
use crate::optimize::{ReportError, ReportInputs, StepTimings, build_report, explain_missing_stage};
use crate::plan::{Analyzer, ApplicableLimits, FilePlan, Metrics, plan_file};
use crate::report::neutralize;
use crate::report::optimize::{OptimizeFormat, OptimizeReport, ReportDetail, SkippedFile, TextReportStyle};
use crate::semantic::is_template_file;
use crate::semantic::paths::context_path;
use crate::syntax::{self, Arguments};

pub(super) fn print_report(
    args: &OptimizeArgs,
    work: &[OptimizeJob<'_>],
    baseline: &BaselineRun,
) -> Result<ExitStatus, CliError> {
    let timings = read_timings(args)?;
    let all = AnalysisContext {
        args,
        timings: timings.as_ref(),
        only: args.problem_selectors(),
        baseline: Some(baseline),
    };
    let mut exit = ExitStatus::Clean;
    let mut report = OptimizeReport::new(args.format, text_style(args));
    let plan = |work: &OptimizeJob<'_>| {
        panic::catch_unwind(AssertUnwindSafe(|| all.analyze_file(work)))
            .unwrap_or_else(|_| Err(NoReportReason::failed("internal error in dockwright; please report it")))
    };
    for_each_in_order(work, args.jobs, plan, |OptimizeJob { job, .. }, outcome| match outcome {
        Ok(Some(plan)) => {
            exit = exit.max(report_exceeded_limits(args, job, &plan.before));
            report.add(&plan);
        }
        Ok(None) => {}
        Err(trouble) => {
            let shown = &job.candidate.shown;
            trouble.print(shown);
            if trouble.fails {
                exit = ExitStatus::Failed;
            }
            report.skip(SkippedFile { file: shown.clone(), why: trouble.text.to_string() });
        }
    })?;
    write_output(args.output_file.as_deref(), |out| report.write(out))?;
    Ok(exit)
}

/// How the text report looks.
pub(super) fn text_style(args: &OptimizeArgs) -> TextReportStyle {
    /// The width if standard output is not a terminal.
    const WIDTH: usize = 100;
    let path = args.output_file.as_deref();
    let detail = match (args.explain, args.all, args.steps) {
        (true, ..) => ReportDetail::Explain,
        (_, true, _) => ReportDetail::All,
        (.., true) => ReportDetail::Steps,
        _ => ReportDetail::Summary,
    };
    let terminal = path.is_none().then(terminal_size::terminal_size).flatten();
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let width = terminal.map(|(width, _)| usize::from(width.0)).or(columns).unwrap_or(WIDTH);
    let (narrowest, widest) = TextReportStyle::WIDTHS;
    TextReportStyle {
        detail,
        color: args.format == OptimizeFormat::Text && should_use_color(args.terminal.color, path),
        width: width.clamp(narrowest, widest),
    }
}

/// The metrics of a text that replaces the content of the file.
pub(super) fn read_metrics(OptimizeJob { job, engine }: &OptimizeJob<'_>, text: &[u8]) -> Option<Metrics> {
    let context = engine.context_files(&job.candidate, text).ok()?;
    let target = job.settings.target.as_deref();
    let inputs = ReportInputs { target, files: context.as_deref(), ..ReportInputs::default() };
    build_report(&job.candidate.shown, text, &inputs).ok().map(|report| Metrics::from_report(&report))
}

/// Prints the limits that a file exceeds.
pub(super) fn report_exceeded_limits(args: &OptimizeArgs, job: &FileJob, figures: &Metrics) -> ExitStatus {
    report_exceeded_growth(args, job, figures, ApplicableLimits::Value)
}

/// Reports the limits of growth that are exceeded.
pub(super) fn report_exceeded_growth(
    args: &OptimizeArgs,
    job: &FileJob,
    figures: &Metrics,
    limited: ApplicableLimits<'_>,
) -> ExitStatus {
    let mut exit = ExitStatus::Clean;
    for excess in job.settings.limits.iter().filter_map(|limit| limit.describe_excess(figures, limited)) {
        exit = ExitStatus::Found;
        if !args.terminal.quiet {
            print_note(&format_args!("{}: {excess}", neutralize(&job.candidate.shown)));
        }
    }
    exit
}

/// Why a file could not be analyzed.
pub(crate) struct NoReportReason {
    pub(crate) text: ErrorText,
    /// Whether the command failed; otherwise there is just nothing to report.
    pub fails: bool,
}

impl From<ErrorText> for NoReportReason {
    /// The reason for a failure of the command.
    fn from(text: ErrorText) -> Self {
        Self { text, fails: true }
    }
}

impl NoReportReason {
    /// The reason for a failure of the command.
    pub(crate) fn failed(why: impl Into<String>) -> Self {
        Self { text: ErrorText::new(why), fails: true }
    }

    fn without_report(why: &str) -> Self {
        Self { text: ErrorText::new(why), fails: false }
    }

    /// Adds advice on what to do.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.text = self.text.help(help);
        self
    }

    /// Prints the error, or a note if the command did not fail.
    pub(crate) fn print(&self, file: &str) {
        let ErrorText { message, help } = self.text.clone();
        let text = ErrorText { message: format!("{file}: {message}"), help };
        if self.fails {
            print_error(&CliError::Usage(text));
        } else {
            print_note(&neutralize(&text.to_string()));
        }
    }
}

pub(super) fn read_timings(args: &OptimizeArgs) -> Result<Option<StepTimings>, CliError> {
    let Some(path) = &args.timings else { return Ok(None) };
    let log = std::fs::read(path).map_err(|error| CliError::read(path, error))?;
    let timings = StepTimings::parse(&String::from_utf8_lossy(&log));
    if timings.is_empty() {
        return Err(CliError::usage(format!("{}: not a build log (it has no build steps)", path.display()))
            .help("create it with `docker build --progress=rawjson . 2> build.log`"));
    }
    Ok(Some(timings))
}

/// Data that all files share.
pub(super) struct AnalysisContext<'a> {
    pub args: &'a OptimizeArgs,
    pub timings: Option<&'a StepTimings>,
    /// The rules whose problems are listed.
    pub only: Vec<RuleSelector>,
    pub baseline: Option<&'a BaselineRun>,
}

impl AnalysisContext<'_> {
    pub(super) fn analyze_file(
        &self,
        OptimizeJob { job, engine }: &OptimizeJob<'_>,
    ) -> Result<Option<FilePlan>, NoReportReason> {
        let candidate = &job.candidate;
        let source =
            read_source(candidate).map_err(|error| NoReportReason::from(explain_read_error(&error)))?;
        if is_binary(&source) {
            return Err(explain_binary_file(&source).with_prefix("not analyzed: ").into());
        }
        if candidate.origin == FileOrigin::Walked && is_template_file(&syntax::parse(&source)) {
            return Ok(None);
        }
        let context =
            engine.context_files(candidate, &source).map_err(|error| context_error(error, &job.settings))?;
        if let (Some(path), Some(files)) = (&self.args.touch, context.as_deref()) {
            match files.find(path) {
                ContextVisibility::Yes => {}
                ContextVisibility::Ignored => {
                    let file = files.ignore_file.as_deref().unwrap_or(".dockerignore");
                    let message =
                        format!("`--touch {path}`: `{file}` excludes this file from the build context");
                    return Err(NoReportReason::failed(message)
                        .help(format!("name a file that `{file}` does not exclude")));
                }
                ContextVisibility::No => {
                    let message =
                        format!("`--touch {path}`: no such file in the build context `{}`", files.directory);
                    return Err(NoReportReason::failed(message)
                        .help("name a file of the build context, relative to its directory"));
                }
            }
        }
        if let (Some(path), None, false, FileOrigin::Named | FileOrigin::Walked) =
            (&self.args.touch, &context, self.args.no_context, candidate.origin)
        {
            let directories = [candidate.absolute.parent(), Some(Path::new("."))];
            let inside = context_path(path);
            if !directories.into_iter().flatten().any(|directory| directory.join(&inside).exists()) {
                let message = format!("`--touch {path}`: no such file, and the build context is unknown");
                return Err(
                    NoReportReason::failed(message).help("name an existing file, or use `--context DIR`")
                );
            }
        }
        let build_context = BuildContext { context, ..engine.build_context(candidate) };
        self.plan_for_text(&source, job, engine, &build_context).map(Some)
    }

    /// The plan of a text that replaces the content of the file, with this build context.
    pub(super) fn plan_for_text(
        &self,
        source: &[u8],
        job: &FileJob,
        engine: &LintEngine,
        build_context: &BuildContext,
    ) -> Result<FilePlan, NoReportReason> {
        let candidate = &job.candidate;
        let inputs = ReportInputs {
            target: job.settings.target.as_deref(),
            files: build_context.context.as_deref(),
            touch: self.args.touch.as_deref(),
            timings: self.timings,
        };
        let known =
            self.baseline.and_then(|baseline| baseline.problems_of_file(&candidate.absolute, &job.settings));
        let selects =
            |code: &str| self.only.iter().any(|selector| selector.matches(code, DefaultRules::PREVIEW));
        let analyzer = Analyzer {
            lint: &|text| engine.analyze(text, build_context),
            is_listed: &selects,
            is_filtered: !self.args.select.is_empty() || !self.args.ignore.is_empty(),
            is_fixed: &|code| self.args.select.is_empty() || selects(code),
            report: &|text| build_report(&candidate.shown, text, &inputs),
        };
        plan_file(source, known, analyzer).map_err(|why| match why {
            ReportError::NoStage => NoReportReason::without_report(&explain_missing_stage(source)),
            ReportError::UnknownStage => {
                let target = job.settings.target.as_deref().unwrap_or_default();
                let from = match self.args.target {
                    Some(_) => "`--target`",
                    None => "`target` from the configuration",
                };
                NoReportReason::failed(format!("unknown target stage `{target}`"))
                    .help(suggest_stage(source, target, from))
            }
            ReportError::TooLong => NoReportReason::without_report("too many instructions for a report"),
        })
    }
}

/// Why the files of a build context are unknown.
pub(super) fn context_error(error: ContextError, settings: &Settings) -> NoReportReason {
    match (error, &settings.context) {
        (ContextError::TooManyFiles, _) => NoReportReason::failed("too many files in the build context")
            .help("exclude some in `.dockerignore`, or use `--no-context`"),
        (ContextError::NotADirectory, Some(context)) => {
            let why = format!("the build context `{}` is not a directory", context.display());
            NoReportReason::failed(why).help("correct `context` in the configuration, or use `--context DIR`")
        }
        (ContextError::NotADirectory, None) => {
            NoReportReason::failed("the build context is not a directory").help("use `--context DIR`")
        }
    }
}

/// Which stages a target can name.
fn suggest_stage(source: &[u8], written: &str, option: &str) -> String {
    let file = syntax::parse(source);
    let aliases = file.instructions().filter_map(|instruction| match &instruction.arguments {
        Arguments::From(from) => from.alias.as_ref(),
        _ => None,
    });
    let names: Vec<String> = aliases.map(|alias| alias.name.text.to_string()).collect();
    if names.is_empty() {
        format!("the file has no named stages, so remove {option}")
    } else {
        let nearest = nearest_name(written, names.iter().map(String::as_str));
        suggest_name(nearest.as_deref(), &names)
    }
}
