//! JSON schemas of what `json`, `jsonl`, `--statistics` and `pin` print.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

use super::{json, pins, statistics};

/// Of `check --format json`.
#[must_use]
pub fn report_schema() -> Schema {
    schema_of::<json::Document<'static>>()
}

/// Of each line of `check --format jsonl`.
#[must_use]
pub fn line_schema() -> Schema {
    schema_of::<json::Entry<'static>>()
}

/// Of `check --statistics --format json`.
#[must_use]
pub fn statistics_schema() -> Schema {
    schema_of::<statistics::StatisticsDocument>()
}

/// Of `pin --format json`.
#[must_use]
pub fn pin_schema() -> Schema {
    schema_of::<pins::PinDocument<'static>>()
}

/// As it is written: what can be absent and what is always there.
fn schema_of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft07().for_serialize().into_generator().into_root_schema_for::<T>()
}
