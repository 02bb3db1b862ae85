//! The program under the name `hadolint`, which makes it behave as hadolint does.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = std::env::args_os().skip(1);
    dockwright::cli::run(std::iter::once("hadolint".into()).chain(arguments))
}
