//! The program under the name `hadolint`: it behaves like hadolint.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = std::env::args_os().skip(1);
    dockwright::cli::run(std::iter::once("hadolint".into()).chain(arguments))
}
