//! The report of each file.

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
use crate::files::engine::Engine;
use crate::library_errors::io_error;
use crate::lint::Beside;
use crate::optimize::context::InContext;
use crate::optimize::{Inputs, NoPicture, Timings, picture};
use crate::plan::{Analyzer, Figures, Limited, Plan, plan};
use crate::report::inert;
use crate::report::optimize::{CostFormat, Costs, Detail, Skipped, TextStyle, write};
use crate::semantic::is_template;
use crate::syntax;

pub fn run(args: &OptimizeArgs, work: &[Work<'_>], baseline: &Baselines) -> Result<Exit, Error> {
    let timings = timings(args)?;
    let all = Analysis { args, timings: timings.as_ref(), only: args.only(), baseline: Some(baseline) };
    let outcomes = side_by_side(work, args.jobs, |work| {
        panic::catch_unwind(AssertUnwindSafe(|| all.one(work)))
            .unwrap_or_else(|_| Err(Trouble::of("internal error in dockwright; please report it")))
    })?;
    let mut exit = Exit::Clean;
    let mut costs = Costs::default();
    for (Work { job, .. }, outcome) in work.iter().zip(outcomes) {
        match outcome {
            Ok(Some(plan)) => {
                exit = exit.max(exceeded(args, job, &plan.before));
                costs.plans.push(plan);
            }
            Ok(None) => {}
            Err(trouble) => {
                let shown = &job.candidate.shown;
                complain(&format_args!("{}: {}", inert(shown), inert(&trouble.why)));
                if trouble.fails {
                    exit = Exit::Failed;
                }
                costs.skipped.push(Skipped { file: shown.clone(), why: trouble.why });
            }
        }
    }
    let path = args.output_file.as_deref();
    write_to(path, |out| write(out, args.format, &costs, text_style(args)))?;
    Ok(exit)
}

/// How the text report looks.
pub fn text_style(args: &OptimizeArgs) -> TextStyle {
    /// For what is not a terminal.
    const WIDTH: usize = 100;
    let path = args.output_file.as_deref();
    let detail = match (args.explain, args.all, args.steps) {
        (true, ..) => Detail::Explain,
        (_, true, _) => Detail::All,
        (.., true) => Detail::Steps,
        _ => Detail::Summary,
    };
    let terminal = path.is_none().then(terminal_size::terminal_size).flatten();
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let width = terminal.map(|(width, _)| usize::from(width.0)).or(columns).unwrap_or(WIDTH);
    let (narrowest, widest) = TextStyle::WIDTHS;
    TextStyle {
        detail,
        color: args.format == CostFormat::Text && wants_color(args.terminal.color, path),
        width: width.clamp(narrowest, widest),
    }
}

/// The metrics of a text in place of that of the file.
pub fn figures_of(Work { job, engine }: &Work<'_>, text: &[u8]) -> Option<Figures> {
    let context = engine.context(&job.candidate, text).ok()?;
    let target = job.settings.target.as_deref();
    let inputs = Inputs { target, files: context.as_deref(), ..Inputs::default() };
    picture(&job.candidate.shown, text, &inputs).ok().map(|picture| Figures::of(&picture))
}

/// Prints the limits that a file exceeds.
pub fn exceeded(args: &OptimizeArgs, job: &Job, figures: &Figures) -> Exit {
    exceeded_by(args, job, figures, Limited::Value)
}

/// The same, with limits of growth.
pub fn exceeded_by(args: &OptimizeArgs, job: &Job, figures: &Figures, limited: Limited<'_>) -> Exit {
    let mut exit = Exit::Clean;
    for excess in job.settings.limits.iter().filter_map(|limit| limit.excess(figures, limited)) {
        exit = Exit::Found;
        if !args.terminal.quiet {
            note(&format_args!("{}: {excess}", inert(&job.candidate.shown)));
        }
    }
    exit
}

/// Why a file could not be analyzed.
pub struct Trouble {
    pub why: String,
    /// Whether the command failed; otherwise there is only nothing to show.
    pub fails: bool,
}

impl Trouble {
    fn of(why: &str) -> Self {
        Self { why: why.to_string(), fails: true }
    }
}

pub fn timings(args: &OptimizeArgs) -> Result<Option<Timings>, Error> {
    let Some(path) = &args.timings else { return Ok(None) };
    let log = std::fs::read(path).map_err(|error| Error::read(path, error))?;
    let timings = Timings::parse(&String::from_utf8_lossy(&log));
    if timings.is_empty() {
        let message = "the log for `--timings` contains no build steps; create one with `docker build --progress=rawjson` or `=plain`";
        return Err(Error::Usage(message.to_string()));
    }
    Ok(Some(timings))
}

/// What all files have in common.
pub struct Analysis<'a> {
    pub args: &'a OptimizeArgs,
    pub timings: Option<&'a Timings>,
    /// The rules whose problems are listed.
    pub only: Vec<Selector>,
    pub baseline: Option<&'a Baselines>,
}

impl Analysis<'_> {
    pub fn one(&self, Work { job, engine }: &Work<'_>) -> Result<Option<Plan>, Trouble> {
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
        self.plan_of(&source, job, engine, &beside).map(Some)
    }

    /// The plan of a text in place of that of the file, with these files beside it.
    pub fn plan_of(
        &self,
        source: &[u8],
        job: &Job,
        engine: &Engine,
        beside: &Beside,
    ) -> Result<Plan, Trouble> {
        let candidate = &job.candidate;
        let inputs = Inputs {
            target: job.settings.target.as_deref(),
            files: beside.context.as_deref(),
            touch: self.args.touch.as_deref(),
            timings: self.timings,
        };
        let known = self.baseline.and_then(|baseline| baseline.known(&candidate.absolute));
        let selects = |code: &str| self.only.iter().any(|selector| selector.matches(code, true));
        let analyzer = Analyzer {
            look: &|text| engine.look(text, beside),
            is_listed: &selects,
            is_fixed: &|code| self.args.select.is_empty() || selects(code),
            picture: &|text| picture(&candidate.shown, text, &inputs),
        };
        plan(source, known, analyzer).map_err(|why| match why {
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
