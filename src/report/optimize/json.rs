//! `json`: all of the picture. The version number changes when the shape does; `docs/schemas/optimize.json` is
//! its schema.

use std::io::{self, Write};

use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::{Costs, Unpictured};
use crate::plan::Plan;
use crate::report::json_text;

#[derive(Serialize, JsonSchema)]
struct Document<'a> {
    /// Of this shape.
    version: u32,
    tool: Tool,
    files: Vec<&'a Plan>,
    /// Files of which there is no picture.
    without: Vec<Without<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct Without<'a> {
    file: &'a str,
    why: &'a str,
}

pub(super) fn write(out: &mut dyn Write, costs: &Costs) -> io::Result<()> {
    let without = |one: &'_ Unpictured| -> (String, String) { (one.file.clone(), one.why.clone()) };
    let unpictured: Vec<(String, String)> = costs.unpictured.iter().map(without).collect();
    let document = Document {
        version: 1,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        files: costs.plans.iter().collect(),
        without: unpictured.iter().map(|(file, why)| Without { file, why }).collect(),
    };
    json_text::write(out, &document)?;
    writeln!(out)
}

/// The JSON schema of what is written.
#[must_use]
pub fn schema() -> Schema {
    schemars::schema_for!(Document<'_>)
}
