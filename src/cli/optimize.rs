//! `dockwright optimize`: the picture of what each Dockerfile costs.

use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};

use super::args::OptimizeArgs;
use super::discover::{Candidate, Finder, Origin};
use super::error::{Error, reason};
use super::lint_file::{is_dockerfile, quiet_panics, read};
use super::output::{wants_color, write_to};
use super::threads::side_by_side;
use super::{Exit, complain, note};
use crate::config::PathGlobs;
use crate::optimize::context::{self, Files};
use crate::optimize::{Inputs, NoPicture, Picture, Timings, picture};
use crate::report::inert;
use crate::report::optimize::{Costs, Unpictured, write};
use crate::semantic::is_template;
use crate::syntax::{self, Arguments, Dockerfile, Source};

pub(super) fn run(args: &OptimizeArgs) -> Result<Exit, Error> {
    let current = std::env::current_dir().map_err(|error| Error::read(Path::new("."), error))?;
    let exclude = PathGlobs::new(&current, std::iter::empty::<&str>())
        .map_err(|(written, why)| Error::Usage(format!("`{written}` is not a pattern for paths ({why})")))?;
    let finder = Finder {
        current: &current,
        exclude: &exclude,
        force_exclude: false,
        respect_gitignore: true,
        stdin_name: args.stdin_filename.as_deref(),
    };
    let found = finder.find(&args.paths);
    let mut exit = Exit::Clean;
    for problem in &found.problems {
        complain(&inert(problem));
        exit = Exit::Failed;
    }
    let named = named_context(args)?;
    let timings = timings(args)?;
    let candidates: Vec<Candidate> = found.candidates.into_iter().filter(is_dockerfile).collect();
    if candidates.is_empty() && exit == Exit::Clean {
        note(&"no Dockerfile found");
    }
    quiet_panics();
    let work: Vec<&Candidate> = candidates.iter().collect();
    let outcomes = side_by_side(&work, args.jobs, |candidate| {
        panic::catch_unwind(AssertUnwindSafe(|| one(args, candidate, named.as_ref(), timings.as_ref())))
            .unwrap_or_else(|_| {
                Err(Trouble::of("an error of dockwright's own ended the analysis; please report it"))
            })
    })?;
    let mut costs = Costs::default();
    for (candidate, outcome) in candidates.iter().zip(outcomes) {
        match outcome {
            Ok(Some(picture)) => costs.pictures.push(picture),
            Ok(None) => {}
            Err(trouble) => {
                complain(&format_args!("`{}` {}", inert(&candidate.shown), inert(&trouble.why)));
                if trouble.fails {
                    exit = Exit::Failed;
                }
                costs.unpictured.push(Unpictured { file: candidate.shown.clone(), why: trouble.why });
            }
        }
    }
    let color = wants_color(args.terminal.color, args.output_file.as_deref());
    write_to(args.output_file.as_deref(), |out| write(out, args.format, &costs, color))?;
    Ok(exit)
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

/// The context that the user names, read once for all files. An ignore file of a Dockerfile's own needs that
/// Dockerfile.
fn named_context(args: &OptimizeArgs) -> Result<Option<PathBuf>, Error> {
    let Some(folder) = &args.context else { return Ok(None) };
    if folder.is_dir() {
        return Ok(Some(folder.clone()));
    }
    Err(Error::Usage(format!("the context `{}` is not a folder", folder.to_string_lossy())))
}

fn timings(args: &OptimizeArgs) -> Result<Option<Timings>, Error> {
    let Some(path) = &args.timings else { return Ok(None) };
    let log = std::fs::read(path).map_err(|error| Error::read(path, error))?;
    let timings = Timings::parse(&String::from_utf8_lossy(&log));
    if timings.is_empty() {
        let message =
            "no step of a build is in the log; make one with `docker build --progress=rawjson` or `=plain`";
        return Err(Error::Usage(message.to_string()));
    }
    Ok(Some(timings))
}

fn one(
    args: &OptimizeArgs,
    candidate: &Candidate,
    named: Option<&PathBuf>,
    timings: Option<&Timings>,
) -> Result<Option<Picture>, Trouble> {
    let source =
        read(candidate).map_err(|error| Trouble::of(&format!("cannot be read ({})", reason(&error))))?;
    let file = syntax::parse(&source);
    if candidate.origin == Origin::Walked && is_template(&file) {
        return Ok(None);
    }
    let path = (candidate.origin != Origin::Stdin).then_some(candidate.path.as_path());
    let files = match named {
        Some(folder) => Some(read_context(folder, path)?),
        None if args.no_context => None,
        None => path.and_then(|path| beside(path, &file)),
    };
    let inputs = Inputs {
        target: args.target.as_deref(),
        files: files.as_ref(),
        touch: args.touch.as_deref(),
        timings,
    };
    picture(&candidate.shown, &source, &inputs).map(Some).map_err(|why| match why {
        NoPicture::NoStage => {
            Trouble { why: "has no FROM, so that nothing is built".to_string(), fails: false }
        }
        NoPicture::NoSuchStage => {
            let target = args.target.as_deref().unwrap_or_default();
            Trouble::of(&format!("has no stage `{target}`"))
        }
        NoPicture::TooLong => {
            Trouble { why: "has too many instructions for a picture".to_string(), fails: false }
        }
    })
}

fn read_context(folder: &Path, dockerfile: Option<&Path>) -> Result<Files, Trouble> {
    let shown = folder.to_string_lossy();
    context::read(folder, &shown, dockerfile).map_err(|error| match error {
        context::ReadError::NotAFolder => Trouble::of("has no context, which is no folder"),
        context::ReadError::TooManyFiles => Trouble::of("has a context with too many files"),
    })
}

/// The folder of the Dockerfile as its context, if all that COPY names is there. Nobody says that it is.
fn beside(path: &Path, file: &Dockerfile<'_>) -> Option<Files> {
    let folder = path.parent()?;
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut named = 0usize;
    let mut whole = false;
    for instruction in file.instructions() {
        let Arguments::Paths(paths) = &instruction.arguments else { continue };
        if instruction.flag("from").is_some() {
            continue;
        }
        for source in &paths.sources {
            let Source::Path(word) = source else { continue };
            let text = word.text.trim_matches(['"', '\'']);
            if text.contains(['$', '*', '?', '[']) || text.contains("://") || text.starts_with("git@") {
                continue;
            }
            let text = text.trim_start_matches('/');
            if matches!(text, "" | "." | "./") {
                whole = true;
                continue;
            }
            if !folder.join(text).exists() {
                return None;
            }
            named += 1;
        }
    }
    let plain = path
        .file_name()
        .is_some_and(|name| name.eq_ignore_ascii_case("Dockerfile") || name == "Containerfile");
    if named == 0 && !(plain && whole) {
        return None;
    }
    let shown = folder.to_string_lossy();
    let mut files = context::read(folder, &shown, Some(path)).ok()?;
    files.assumed = true;
    Some(files)
}
