//! What the small commands are given.

use std::path::PathBuf;

use clap::{Args as Arguments, ValueEnum};

use super::When;

/// Explain a rule.
///
/// Prints its page: what it reports and why, with examples, and when to ignore it. In `--all`, the third column
/// says whether a rule runs by default, the fourth whether some of its diagnostics can be fixed.
#[derive(Debug, Arguments)]
#[command(after_long_help = RULE_EXAMPLES)]
pub struct RuleArgs {
    /// Code or name of a rule
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub code: Option<String>,

    /// Every rule
    #[arg(long)]
    pub all: bool,

    /// How to print it
    #[arg(long, value_enum, default_value_t = RuleFormat::Text)]
    pub format: RuleFormat,

    /// Whether to print in colour [default: only on a terminal]
    #[arg(long, value_name = "WHEN")]
    pub color: Option<When>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RuleFormat {
    Text,
    Json,
    Markdown,
}

/// Serve an editor: the language server protocol over standard input and output.
///
/// Editors start it themselves. Each document is linted by the configuration that counts for its folder, as
/// under `check`.
#[derive(Debug, Arguments)]
pub struct LspArgs {
    /// Use this configuration for all documents
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    pub config: Option<PathBuf>,

    /// Read no configuration file
    #[arg(long)]
    pub isolated: bool,

    /// What some editors add; there is no other way
    #[arg(long, hide = true)]
    pub stdio: bool,
}

/// Print the syntax tree of a file as JSON.
///
/// The items tile the file; spans are byte offsets, the end exclusive.
#[derive(Debug, Arguments)]
#[command(after_long_help = SYNTAX_EXAMPLES)]
pub struct SyntaxArgs {
    /// A file, or `-` for standard input
    pub file: PathBuf,
}

const RULE_EXAMPLES: &str = "\
Examples:
  dockwright rule DL3008                    the page of a rule, by its code
  dockwright rule latest-tag                or by its name
  dockwright rule --all                     every rule, one line each
  dockwright rule --all --format json       for a program to read
  dockwright rule SC2086 --format markdown";

const SYNTAX_EXAMPLES: &str = "\
Examples:
  dockwright syntax Dockerfile              one line of JSON
  dockwright syntax - < Dockerfile | jq '.items[].kind'";
