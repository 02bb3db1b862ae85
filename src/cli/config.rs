//! `dockwright config`: converts a configuration of hadolint, and prints the schema of ours for editors.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args as Arguments, Subcommand};

use super::error::Error;
use super::output::write_to;
use super::{Exit, note};
use crate::config::{self, HadolintConfig, Migrated};
use crate::report::inert;

/// The subcommands for configuration files.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    // Described at its arguments.
    Migrate(MigrateArgs),
    /// Print the JSON schema of `dockwright.toml`, for editors
    Schema,
}

/// Convert a `.hadolint.yaml` to an equivalent `dockwright.toml`.
///
/// The new file is written next to the old one, which is not changed: a `dockwright.toml` takes precedence over it.
/// Comments on the entries of `ignored` are kept.
#[derive(Debug, Arguments)]
#[command(after_long_help = MIGRATE_EXAMPLES)]
pub struct MigrateArgs {
    /// File to convert [default: the nearest `.hadolint.yaml` or `.hadolint.yml` at or above this directory]
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,

    /// Write to this file (`-` for standard output)
    #[arg(short, long, value_name = "PATH")]
    output_file: Option<PathBuf>,
}

pub(super) fn run(command: &ConfigCommand) -> Result<Exit, Error> {
    match command {
        ConfigCommand::Migrate(args) => migrate(args)?,
        ConfigCommand::Schema => write_to(None, |out| {
            serde_json::to_writer_pretty(&mut *out, &config::schema()).map_err(io::Error::from)?;
            writeln!(out)
        })?,
    }
    Ok(Exit::Clean)
}

fn migrate(args: &MigrateArgs) -> Result<(), Error> {
    let current = std::env::current_dir().map_err(|error| Error::read(Path::new("."), error))?;
    let file = match &args.file {
        Some(file) => file.clone(),
        None => config::hadolint_file(&current).ok_or_else(|| {
            Error::Usage(
                "no `.hadolint.yaml` at or above this directory; name the file to convert".to_string(),
            )
        })?,
    };
    let text = std::fs::read_to_string(&file).map_err(|error| Error::read(&file, error))?;
    let read = HadolintConfig::parse(&text)
        .map_err(|why| config::Error { line: why.line, ..config::Error::in_file(&file, why.message) })?;
    let name = file.file_name().map_or("the file".into(), |name| name.to_string_lossy());
    let Migrated { toml, left_out } = config::migrate(&read, &text, &inert(&name));
    match &args.output_file {
        Some(path) if path.as_os_str() == "-" => write_to(None, |out| out.write_all(toml.as_bytes()))?,
        Some(path) => write_new(path, &toml)?,
        None => {
            let folder = file.parent().unwrap_or(Path::new(""));
            if let Some(there) = config::own_file_in(folder) {
                return Err(Error::Usage(format!(
                    "`{}` already exists; choose another file with `--output-file`, or print to standard output with `-o -`",
                    there.display()
                )));
            }
            write_new(&folder.join("dockwright.toml"), &toml)?;
        }
    }
    for what in &left_out {
        note(&inert(what));
    }
    Ok(())
}

/// Writes a file that was not there before.
fn write_new(path: &Path, text: &str) -> Result<(), Error> {
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| Error::write(path, error))?;
    note(&format_args!("wrote `{}`", inert(&path.to_string_lossy())));
    Ok(())
}

const MIGRATE_EXAMPLES: &str = "\
Examples:
  dockwright config migrate                        convert the nearest .hadolint.yaml
  dockwright config migrate -o - ci/hadolint.yaml  print the result without writing a file";
