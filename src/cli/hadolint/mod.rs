//! `dockwright hadolint`: hadolint 2.15.1's arguments, environment, configuration, formats and exit codes. One
//! difference: a file that cannot be read does not stop the others.

mod arguments;
mod config_file;
mod environment;
mod lint;
mod usage;
mod verbose;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::error::CliError;
use super::output::write_output;
use super::{print_error, print_note};
use crate::config::{self, HadolintConfig, HadolintFormat};
use crate::error_text::ErrorText;
use crate::report::hadolint::{ReportOptions, write};
use arguments::{HadolintAction, HadolintArguments};

/// Runs hadolint with the arguments after its name. `program` is what the user started: `hadolint`, or `dockwright
/// hadolint`.
pub(super) fn run(program: &str, arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments = match HadolintArguments::parse(arguments) {
        Ok(arguments) => arguments,
        Err(ErrorText { message, help }) => {
            let help = help.unwrap_or_else(|| format!("`{program} --help` lists the options"));
            print_error(&CliError::usage(message).help(help));
            return ExitCode::from(1);
        }
    };
    match run_request(program, &arguments) {
        Ok(clean) => ExitCode::from(u8::from(!clean)),
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            print_error(&error);
            ExitCode::from(1)
        }
    }
}

/// Performs the request. Returns whether nothing failed and no problem is at or above the threshold.
fn run_request(program: &str, arguments: &HadolintArguments) -> Result<bool, CliError> {
    let print = |text: &str| write_output(None, |out| out.write_all(text.as_bytes()));
    if arguments.request == HadolintAction::Help {
        print(&usage::help_text(program))?;
        return Ok(true);
    }
    let config = load_settings(arguments)?;
    if arguments.request == HadolintAction::Version {
        print("Haskell Dockerfile Linter 2.15.1\n")?;
        return Ok(true);
    }
    if arguments.files.is_empty() {
        print("Please provide a Dockerfile\n")?;
        return Ok(false);
    }
    let settings = config.settings();
    let linted = lint::lint_files(&arguments.files, &settings)?;
    let options = ReportOptions {
        color: config.no_color != Some(true),
        path_in_report: arguments.path_in_report.as_deref(),
    };
    for (path, format) in pair_outputs_with_formats(&arguments.outputs, &config.formats) {
        write_output(path.as_deref(), |out| write(out, format, &linted.files, options))?;
    }
    if linted.incomplete {
        return Ok(false);
    }
    let never_fails = [HadolintFormat::Codeclimate, HadolintFormat::Codacy];
    let threshold = settings.fail_on;
    let clean = linted.files.iter().all(|file| {
        file.refusal.is_none() && !file.diagnostics.iter().any(|found| Some(found.severity) >= threshold)
    });
    Ok(config.no_fail == Some(true)
        || config.formats.iter().any(|format| never_fails.contains(format))
        || clean)
}

/// Environment, file and command line; later ones override earlier ones.
fn load_settings(arguments: &HadolintArguments) -> Result<HadolintConfig, CliError> {
    let file = config_file::load_config(arguments.config_file.as_deref()).map_err(|error| {
        CliError::read(arguments.config_file.as_deref().unwrap_or(Path::new(".hadolint.yaml")), error)
    })?;
    let verbose = arguments.config.verbose == Some(true);
    let mut config = environment::read_environment(|name| std::env::var_os(name));
    match file {
        Some(file) => {
            if verbose {
                // If standard error cannot be written to, there is no other place to print to.
                let _ = writeln!(io::stderr(), "Configuration file: {}", file.path.display());
            }
            match file.config {
                Ok(read) => config = config.merge_with_override(read),
                Err(error) => {
                    print_error(&CliError::from(error));
                    let path = config::shown_path(&file.path);
                    print_note(&format_args!(
                        "continuing without `{}`, as hadolint does",
                        crate::report::neutralize(&path)
                    ));
                }
            }
        }
        None if verbose => {
            let _ = writeln!(io::stderr(), "No configuration file");
        }
        None => {}
    }
    let config = config.merge_with_override(arguments.config.clone());
    if config.verbose == Some(true) {
        let _ = writeln!(io::stderr(), "Configuration:\n{}", verbose::settings_text(&config));
    }
    Ok(config)
}

/// Pairs outputs with formats. Missing outputs are standard output, and missing formats are `tty`.
fn pair_outputs_with_formats(
    outputs: &[PathBuf],
    formats: &[HadolintFormat],
) -> impl Iterator<Item = (Option<PathBuf>, HadolintFormat)> {
    (0..outputs.len().max(formats.len()).max(1)).map(|at| {
        let path = outputs.get(at).filter(|path| path.as_os_str() != "-").cloned();
        (path, formats.get(at).copied().unwrap_or(HadolintFormat::Tty))
    })
}
