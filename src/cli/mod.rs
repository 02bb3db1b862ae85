//! The program: arguments in, exit code out. One file for each subcommand.

mod absent_programs;
mod args;
mod argument_errors;
mod baselines;
mod build_args;
mod build_engines;
mod check;
mod config;
mod error;
mod fix_notes;
mod format;
mod hadolint;
mod jobs;
mod lint_file;
mod listing;
mod lsp;
mod manual;
mod optimize;
mod output;
mod pin;
mod policy;
mod progress;
mod rule;
mod selectors;
mod shellcheck;
mod since;
mod syntax;
mod threads;
mod update;

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::FromArgMatches as _;
use clap::error::ErrorKind;

use args::{Args, Command};

/// The exit status of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ExitStatus {
    /// Nothing was found.
    Clean = 0,
    /// Something at or above the threshold was found.
    Found = 1,
    /// A file or the configuration could not be read, or the command failed otherwise.
    Failed = 2,
}

/// Runs the program with these arguments; the first one is the name of the program.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut arguments = arguments.into_iter();
    let name = arguments.next().unwrap_or_default();
    if Path::new(&name).file_stem() == Some(OsStr::new("hadolint")) {
        return hadolint::run("hadolint", arguments);
    }
    let mut arguments: Vec<OsString> = arguments.collect();
    if arguments.first().is_some_and(|first| first == "help") {
        // `help check --help` asks for the same as `help check`.
        arguments.retain(|argument| argument != "--help" && argument != "-h");
    }
    let matches = args::command().try_get_matches_from([name].into_iter().chain(arguments));
    let args = match matches.and_then(|matches| Args::from_arg_matches(&matches)) {
        Ok(args) => args,
        Err(error) => {
            let is_help = matches!(
                error.kind(),
                ErrorKind::DisplayHelp
                    | ErrorKind::DisplayVersion
                    | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
            );
            if is_help {
                // If standard error is closed, there is no other place to print to.
                let _ = error.print();
            } else {
                print_error(&argument_errors::explain_argument_error(&error));
            }
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let exit = match args.command {
        Command::Check(args) => check::run(&args),
        Command::Optimize(args) => optimize::run(&args),
        Command::Format(args) => format::run(&args),
        Command::Pin(args) => pin::run(&args),
        Command::Rule(args) => rule::run(&args),
        Command::Lsp(args) => lsp::run(&args),
        Command::Syntax(args) => syntax::run(&args),
        Command::Config(command) => config::run(&command),
        Command::Policy(command) => policy::run(&command),
        Command::Completions(args) => manual::write_completions(&args),
        Command::Man(args) => manual::write_man_page(&args),
        Command::Hadolint { arguments } => {
            return hadolint::run("dockwright hadolint", arguments.into_iter());
        }
    };
    let exit = exit.unwrap_or_else(|error| {
        if error.is_closed_pipe() {
            return ExitStatus::Clean;
        }
        print_error(&error);
        ExitStatus::Failed
    });
    ExitCode::from(exit as u8)
}

/// Prints an error to standard error.
fn print_error(error: &dyn std::fmt::Display) {
    // If standard error cannot be written to, only the exit status can report the failure.
    let _ = writeln!(io::stderr(), "dockwright: error: {error}");
}

/// Prints a note to standard error.
fn print_note(what: &dyn std::fmt::Display) {
    let _ = writeln!(io::stderr(), "dockwright: {what}");
}
