//! The reports of `dockwright pin`: text and JSON.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::{json_text, neutralize};
use crate::pin::{PinEntry, PinKind, PinStatus, PinnedFile};

/// One line about one pin: `Dockerfile:3: pinned `python:3.12` to sha256:…`.
#[must_use]
pub(crate) fn format_pin_line(file: &str, entry: &PinEntry) -> String {
    let name = format!("`{}`", entry.name);
    let to = entry.to.as_deref().unwrap_or_default();
    let from = entry.from.as_deref().unwrap_or_default();
    let reason = entry.reason.as_deref().unwrap_or_default();
    let what = match entry.status {
        PinStatus::Pinned => format!("{name} pinned to {to}"),
        PinStatus::Updated => format!("{name} updated from {from} to {to}"),
        PinStatus::Current => format!("{name} is pinned to {from}"),
        PinStatus::Missing => format!("{name} is not pinned"),
        PinStatus::Unavailable if entry.kind == PinKind::Checksums => {
            format!("{name} has changed, and its checksum is now {to}")
        }
        PinStatus::Unavailable => format!("{name} is pinned to {from}, which is no longer available"),
        PinStatus::TooOld => {
            format!("{name} is pinned to {from}, which is too old; the current version is {to}")
        }
        PinStatus::Skipped => format!("{name} not pinned: {reason}"),
        PinStatus::Failed => format!("cannot look up {name}: {reason}"),
    };
    let cached = entry.cached.filter(|_| matches!(entry.status, PinStatus::Pinned | PinStatus::Updated));
    let cached = cached.map(|at| format!(" (as of {})", at.strftime("%Y-%m-%d"))).unwrap_or_default();
    neutralize(&format!("{file}:{}: {what}{cached}", entry.line)).into_owned()
}

/// All changes and problems, one line each.
///
/// # Errors
/// The output cannot be written to.
pub(crate) fn write_pins(out: &mut dyn Write, results: &[PinnedFile]) -> io::Result<()> {
    for result in results {
        for entry in &result.entries {
            if !matches!(entry.status, PinStatus::Current | PinStatus::Skipped | PinStatus::Failed) {
                writeln!(out, "{}", format_pin_line(&result.name, entry))?;
            }
        }
    }
    Ok(())
}

/// Everything that `pin --format json` prints.
#[derive(Serialize, JsonSchema)]
pub(super) struct PinDocument<'a> {
    /// Version of this schema. New keys do not change it.
    version: u32,
    files: &'a [PinnedFile],
}

/// All results, as one JSON object; `docs/schemas/pin.json` describes it.
///
/// # Errors
/// The output cannot be written to.
pub(crate) fn write_pins_json(out: &mut dyn Write, results: &[PinnedFile]) -> io::Result<()> {
    json_text::write_json_text(out, &PinDocument { version: 1, files: results })?;
    writeln!(out)
}
