//! Values that shell completion offers, though more are accepted.

use std::ffi::OsStr;

use clap::ValueEnum as _;
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::error::ErrorKind;

use super::OutputTarget;
use crate::config::{Selector, UnknownRule};
use crate::report::Format;
use crate::rules;

/// A parser of text that offers values for completion.
#[derive(Clone)]
pub(super) struct Offering<T> {
    parse: fn(&str) -> Result<T, String>,
    offered: fn() -> Vec<String>,
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for Offering<T> {
    type Value = T;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<T, clap::Error> {
        let text = StringValueParser::new().parse_ref(command, argument, value)?;
        (self.parse)(&text).map_err(|why| {
            let name = argument.map(ToString::to_string).unwrap_or_default();
            let message = format!(
                "invalid value '{text}' for '{name}': {why}\n\nFor more information, try '--help'.\n"
            );
            clap::Error::raw(ErrorKind::ValueValidation, message).with_cmd(command)
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.offered)().into_iter().map(PossibleValue::new)))
    }
}

/// Rules, in a list of them.
pub(super) fn rule_selector() -> Offering<Selector> {
    Offering { parse: |text| Selector::parse(text).map_err(unknown), offered: selectors }
}

/// Rules and policies: codes of policies are known only when the configuration is read.
pub(super) fn policy_selector() -> Offering<Selector> {
    Offering { parse: |text| Selector::parse_for_policies(text).map_err(unknown), offered: selectors }
}

/// The code or name of one rule, which the command looks up.
pub(super) fn rule() -> Offering<String> {
    Offering { parse: |text| Ok(text.to_string()), offered: codes }
}

/// An output format, perhaps with a file.
pub(super) fn output() -> Offering<OutputTarget> {
    Offering { parse: OutputTarget::parse, offered: formats }
}

fn unknown(unknown: UnknownRule) -> String {
    match unknown.nearest {
        Some(name) => format!("unknown rule or group; did you mean `{name}`?"),
        None => "unknown rule or group; `dockwright rule --all` lists the rules".to_string(),
    }
}

/// The names of the output formats.
pub(super) fn formats() -> Vec<String> {
    let values = Format::value_variants().iter().filter_map(clap::ValueEnum::to_possible_value);
    values.map(|value| value.get_name().to_string()).collect()
}

fn codes() -> Vec<String> {
    rules::all_rules().map(|rule| rule.code.to_string()).collect()
}

fn selectors() -> Vec<String> {
    Selector::groups().map(str::to_string).chain(codes()).collect()
}
