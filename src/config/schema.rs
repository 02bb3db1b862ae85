//! The JSON schema of a `dockwright.toml`, for editors.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::ConfigTable;
use super::selector::GROUPS;
use crate::rules;
use crate::semantic::LabelType;

/// The schema of a `dockwright.toml`.
#[must_use]
pub fn config_schema() -> Schema {
    SchemaSettings::draft07().for_deserialize().into_generator().into_root_schema_for::<ConfigTable>()
}

/// The name of a rule; only its schema is used.
pub(super) struct RuleName;

impl JsonSchema for RuleName {
    fn schema_name() -> Cow<'static, str> {
        "RuleName".into()
    }

    /// Lists all names except ShellCheck's codes, which are too many. Names are case-insensitive; the schema has the
    /// usual spelling.
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let listed = rules::ALL.iter().chain(rules::about_files::ALL);
        let mut names: Vec<&str> = listed.flat_map(|rule| [rule.code, rule.name]).collect();
        names.sort_unstable();
        let groups = GROUPS.iter().map(|(name, _)| *name).chain(["ALL"]);
        let names: Vec<&str> = groups.chain(names).collect();
        json_schema!({
            "description": "Code, name, prefix or group of rules.",
            "type": "string",
            "anyOf": [{ "enum": names }, { "pattern": "^([Dd][Ll]|[Ss][Cc]|[Dd][Ww])[0-9]{0,4}\\*?$" },
                { "description": "Code of a policy, or the start of several.", "pattern": "^[A-Z]{2,12}[-_]?([0-9]{1,6}|[0-9]*\\*)$" }],
        })
    }
}

/// The name of a label type; only its schema is used.
pub(super) struct LabelTypeName;

impl JsonSchema for LabelTypeName {
    fn schema_name() -> Cow<'static, str> {
        "LabelType".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names = LabelType::NAMED.map(|(name, _)| name);
        json_schema!({ "description": "Format of the value of a label.", "enum": names })
    }
}
