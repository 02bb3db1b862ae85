//! JSON schemas of the output of `json`, `jsonl`, `--statistics` and `pin`.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

use super::{json, pins, statistics};

/// The schema of `check --format json`.
#[must_use]
pub fn report_schema() -> Schema {
    schema_of::<json::Document<'static>>()
}

/// The schema of each line of `check --format jsonl`.
#[must_use]
pub fn line_schema() -> Schema {
    schema_of::<json::Entry<'static>>()
}

/// The schema of `check --statistics --format json`.
#[must_use]
pub fn statistics_schema() -> Schema {
    schema_of::<statistics::StatisticsDocument>()
}

/// The schema of `pin --format json`.
#[must_use]
pub fn pin_schema() -> Schema {
    schema_of::<pins::PinDocument<'static>>()
}

/// The schema of serialized data, in which keys that are always present are required.
fn schema_of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft07().for_serialize().into_generator().into_root_schema_for::<T>()
}
