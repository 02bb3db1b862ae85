//! The program `dockwright`: see [`dockwright::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    dockwright::cli::run(std::env::args_os())
}
