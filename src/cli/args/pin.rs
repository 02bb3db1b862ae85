//! The arguments of `pin`.

use clap::{Args as Arguments, ValueEnum};

use super::{ConfigArgs, FileArgs, TerminalArgs};
use crate::config::{PinLayer, SettingsLayer};
use crate::pin::PinKind;

/// Look up versions and digests, and pin them.
///
/// This is the only command that uses the network. It adds a digest to each image, a checksum to each download and,
/// with `--only`, a version to each package. A comment `# dockwright pin=off REASON` above an instruction excludes it.
/// Exit status: 0 if everything is pinned, 1 if `--check` or `--diff` found something, 2 if a lookup or a file failed.
#[derive(Debug, Default, Arguments)]
#[command(after_long_help = PIN_EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct PinArgs {
    #[command(flatten)]
    pub files: FileArgs,

    /// What to pin [default: images,syntax,checksums]
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_enum, help_heading = "Pins")]
    pub only: Option<Vec<PinKind>>,

    /// Also update existing pins to the current version
    #[arg(long, help_heading = "Pins")]
    pub update: bool,

    /// Report pins that are missing or no longer available, without writing anything
    #[arg(long, conflicts_with_all = ["update", "diff"], help_heading = "Pins")]
    pub check: bool,

    /// With `--check`, also report pins older than DAYS if there is a newer version
    #[arg(long, value_name = "DAYS", value_parser = parse_days, allow_negative_numbers = true, help_heading = "Pins")]
    pub(crate) max_age: Option<u32>,

    /// Show the changes as a diff, without writing anything
    #[arg(long, help_heading = "Pins")]
    pub diff: bool,

    /// Add `# renovate:` comments to the versions that Renovate can update
    #[arg(long, conflicts_with = "check", help_heading = "Pins")]
    pub(crate) annotate: bool,

    /// Use only the cache of earlier runs, not the network
    #[arg(long, help_heading = "Pins")]
    pub offline: bool,

    /// Output format
    #[arg(long, value_enum, default_value_t, conflicts_with = "diff", help_heading = "Output")]
    pub format: PinFormat,

    #[command(flatten)]
    pub configuration: ConfigArgs,

    #[command(flatten)]
    pub terminal: TerminalArgs,
}

/// How `pin` reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum PinFormat {
    /// One line for each pin
    #[default]
    Text,
    /// For scripts
    Json,
}

impl PinArgs {
    /// The settings that the options give.
    #[must_use]
    pub(crate) fn settings_layer(&self) -> SettingsLayer {
        SettingsLayer {
            pin: PinLayer { only: self.only.clone(), ..PinLayer::default() },
            ..SettingsLayer::default()
        }
    }
}

/// A number of days.
fn parse_days(written: &str) -> Result<u32, String> {
    written.parse().map_err(|_| "must be a whole number of at least 0".to_string())
}

const PIN_EXAMPLES: &str = "\
Examples:
  dockwright pin                            pin images, frontends and downloads
  dockwright pin --diff Dockerfile          preview the changes
  dockwright pin --update                   also update existing pins
  dockwright pin --check --max-age 30       in CI: fail on missing, unavailable and outdated pins
  dockwright pin --only apt,pip,npm         pin packages
  dockwright pin --only go,cargo --offline  use only what earlier runs have looked up";
