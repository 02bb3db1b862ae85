//! Values that shell completion offers; other values are accepted, too.

use std::ffi::OsStr;

use clap::ValueEnum as _;
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap_complete::Shell;

use super::OutputTarget;
use crate::config::{RuleSelector, UnknownRule};
use crate::error_text::{ErrorText, suggest_name};
use crate::report::Format;
use crate::rules;

/// A parser of text, with the values for shell completion.
#[derive(Clone)]
pub(crate) struct ParserWithCompletions<T> {
    parse: fn(&str) -> Result<T, ErrorText>,
    completions: fn() -> Vec<String>,
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for ParserWithCompletions<T> {
    type Value = T;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<T, clap::Error> {
        let parse = self.parse;
        StringValueParser::new().try_map(move |text| parse(&text)).parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.completions)().into_iter().map(PossibleValue::new)))
    }
}

/// A list of rules.
pub(crate) fn rule_selector() -> ParserWithCompletions<RuleSelector> {
    ParserWithCompletions {
        parse: |text| RuleSelector::parse(text).map_err(unknown_rule_text),
        completions: selector_names,
    }
}

/// Rules and policies: codes of policies are known only when the configuration is read.
pub(crate) fn rule_or_policy_parser() -> ParserWithCompletions<RuleSelector> {
    ParserWithCompletions {
        parse: |text| RuleSelector::parse_for_policies(text).map_err(unknown_rule_text),
        completions: selector_names,
    }
}

/// The code or name of one rule, which the command looks up.
pub(crate) fn rule_code() -> ParserWithCompletions<String> {
    ParserWithCompletions { parse: |text| Ok(text.to_string()), completions: rule_codes }
}

/// An output format, perhaps with a file.
pub(crate) fn output_target() -> ParserWithCompletions<OutputTarget> {
    ParserWithCompletions { parse: OutputTarget::parse, completions: format_names }
}

/// A shell that completion scripts exist for. clap's own parser suggests `zsh` for `tcsh`.
pub(crate) fn completion_shell() -> ParserWithCompletions<Shell> {
    ParserWithCompletions {
        parse: |text| {
            Shell::from_str(text, true)
                .map_err(|_| ErrorText::new("unknown shell").help(suggest_name(None, &shell_names())))
        },
        completions: shell_names,
    }
}

fn unknown_rule_text(unknown: UnknownRule) -> ErrorText {
    ErrorText::new("unknown rule or group").help(match unknown.nearest {
        Some(name) => format!("did you mean `{name}`?"),
        None => "`dockwright rule --all` lists the rules".to_string(),
    })
}

fn shell_names() -> Vec<String> {
    Shell::value_variants().iter().map(ToString::to_string).collect()
}

/// The names of the output formats.
pub(super) fn format_names() -> Vec<String> {
    let values = Format::value_variants().iter().filter_map(clap::ValueEnum::to_possible_value);
    values.map(|value| value.get_name().to_string()).collect()
}

fn rule_codes() -> Vec<String> {
    rules::all_rules().map(|rule| rule.code.to_string()).collect()
}

fn selector_names() -> Vec<String> {
    RuleSelector::groups().map(str::to_string).chain(rule_codes()).collect()
}
