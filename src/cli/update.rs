//! `dockwright config update`: which rules a newer number in `rules-of` turns on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use clap::Args as Arguments;

use super::args::{ConfigArgs, FileArgs, TerminalArgs};
use super::error::CliError;
use super::jobs::FileSearch;
use super::lint_file::{FileOutcome, LintTask, lint_file, silence_panic_output};
use super::output::write_output;
use super::{ExitStatus, print_note};
use crate::config::{
    ConfigFile, ConfigResolver, ConfigTable, RuleSelector, Settings, SettingsLayer, is_yaml, shown_path,
};
use crate::files::engine::LintEngine;
use crate::report::neutralize;
use crate::rule::Rule;
use crate::rule_version::RuleVersion;
use crate::rules;

/// Show which rules this version of dockwright would turn on.
///
/// With `rules-of`, rules that later versions turn on by default stay off. This command lists them, with the problems
/// that they find in PATH.
#[derive(Debug, Arguments)]
#[command(after_long_help = UPDATE_EXAMPLES)]
pub(super) struct UpdateArgs {
    #[command(flatten)]
    files: FileArgs,

    /// Set `rules-of` to this version in the configuration file
    #[arg(long)]
    write: bool,

    #[command(flatten)]
    configuration: ConfigArgs,
}

pub(super) fn run(args: &UpdateArgs) -> Result<ExitStatus, CliError> {
    let current = std::env::current_dir().map_err(|error| CliError::read(Path::new("."), error))?;
    for path in args.files.paths.iter().filter(|path| path.as_os_str() != "-") {
        path.metadata().map_err(|error| CliError::read(path, error))?;
    }
    let source = || args.configuration.source(&current);
    let resolved =
        ConfigResolver::new(source(), SettingsLayer::default()).resolve(&current.join("Dockerfile"))?;
    let this = RuleVersion::CURRENT;
    let config = &*resolved.config;
    let given = config.layers.iter().rev().find_map(|layer| layer.rules_of);
    let (Some(given), Some(path)) = (given, &config.path) else {
        let file = match &config.path {
            Some(path) => format!("not set in {}", neutralize(&shown_path(path))),
            None if args.configuration.isolated => {
                "not set, because `--isolated` reads no configuration file".to_string()
            }
            None => {
                "not set, because there is no `dockwright.toml` at or above the current directory".to_string()
            }
        };
        if args.write {
            let help = match &config.path {
                Some(path) if is_yaml(path) => format!(
                    "convert it with `dockwright config migrate {}`, then add the line `rules-of = \"{this}\"`",
                    shown_path(path)
                ),
                Some(_) => format!("add the line `rules-of = \"{this}\"`"),
                None if args.configuration.isolated => "remove `--isolated`".to_string(),
                None => {
                    format!("create one with the line `rules-of = \"{this}\"`, or name one with `--config`")
                }
            };
            return Err(CliError::usage(format!("`--write`: `rules-of` is {file}")).help(help));
        }
        print_note(&format_args!("`rules-of` is {file}; all default rules of {this} run"));
        return Ok(ExitStatus::Clean);
    };
    let later = rules_disabled_by_version(&resolved.settings);
    let counts = count_problems(args, &current, &later)?;
    let shown = neutralize(&path.strip_prefix(&current).unwrap_or(path).to_string_lossy()).into_owned();
    write_output(None, |out| {
        if given == this {
            return writeln!(out, "{shown} already uses the rules of this version ({this})");
        }
        writeln!(out, "{shown} uses the rules of {given}; version {this} adds {}", later.len())?;
        let width = later.iter().map(|rule| rule.code.len()).max().unwrap_or_default();
        let mut quiet = 0;
        for rule in &later {
            let found = match counts.get(rule.code) {
                None => {
                    quiet += 1;
                    continue;
                }
                Some((1, _)) => "1 problem".to_string(),
                Some((number, files)) if files.len() == 1 => format!("{number} problems in 1 file"),
                Some((number, files)) => format!("{number} problems in {} files", files.len()),
            };
            writeln!(out, "  {:<width$}  {}  {found}", rule.code, rule.name)?;
        }
        let more = if quiet == later.len() { "" } else { "more " };
        match quiet {
            0 => Ok(()),
            1 => writeln!(out, "  1 {more}rule finds nothing"),
            _ => writeln!(out, "  {quiet} {more}rules find nothing"),
        }
    })?;
    if args.write && given != this {
        write_rules_of(path, this)?;
        print_note(&format_args!("set `rules-of` to {this} in {shown}"));
    } else if given != this {
        print_note(&"`dockwright config update --write` sets it");
    }
    Ok(ExitStatus::Clean)
}

/// The rules that do not run because of `rules-of`.
fn rules_disabled_by_version(settings: &Settings) -> Vec<&'static Rule> {
    let mut raised = settings.clone();
    raised.rules_of = RuleVersion::CURRENT;
    rules::all_rules()
        .filter(|rule| !settings.is_enabled(rule.code) && raised.is_enabled(rule.code))
        .collect()
}

/// The number of problems that these rules find, and the files, by code.
fn count_problems(
    args: &UpdateArgs,
    current: &Path,
    later: &[&'static Rule],
) -> Result<BTreeMap<&'static str, (usize, BTreeSet<String>)>, CliError> {
    let codes = later.iter().map(|rule| RuleSelector::Code(rule.code.to_string()));
    let layer = SettingsLayer { select: Some(codes.collect()), ..SettingsLayer::default() };
    let mut counts: BTreeMap<_, (usize, BTreeSet<String>)> = BTreeMap::new();
    if later.is_empty() {
        return Ok(counts);
    }
    let search = FileSearch { current, files: &args.files, terminal: &TerminalArgs::default() };
    let mut resolver = ConfigResolver::new(args.configuration.source(current), layer);
    let jobs = search.find(&mut resolver, &mut ExitStatus::Clean)?.jobs;
    silence_panic_output();
    for job in jobs {
        let engine = LintEngine::new(job.settings);
        let FileOutcome::Done(done) = lint_file(&job.candidate, &engine, LintTask::LINT) else { continue };
        for located in &done.file.diagnostics {
            let (number, files) = counts.entry(located.diagnostic.code).or_default();
            *number += 1;
            files.insert(done.file.name.clone());
        }
    }
    Ok(counts)
}

/// Writes the number in place of the old one.
fn write_rules_of(path: &Path, version: RuleVersion) -> Result<(), CliError> {
    let mut text = std::fs::read_to_string(path).map_err(|error| CliError::read(path, error))?;
    let options = ConfigTable::parse(path, &text)?;
    let Some(old) = &options.rules_of else {
        let message = format!("{}: `rules-of` is set in a file that this one extends", shown_path(path));
        return Err(CliError::usage(message).help("change it there"));
    };
    text.replace_range(old.span(), &format!("\"{version}\""));
    // The changed file must still be valid.
    ConfigTable::parse(path, &text)?;
    std::fs::write(path, text).map_err(|error| CliError::write(path, error))?;
    ConfigFile::read(path)?;
    Ok(())
}

const UPDATE_EXAMPLES: &str = "\
Examples:
  dockwright config update          list the new rules, and what they find here
  dockwright config update --write  set `rules-of` to this version";
