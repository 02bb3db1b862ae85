//! The arguments of `optimize`.

use std::path::PathBuf;

use clap::Args as Arguments;
use clap::builder::NonEmptyStringValueParser;

use super::values::rule_selector;
use super::{ConfigArgs, FileArgs, FixArgs, TerminalArgs, UnsafeLevel, parse_thread_count};
use crate::config::{OptimizeLayer, RuleSelector, SettingsLayer};
use crate::error_text::ErrorText;
use crate::plan::CostLimit;
use crate::report::optimize::OptimizeFormat;

/// Find wasted image space and unnecessary rebuilds, and fix them.
///
/// Works from the Dockerfile and the build context alone; no Docker engine, no network. The build context is the
/// directory of the Dockerfile if all COPY sources exist there, unless `--context` or the configuration names another.
#[derive(Debug, Default, Arguments)]
#[command(after_long_help = OPTIMIZE_EXAMPLES)]
// Each is a flag of the command line.
#[allow(clippy::struct_excessive_bools)]
pub(crate) struct OptimizeArgs {
    #[command(flatten)]
    pub files: FileArgs,

    #[command(flatten)]
    pub fixes: FixArgs,

    /// Explain what proves each fix and what it risks, or why a problem is not fixed
    #[arg(long, conflicts_with_all = ["fix", "diff", "format", "since"], help_heading = "Output")]
    pub explain: bool,

    /// List all problems, not only those that fit in 40 lines
    #[arg(long, conflicts_with_all = ["fix", "diff", "format", "since", "explain"], help_heading = "Output")]
    pub all: bool,

    /// Show what each step adds and which changes rebuild it, instead of the problems
    #[arg(long, conflicts_with_all = ["fix", "diff", "format", "since", "explain", "all"], help_heading = "Output")]
    pub steps: bool,

    /// Create the proposed `.dockerignore` in the build context
    ///
    /// An existing file is never changed; the missing lines are printed instead. With `--fix`, fixes that depend on the
    /// new file are applied in the same run.
    #[arg(long, conflicts_with_all = ["since", "no_context", "diff"], help_heading = "Fixes")]
    pub(crate) write_dockerignore: bool,

    /// Compare with this commit, branch or tag, and report only what changed (needs git)
    ///
    /// The working tree is compared with the merge base of REF and HEAD. A Dockerfile is reported if it or a file that
    /// it copies has changed.
    #[arg(long, value_name = "REF", conflicts_with_all = ["fix", "diff", "baseline", "touch"], help_heading = "Output")]
    pub since: Option<String>,

    /// Only list these rules, and only apply their fixes
    ///
    /// RULES are codes (`DW1104`), names (`late-deletion`), prefixes (`DW11`) or the group `optimizer`, which contains
    /// all rules about size, rebuilds and leaked secrets. By default, the rules of that
    /// group are listed, and the fixes of all rules are applied.
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = rule_selector(), hide_possible_values = true, help_heading = "Rules")]
    pub select: Vec<RuleSelector>,

    /// Do not run these rules
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = rule_selector(), hide_possible_values = true, help_heading = "Rules")]
    pub ignore: Vec<RuleSelector>,

    /// Disregard ignore comments, such as `# dockwright ignore=`
    #[arg(long, help_heading = "Rules")]
    pub(crate) no_inline_ignores: bool,

    /// Hide problems recorded in this baseline file (see `check --write-baseline`). `--fix` still fixes them
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    pub baseline: Option<PathBuf>,

    /// Use this build context directory
    #[arg(long, value_name = "DIR", help_heading = "Build")]
    pub context: Option<PathBuf>,

    /// Do not read any build context
    #[arg(long, conflicts_with = "context", help_heading = "Build")]
    pub(crate) no_context: bool,

    /// Set the stage to build [default: the last one]
    #[arg(long, value_name = "STAGE", value_parser = NonEmptyStringValueParser::new(),
          help_heading = "Build")]
    pub target: Option<String>,

    /// Assume that this source file changes (path inside the build context)
    #[arg(long, value_name = "PATH", value_parser = parse_touched, help_heading = "Build")]
    pub touch: Option<String>,

    /// Use step durations from a build log (standard error of `docker build --progress=rawjson`, or `=plain`)
    #[arg(long, value_name = "LOG", help_heading = "Build")]
    pub timings: Option<PathBuf>,

    /// Exit with status 1 if a limit is exceeded: `wasted>20MB`, `layers>15`, `rebuild>5min`; with `--since` also `image>+50MB`
    ///
    /// Metrics: `image` (size of the image), `added` (size of the layers that the file adds), `wasted` (wasted space),
    /// `layers` (number of layers), `rebuild` (rebuild time after a source change). With `--since`, `+` limits how much
    /// a metric may grow, in the same unit or in percent. Unknown sizes do not count. With `--fix`, limits
    /// apply to the fixed file.
    #[arg(long, value_name = "LIMITS", value_delimiter = ',', value_parser = CostLimit::parse, help_heading = "Output")]
    pub(crate) fail_on: Option<Vec<CostLimit>>,

    /// Set the report format
    #[arg(long, value_enum, default_value_t, conflicts_with_all = ["fix", "diff"], help_heading = "Output")]
    pub format: OptimizeFormat,

    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "PATH", conflicts_with_all = ["fix", "diff"], help_heading = "Output")]
    pub(crate) output_file: Option<PathBuf>,

    #[command(flatten)]
    pub configuration: ConfigArgs,

    /// Use N threads [default: one per processor]
    #[arg(short, long, value_name = "N", value_parser = parse_thread_count, allow_negative_numbers = true, help_heading = "General")]
    pub jobs: Option<std::num::NonZeroUsize>,

    #[command(flatten)]
    pub terminal: TerminalArgs,
}

impl OptimizeArgs {
    /// The settings that the options give. The rules of the group `optimizer` always run, whatever is selected for
    /// `check`.
    #[must_use]
    pub(crate) fn settings_layer(&self) -> SettingsLayer {
        SettingsLayer {
            extend_select: std::iter::once(RuleSelector::Optimizer)
                .chain(self.select.iter().cloned())
                .collect(),
            as_hadolint: Some(false),
            ignore: self.ignore.clone(),
            inline_ignores: self.no_inline_ignores.then_some(false),
            fix: self.fixes.unsafe_fixes.map(UnsafeLevel::applicability),
            optimize: OptimizeLayer {
                context: None,
                target: self.target.clone(),
                fail_on: self.fail_on.clone(),
                mounts: None,
            },
            ..SettingsLayer::default()
        }
    }

    /// The rules whose problems are listed.
    #[must_use]
    pub(crate) fn problem_selectors(&self) -> Vec<RuleSelector> {
        if self.select.is_empty() { vec![RuleSelector::Optimizer] } else { self.select.clone() }
    }
}

/// A path inside the build context.
fn parse_touched(written: &str) -> Result<String, ErrorText> {
    let help = "name a file of the build context, relative to its directory";
    let mut depth = 0usize;
    for part in written.split('/') {
        let next = match part {
            "" | "." => Some(depth),
            ".." => depth.checked_sub(1),
            _ => Some(depth + 1),
        };
        depth = next.ok_or_else(|| ErrorText::new("outside the build context").help(help))?;
    }
    if depth == 0 {
        return Err(ErrorText::new("not a file").help(help));
    }
    Ok(written.to_string())
}

const OPTIMIZE_EXAMPLES: &str = "\
Examples:
  dockwright optimize                                 report on this directory and all below it
  dockwright optimize --context . docker/Dockerfile   report on a Dockerfile outside the context
  dockwright optimize --touch src/main.py Dockerfile  show what a change to this file rebuilds
  dockwright optimize --diff                          preview safe fixes
  dockwright optimize --fix --unsafe-fixes=mid        apply safe fixes and unsafe ones up to mid
  dockwright optimize --explain                       explain proofs, risks and reasons for no fix
  dockwright optimize --since main --format markdown  report what a pull request changes
  dockwright optimize --format json Dockerfile        print JSON for scripts";
