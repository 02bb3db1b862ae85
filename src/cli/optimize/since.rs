//! `--since`: each Dockerfile that a change affects, before and after it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

use super::Work;
use super::report::{Analysis, Trouble, exceeded_by, timings};
use crate::cli::args::OptimizeArgs;
use crate::cli::error::Error;
use crate::cli::lint_file::read;
use crate::cli::output::write_to;
use crate::cli::since::{Git, repository};
use crate::cli::threads::side_by_side;
use crate::cli::{Exit, complain, note};
use crate::files::discover::Origin;
use crate::lint::Beside;
use crate::optimize::context::{self, Files};
use crate::optimize::{Inputs, Runs, picture};
use crate::plan::{Comparison, Limited, Plan};
use crate::report::inert;
use crate::report::optimize::{CostFormat, write_comparisons};
use crate::semantic::is_template;
use crate::syntax;

/// Of more changed files, these are enough to find the Dockerfiles that copy them.
const MOST_CHANGED: usize = 500;

/// A repository as it was at the commit to compare with.
struct Snapshot {
    root: PathBuf,
    /// Holds `tree`, the files of that commit.
    directory: TempDir,
    changed: BTreeSet<String>,
    tracked: BTreeSet<String>,
}

impl Snapshot {
    fn new(root: &Path, reference: &str) -> Result<Self, Error> {
        let git = Git { root };
        let commit = git.base(reference)?;
        let directory =
            tempfile::tempdir().map_err(|error| Error::write(Path::new("temporary directory"), error))?;
        git.export(&commit, directory.path())?;
        Ok(Self {
            root: root.to_path_buf(),
            directory,
            changed: git.changed_paths(&commit)?,
            tracked: git.tracked_paths()?,
        })
    }

    fn tree(&self) -> PathBuf {
        self.directory.path().join("tree")
    }

    /// The path from the root, with `/`.
    fn path_of(&self, path: &Path) -> Option<String> {
        let below = path.strip_prefix(&self.root).ok()?;
        let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        Some(parts.join("/"))
    }

    /// The build context as it was. Files that git does not track were the same, as far as anybody knows.
    fn context(&self, now: &Files, dockerfile: &Path) -> Option<Files> {
        let folder = std::path::absolute(&now.root).ok()?;
        let below = self.path_of(&folder)?;
        let mut old = context::read(&self.tree().join(&below), &now.folder, Some(dockerfile)).ok()?;
        let prefix = if below.is_empty() { String::new() } else { format!("{below}/") };
        let untracked = now.all.iter().filter(|file| {
            let path = format!("{prefix}{}", file.path);
            !self.tracked.contains(&path)
                && !self.changed.contains(&path)
                && !old.ignored.leaves_out(&file.path)
        });
        let untracked: Vec<_> = untracked.cloned().collect();
        old.all.extend(untracked);
        old.all.sort_by(|a, b| a.path.cmp(&b.path));
        old.all.dedup_by(|a, b| a.path == b.path);
        Some(Files { assumed: now.assumed, ..old })
    }
}

pub fn run(args: &OptimizeArgs, work: &[Work<'_>], reference: &str) -> Result<Exit, Error> {
    if !matches!(args.format, CostFormat::Text | CostFormat::Markdown | CostFormat::Json) {
        return Err(Error::Usage("`--since` supports the formats text, markdown and json".to_string()));
    }
    let timings = timings(args)?;
    let analysis = Analysis { args, timings: timings.as_ref(), only: args.only(), baseline: None };
    let mut snapshots: BTreeMap<&Path, Snapshot> = BTreeMap::new();
    for Work { job, .. } in work {
        if matches!(job.candidate.origin, Origin::Stdin) {
            return Err(Error::Usage("`--since` cannot be used with standard input".to_string()));
        }
        let root = repository(&job.candidate.absolute)?;
        if !snapshots.contains_key(root) {
            snapshots.insert(root, Snapshot::new(root, reference)?);
        }
    }
    let outcomes = side_by_side(work, args.jobs, |work| {
        let root = repository(&work.job.candidate.absolute).ok()?;
        let snapshot = snapshots.get(root)?;
        compare(&analysis, work, snapshot).transpose()
    })?;
    let mut exit = Exit::Clean;
    let mut comparisons = Vec::new();
    for (Work { job, .. }, outcome) in work.iter().zip(outcomes) {
        match outcome {
            Some(Ok(comparison)) => {
                let limited = comparison.before.as_ref().map_or(Limited::Value, Limited::GrowthFrom);
                exit = exit.max(exceeded_by(args, job, &comparison.after, limited));
                comparisons.push(comparison);
            }
            Some(Err(trouble)) => {
                complain(&format_args!("{}: {}", inert(&job.candidate.shown), inert(&trouble.why)));
                if trouble.fails {
                    exit = Exit::Failed;
                }
            }
            None => {}
        }
    }
    if comparisons.is_empty() && args.format == CostFormat::Text && !args.terminal.quiet {
        note(&format_args!("no Dockerfile is affected by the changes since `{}`", inert(reference)));
    }
    let path = args.output_file.as_deref();
    write_to(path, |out| write_comparisons(out, args.format, &comparisons, reference))?;
    Ok(exit)
}

/// Both versions of a Dockerfile; `None` if the change does not affect it.
fn compare(
    analysis: &Analysis<'_>,
    Work { job, engine }: &Work<'_>,
    snapshot: &Snapshot,
) -> Result<Option<Comparison>, Trouble> {
    let candidate = &job.candidate;
    let fails = |why: &str| Trouble { why: why.to_string(), fails: true };
    let source = read(candidate).map_err(|_| fails("cannot read file"))?;
    if is_template(&syntax::parse(&source)) {
        return Ok(None);
    }
    let context = engine
        .context(candidate, &source)
        .map_err(|_| fails("the build context has too many files; use `--no-context`"))?;
    let Some(own) = snapshot.path_of(&candidate.absolute) else { return Ok(None) };
    let is_changed = snapshot.changed.contains(&own);
    if !is_changed
        && !copies_changed(analysis, job.settings.target.as_deref(), &source, context.as_deref(), snapshot)
    {
        return Ok(None);
    }
    let old_path = snapshot.tree().join(&own);
    let before: Option<Plan> = match std::fs::read(&old_path) {
        Ok(old) => {
            let context = context.as_deref().and_then(|now| snapshot.context(now, &old_path)).map(Arc::new);
            let beside = Beside { context, ..engine.beside(candidate) };
            analysis.plan_of(&old, job, engine, &beside).ok()
        }
        Err(_) => None,
    };
    let beside = Beside { context, ..engine.beside(candidate) };
    let after = analysis.plan_of(&source, job, engine, &beside)?;
    Ok(Some(Comparison::new(before, after)))
}

/// Whether a step that is built depends on a file of the context that has changed.
fn copies_changed(
    analysis: &Analysis<'_>,
    target: Option<&str>,
    source: &[u8],
    context: Option<&Files>,
    snapshot: &Snapshot,
) -> bool {
    let Some(files) = context else { return false };
    let Some(below) = std::path::absolute(&files.root).ok().and_then(|folder| snapshot.path_of(&folder))
    else {
        return false;
    };
    let prefix = if below.is_empty() { String::new() } else { format!("{below}/") };
    let changed = snapshot.changed.iter().filter_map(|path| path.strip_prefix(&prefix));
    // A changed ignore file changes what is copied.
    let ignore = files.ignore_file.as_deref().unwrap_or(".dockerignore");
    changed.take(MOST_CHANGED).any(|path| {
        if path == ignore {
            return true;
        }
        if files.ignored.leaves_out(path) {
            return false;
        }
        let inputs = Inputs { target, files: None, touch: Some(path), timings: analysis.timings };
        picture("", source, &inputs)
            .is_ok_and(|picture| picture.steps.iter().any(|step| step.built && step.own.source != Runs::No))
    })
}
