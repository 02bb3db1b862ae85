//! `dockwright lsp`: the language server, over standard input and output.

use std::io;

use super::ExitStatus;
use super::args::LspArgs;
use super::error::CliError;
use crate::config::{ConfigSource, absolute_path};
use crate::lsp::{SessionEnd, connect, serve};

pub(super) fn run(args: &LspArgs) -> Result<ExitStatus, CliError> {
    let current =
        std::env::current_dir().map_err(|error| CliError::read(std::path::Path::new("."), error))?;
    let source = match &args.config {
        Some(file) => ConfigSource::File(absolute_path(&current, file)),
        None if args.isolated => ConfigSource::Nothing,
        None => ConfigSource::Nearest,
    };
    let (connection, threads) = connect(io::stdin(), io::stdout())?;
    let ended = serve(&connection, source);
    drop(connection);
    threads.finish().map_err(CliError::Input)?;
    Ok(match ended {
        SessionEnd::Orderly => ExitStatus::Clean,
        // The protocol requires exit status 1 if the server was not shut down.
        SessionEnd::Early => ExitStatus::Found,
    })
}
