//! hadolint's environment variables.

use std::collections::BTreeMap;

use std::ffi::OsString;

use crate::config::{HadolintConfig, parse_label_type};
use crate::diagnostic::Severity;

/// Reads the settings in environment variables; `var` looks a variable up.
pub(super) fn read_environment(var: impl Fn(&str) -> Option<OsString>) -> HadolintConfig {
    let text = |name: &str| var(name).map(|value| value.to_string_lossy().into_owned());
    let flag = |name: &str| text(name).map(|value| is_true(&value));
    let list = |name: &str| -> Vec<String> {
        // Nothing is trimmed; an empty value is one empty entry.
        text(name).map(|value| value.split(',').map(str::to_string).collect()).unwrap_or_default()
    };
    let mut overrides = Vec::new();
    for (name, severity) in [
        ("HADOLINT_OVERRIDE_ERROR", Severity::Error),
        ("HADOLINT_OVERRIDE_WARNING", Severity::Warning),
        ("HADOLINT_OVERRIDE_INFO", Severity::Info),
        ("HADOLINT_OVERRIDE_STYLE", Severity::Style),
    ] {
        overrides.extend(list(name).into_iter().map(|code| (severity, code)));
    }
    HadolintConfig {
        no_fail: flag("HADOLINT_NOFAIL"),
        no_color: var("NO_COLOR").map(|_| true),
        verbose: flag("HADOLINT_VERBOSE"),
        strict_labels: flag("HADOLINT_STRICT_LABELS"),
        disable_ignore_pragma: flag("HADOLINT_DISABLE_IGNORE_PRAGMA"),
        formats: list("HADOLINT_FORMAT").iter().filter_map(|name| name.parse().ok()).collect(),
        failure_threshold: text("HADOLINT_FAILURE_THRESHOLD").and_then(|name| name.parse().ok()),
        ignored: list("HADOLINT_IGNORE"),
        overrides,
        trusted_registries: list("HADOLINT_TRUSTED_REGISTRIES"),
        label_schema: list("HADOLINT_REQUIRE_LABELS")
            .iter()
            .filter_map(|label| parse_label_type(label))
            .collect(),
        unknown_keys: Vec::new(),
        lines: BTreeMap::new(),
    }
}

fn is_true(value: &str) -> bool {
    ["1", "y", "on", "true", "yes"].iter().any(|word| word.eq_ignore_ascii_case(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{FailureThreshold, HadolintFormat};

    fn read_variable(name: &str, value: &str) -> HadolintConfig {
        read_environment(|asked| (asked == name).then(|| value.into()))
    }

    #[test]
    fn variables_are_read() {
        assert_eq!(read_environment(|_| None), HadolintConfig::default());
        for (value, expected) in [("1", true), ("YES", true), ("On", true), ("", false), ("t", false)] {
            assert_eq!(read_variable("HADOLINT_NOFAIL", value).no_fail, Some(expected), "{value}");
        }
        assert_eq!(read_variable("NO_COLOR", "").no_color, Some(true));
        let formats = read_variable("HADOLINT_FORMAT", "json, tty,gnu").formats;
        assert_eq!(formats, [HadolintFormat::Json, HadolintFormat::Gnu]);
        assert_eq!(read_variable("HADOLINT_IGNORE", "A, B").ignored, ["A", " B"]);
        assert_eq!(read_variable("HADOLINT_TRUSTED_REGISTRIES", "").trusted_registries, [""]);
        assert_eq!(
            read_variable("HADOLINT_FAILURE_THRESHOLD", "none").failure_threshold,
            Some(FailureThreshold(None))
        );
        assert_eq!(read_variable("HADOLINT_FAILURE_THRESHOLD", "x").failure_threshold, None);
        let labels = read_variable("HADOLINT_REQUIRE_LABELS", "a:url,b:x,c").label_schema;
        assert_eq!(labels.keys().collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(
            read_variable("HADOLINT_OVERRIDE_INFO", "DL3006").overrides,
            [(Severity::Info, "DL3006".to_string())]
        );
    }
}
