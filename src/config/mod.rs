//! Configuration: [`Options`] are what a file says, a [`Layer`] what any source says, [`Settings`] what holds
//! for a Dockerfile once the [`Resolver`] has put the layers on top of each other.

mod error;
mod explain;
mod file;
mod globs;
mod hadolint;
mod layer;
mod migrate;
mod options;
mod resolve;
mod rule_set;
mod schema;
mod selector;
mod settings;
mod show;

pub use error::Error;
pub use file::ConfigFile;
pub use globs::{PathGlobs, absolute};
pub use hadolint::{HadolintConfig, HadolintFormat, Threshold, YamlError, label_type};
pub use layer::{FailOn, FormatLayer, Layer, OptimizeLayer, PinLayer};
pub use migrate::{Migrated, migrate};
pub use options::Options;
pub use resolve::{Resolved, Resolver, Source, hadolint_file, own_file_in};
pub use rule_set::RuleSet;
pub use schema::schema;
pub use selector::{Selector, UnknownRule, find_rule, nearest, nearest_rule};
pub use settings::{INVALID, Settings};

pub use crate::semantic::Builder;
