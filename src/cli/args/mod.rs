//! The command line, as clap reads it: here what several commands share.

mod check;
mod optimize;
mod other;

use std::path::{Path, PathBuf};

use clap::{Args as Arguments, Parser, Subcommand, ValueEnum};

use super::config::ConfigCommand;
use super::error::Error;
use super::manual::{CompletionsArgs, ManArgs};
use crate::config::{Selector, Source};
use crate::diagnostic::Applicability;
use crate::report::inert;

pub use check::{CheckArgs, Output};
pub use optimize::OptimizeArgs;
pub use other::{LspArgs, RuleArgs, RuleFormat, SyntaxArgs};

/// A Dockerfile linter, fixer and optimizer.
///
/// Results go to standard output, everything else to standard error. The exit code is 0 where nothing at or
/// above the threshold was found, 1 where something was, and 2 where the work could not be done.
#[derive(Debug, Parser)]
#[command(name = "dockwright", version, max_term_width = 110, after_long_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    // What has no comment here is described at its arguments.
    Check(Box<CheckArgs>),
    Optimize(Box<OptimizeArgs>),
    Rule(RuleArgs),
    /// Serve an editor over standard input and output
    Lsp(LspArgs),
    Syntax(SyntaxArgs),
    /// Work with configuration files
    #[command(subcommand)]
    Config(ConfigCommand),
    Completions(CompletionsArgs),
    Man(ManArgs),
    /// Behave as hadolint does: same arguments, output and exit codes
    #[command(disable_help_flag = true)]
    Hadolint {
        /// hadolint's own arguments
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<std::ffi::OsString>,
    },
}

/// Which files to look at.
#[derive(Debug, Default, Arguments)]
pub struct FileArgs {
    /// Files, folders, or `-` for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,

    /// Leave out files that this pattern fits; it is relative to the current folder
    #[arg(long, value_name = "GLOB", help_heading = "Files")]
    pub exclude: Vec<String>,

    /// Apply what is said of names and exclusions to files that are named, too, as hooks need
    #[arg(long, help_heading = "Files")]
    pub force_exclude: bool,

    /// Walk into what `.gitignore` names, too
    #[arg(long, help_heading = "Files")]
    pub no_respect_gitignore: bool,

    /// What to call standard input, and where to look for its configuration
    #[arg(long, value_name = "NAME", help_heading = "Files")]
    pub stdin_filename: Option<PathBuf>,
}

/// Which fixes to make, and whether to write them.
#[derive(Debug, Default, Arguments)]
#[command(next_help_heading = "Fixes")]
pub struct FixArgs {
    /// Make the fixes that are safe
    #[arg(long)]
    pub fix: bool,

    /// Print what `--fix` would change, as a unified diff, and change nothing
    #[arg(long, conflicts_with = "fix")]
    pub diff: bool,

    /// Make fixes, too, that are unsafe up to this level; without one, `low`
    ///
    /// `low` drops caches, indexes and documentation only, or needs BuildKit; `mid` can change which packages,
    /// files, owners or versions are in the image, or how the process starts; `high` changes structure or base.
    #[arg(
        long,
        value_name = "LEVEL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "low",
    )]
    pub unsafe_fixes: Option<Level>,
}

/// Which configuration counts.
#[derive(Debug, Default, Arguments)]
#[command(next_help_heading = "Configuration")]
pub struct ConfigArgs {
    /// Use this configuration for all files
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    pub config: Option<PathBuf>,

    /// Read no configuration file
    #[arg(long)]
    pub isolated: bool,
}

/// What to say, and how.
#[derive(Debug, Default, Arguments)]
pub struct TerminalArgs {
    /// Print diagnostics only
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Say on standard error what is done
    #[arg(short, long)]
    pub verbose: bool,

    /// Whether to print in colour [default: only on a terminal]
    #[arg(long, value_name = "WHEN")]
    pub color: Option<When>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    Auto,
    Always,
    Never,
}

/// How unsafe a fix may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Level {
    Low,
    Mid,
    High,
}

impl Level {
    /// As it is written on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Mid => "mid",
            Self::High => "high",
        }
    }

    /// The least trusted class that belongs to it.
    #[must_use]
    pub const fn least(self) -> Applicability {
        match self {
            Self::Low => Applicability::UnsafeLow,
            Self::Mid => Applicability::UnsafeMid,
            Self::High => Applicability::UnsafeHigh,
        }
    }
}

impl FileArgs {
    /// The value of an option that takes one only after `=` is taken for a path after a blank. Where there is no
    /// file of that name, it was meant for the option, and nothing may be done without it.
    ///
    /// # Errors
    /// There is such a path.
    pub fn refuse_stray_value(&self, fixes: &FixArgs, fix_only: Option<&[Selector]>) -> Result<(), Error> {
        for path in self.paths.iter().filter(|path| !path.exists()) {
            let Some(written) = path.to_str() else { continue };
            let is_level = Level::from_str(written, true).is_ok();
            let are_rules = || written.split(',').all(|name| Selector::parse(name).is_ok());
            let option = if is_level && fixes.unsafe_fixes.is_some() {
                "--unsafe-fixes"
            } else if fix_only == Some(&[Selector::All]) && are_rules() {
                "--fix-only"
            } else {
                continue;
            };
            let written = inert(written);
            let message =
                format!("there is no file `{written}`; a value stands after `=`, as in `{option}={written}`");
            return Err(Error::Usage(message));
        }
        Ok(())
    }
}

impl ConfigArgs {
    /// Where configuration comes from; `current` is the current folder.
    #[must_use]
    pub fn source(&self, current: &Path) -> Source {
        match &self.config {
            Some(file) => Source::File(crate::config::absolute(current, file)),
            None if self.isolated => Source::Nothing,
            None => Source::Nearest,
        }
    }
}

/// A number of threads.
fn threads(written: &str) -> Result<std::num::NonZeroUsize, String> {
    written.parse().map_err(|_| "give a number of threads from 1 on".to_string())
}

fn selector(written: &str) -> Result<Selector, String> {
    Selector::parse(written).map_err(|unknown| match unknown.nearest {
        Some(name) => format!("there is no such rule or group; did you mean `{name}`?"),
        None => "there is no such rule or group".to_string(),
    })
}

const EXAMPLES: &str = "\
Examples:
  dockwright check                           every Dockerfile in this folder and below
  dockwright check --format json Dockerfile  one file, for a program to read
  dockwright check --fix                     make the fixes that are safe
  dockwright rule DL3008                     what a rule is about
  dockwright hadolint -f sarif Dockerfile    as hadolint would do it";
