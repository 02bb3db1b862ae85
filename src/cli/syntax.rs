//! `dockwright syntax`: the syntax tree as JSON, for scripts and bug reports.

use std::io::{self, Read};

use super::ExitStatus;
use super::args::SyntaxArgs;
use super::error::CliError;
use super::output::write_output;
use crate::report::write_json_value;
use crate::syntax;

pub(super) fn run(args: &SyntaxArgs) -> Result<ExitStatus, CliError> {
    let mut source = Vec::new();
    if args.file.as_os_str() == "-" {
        io::stdin().lock().read_to_end(&mut source).map_err(|error| CliError::read(&args.file, error))?;
    } else {
        source = std::fs::read(&args.file).map_err(|error| CliError::read(&args.file, error))?;
    }
    let file = syntax::parse(&source);
    let exit = if file.errors.is_empty() { ExitStatus::Clean } else { ExitStatus::Found };
    write_output(None, |out| {
        write_json_value(out, &syntax::dump(&file))?;
        writeln!(out)
    })?;
    Ok(exit)
}
