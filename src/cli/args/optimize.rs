//! What `optimize` is given.

use std::path::PathBuf;

use clap::Args as Arguments;

use super::{ConfigArgs, FileArgs, FixArgs, Level, TerminalArgs, selector, threads};
use crate::config::{Layer, OptimizeLayer, Selector};
use crate::plan::Condition;
use crate::report::optimize::CostFormat;

/// Show what Dockerfiles cost, and make them cost less: what ships for nothing, what runs again for nothing.
///
/// It is told from the file and, where there is one, the build context: no engine, no network. The context is
/// the folder of the Dockerfile if all that COPY names is there, unless `--context` names another.
#[derive(Debug, Default, Arguments)]
#[command(after_long_help = OPTIMIZE_EXAMPLES)]
pub struct OptimizeArgs {
    #[command(flatten)]
    pub files: FileArgs,

    #[command(flatten)]
    pub fixes: FixArgs,

    /// Say for each rewrite what proves it, or why it is not made
    #[arg(long, conflicts_with_all = ["fix", "diff", "format"], help_heading = "Fixes")]
    pub explain: bool,

    /// Make, show and explain these rewrites only
    ///
    /// Codes (`DW1104`), names (`late-deletion`), prefixes (`DW11`) or the group `optimizer`, which they all are of.
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = selector, help_heading = "Rules")]
    pub select: Vec<Selector>,

    /// Leave out these rewrites
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = selector, help_heading = "Rules")]
    pub ignore: Vec<Selector>,

    /// Do not heed comments that ask for silence
    #[arg(long, help_heading = "Rules")]
    pub no_inline_ignores: bool,

    /// Do not list what this file knows; `check --write-baseline` writes it. Fixes are made all the same
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    pub baseline: Option<PathBuf>,

    /// The build context
    #[arg(long, value_name = "DIR", help_heading = "Build")]
    pub context: Option<PathBuf>,

    /// Read no build context
    #[arg(long, conflicts_with = "context", help_heading = "Build")]
    pub no_context: bool,

    /// The stage that is built [default: the last one]
    #[arg(long, value_name = "STAGE", help_heading = "Build")]
    pub target: Option<String>,

    /// The source file that changes, from the context
    #[arg(long, value_name = "PATH", help_heading = "Build")]
    pub touch: Option<String>,

    /// Take times from the log of a build (`docker build --progress=rawjson`, or `=plain`)
    #[arg(long, value_name = "LOG", help_heading = "Build")]
    pub timings: Option<PathBuf>,

    /// Exit with 1 if a file costs more than this: `waste>20MB`, `layers>15`, `score>60`, `efficiency<0.8`
    ///
    /// With `--fix` the file that comes out of it counts, with `--diff` only whether something would change.
    #[arg(long, value_name = "CONDITIONS", value_delimiter = ',', value_parser = Condition::parse, help_heading = "Output")]
    pub fail_on: Option<Vec<Condition>>,

    /// How to write the picture
    #[arg(long, value_enum, default_value_t, conflicts_with_all = ["fix", "diff"], help_heading = "Output")]
    pub format: CostFormat,

    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "PATH", conflicts_with_all = ["fix", "diff"], help_heading = "Output")]
    pub output_file: Option<PathBuf>,

    #[command(flatten)]
    pub configuration: ConfigArgs,

    /// Use this many threads [default: one for each processor]
    #[arg(short, long, value_name = "N", value_parser = threads)]
    pub jobs: Option<std::num::NonZeroUsize>,

    #[command(flatten)]
    pub terminal: TerminalArgs,
}

impl OptimizeArgs {
    /// What the flags say about rules: those of the optimizer run as well, whatever is selected for `check`.
    #[must_use]
    pub fn layer(&self) -> Layer {
        Layer {
            extend_select: std::iter::once(Selector::Optimizer).chain(self.select.iter().cloned()).collect(),
            exact: true,
            ignore: self.ignore.clone(),
            inline_ignores: self.no_inline_ignores.then_some(false),
            fix: self.fixes.unsafe_fixes.map(Level::least),
            optimize: OptimizeLayer {
                context: None,
                target: self.target.clone(),
                fail_on: self.fail_on.clone(),
                mounts: None,
            },
            ..Layer::default()
        }
    }

    /// The rules whose rewrites are wanted.
    #[must_use]
    pub fn only(&self) -> Vec<Selector> {
        if self.select.is_empty() { vec![Selector::Optimizer] } else { self.select.clone() }
    }
}

const OPTIMIZE_EXAMPLES: &str = "\
Examples:
  dockwright optimize                                 every Dockerfile in this folder and below
  dockwright optimize --context . docker/Dockerfile   a Dockerfile that is not where its context is
  dockwright optimize --touch src/main.py Dockerfile  what a change of this file runs again
  dockwright optimize --diff                          what the rewrites that are safe would change
  dockwright optimize --fix --unsafe-fixes=mid        make them, and those that need a second look
  dockwright optimize --explain                       what proves each, and why others are not made
  dockwright optimize --format json Dockerfile        for a program to read";
