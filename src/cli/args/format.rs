//! The arguments of `format`.

use clap::Args as Arguments;

use super::{ConfigArgs, FileArgs, TerminalArgs, parse_thread_count};
use crate::config::{FormatLayer, SettingsLayer};

/// Format Dockerfiles consistently, with a proof that their meaning is unchanged.
///
/// Before it writes a file, dockwright proves that BuildKit reads the same instructions, that the shell reads the same
/// commands, that every comment stays above the same line, and that another run changes nothing. Templates,
/// generated files, files that are not UTF-8 text and files that BuildKit rejects are not changed.
///
/// PATH is a file, a directory or `-` for standard input; files are found as with `check`.
#[derive(Debug, Default, Arguments)]
#[command(after_long_help = FORMAT_EXAMPLES)]
pub(crate) struct FormatArgs {
    #[command(flatten)]
    pub files: FileArgs,

    /// List the files that would change, without writing anything; exit with status 1 if there are any
    #[arg(long, help_heading = "Output")]
    pub check: bool,

    /// Show what would change as a diff, without writing anything; exit with status 1 if there are changes
    #[arg(long, help_heading = "Output")]
    pub diff: bool,

    /// Leave the text of commands unchanged, so that they stay cached
    #[arg(long, help_heading = "Layout")]
    pub keep_cache: bool,

    #[command(flatten)]
    pub configuration: ConfigArgs,

    /// Use N threads [default: one per processor]
    #[arg(short, long, value_name = "N", value_parser = parse_thread_count, allow_negative_numbers = true, help_heading = "General")]
    pub jobs: Option<std::num::NonZeroUsize>,

    #[command(flatten)]
    pub terminal: TerminalArgs,
}

impl FormatArgs {
    /// The settings that the options give.
    #[must_use]
    pub(crate) fn settings_layer(&self) -> SettingsLayer {
        let format = FormatLayer { keep_cache: self.keep_cache.then_some(true), ..FormatLayer::default() };
        SettingsLayer { format, ..SettingsLayer::default() }
    }
}

const FORMAT_EXAMPLES: &str = "\
Examples:
  dockwright format                          format all Dockerfiles in this directory and below
  dockwright format --check                  in CI: fail if a file is not formatted
  dockwright format --diff Dockerfile        show what would change
  dockwright format --keep-cache             keep the build cache valid
  dockwright format - < Dockerfile           format standard input to standard output";
