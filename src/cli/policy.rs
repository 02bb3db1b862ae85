//! `dockwright policy`: tests the policies of a configuration.

use std::path::Path;

use clap::{Args as Arguments, Subcommand};

use super::ExitStatus;
use super::args::ConfigArgs;
use super::error::CliError;
use super::output::write_output;
use crate::config::{ConfigResolver, SettingsLayer};
use crate::policy::{Policy, check_examples};
use crate::report::neutralize;

/// The subcommands for policies.
#[derive(Debug, Subcommand)]
pub(super) enum PolicyCommand {
    // The description is at the type of the arguments.
    Test(TestArgs),
}

/// Check that policies report their bad examples and none of their good ones.
///
/// A policy is a rule of your own, a `[[policy]]` entry of `dockwright.toml`. Exit status: 0 if all examples pass, 1 if any
/// fails, 2 if there are no policies, no examples, or the configuration cannot be read.
#[derive(Debug, Arguments)]
#[command(after_long_help = TEST_EXAMPLES)]
pub(super) struct TestArgs {
    #[command(flatten)]
    configuration: ConfigArgs,
}

pub(super) fn run(command: &PolicyCommand) -> Result<ExitStatus, CliError> {
    let PolicyCommand::Test(args) = command;
    let current = std::env::current_dir().map_err(|error| CliError::read(Path::new("."), error))?;
    let mut resolver = ConfigResolver::new(args.configuration.source(&current), SettingsLayer::default());
    let resolved = resolver.resolve(&current.join("Dockerfile"))?;
    let policies = &resolved.settings.policies;
    if policies.is_empty() {
        // Without this error, a CI job that tests nothing would go unnoticed.
        let message = match &resolved.config.path {
            Some(path) => format!("no policies in {}", neutralize(&crate::config::shown_path(path))),
            None if args.configuration.isolated => {
                "no policies, because `--isolated` reads no configuration file".to_string()
            }
            None => "no policies, because there is no `dockwright.toml` at or above the current directory"
                .to_string(),
        };
        let help = if args.configuration.isolated {
            "remove `--isolated`"
        } else {
            "define a policy with `[[policy]]` in `dockwright.toml`"
        };
        return Err(CliError::usage(message).help(help));
    }
    if policies.iter().all(|policy| number_of_examples(policy) == 0) {
        let help = "add `examples = { bad = [\"…\"], good = [\"…\"] }` to the policies";
        return Err(CliError::usage("nothing tested, because no policy has examples").help(help));
    }
    let results: Vec<_> = policies.iter().map(|policy| (policy, check_examples(policy))).collect();
    write_output(None, |out| {
        for (policy, faults) in &results {
            for fault in faults {
                writeln!(out, "{}: {}", policy.code, neutralize(&fault.to_string()))?;
            }
            if faults.is_empty() {
                writeln!(out, "{}: {}", policy.code, describe_passed_examples(policy))?;
            }
        }
        Ok(())
    })?;
    let failed = results.iter().any(|(_, faults)| !faults.is_empty());
    Ok(if failed { ExitStatus::Found } else { ExitStatus::Clean })
}

const fn number_of_examples(policy: &Policy) -> usize {
    policy.examples.bad.len() + policy.examples.good.len()
}

fn describe_passed_examples(policy: &Policy) -> String {
    match number_of_examples(policy) {
        0 => "not tested (no examples); add `examples = { bad = [\"…\"], good = [\"…\"] }`".to_string(),
        1 => "1 example passed".to_string(),
        number => format!("{number} examples passed"),
    }
}

const TEST_EXAMPLES: &str = "\
Examples:
  dockwright policy test  test the policies for this directory";
