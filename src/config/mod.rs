//! Configuration: a [`ConfigTable`] holds the keys of a file, a [`SettingsLayer`] the settings of any source,
//! and [`Settings`] the result for one Dockerfile, after the [`ConfigResolver`] has merged the layers.

mod error;
mod explain;
mod file;
mod globs;
mod hadolint;
mod layer;
mod migrate;
mod option_reader;
mod options;
mod policies;
mod resolve;
mod rule_set;
mod schema;
mod selector;
mod settings;
mod show;
mod yaml_values;

pub use error::ConfigError;
pub use file::ConfigFile;
pub use globs::{PathGlobs, absolute_path};
pub use hadolint::{FailureThreshold, HadolintConfig, HadolintFormat, parse_label_type};
pub use layer::{FailOn, FormatLayer, OptimizeLayer, PinLayer, SettingsLayer};
pub use migrate::{MigrationResult, migrate_config};
pub use options::ConfigTable;
pub use resolve::{ConfigResolver, ConfigSource, ResolvedConfig, find_hadolint_config, find_own_config};
pub use rule_set::RuleSet;
pub use schema::config_schema;
pub use selector::{Defaults, Selector, UnknownRule, find_rule, nearest_name, nearest_rule};
pub use settings::{INVALID, Settings};
pub use yaml_values::YamlError;

pub use crate::semantic::Builder;
