//! The program `dockwright`: see [`dockwright::cli`].

use std::process::ExitCode;

/// A sixth of the time is spent in the allocator, and with that of musl, which the released programs would have, far more.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    dockwright::cli::run(std::env::args_os())
}
