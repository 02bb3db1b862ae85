//! Configuration: a [`ConfigTable`] holds the keys of a file, a [`SettingsLayer`] the settings of any source,
//! and [`Settings`] the result for one Dockerfile, after the [`ConfigResolver`] has merged the layers.

mod error;
mod explain;
mod file;
mod globs;
mod hadolint;
mod hadolint_names;
mod layer;
mod migrate;
mod option_reader;
mod options;
mod pin_table;
mod policies;
#[cfg(test)]
mod policy_examples;
mod resolve;
mod rule_set;
mod schema;
mod selector;
mod settings;
mod show;
mod wrong_type;
mod yaml_flow;
mod yaml_values;

pub(crate) use error::{ConfigError, shown_path};
pub(crate) use file::{ConfigFile, is_yaml};
pub(crate) use globs::{PathGlobs, absolute_path};
pub(crate) use hadolint::{HadolintConfig, parse_label_type};
pub(crate) use hadolint_names::{FailureThreshold, HadolintFormat};
pub use layer::SettingsLayer;
pub(crate) use layer::{FailOn, FormatLayer, OptimizeLayer, PinLayer};
pub(crate) use migrate::{MigrationResult, migrate_config};
pub(crate) use options::ConfigTable;
pub use resolve::ConfigSource;
pub(crate) use resolve::{ConfigResolver, find_hadolint_config, find_own_config};
pub(crate) use rule_set::RuleSet;
pub use schema::config_schema;
pub use selector::RuleSelector;
pub(crate) use selector::{DefaultRules, UnknownRule, find_rule, nearest_name, nearest_rule};
pub(crate) use settings::INVALID;
pub use settings::Settings;
pub(crate) use yaml_flow::indent_shallow_lines;

pub use crate::semantic::Builder;
