//! The arguments of `check`.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser as _};
use clap::{Args as Arguments, ValueEnum as _};

use super::values::{format_names, output_target, rule_or_policy_parser, rule_selector};
use super::{ConfigArgs, FileArgs, FixArgs, TerminalArgs, UnsafeLevel, parse_thread_count};
use crate::cli::build_args::BuildArgs;
use crate::cli::shellcheck::VARIABLE;
use crate::config::{FailOn, RuleSelector, SettingsLayer};
use crate::error_text::{ErrorText, suggest_name};
use crate::report::Format;
use crate::shellcheck::ProgramChoice;

/// Check Dockerfiles for problems.
///
/// PATH is a file, a directory or `-` for standard input. Directories are searched recursively, including hidden
/// ones; `.git`, `.venv`, `node_modules` and `vendor` are skipped, and `.gitignore` is respected. Files named on the
/// command line are always checked. If you name a Compose or Bake file, the Dockerfiles it builds are checked.
#[derive(Debug, Default, Arguments)]
#[command(after_long_help = CHECK_EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub files: FileArgs,

    /// Run only these rules
    ///
    /// RULES, separated by commas, are codes (`DL3008`), names (`latest-tag`), prefixes (`DL30`, `SC*`), checks of other
    /// scanners (`CKV_DOCKER_3`, `DS-0002`), policies of the configuration, the groups `hadolint`, `shellcheck`, `buildkit`,
    /// `dockwright`, `build`, `optimizer`, `security`, `policy` and `recommended`, or `ALL`.
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = rule_or_policy_parser(),
          hide_possible_values = true, help_heading = "Rules")]
    pub select: Option<Vec<RuleSelector>>,

    /// Also run these rules
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = rule_or_policy_parser(),
          hide_possible_values = true, help_heading = "Rules")]
    pub(crate) extend_select: Vec<RuleSelector>,

    /// Do not run these rules
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = rule_or_policy_parser(),
          hide_possible_values = true, help_heading = "Rules")]
    pub ignore: Vec<RuleSelector>,

    /// Also run preview rules
    #[arg(long, help_heading = "Rules")]
    pub preview: bool,

    /// Check `RUN` commands with ShellCheck instead of the built-in analysis
    ///
    /// PATH is the program to run; `auto` uses `shellcheck` if it is installed; `off` uses the built-in analysis (the
    /// default). Also settable with `DOCKWRIGHT_SHELLCHECK`.
    #[arg(long, value_name = "PATH|auto|off", env = VARIABLE, hide_env = true, default_value = "off",
          hide_default_value = true, help_heading = "Rules",
          value_parser = OsStringValueParser::new().try_map(|written| parse_program_choice(&written)))]
    pub shellcheck: ProgramChoice,

    /// Disregard ignore comments, such as `# dockwright ignore=`
    #[arg(long, help_heading = "Rules")]
    pub(crate) no_inline_ignores: bool,

    /// Hide problems recorded in this baseline file
    ///
    /// Problems are matched by file, rule and text, not by line number. `--fix` still fixes them.
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    pub baseline: Option<PathBuf>,

    /// Record all current problems in a baseline file
    #[arg(long, value_name = "FILE", help_heading = "Rules",
          conflicts_with_all = ["baseline", "fix", "diff", "fix_only", "add_ignores"])]
    pub(crate) write_baseline: Option<PathBuf>,

    #[command(flatten)]
    pub fixes: FixArgs,

    /// Apply fixes (only for RULES, if given) and report nothing else
    #[arg(long, value_name = "RULES", num_args = 0..=1, require_equals = true, default_missing_value = "ALL",
          value_delimiter = ',', value_parser = rule_selector(), hide_possible_values = true,
          conflicts_with = "statistics", help_heading = "Fixes")]
    pub(crate) fix_only: Option<Vec<RuleSelector>>,

    /// Add an ignore comment for every remaining problem, with REASON if given
    ///
    /// The comment is placed above the instruction; if one already exists, the code is added to it.
    #[arg(long, value_name = "REASON", num_args = 0..=1, require_equals = true, default_missing_value = "",
          conflicts_with_all = ["no_inline_ignores", "fix_only"], help_heading = "Fixes")]
    pub add_ignores: Option<String>,

    /// Exit with status 1 if any fix was applied
    #[arg(long, help_heading = "Fixes")]
    pub(crate) exit_non_zero_on_fix: bool,

    /// Set the output format; FORMAT=PATH writes to a file. Repeatable
    ///
    /// One of full, concise, json, jsonl, sarif, gitlab, github, junit, checkstyle, codeclimate, sonarqube, rdjson, gnu
    /// or markdown. Default: `full` on a terminal, `concise` otherwise.
    #[arg(long, value_name = "FORMAT[=PATH]", value_parser = output_target(), hide_possible_values = true,
          help_heading = "Output")]
    pub format: Vec<OutputTarget>,

    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "PATH", help_heading = "Output")]
    pub(crate) output_file: Option<PathBuf>,

    /// Print a count per rule instead of each problem (as text, or as JSON with `--format json`)
    #[arg(long, help_heading = "Output")]
    pub statistics: bool,

    /// Set the lowest severity that leads to exit status 1 [default: warning]
    #[arg(long, value_name = "SEVERITY", help_heading = "Output")]
    pub(crate) fail_on: Option<FailOn>,

    /// Exit with status 0 even if problems are found
    #[arg(long, help_heading = "Output")]
    pub(crate) exit_zero: bool,

    /// Report only problems on lines changed since this commit, branch or tag (needs git)
    ///
    /// The working tree is compared with the merge base of REF and HEAD.
    #[arg(long, value_name = "REF", conflicts_with_all = ["fix", "diff", "fix_only"], help_heading = "File selection")]
    pub since: Option<String>,

    /// List the files that would be checked, and exit
    #[arg(long, conflicts_with_all = ["fix", "diff", "fix_only", "add_ignores", "write_baseline"],
          help_heading = "File selection")]
    pub(crate) show_files: bool,

    #[command(flatten)]
    pub build: BuildArgs,

    #[command(flatten)]
    pub configuration: ConfigArgs,

    /// Print the settings for the first file that differ from the defaults, and exit
    ///
    /// With `--verbose`, print all settings and the codes of all rules that are on.
    #[arg(long, conflicts_with_all = ["show_files", "output_file", "format"], help_heading = "Configuration")]
    pub(crate) show_settings: bool,

    /// Use N threads [default: one per processor]
    #[arg(short, long, value_name = "N", value_parser = parse_thread_count, allow_negative_numbers = true, help_heading = "General")]
    pub jobs: Option<std::num::NonZeroUsize>,

    #[command(flatten)]
    pub terminal: TerminalArgs,
}

/// A format and the file to write it to; `None` is standard output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OutputTarget {
    pub format: Format,
    pub path: Option<PathBuf>,
}

impl CheckArgs {
    /// The settings that the options give.
    #[must_use]
    pub(crate) fn settings_layer(&self) -> SettingsLayer {
        SettingsLayer {
            select: self.select.clone(),
            extend_select: self.extend_select.clone(),
            ignore: self.ignore.clone(),
            preview: self.preview.then_some(true),
            inline_ignores: self.no_inline_ignores.then_some(false),
            fail_on: self.fail_on,
            fix: self.fixes.unsafe_fixes.map(UnsafeLevel::applicability),
            ..SettingsLayer::default()
        }
    }
}

impl OutputTarget {
    /// Reads `FORMAT` or `FORMAT=PATH`.
    ///
    /// # Errors
    /// The text is not a format, or the path is missing.
    pub(super) fn parse(written: &str) -> Result<Self, ErrorText> {
        let (name, path) = match written.split_once('=') {
            Some((name, "")) => {
                return Err(ErrorText::new("no path after `=`").help(format!("use `--format {name}=PATH`")));
            }
            Some((name, path)) => (name, Some(PathBuf::from(path))),
            None => (written, None),
        };
        if let Ok(format) = Format::from_str(name, false) {
            return Ok(Self { format, path });
        }
        let names = format_names();
        let nearest = crate::config::nearest_name(name, names.iter().map(String::as_str));
        Err(ErrorText::new("unknown format").help(suggest_name(nearest.as_deref(), &names)))
    }
}

/// What `--shellcheck` or its variable chooses. Only the variable may be empty.
fn parse_program_choice(written: &OsStr) -> Result<ProgramChoice, ErrorText> {
    let is_from_variable = || std::env::var_os(VARIABLE).is_some_and(|value| value.is_empty());
    if written.is_empty() && !is_from_variable() {
        return Err(
            ErrorText::new("no program").help("use `auto`, `off` or the path of a ShellCheck program")
        );
    }
    Ok(ProgramChoice::parse(written))
}

const CHECK_EXAMPLES: &str = "\
Examples:
  dockwright check                                    check this directory and all below it
  dockwright check docker/ app/Dockerfile             check a directory and a file
  dockwright check --stdin-filename app/Dockerfile -  check standard input as app/Dockerfile
  dockwright check --select DL30,SC2086               run only some rules
  dockwright check --ignore DL3008 --fail-on error    skip one rule, and fail only on errors
  dockwright check --format full --format json=out.json
                                                      print text, and write JSON to a file
  dockwright check --diff --unsafe-fixes              preview safe fixes and unsafe ones up to low
  dockwright check --since origin/main                report only problems on changed lines
  dockwright check compose.yaml docker-bake.hcl       check the Dockerfiles that these files build
  dockwright check --force-exclude $FILES             apply exclusions to named files, too";
