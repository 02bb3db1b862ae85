//! `dockwright lsp`: the language server, over standard input and output.

use std::io;

use super::Exit;
use super::args::LspArgs;
use super::error::Error;
use crate::config::{Source, absolute};
use crate::lsp::{Ended, connect, serve};

pub(super) fn run(args: &LspArgs) -> Result<Exit, Error> {
    let current = std::env::current_dir().map_err(|error| Error::read(std::path::Path::new("."), error))?;
    let source = match &args.config {
        Some(file) => Source::File(absolute(&current, file)),
        None if args.isolated => Source::Nothing,
        None => Source::Nearest,
    };
    let (connection, threads) = connect(io::stdin(), io::stdout())?;
    let ended = serve(&connection, source);
    drop(connection);
    threads.finish().map_err(Error::Input)?;
    Ok(match ended {
        Ended::Orderly => Exit::Clean,
        // The protocol has it that a server that was not shut down ends with 1.
        Ended::Early => Exit::Found,
    })
}
