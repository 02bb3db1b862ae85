//! The arguments of the small commands.

use std::path::PathBuf;

use clap::{Args as Arguments, ValueEnum};

use super::ColorChoice;
use super::values::rule_code;

/// Explain a rule.
///
/// Prints the rule page: what the rule reports and why, with examples, and when to ignore it.
#[derive(Debug, Arguments)]
#[command(after_long_help = RULE_EXAMPLES)]
pub(crate) struct RuleArgs {
    /// Code or name of a rule
    #[arg(required_unless_present = "all", conflicts_with = "all", value_parser = rule_code(), hide_possible_values = true)]
    pub code: Option<String>,

    /// List all rules
    #[arg(long)]
    pub all: bool,

    /// Set the output format
    #[arg(long, value_enum, default_value_t = RuleFormat::Text)]
    pub format: RuleFormat,

    /// Choose when to use color [default: auto]
    #[arg(long, value_name = "WHEN")]
    pub color: Option<ColorChoice>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RuleFormat {
    Text,
    Json,
    Markdown,
}

/// Run the language server for editors (LSP over stdio).
///
/// Editors start it themselves. Each document is checked with the configuration for its directory, as with `check`.
#[derive(Debug, Arguments)]
pub(crate) struct LspArgs {
    /// Use this configuration for all documents
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    pub config: Option<PathBuf>,

    /// Do not read any configuration file
    #[arg(long)]
    pub isolated: bool,

    /// Accepted because some editors add it; the server always uses standard input and output
    #[arg(long, hide = true)]
    pub(crate) stdio: bool,
}

/// Print the syntax tree of a file as JSON.
///
/// The items cover the whole file without overlap. Spans are byte offsets; the end is exclusive. Exit status: 0 if the
/// file has no syntax errors, 1 if it has any, 2 if it could not be read.
#[derive(Debug, Arguments)]
#[command(after_long_help = SYNTAX_EXAMPLES)]
pub(crate) struct SyntaxArgs {
    /// A file, or `-` for standard input
    pub file: PathBuf,
}

const RULE_EXAMPLES: &str = "\
Examples:
  dockwright rule DL3008                    explain a rule, by code
  dockwright rule latest-tag                explain a rule, by name
  dockwright rule --all                     list all rules
  dockwright rule --all --format json       print JSON for scripts
  dockwright rule SC2086 --format markdown  print Markdown";

const SYNTAX_EXAMPLES: &str = "\
Examples:
  dockwright syntax Dockerfile                           print the tree on one line
  dockwright syntax - < Dockerfile | jq '.items[].kind'  list the kinds of items";
