//! The tests that need the whole program, in one binary, because each binary is linked with everything. Each module
//! describes at its top what it tests; `cargo test --test all MODULE::` runs one of them.

mod build_scale;
mod buildkit;
mod cli;
mod clock;
mod fix_scale;
mod fixes;
mod format;
mod hadolint;
mod hostile;
mod lint_scale;
mod lsp;
mod optimize;
mod optimize_numbers;
mod pairs;
mod rewrites;
mod rule_docs;
mod shell_agreement;
mod shell_disable;
mod shell_mutants;
mod shell_positions;
mod shell_scripts;
mod spellings;
#[allow(dead_code)]
#[path = "../../src/pin/test_server.rs"]
mod test_server;
mod traps;
mod wording;
