//! `dockwright config`: converts a configuration of hadolint, and prints the schema of dockwright's configuration for
//! editors.

use std::fs::OpenOptions;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use clap::{Args as Arguments, Subcommand};

use super::error::CliError;
use super::output::write_output;
use super::update::{self, UpdateArgs};
use super::{ExitStatus, print_note};
use crate::config::{self, HadolintConfig, MigrationResult};
use crate::report::neutralize;

/// The subcommands for configuration files.
#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    // The description is at the type of the arguments.
    Migrate(MigrateArgs),
    // The description is at the type of the arguments.
    Update(UpdateArgs),
    /// Print the JSON schema of `dockwright.toml`, for editors.
    ///
    /// Save it, and reference it on the first line of `dockwright.toml`: `#:schema ./dockwright.schema.json`.
    Schema,
}

/// Convert a `.hadolint.yaml` to an equivalent `dockwright.toml`.
///
/// The new file is written next to the old one, which is not changed: a `dockwright.toml` takes precedence over it.
/// Comments on the entries of `ignored` are kept.
#[derive(Debug, Arguments)]
#[command(after_long_help = MIGRATE_EXAMPLES)]
pub(super) struct MigrateArgs {
    /// File to convert [default: the nearest `.hadolint.yaml` or `.hadolint.yml` at or above the current directory]
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,

    /// Write to this file (`-` for standard output)
    #[arg(short, long, value_name = "PATH")]
    output_file: Option<PathBuf>,
}

pub(super) fn run(command: &ConfigCommand) -> Result<ExitStatus, CliError> {
    match command {
        ConfigCommand::Update(args) => return update::run(args),
        ConfigCommand::Migrate(args) => migrate(args)?,
        ConfigCommand::Schema => write_output(None, |out| {
            serde_json::to_writer_pretty(&mut *out, &config::config_schema()).map_err(io::Error::from)?;
            writeln!(out)
        })?,
    }
    Ok(ExitStatus::Clean)
}

fn migrate(args: &MigrateArgs) -> Result<(), CliError> {
    let current = std::env::current_dir().map_err(|error| CliError::read(Path::new("."), error))?;
    let file = match &args.file {
        Some(file) => file.clone(),
        None => config::find_hadolint_config(&current).ok_or_else(|| {
            CliError::usage("no `.hadolint.yaml` at or above the current directory")
                .help("name the file to convert")
        })?,
    };
    let is_stdin = file.as_os_str() == "-";
    let bytes = if is_stdin {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map_err(CliError::Input)?;
        bytes
    } else {
        std::fs::read(&file).map_err(|error| CliError::read(&file, error))?
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let read = HadolintConfig::from_bytes(&file, bytes)?;
    let name =
        file.file_name().filter(|_| !is_stdin).map_or("standard input".into(), |name| name.to_string_lossy());
    let MigrationResult { toml, skipped } = config::migrate_config(&read, &text, &neutralize(&name));
    match &args.output_file {
        Some(path) if path.as_os_str() == "-" => write_output(None, |out| out.write_all(toml.as_bytes()))?,
        Some(path) => create_new_file(path, &toml)?,
        None => {
            let directory = file.parent().unwrap_or(Path::new(""));
            if let Some(there) = config::find_own_config(directory) {
                let there = config::shown_path(&there);
                return Err(CliError::usage(format!("{there}: file already exists"))
                    .help("write to another file with `-o PATH`, or print the result with `-o -`"));
            }
            create_new_file(&directory.join("dockwright.toml"), &toml)?;
        }
    }
    for what in &skipped {
        print_note(&neutralize(what));
    }
    Ok(())
}

/// Creates a file; fails if it already exists.
fn create_new_file(path: &Path, text: &str) -> Result<(), CliError> {
    if path.is_dir() {
        return Err(CliError::write(path, io::ErrorKind::IsADirectory.into()));
    }
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| CliError::write(path, error))?;
    print_note(&format_args!("wrote `{}`", neutralize(&config::shown_path(path))));
    Ok(())
}

const MIGRATE_EXAMPLES: &str = "\
Examples:
  dockwright config migrate                        convert the nearest .hadolint.yaml
  dockwright config migrate -o - ci/hadolint.yaml  print the result without writing a file";
