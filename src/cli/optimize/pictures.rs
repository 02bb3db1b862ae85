//! The picture of each file, with what rewrites would make of it.

use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use super::Work;
use crate::cli::args::OptimizeArgs;
use crate::cli::baselines::Baselines;
use crate::cli::error::Error;
use crate::cli::jobs::Job;
use crate::cli::lint_file::read;
use crate::cli::output::{wants_color, write_to};
use crate::cli::threads::side_by_side;
use crate::cli::{Exit, complain, note};
use crate::config::Selector;
use crate::files::discover::Origin;
use crate::library_errors::io_error;
use crate::lint::Beside;
use crate::optimize::context::InContext;
use crate::optimize::{Inputs, NoPicture, Timings, picture};
use crate::plan::{Eyes, Figures, Plan, plan};
use crate::report::inert;
use crate::report::optimize::{Costs, Unpictured, explain, write};
use crate::semantic::is_template;
use crate::syntax;

pub fn run(args: &OptimizeArgs, work: &[Work<'_>], baseline: &Baselines) -> Result<Exit, Error> {
    let timings = timings(args)?;
    let all = All { args, timings: timings.as_ref(), only: args.only(), baseline };
    let outcomes = side_by_side(work, args.jobs, |work| {
        panic::catch_unwind(AssertUnwindSafe(|| all.one(work)))
            .unwrap_or_else(|_| Err(Trouble::of("internal error in dockwright; please report it")))
    })?;
    let mut exit = Exit::Clean;
    let mut costs = Costs::default();
    for (Work { job, .. }, outcome) in work.iter().zip(outcomes) {
        match outcome {
            Ok(Some(plan)) => {
                exit = exit.max(too_much(args, job, &plan.before));
                costs.plans.push(plan);
            }
            Ok(None) => {}
            Err(trouble) => {
                let shown = &job.candidate.shown;
                complain(&format_args!("{}: {}", inert(shown), inert(&trouble.why)));
                if trouble.fails {
                    exit = Exit::Failed;
                }
                costs.unpictured.push(Unpictured { file: shown.clone(), why: trouble.why });
            }
        }
    }
    let path = args.output_file.as_deref();
    let color = wants_color(args.terminal.color, path);
    write_to(path, |out| {
        if args.explain { explain(out, &costs, color) } else { write(out, args.format, &costs, color) }
    })?;
    Ok(exit)
}

/// The figures of a text in place of that of the file.
pub fn figures_of(Work { job, engine }: &Work<'_>, text: &[u8]) -> Option<Figures> {
    let context = engine.context(&job.candidate, text).ok()?;
    let target = job.settings.target.as_deref();
    let inputs = Inputs { target, files: context.as_deref(), ..Inputs::default() };
    picture(&job.candidate.shown, text, &inputs).ok().map(|picture| Figures::of(&picture))
}

/// Prints the limits that a file exceeds.
pub fn too_much(args: &OptimizeArgs, job: &Job, figures: &Figures) -> Exit {
    let mut exit = Exit::Clean;
    for condition in job.settings.costs_too_much.iter().filter(|condition| condition.is_met(figures)) {
        exit = Exit::Found;
        if !args.terminal.quiet {
            note(&format_args!("{}: {}", inert(&job.candidate.shown), condition.excess(figures)));
        }
    }
    exit
}

/// Why there is no picture of a file.
struct Trouble {
    why: String,
    /// Whether the command could not do its work; else there is only nothing to show.
    fails: bool,
}

impl Trouble {
    fn of(why: &str) -> Self {
        Self { why: why.to_string(), fails: true }
    }
}

fn timings(args: &OptimizeArgs) -> Result<Option<Timings>, Error> {
    let Some(path) = &args.timings else { return Ok(None) };
    let log = std::fs::read(path).map_err(|error| Error::read(path, error))?;
    let timings = Timings::parse(&String::from_utf8_lossy(&log));
    if timings.is_empty() {
        let message = "the log for `--timings` contains no build steps; create one with `docker build --progress=rawjson` or `=plain`";
        return Err(Error::Usage(message.to_string()));
    }
    Ok(Some(timings))
}

/// What counts for all files.
struct All<'a> {
    args: &'a OptimizeArgs,
    timings: Option<&'a Timings>,
    only: Vec<Selector>,
    baseline: &'a Baselines,
}

impl All<'_> {
    fn one(&self, Work { job, engine }: &Work<'_>) -> Result<Option<Plan>, Trouble> {
        let candidate = &job.candidate;
        let source = read(candidate)
            .map_err(|error| Trouble::of(&format!("cannot read file: {}", io_error(&error))))?;
        if candidate.origin == Origin::Walked && is_template(&syntax::parse(&source)) {
            return Ok(None);
        }
        let context = engine
            .context(candidate, &source)
            .map_err(|_| Trouble::of("the build context has too many files; use `--no-context`"))?;
        if let (Some(path), Some(files)) = (&self.args.touch, context.as_deref()) {
            match files.find(path) {
                InContext::Yes => {}
                InContext::Ignored => {
                    let file = files.ignore_file.as_deref().unwrap_or(".dockerignore");
                    return Err(Trouble::of(&format!(
                        "`--touch {path}` has no effect, because `{file}` excludes that file from the build context"
                    )));
                }
                InContext::No => {
                    return Err(Trouble::of(&format!(
                        "no file `{path}` (from `--touch`) in the build context `{}`",
                        files.folder
                    )));
                }
            }
        }
        if let (Some(path), None, false, Origin::Named | Origin::Walked) =
            (&self.args.touch, &context, self.args.no_context, candidate.origin)
        {
            let folders = [candidate.absolute.parent(), Some(Path::new("."))];
            if !folders.into_iter().flatten().any(|folder| folder.join(path).exists()) {
                return Err(Trouble::of(&format!(
                    "no file `{path}` (from `--touch`), and the build context is unknown; use `--context`"
                )));
            }
        }
        let beside = Beside { context, ..engine.beside(candidate) };
        let inputs = Inputs {
            target: job.settings.target.as_deref(),
            files: beside.context.as_deref(),
            touch: self.args.touch.as_deref(),
            timings: self.timings,
        };
        let known = self.baseline.known(&candidate.absolute);
        let eyes = Eyes {
            look: &|text| engine.look(text, &beside),
            wanted: &|code| self.only.iter().any(|selector| selector.matches(code, true)),
            picture: &|text| picture(&candidate.shown, text, &inputs),
        };
        plan(&source, known, eyes).map(Some).map_err(|why| match why {
            NoPicture::NoStage => Trouble { why: "no `FROM`, so nothing is built".to_string(), fails: false },
            NoPicture::NoSuchStage => {
                let target = job.settings.target.as_deref().unwrap_or_default();
                Trouble::of(&format!("no stage named `{target}` (from `--target`)"))
            }
            NoPicture::TooLong => {
                Trouble { why: "too many instructions for a report".to_string(), fails: false }
            }
        })
    }
}
