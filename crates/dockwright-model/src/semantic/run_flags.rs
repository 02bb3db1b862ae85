//! [`RunFlags`]: the flags of a RUN that decide whether two RUNs run in the same way.

use std::collections::BTreeSet;

use super::Run;
use crate::syntax::{Instruction, Mount, MountKey};

/// The flags, normalized: independent of the order of mounts and the spelling of keys, without flags that a later one
/// repeats.
#[derive(Debug, PartialEq, Eq)]
pub struct RunFlags {
    mounts: BTreeSet<BTreeSet<(String, String)>>,
    security: Option<String>,
    network: Option<String>,
}

impl RunFlags {
    pub fn new(run: &Run<'_>) -> Self {
        if run.instruction.flags.first().is_some_and(|flag| run.view.reads_unknown_flag_as_command(flag)) {
            return Self { mounts: BTreeSet::new(), security: None, network: None };
        }
        let value = |name| flag_value(run.instruction, name);
        let mounts = run.mounts.iter().map(mount_fields).collect();
        Self { mounts, security: value("security"), network: value("network") }
    }
}

fn flag_value(instruction: &Instruction<'_>, name: &str) -> Option<String> {
    instruction.flag_value(name).map(|value| value.text.to_string())
}

fn mount_fields(mount: &Mount<'_>) -> BTreeSet<(String, String)> {
    let mut fields: BTreeSet<(String, String)> = mount
        .fields
        .iter()
        .map(|field| {
            let value = field.value.as_ref().map(|value| value.text.as_ref());
            let (key, value) = match field.key {
                Some(MountKey::ReadOnly) => ("read-only", value.unwrap_or("true")),
                Some(MountKey::ReadWrite)
                    if value.is_some_and(|value| value.eq_ignore_ascii_case("false")) =>
                {
                    ("read-only", "true")
                }
                Some(MountKey::ReadWrite) => ("read-only", "false"),
                Some(MountKey::Target) => ("target", value.unwrap_or_default()),
                Some(MountKey::Source) => ("source", value.unwrap_or_default()),
                Some(MountKey::Required) => ("required", value.unwrap_or("true")),
                // Labels for SELinux, in Podman's spelling.
                None if field.name.text == "z" => ("relabel", "shared"),
                None if field.name.text == "Z" => ("relabel", "private"),
                _ => (field.name.text.as_ref(), value.unwrap_or_default()),
            };
            let is_switch = matches!(key, "read-only" | "required" | "type");
            let value = if is_switch { value.to_ascii_lowercase() } else { value.to_string() };
            (key.to_ascii_lowercase(), value)
        })
        .collect();
    fields.insert(("type".to_string(), mount.kind().to_string()));
    fields
}
