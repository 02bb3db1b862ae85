//! `dockwright syntax`: the syntax tree as JSON, for scripts and bug reports.

use std::io::{self, Read};

use super::Exit;
use super::args::SyntaxArgs;
use super::error::Error;
use super::output::write_to;
use crate::report::write_json_value;
use crate::syntax;

pub(super) fn run(args: &SyntaxArgs) -> Result<Exit, Error> {
    let mut source = Vec::new();
    if args.file.as_os_str() == "-" {
        io::stdin().lock().read_to_end(&mut source).map_err(|error| Error::read(&args.file, error))?;
    } else {
        source = std::fs::read(&args.file).map_err(|error| Error::read(&args.file, error))?;
    }
    let file = syntax::parse(&source);
    let exit = if file.errors.is_empty() { Exit::Clean } else { Exit::Found };
    write_to(None, |out| {
        write_json_value(out, &syntax::dump(&file))?;
        writeln!(out)
    })?;
    Ok(exit)
}
