//! The program `dockwright`: see [`dockwright::cli`].

use std::process::ExitCode;

/// A sixth of the time is spent in the allocator, and far more with the allocator of musl, which released programs
/// would otherwise use.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    dockwright::cli::run(std::env::args_os())
}
