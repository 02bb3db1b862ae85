//! `--verbose`: the configuration that applies.

use std::collections::BTreeMap;

use crate::config::{FailureThreshold, HadolintConfig, HadolintFormat};
use crate::diagnostic::Severity;
use crate::report::neutralize;

/// The settings that differ from the defaults, one on each line, with the keys of a `.hadolint.yaml`.
pub(super) fn settings_text(config: &HadolintConfig) -> String {
    let mut lines = Vec::new();
    let switches = [
        ("no-fail", config.no_fail),
        ("no-color", config.no_color),
        ("strict-labels", config.strict_labels),
        ("disable-ignore-pragma", config.disable_ignore_pragma),
    ];
    for (key, value) in switches {
        lines.extend(value.map(|value| format!("{key}: {value}")));
    }
    if let Some(FailureThreshold(severity)) = config.failure_threshold {
        lines.push(format!("failure-threshold: {}", severity.map_or("none", Severity::as_str)));
    }
    let is_format = |name: &&str, format: HadolintFormat| name.parse::<HadolintFormat>() == Ok(format);
    let formats = config.formats.iter().filter_map(|format| {
        HadolintFormat::NAMES.into_iter().find(|name| is_format(name, *format)).map(str::to_string)
    });
    let mut lists: Vec<(String, Vec<String>)> = vec![
        ("formats".to_string(), formats.collect()),
        ("ignored".to_string(), config.ignored.clone()),
        ("trustedRegistries".to_string(), config.trusted_registries.clone()),
    ];
    let mut overrides: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (severity, code) in &config.overrides {
        overrides.entry(severity.as_str()).or_default().push(code.clone());
    }
    lists.extend(overrides.into_iter().map(|(severity, codes)| (format!("override.{severity}"), codes)));
    let labels = config.label_schema.iter().map(|(label, kind)| format!("{label}: {}", kind.as_str()));
    lists.push(("label-schema".to_string(), labels.collect()));
    for (key, items) in lists.iter().filter(|(_, items)| !items.is_empty()) {
        lines.push(format!("{key}: {}", items.join(", ")));
    }
    if lines.is_empty() {
        return "  all settings have their defaults".to_string();
    }
    let shown: Vec<String> = lines.iter().map(|line| format!("  {}", neutralize(line))).collect();
    shown.join("\n")
}
