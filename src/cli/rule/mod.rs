//! `dockwright rule`: the page of a rule, or of all.

mod render;

use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;

use super::ExitStatus;
use super::args::{RuleArgs, RuleFormat};
use super::error::CliError;
use super::output::{should_use_color, write_output};
use crate::config::{ConfigResolver, ConfigSource, RuleSelector, SettingsLayer, find_rule, nearest_rule};
use crate::foreign::{self, ForeignCode};
use crate::pages;
use crate::policy::{self, Policy};
use crate::report::write_json_value;
use crate::rule::{Fixable, Rule, RuleActivation, RuleGroup};
use crate::rules;

#[derive(Serialize)]
struct RuleEntry {
    code: &'static str,
    name: &'static str,
    group: &'static str,
    severity: &'static str,
    enabled: &'static str,
    fixable: &'static str,
    /// Checks of other tools that report the same.
    elsewhere: Vec<&'static str>,
    summary: String,
    docs: String,
}

pub(super) fn run(args: &RuleArgs) -> Result<ExitStatus, CliError> {
    if let Some(policy) = args.code.as_deref().and_then(configured_policy) {
        return write_policy(&policy, args.format);
    }
    let wanted: Vec<&Rule> = match &args.code {
        Some(code) => selected_rules(code)?,
        None => rules::all_rules().collect(),
    };
    let color = should_use_color(args.color, None);
    write_output(None, |out| match args.format {
        RuleFormat::Json if args.all => {
            let entries: Vec<RuleEntry> = wanted.iter().map(|rule| rule_entry(rule)).collect();
            write_json_value(out, &entries)?;
            writeln!(out)
        }
        RuleFormat::Json => wanted.iter().try_for_each(|rule| {
            write_json_value(out, &rule_entry(rule))?;
            writeln!(out)
        }),
        RuleFormat::Markdown => {
            write_pages(out, &wanted, |out, rule| write!(out, "{}", pages::markdown_page(rule)))
        }
        RuleFormat::Text if args.all => render::write_rule_list(out, &wanted, color),
        RuleFormat::Text => write_pages(out, &wanted, |out, rule| render::write_rule_page(out, rule, color)),
    })?;
    Ok(ExitStatus::Clean)
}

/// The rule of this code or name, or those that report the same as a check of another tool.
fn selected_rules(code: &str) -> Result<Vec<&'static Rule>, CliError> {
    if let Some(rule) = find_rule(code) {
        return Ok(vec![rule]);
    }
    match foreign::find_foreign_code(code) {
        Some(ForeignCode::Rules { codes, reason: None }) if !codes.is_empty() => {
            Ok(codes.into_iter().filter_map(find_rule).collect())
        }
        Some(ForeignCode::Rules { reason, .. }) => Err(CliError::usage(format!(
            "`{code}` has no rule in dockwright because {}",
            reason.unwrap_or("it is not about Dockerfiles")
        ))),
        Some(ForeignCode::OtherFiles) => {
            Err(CliError::usage(format!("`{code}` is not a check of Dockerfiles"))
                .help("`dockwright rule --all` lists the rules"))
        }
        None => Err(unknown_rule_error(code)),
    }
}

/// The policy with this code in the configuration for the current directory. `None` if the configuration is invalid:
/// its error has nothing to do with the rule.
fn configured_policy(code: &str) -> Option<Arc<Policy>> {
    if find_rule(code).is_some() {
        return None;
    }
    let current = std::env::current_dir().ok()?;
    let resolved = ConfigResolver::new(ConfigSource::Nearest, SettingsLayer::default())
        .resolve(&current.join("Dockerfile"))
        .ok()?;
    let mut policies = resolved.settings.policies.iter();
    policies.find(|policy| policy.code.eq_ignore_ascii_case(code)).cloned()
}

fn write_policy(policy: &Policy, format: RuleFormat) -> Result<ExitStatus, CliError> {
    let page = policy.page();
    write_output(None, |out| match format {
        RuleFormat::Text | RuleFormat::Markdown => write!(out, "{page}"),
        RuleFormat::Json => {
            let entry = RuleEntry {
                code: policy.code,
                name: policy::NAME,
                group: policy::NAME,
                severity: policy.severity.as_str(),
                enabled: "default",
                fixable: "never",
                elsewhere: Vec::new(),
                summary: policy.message.clone(),
                docs: page,
            };
            write_json_value(out, &entry)?;
            writeln!(out)
        }
    })?;
    Ok(ExitStatus::Clean)
}

fn unknown_rule_error(code: &str) -> CliError {
    if code.trim().is_empty() {
        return CliError::usage("`CODE` is empty").help("`dockwright rule --all` lists the rules");
    }
    if let Ok(
        RuleSelector::All
        | RuleSelector::Recommended
        | RuleSelector::Group(_)
        | RuleSelector::Optimizer
        | RuleSelector::Security
        | RuleSelector::Policy,
    ) = RuleSelector::parse(code)
    {
        return CliError::usage(format!("`{code}` is a group of rules, not a rule"))
            .help(format!("`dockwright check --select {code}` runs its rules"));
    }
    if let Ok(RuleSelector::Prefix(_)) = RuleSelector::parse(code) {
        return CliError::usage(format!("`{code}` is a prefix of rule codes, not a rule"))
            .help(format!("`dockwright check --select {code}` runs the rules that start with it"));
    }
    CliError::usage(format!("unknown rule `{code}`")).help(match nearest_rule(code) {
        Some(name) => format!("did you mean `{name}`?"),
        None => "`dockwright rule --all` lists the rules".to_string(),
    })
}

fn rule_entry(rule: &Rule) -> RuleEntry {
    RuleEntry {
        code: rule.code,
        name: rule.name,
        group: group_name(rule.group),
        severity: rule.severity.as_str(),
        enabled: match rule.enabled {
            RuleActivation::Default => "default",
            RuleActivation::Preview => "preview",
            RuleActivation::Selected => "selected",
        },
        fixable: match rule.fixable {
            Fixable::Never => "never",
            Fixable::Sometimes => "sometimes",
            Fixable::Always => "always",
        },
        elsewhere: foreign::equivalent_codes(rule.code),
        summary: rule.summary(),
        docs: pages::markdown_page(rule),
    }
}

const fn group_name(group: RuleGroup) -> &'static str {
    match group {
        RuleGroup::Hadolint => "hadolint",
        RuleGroup::ShellCheck => "shellcheck",
        RuleGroup::Buildkit => "buildkit",
        RuleGroup::Dockwright => "dockwright",
        RuleGroup::Build => "build",
    }
}

fn write_pages(
    out: &mut dyn Write,
    wanted: &[&Rule],
    write: impl Fn(&mut dyn Write, &Rule) -> io::Result<()>,
) -> io::Result<()> {
    for (number, rule) in wanted.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        write(out, rule)?;
    }
    Ok(())
}
