//! What `check` is given.

use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser as _};
use clap::{Args as Arguments, ValueEnum as _};

use super::{ConfigArgs, FileArgs, FixArgs, Level, TerminalArgs, selector, threads};
use crate::cli::build_args::BuildArgs;
use crate::cli::shellcheck::VARIABLE;
use crate::config::{FailOn, Layer, Selector};
use crate::report::Format;
use crate::shellcheck::Choice;

/// Lint Dockerfiles.
///
/// A PATH is a file, a folder or `-` for standard input. Folders are walked, hidden ones too, and
/// `.gitignore` is respected; a file that is named is always taken. For a compose or bake file that is named,
/// the Dockerfiles of its services or targets are linted.
#[derive(Debug, Default, Arguments)]
#[command(after_long_help = CHECK_EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct CheckArgs {
    #[command(flatten)]
    pub files: FileArgs,

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

    #[command(flatten)]
    pub fixes: FixArgs,

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

    /// Report only what stands on lines that have changed since this commit, branch or tag; asks git
    ///
    /// Changed is what the working tree has and the commit at which this branch left REF has not.
    #[arg(long, value_name = "REF", conflicts_with_all = ["fix", "diff", "fix_only"], help_heading = "Files")]
    pub since: Option<String>,

    /// Print the files that would be linted, and end
    #[arg(long, help_heading = "Files")]
    pub show_files: bool,

    #[command(flatten)]
    pub build: BuildArgs,

    #[command(flatten)]
    pub configuration: ConfigArgs,

    /// Print the settings of the first file, and end
    #[arg(long, help_heading = "Configuration")]
    pub show_settings: bool,

    /// Use this many threads [default: one for each processor]
    #[arg(short, long, value_name = "N", value_parser = threads)]
    pub jobs: Option<std::num::NonZeroUsize>,

    #[command(flatten)]
    pub terminal: TerminalArgs,
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
            fix: self.fixes.unsafe_fixes.map(Level::least),
            ..Layer::default()
        }
    }
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
