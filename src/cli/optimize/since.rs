//! `--since`: each Dockerfile that a change affects, before and after it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

use super::OptimizeJob;
use super::report::{AnalysisContext, NoReportReason, context_error, read_timings, report_exceeded_growth};
use crate::cli::args::OptimizeArgs;
use crate::cli::error::CliError;
use crate::cli::lint_file::read_source;
use crate::cli::output::write_output;
use crate::cli::since::{GitRepository, repository_root};
use crate::cli::threads::map_in_parallel;
use crate::cli::{ExitStatus, print_note};
use crate::files::discover::FileOrigin;
use crate::library_errors::explain_read_error;
use crate::lint::BuildContext;
use crate::optimize::context::{self, ContextFiles};
use crate::optimize::{Rebuilt, ReportInputs, build_report};
use crate::plan::{ApplicableLimits, FilePlan, PlanComparison};
use crate::report::neutralize;
use crate::report::optimize::{OptimizeFormat, write_comparisons};
use crate::semantic::is_template_file;
use crate::syntax;

/// Maximum number of changed files to examine; these are enough to find the Dockerfiles that copy them.
const MAX_CHANGED: usize = 500;

/// A repository as it was at the commit to compare with.
struct CommitSnapshot {
    root: PathBuf,
    /// A directory with `tree`, the files of that commit.
    directory: TempDir,
    changed: BTreeSet<String>,
    tracked: BTreeSet<String>,
    /// The earlier paths of renamed files.
    renamed: BTreeMap<String, String>,
}

impl CommitSnapshot {
    fn new(root: &Path, reference: &str) -> Result<Self, CliError> {
        let git = GitRepository { root };
        let commit = git.comparison_commit(reference)?;
        let directory =
            tempfile::tempdir().map_err(|error| CliError::write(Path::new("temporary directory"), error))?;
        git.export(&commit, directory.path())?;
        Ok(Self {
            root: root.to_path_buf(),
            directory,
            changed: git.changed_paths(&commit)?,
            tracked: git.tracked_paths()?,
            renamed: git.renamed_paths(&commit)?,
        })
    }

    fn files_directory(&self) -> PathBuf {
        self.directory.path().join("tree")
    }

    /// The path from the root, with `/`.
    fn repository_path(&self, path: &Path) -> Option<String> {
        let below = path.strip_prefix(&self.root).ok()?;
        let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        Some(parts.join("/"))
    }

    /// The path that a file had at the commit.
    fn earlier_path<'p>(&'p self, path: &'p str) -> &'p str {
        self.renamed.get(path).map_or(path, String::as_str)
    }

    /// The build context of a Dockerfile with this path, as it was. Files that git does not track are assumed to be
    /// unchanged.
    fn context_at_commit(&self, now: &ContextFiles, dockerfile: &str) -> Option<ContextFiles> {
        let directory = std::path::absolute(&now.root).ok()?;
        let below = self.repository_path(&directory)?;
        let earlier = self.earlier_path(dockerfile);
        // The directory may have been renamed with the Dockerfile.
        let is_own = below == directory_of(dockerfile);
        let old_below = if is_own { directory_of(earlier) } else { &below };
        let files = self.files_directory();
        let old_dockerfile = files.join(earlier);
        let mut old =
            context::read_context(&files.join(old_below), &now.directory, Some(&old_dockerfile)).ok()?;
        let prefix = if below.is_empty() { String::new() } else { format!("{below}/") };
        let untracked = now.all.iter().filter(|file| {
            let path = format!("{prefix}{}", file.path);
            !self.tracked.contains(&path)
                && !self.changed.contains(&path)
                && !old.ignored.excludes(&file.path)
        });
        let untracked: Vec<_> = untracked.cloned().collect();
        old.all.extend(untracked);
        old.all.sort_by(|a, b| a.path.cmp(&b.path));
        old.all.dedup_by(|a, b| a.path == b.path);
        Some(ContextFiles { assumed: now.assumed, ..old })
    }
}

/// The directory of a path with `/`; empty for the root.
fn directory_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

pub(super) fn compare_with_commit(
    args: &OptimizeArgs,
    work: &[OptimizeJob<'_>],
    reference: &str,
) -> Result<ExitStatus, CliError> {
    if !matches!(args.format, OptimizeFormat::Text | OptimizeFormat::Markdown | OptimizeFormat::Json) {
        return Err(CliError::usage("`--since` cannot be used with `--format html`")
            .help("use `text`, `markdown` or `json`"));
    }
    let timings = read_timings(args)?;
    let analysis =
        AnalysisContext { args, timings: timings.as_ref(), only: args.problem_selectors(), baseline: None };
    let mut snapshots: BTreeMap<&Path, CommitSnapshot> = BTreeMap::new();
    for OptimizeJob { job, .. } in work {
        if matches!(job.candidate.origin, FileOrigin::Stdin) {
            return Err(CliError::usage("`--since` cannot be used with standard input")
                .help("name the files to check instead of `-`"));
        }
        let root = repository_root(&job.candidate.absolute)?;
        if !snapshots.contains_key(root) {
            snapshots.insert(root, CommitSnapshot::new(root, reference)?);
        }
    }
    let outcomes = map_in_parallel(work, args.jobs, |work| {
        let root = repository_root(&work.job.candidate.absolute).ok()?;
        let snapshot = snapshots.get(root)?;
        compare_file(&analysis, work, snapshot).transpose()
    })?;
    let mut exit = ExitStatus::Clean;
    let mut comparisons = Vec::new();
    for (OptimizeJob { job, .. }, outcome) in work.iter().zip(outcomes) {
        match outcome {
            Some(Ok(comparison)) => {
                let limited =
                    comparison.before.as_ref().map_or(ApplicableLimits::Value, ApplicableLimits::GrowthFrom);
                exit = exit.max(report_exceeded_growth(args, job, &comparison.after, limited));
                comparisons.push(comparison);
            }
            Some(Err(trouble)) => {
                trouble.print(&job.candidate.shown);
                if trouble.fails {
                    exit = ExitStatus::Failed;
                }
            }
            None => {}
        }
    }
    if comparisons.is_empty() && args.format == OptimizeFormat::Text && !args.terminal.quiet {
        print_note(&format_args!("no Dockerfiles are affected by changes since `{}`", neutralize(reference)));
    }
    let path = args.output_file.as_deref();
    write_output(path, |out| write_comparisons(out, args.format, &comparisons, reference))?;
    Ok(exit)
}

/// Both versions of a Dockerfile; `None` if the change does not affect it.
fn compare_file(
    analysis: &AnalysisContext<'_>,
    OptimizeJob { job, engine }: &OptimizeJob<'_>,
    snapshot: &CommitSnapshot,
) -> Result<Option<PlanComparison>, NoReportReason> {
    let candidate = &job.candidate;
    let source = read_source(candidate).map_err(|error| NoReportReason::from(explain_read_error(&error)))?;
    if is_template_file(&syntax::parse(&source)) {
        return Ok(None);
    }
    let context =
        engine.context_files(candidate, &source).map_err(|error| context_error(error, &job.settings))?;
    let Some(own) = snapshot.repository_path(&candidate.absolute) else { return Ok(None) };
    let is_changed = snapshot.changed.contains(&own);
    if !is_changed
        && !depends_on_changed_files(
            analysis,
            job.settings.target.as_deref(),
            &source,
            context.as_deref(),
            snapshot,
        )
    {
        return Ok(None);
    }
    let old_path = snapshot.files_directory().join(snapshot.earlier_path(&own));
    let before: Option<FilePlan> = match std::fs::read(&old_path) {
        Ok(old) => {
            let context =
                context.as_deref().and_then(|now| snapshot.context_at_commit(now, &own)).map(Arc::new);
            let build_context = BuildContext { context, ..engine.build_context(candidate) };
            analysis.plan_for_text(&old, job, engine, &build_context).ok()
        }
        Err(_) => None,
    };
    let build_context = BuildContext { context, ..engine.build_context(candidate) };
    let after = analysis.plan_for_text(&source, job, engine, &build_context)?;
    Ok(Some(PlanComparison::new(before, after)))
}

/// Whether a step that is built depends on a file of the context that has changed.
fn depends_on_changed_files(
    analysis: &AnalysisContext<'_>,
    target: Option<&str>,
    source: &[u8],
    context: Option<&ContextFiles>,
    snapshot: &CommitSnapshot,
) -> bool {
    let Some(files) = context else { return false };
    let Some(below) =
        std::path::absolute(&files.root).ok().and_then(|directory| snapshot.repository_path(&directory))
    else {
        return false;
    };
    let prefix = if below.is_empty() { String::new() } else { format!("{below}/") };
    let changed = snapshot.changed.iter().filter_map(|path| path.strip_prefix(&prefix));
    // A changed ignore file changes what is copied.
    let ignore = files.ignore_file.as_deref().unwrap_or(".dockerignore");
    changed.take(MAX_CHANGED).any(|path| {
        if path == ignore {
            return true;
        }
        if files.ignored.excludes(path) {
            return false;
        }
        let inputs = ReportInputs { target, files: None, touch: Some(path), timings: analysis.timings };
        build_report("", source, &inputs)
            .is_ok_and(|report| report.steps.iter().any(|step| step.built && step.own.source != Rebuilt::No))
    })
}
