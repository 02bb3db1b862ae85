//! The command line, for clap: the parts that several commands share.

mod check;
mod format;
mod optimize;
mod other;
mod pin;
pub(super) mod values;

use std::path::{Path, PathBuf};

use clap::builder::NonEmptyStringValueParser;
use clap::{Args as Arguments, Parser, Subcommand, ValueEnum};

use super::config::ConfigCommand;
use super::error::CliError;
use super::manual::{CompletionsArgs, ManArgs};
use super::policy::PolicyCommand;
use crate::config::{ConfigSource, RuleSelector};
use crate::diagnostic::Applicability;
use crate::error_text::ErrorText;

pub(super) use check::{CheckArgs, OutputTarget};
pub(super) use format::FormatArgs;
pub(super) use optimize::OptimizeArgs;
pub(super) use other::{LspArgs, RuleArgs, RuleFormat, SyntaxArgs};
pub(super) use pin::{PinArgs, PinFormat};

/// A Dockerfile linter, fixer and optimizer.
///
/// Results go to standard output, everything else to standard error. Exit status: 0 if nothing at or above
/// `--fail-on` was found, 1 if something was found, 2 if a file could not be read or written, the configuration is
/// invalid, or an argument is invalid.
#[derive(Debug, Parser)]
#[command(name = "dockwright", version = VERSION, max_term_width = 110, after_long_help = EXAMPLES)]
pub(super) struct Args {
    #[command(subcommand)]
    pub command: Command,
}

/// The command line, with a description of `help` that fits the others.
pub(super) fn command() -> clap::Command {
    let mut command = <Args as clap::CommandFactory>::command();
    command.build();
    describe_help_commands(command)
}

fn describe_help_commands(mut command: clap::Command) -> clap::Command {
    let names: Vec<String> = command.get_subcommands().map(|one| one.get_name().to_string()).collect();
    for name in names {
        command = command.mut_subcommand(&name, |one| match name.as_str() {
            "help" => one.about("Print the help of a command"),
            _ => describe_help_commands(one),
        });
    }
    command
}

/// The version, with the commit that the program is built from.
const VERSION: &str = env!("DOCKWRIGHT_VERSION");

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    // For variants without a comment, the description is at the type of the arguments.
    Check(Box<CheckArgs>),
    Optimize(Box<OptimizeArgs>),
    Format(Box<FormatArgs>),
    Pin(Box<PinArgs>),
    Rule(RuleArgs),
    Lsp(LspArgs),
    Syntax(SyntaxArgs),
    /// Work with configuration files.
    ///
    /// The subcommands convert a hadolint configuration, show new rules, and print the schema for editors.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Work with policies, your own rules in the configuration.
    ///
    /// A policy is a `[[policy]]` entry of `dockwright.toml`.
    #[command(subcommand)]
    Policy(PolicyCommand),
    Completions(CompletionsArgs),
    Man(ManArgs),
    /// Drop-in replacement for hadolint (same options, formats and exit codes).
    ///
    /// `dockwright hadolint --help` lists the options.
    #[command(disable_help_flag = true)]
    Hadolint {
        /// Arguments of hadolint
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<std::ffi::OsString>,
    },
}

/// Which files to check.
#[derive(Debug, Default, Arguments)]
pub(super) struct FileArgs {
    /// Files, directories, or `-` for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,

    /// Skip files matching GLOB (relative to the current directory). Repeatable
    #[arg(long, value_name = "GLOB", value_parser = NonEmptyStringValueParser::new(),
          help_heading = "File selection")]
    pub exclude: Vec<String>,

    /// Apply name filters and exclusions to files named on the command line, too (for pre-commit)
    #[arg(long, help_heading = "File selection")]
    pub(crate) force_exclude: bool,

    /// Also search paths listed in `.gitignore`
    #[arg(long, help_heading = "File selection")]
    pub(crate) no_respect_gitignore: bool,

    /// Report standard input under this file name, and use that name to find its configuration
    #[arg(long, value_name = "NAME", help_heading = "File selection")]
    pub(crate) stdin_filename: Option<PathBuf>,
}

/// Which fixes to apply, and whether to write them.
#[derive(Debug, Default, Arguments)]
#[command(next_help_heading = "Fixes")]
pub(super) struct FixArgs {
    /// Apply safe fixes
    #[arg(long)]
    pub fix: bool,

    /// Show what `--fix` would change as a diff, without writing anything; exit with status 1 if there are changes
    #[arg(long, conflicts_with = "fix")]
    pub diff: bool,

    /// Also apply unsafe fixes up to LEVEL [default: low]
    ///
    /// low: removes only caches, indexes and documentation, or requires BuildKit. mid: may change packages, files,
    /// ownership, versions or how the process starts. high: may change stages or the base image.
    #[arg(
        long,
        value_name = "LEVEL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "low",
    )]
    pub(crate) unsafe_fixes: Option<UnsafeLevel>,
}

/// Which configuration applies.
#[derive(Debug, Default, Arguments)]
#[command(next_help_heading = "Configuration")]
pub(super) struct ConfigArgs {
    /// Use this configuration for all files
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    pub config: Option<PathBuf>,

    /// Do not read any configuration file
    #[arg(long)]
    pub isolated: bool,
}

/// How much to print, and in which style.
#[derive(Debug, Default, Arguments)]
#[command(next_help_heading = "General")]
pub(super) struct TerminalArgs {
    /// Suppress notes on standard error
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Print details to standard error
    #[arg(short, long)]
    pub verbose: bool,

    /// Choose when to use color [default: auto]
    #[arg(long, value_name = "WHEN")]
    pub color: Option<ColorChoice>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorChoice {
    Auto,
    Always,
    Never,
}

/// How unsafe a fix may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum UnsafeLevel {
    Low,
    Mid,
    High,
}

impl UnsafeLevel {
    /// As it is written on the command line.
    #[must_use]
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Mid => "mid",
            Self::High => "high",
        }
    }

    /// The least trusted class of fixes at this level.
    #[must_use]
    pub(super) const fn applicability(self) -> Applicability {
        match self {
            Self::Low => Applicability::UnsafeLow,
            Self::Mid => Applicability::UnsafeMid,
            Self::High => Applicability::UnsafeHigh,
        }
    }
}

impl FileArgs {
    /// Some options take a value only after `=`. Written after a space, the value is read as a path. If no file has that
    /// name, the value was meant for the option, so the command stops instead of running without it.
    ///
    /// # Errors
    /// A value was given after a space.
    pub(super) fn reject_stray_value(
        &self,
        fixes: &FixArgs,
        fix_only: Option<&[RuleSelector]>,
    ) -> Result<(), CliError> {
        for path in self.paths.iter().filter(|path| !path.exists()) {
            let Some(written) = path.to_str() else { continue };
            let is_level = UnsafeLevel::from_str(written, true).is_ok();
            let are_rules = || written.split(',').all(|name| RuleSelector::parse(name).is_ok());
            let option = if is_level && fixes.unsafe_fixes.is_some() {
                "--unsafe-fixes"
            } else if fix_only == Some(&[RuleSelector::All]) && are_rules() {
                "--fix-only"
            } else {
                continue;
            };
            return Err(CliError::usage(format!("{written}: cannot read file (no such file)"))
                .help(format!("to pass it as a value, use `{option}={written}`")));
        }
        Ok(())
    }
}

impl ConfigArgs {
    /// Where configuration comes from; `current` is the current directory.
    #[must_use]
    pub(super) fn source(&self, current: &Path) -> ConfigSource {
        match &self.config {
            Some(file) => ConfigSource::File(crate::config::absolute_path(current, file)),
            None if self.isolated => ConfigSource::Nothing,
            None => ConfigSource::Nearest,
        }
    }
}

/// A number of threads.
fn parse_thread_count(written: &str) -> Result<std::num::NonZeroUsize, ErrorText> {
    written.parse().map_err(|_| {
        ErrorText::new("must be a whole number of at least 1").help("use a number, as in `--jobs 4`")
    })
}

const EXAMPLES: &str = "\
Examples:
  dockwright check                           check all Dockerfiles in this directory and below
  dockwright check --format json Dockerfile  print JSON for scripts
  dockwright check --fix                     apply safe fixes
  dockwright format                          format all Dockerfiles
  dockwright pin                             look up digests and checksums, and pin them
  dockwright rule DL3008                     explain a rule
  dockwright hadolint -f sarif Dockerfile    use hadolint's options and formats";
