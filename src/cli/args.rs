//! The command line, as clap reads it.

use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser as _};
use clap::{Args as Arguments, Parser, Subcommand, ValueEnum};

use super::build_args::BuildArgs;
use super::config::ConfigCommand;
use super::manual::{CompletionsArgs, ManArgs};
use super::shellcheck::VARIABLE;
use crate::config::{FailOn, Layer, Selector, Source};
use crate::diagnostic::Applicability;
use crate::report::Format;
use crate::report::optimize::CostFormat;
use crate::shellcheck::Choice;

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

/// Lint Dockerfiles.
///
/// A PATH is a file, a folder or `-` for standard input. Folders are walked, hidden ones too, and
/// `.gitignore` is respected; a file that is named is always taken. For a compose or bake file that is named,
/// the Dockerfiles of its services or targets are linted.
#[derive(Debug, Default, Arguments)]
#[command(after_long_help = CHECK_EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct CheckArgs {
    /// Files, folders, or `-` for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,

    /// Run these rules only
    ///
    /// Codes (`DL3008`), names (`StageNameCasing`), prefixes (`DL30`, `SC*`), the groups `hadolint`,
    /// `shellcheck`, `buildkit`, `dockwright`, `optimizer`, `recommended`, or `ALL`.
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = selector, help_heading = "Rules")]
    pub select: Option<Vec<Selector>>,

    /// Run these rules as well
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = selector, help_heading = "Rules")]
    pub extend_select: Vec<Selector>,

    /// Do not run these rules
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = selector, help_heading = "Rules")]
    pub ignore: Vec<Selector>,

    /// Run new rules, too, that are not part of the recommended ones yet
    #[arg(long, help_heading = "Rules")]
    pub preview: bool,

    /// Let ShellCheck itself check the shell of RUN, instead of the embedded analysis
    ///
    /// The path of the program, `auto` for `shellcheck` where it is installed, or `off`. The variable
    /// `DOCKWRIGHT_SHELLCHECK` says the same.
    #[arg(long, value_name = "PATH|auto|off", env = VARIABLE, hide_env = true, default_value = "off",
          hide_default_value = true, value_parser = OsStringValueParser::new().map(|written| Choice::of(&written)),
          help_heading = "Rules")]
    pub shellcheck: Choice,

    /// Do not heed comments that ask for silence
    #[arg(long, help_heading = "Rules")]
    pub no_inline_ignores: bool,

    /// Pass over what this file knows, until it is mended
    ///
    /// Diagnostics are recognised by file, code and words, not by line. Fixes are made all the same.
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    pub baseline: Option<PathBuf>,

    /// Write everything that is found into a file for `--baseline`
    #[arg(long, value_name = "FILE", help_heading = "Rules",
          conflicts_with_all = ["baseline", "fix", "diff", "fix_only", "add_ignores"])]
    pub write_baseline: Option<PathBuf>,

    /// Make the fixes that are safe
    #[arg(long, help_heading = "Fixes")]
    pub fix: bool,

    /// Print what `--fix` would change, as a unified diff, and change nothing
    #[arg(long, conflicts_with = "fix", help_heading = "Fixes")]
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
        help_heading = "Fixes"
    )]
    pub unsafe_fixes: Option<Level>,

    /// Make fixes, of these rules only if some are named, and do not report what is left
    #[arg(long, value_name = "RULES", num_args = 0..=1, require_equals = true, default_missing_value = "ALL",
          value_delimiter = ',', value_parser = selector, help_heading = "Fixes")]
    pub fix_only: Option<Vec<Selector>>,

    /// Add comments that ignore everything that is left, with this reason if one is given
    ///
    /// A comment goes above the instruction, or a code into the comment of dockwright's that is there.
    #[arg(long, value_name = "REASON", num_args = 0..=1, require_equals = true, default_missing_value = "",
          conflicts_with_all = ["no_inline_ignores", "fix_only"], help_heading = "Fixes")]
    pub add_ignores: Option<String>,

    /// Exit with 1 if something was fixed
    #[arg(long, help_heading = "Fixes")]
    pub exit_non_zero_on_fix: bool,

    /// How to write the results; `FORMAT=PATH` writes them to a file. May be given several times
    ///
    /// Without it `full` on a terminal, else `concise`.
    #[arg(long, value_name = "FORMAT[=PATH]", value_parser = output, help_heading = "Output")]
    pub format: Vec<Output>,

    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "PATH", help_heading = "Output")]
    pub output_file: Option<PathBuf>,

    /// Print how often each rule has reported, instead of each diagnostic
    #[arg(long, help_heading = "Output")]
    pub statistics: bool,

    /// The least severity that makes the exit code 1 [default: warning]
    #[arg(long, value_name = "SEVERITY", help_heading = "Output")]
    pub fail_on: Option<FailOn>,

    /// Exit with 0 whatever was found
    #[arg(long, help_heading = "Output")]
    pub exit_zero: bool,

    /// Leave out files that this pattern fits; it is relative to the current folder
    #[arg(long, value_name = "GLOB", help_heading = "Files")]
    pub exclude: Vec<String>,

    /// Apply what is said of names and exclusions to files that are named, too, as hooks need
    #[arg(long, help_heading = "Files")]
    pub force_exclude: bool,

    /// Report only what stands on lines that have changed since this commit, branch or tag; asks git
    ///
    /// Changed is what the working tree has and the commit at which this branch left REF has not.
    #[arg(long, value_name = "REF", conflicts_with_all = ["fix", "diff", "fix_only"], help_heading = "Files")]
    pub since: Option<String>,

    /// Walk into what `.gitignore` names, too
    #[arg(long, help_heading = "Files")]
    pub no_respect_gitignore: bool,

    /// What to call standard input, and where to look for its configuration
    #[arg(long, value_name = "NAME", help_heading = "Files")]
    pub stdin_filename: Option<PathBuf>,

    /// Print the files that would be linted, and end
    #[arg(long, help_heading = "Files")]
    pub show_files: bool,

    #[command(flatten)]
    pub build: BuildArgs,

    /// Use this configuration for all files
    #[arg(long, value_name = "FILE", conflicts_with = "isolated", help_heading = "Configuration")]
    pub config: Option<PathBuf>,

    /// Read no configuration file
    #[arg(long, help_heading = "Configuration")]
    pub isolated: bool,

    /// Print the settings of the first file, and end
    #[arg(long, help_heading = "Configuration")]
    pub show_settings: bool,

    /// Use this many threads [default: one for each processor]
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,

    #[command(flatten)]
    pub terminal: TerminalArgs,
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

/// Show what Dockerfiles cost: what ships for nothing, what runs again for nothing.
///
/// It is told from the file and, where there is one, the build context: no engine, no network. The context is
/// the folder of the Dockerfile if all that COPY names is there, unless `--context` names another.
#[derive(Debug, Default, Arguments)]
#[command(after_long_help = OPTIMIZE_EXAMPLES)]
pub struct OptimizeArgs {
    /// Files, folders, or `-` for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,

    /// The build context
    #[arg(long, value_name = "DIR")]
    pub context: Option<PathBuf>,

    /// Read no build context
    #[arg(long, conflicts_with = "context")]
    pub no_context: bool,

    /// The stage that is built [default: the last one]
    #[arg(long, value_name = "STAGE")]
    pub target: Option<String>,

    /// The source file that changes, from the context
    #[arg(long, value_name = "PATH")]
    pub touch: Option<String>,

    /// Take times from the log of a build (`docker build --progress=rawjson`, or `=plain`)
    #[arg(long, value_name = "LOG")]
    pub timings: Option<PathBuf>,

    /// How to write the picture
    #[arg(long, value_enum, default_value_t)]
    pub format: CostFormat,

    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "PATH")]
    pub output_file: Option<PathBuf>,

    /// What to call standard input
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<PathBuf>,

    /// Use this many threads [default: one for each processor]
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,

    #[command(flatten)]
    pub terminal: TerminalArgs,
}

/// Explain a rule.
///
/// Prints its page: what it reports and why, with examples, and when to ignore it. In `--all`, the third column
/// says whether a rule runs by default, the fourth whether some of its diagnostics can be fixed.
#[derive(Debug, Arguments)]
#[command(after_long_help = RULE_EXAMPLES)]
pub struct RuleArgs {
    /// Code or name of a rule
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub code: Option<String>,

    /// Every rule
    #[arg(long)]
    pub all: bool,

    /// How to print it
    #[arg(long, value_enum, default_value_t = RuleFormat::Text)]
    pub format: RuleFormat,

    /// Whether to print in colour [default: only on a terminal]
    #[arg(long, value_name = "WHEN")]
    pub color: Option<When>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RuleFormat {
    Text,
    Json,
    Markdown,
}

/// Serve an editor: the language server protocol over standard input and output.
///
/// Editors start it themselves. Each document is linted by the configuration that counts for its folder, as
/// under `check`.
#[derive(Debug, Arguments)]
pub struct LspArgs {
    /// Use this configuration for all documents
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    pub config: Option<PathBuf>,

    /// Read no configuration file
    #[arg(long)]
    pub isolated: bool,

    /// What some editors add; there is no other way
    #[arg(long, hide = true)]
    pub stdio: bool,
}

/// Print the syntax tree of a file as JSON.
///
/// The items tile the file; spans are byte offsets, the end exclusive.
#[derive(Debug, Arguments)]
#[command(after_long_help = SYNTAX_EXAMPLES)]
pub struct SyntaxArgs {
    /// A file, or `-` for standard input
    pub file: PathBuf,
}

/// A format and the file to write it to; `None` is standard output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    pub format: Format,
    pub path: Option<PathBuf>,
}

impl CheckArgs {
    /// What the flags say about rules.
    #[must_use]
    pub fn layer(&self) -> Layer {
        Layer {
            select: self.select.clone(),
            extend_select: self.extend_select.clone(),
            ignore: self.ignore.clone(),
            preview: self.preview.then_some(true),
            inline_ignores: self.no_inline_ignores.then_some(false),
            fail_on: self.fail_on,
            fix: self.unsafe_fixes.map(Level::least),
            ..Layer::default()
        }
    }

    /// Where configuration comes from; `current` is the current folder.
    #[must_use]
    pub fn source(&self, current: &std::path::Path) -> Source {
        match &self.config {
            Some(file) => Source::File(crate::config::absolute(current, file)),
            None if self.isolated => Source::Nothing,
            None => Source::Nearest,
        }
    }
}

fn selector(written: &str) -> Result<Selector, String> {
    Selector::parse(written).map_err(|unknown| match unknown.nearest {
        Some(name) => format!("there is no such rule or group; did you mean `{name}`?"),
        None => "there is no such rule or group".to_string(),
    })
}

fn output(written: &str) -> Result<Output, String> {
    let (name, path) = match written.split_once('=') {
        Some((_, "")) => return Err("a path is missing after `=`".to_string()),
        Some((name, path)) => (name, Some(PathBuf::from(path))),
        None => (written, None),
    };
    if let Ok(format) = Format::from_str(name, false) {
        return Ok(Output { format, path });
    }
    let names: Vec<String> = Format::value_variants()
        .iter()
        .filter_map(|format| Some(format.to_possible_value()?.get_name().to_string()))
        .collect();
    let known = names.join(", ");
    Err(match crate::config::nearest(name, names.iter().map(String::as_str)) {
        Some(nearest) => format!("there is no such format; did you mean `{nearest}`? There are {known}"),
        None => format!("there is no such format; there are {known}"),
    })
}

const EXAMPLES: &str = "\
Examples:
  dockwright check                           every Dockerfile in this folder and below
  dockwright check --format json Dockerfile  one file, for a program to read
  dockwright check --fix                     make the fixes that are safe
  dockwright rule DL3008                     what a rule is about
  dockwright hadolint -f sarif Dockerfile    as hadolint would do it";

const OPTIMIZE_EXAMPLES: &str = "\
Examples:
  dockwright optimize                                 every Dockerfile in this folder and below
  dockwright optimize --context . docker/Dockerfile   a Dockerfile that is not where its context is
  dockwright optimize --touch src/main.py Dockerfile  what a change of this file runs again
  dockwright optimize --format json Dockerfile        for a program to read";

const CHECK_EXAMPLES: &str = "\
Examples:
  dockwright check                                    every Dockerfile in this folder and below
  dockwright check docker/ app/Dockerfile             a folder and a file
  dockwright check --stdin-filename app/Dockerfile -  standard input, by the configuration for app/
  dockwright check --select DL30,SC2086               only some rules
  dockwright check --ignore DL3008 --fail-on error    without one rule, failing on errors only
  dockwright check --format full --format json=out.json
                                                      for people, and for programs in a file
  dockwright check --diff --unsafe-fixes              what would be fixed, the less safe fixes, too
  dockwright check --since origin/main                only what the changes of this branch bring
  dockwright check compose.yaml docker-bake.hcl       the Dockerfiles that these files build
  dockwright check --force-exclude $FILES             what a hook passes: exclusions count";

const RULE_EXAMPLES: &str = "\
Examples:
  dockwright rule DL3008                    the page of a rule, by its code
  dockwright rule latest-tag                or by its name
  dockwright rule --all                     every rule, one line each
  dockwright rule --all --format json       for a program to read
  dockwright rule SC2086 --format markdown";

const SYNTAX_EXAMPLES: &str = "\
Examples:
  dockwright syntax Dockerfile              one line of JSON
  dockwright syntax - < Dockerfile | jq '.items[].kind'";
