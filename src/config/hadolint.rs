//! [`HadolintConfig`]: a `.hadolint.yaml`, read as hadolint 2.15.1 reads it.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use saphyr::{LoadableYamlNode, MarkedYaml, YamlData};

use super::hadolint_names::{FailureThreshold, HadolintFormat};
use super::yaml_flow::first_shallow_line;
use super::yaml_values::{
    YamlError, is_null, items_of_yaml_list, parse_boolean, parse_label_schema, parse_name, parse_overrides,
    parse_string, parse_strings, value_error,
};
use super::{ConfigError, FailOn, RuleSelector, Settings, SettingsLayer};
use crate::config::migrate::describe_unknown_key;
use crate::config::selector::{find_rule, nearest_rule};
use crate::diagnostic::Severity;
use crate::error_text::ErrorText;
use crate::ignores::is_retired;
use crate::library_errors::{YAML_INDENTATION, YAML_TAB, describe_yaml_error, invalid_yaml};
use crate::rule::RuleGroup;
use crate::semantic::LabelType;

/// The keys of a `.hadolint.yaml`, or of another source of hadolint configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct HadolintConfig {
    pub(crate) no_fail: Option<bool>,
    pub(crate) no_color: Option<bool>,
    pub verbose: Option<bool>,
    pub strict_labels: Option<bool>,
    pub(crate) disable_ignore_pragma: Option<bool>,
    pub formats: Vec<HadolintFormat>,
    pub(crate) failure_threshold: Option<FailureThreshold>,
    pub ignored: Vec<String>,
    /// Severity and code; if a code has several, the most severe applies.
    pub overrides: Vec<(Severity, String)>,
    pub trusted_registries: Vec<String>,
    pub label_schema: BTreeMap<String, LabelType>,
    /// Keys that hadolint does not know.
    pub(crate) unknown_keys: Vec<String>,
    /// The line (from 1) of each key and each code of a list, by the key and the code; codes of the lists under
    /// `override` are those of that key.
    pub(crate) lines: BTreeMap<(String, String), usize>,
}

impl HadolintConfig {
    /// Reads the text of a `.hadolint.yaml`. Keys that hadolint does not know have no effect, as in hadolint.
    ///
    /// # Errors
    /// hadolint would reject the file.
    pub(crate) fn parse(text: &str) -> Result<Self, YamlError> {
        if text.trim_start_matches(['\n', '\r', ' ']).starts_with('\t') {
            let ErrorText { message, help } = invalid_yaml(YAML_TAB);
            let line = text.lines().position(|line| line.trim_start_matches(' ').starts_with('\t'));
            return Err(YamlError { line: line.map(|line| line + 1), message, help });
        }
        let documents = MarkedYaml::load_from_str(text).map_err(|error| {
            let ErrorText { message, help } = describe_yaml_error(error.info());
            YamlError { line: Some(error.marker().line()), message, help }
        })?;
        // saphyr accepts this in the last entry of a mapping.
        if let Some(line) = first_shallow_line(text) {
            let ErrorText { message, help } = invalid_yaml(YAML_INDENTATION);
            return Err(YamlError { line: Some(line), message, help });
        }
        let [document] = documents.as_slice() else {
            let (message, help) = if documents.is_empty() {
                ("the file is empty", "add a key, or delete the file")
            } else {
                ("the file contains more than one YAML document", "keep one, and remove the `---` lines")
            };
            return Err(YamlError { line: None, message: message.to_string(), help: Some(help.to_string()) });
        };
        let YamlData::Mapping(mapping) = &document.data else {
            return Err(YamlError {
                help: Some("use the form `ignored: [DL3008]`".to_string()),
                ..value_error(document, "the file must consist of keys and values")
            });
        };
        let mut config = Self::default();
        let mut last_format: Option<HadolintFormat> = None;
        for (key, value) in mapping {
            // Keys that are not strings are unknown keys.
            let line = key.span.start.line();
            let key = parse_string("", key).unwrap_or_default();
            config.lines.insert((key.to_string(), String::new()), line);
            config.record_lines(key, value);
            last_format = config.read_key(key, value)?.or(last_format);
        }
        config.formats.extend(last_format);
        Ok(config)
    }

    /// As [`Self::parse`], for the content of the file at `path`.
    ///
    /// # Errors
    /// hadolint would reject the file.
    pub(crate) fn from_bytes(path: &Path, bytes: Vec<u8>) -> Result<Self, ConfigError> {
        let text = String::from_utf8(bytes)
            .map_err(|_| ConfigError::unreadable(path, &ErrorKind::InvalidData.into()))?;
        Self::parse(&text).map_err(|error| ConfigError {
            line: error.line,
            help: error.help,
            ..ConfigError::in_file(path, error.message)
        })
    }

    /// Reads one key. Returns the value of `format`, which comes after all `formats`.
    fn read_key(&mut self, key: &str, value: &MarkedYaml<'_>) -> Result<Option<HadolintFormat>, YamlError> {
        match key {
            "no-fail" => self.no_fail = parse_boolean(key, value)?,
            "no-color" => self.no_color = parse_boolean(key, value)?,
            "verbose" => self.verbose = parse_boolean(key, value)?,
            "strict-labels" => self.strict_labels = parse_boolean(key, value)?,
            "disable-ignore-pragma" => self.disable_ignore_pragma = parse_boolean(key, value)?,
            "format" if !is_null(value) => return parse_name(key, value, &HadolintFormat::NAMES).map(Some),
            "formats" => {
                for item in items_of_yaml_list(key, value)? {
                    self.formats.push(parse_name(key, item, &HadolintFormat::NAMES)?);
                }
            }
            "failure-threshold" if !is_null(value) => {
                self.failure_threshold = Some(parse_name(key, value, &FailureThreshold::NAMES)?);
            }
            "ignored" => self.ignored = parse_strings(key, value)?,
            "trustedRegistries" => self.trusted_registries = parse_strings(key, value)?,
            "override" => {
                let (overrides, unknown) = parse_overrides(value)?;
                self.overrides = overrides;
                self.unknown_keys.extend(unknown);
            }
            "label-schema" => self.label_schema = parse_label_schema(value)?,
            "format" | "failure-threshold" | "" => {}
            unknown => self.unknown_keys.push(unknown.to_string()),
        }
        Ok(None)
    }

    /// Records the lines of the entries of a list, or of the lists of a mapping.
    fn record_lines(&mut self, key: &str, value: &MarkedYaml<'_>) {
        let mut record = |key: &str, code: &str, node: &MarkedYaml<'_>| {
            self.lines.entry((key.to_string(), code.to_string())).or_insert(node.span.start.line());
        };
        let mut record_items = |items: &[MarkedYaml<'_>]| {
            for item in items {
                if let Ok(code) = parse_string(key, item) {
                    record(key, code, item);
                }
            }
        };
        match &value.data {
            YamlData::Sequence(items) => record_items(items),
            YamlData::Mapping(lists) if key == "override" => {
                for items in lists.values().filter_map(|list| list.data.as_vec()) {
                    record_items(items);
                }
                for (name, _) in lists {
                    if let Ok(severity) = parse_string(key, name) {
                        record(&format!("{key}.{severity}"), "", name);
                    }
                }
            }
            _ => {}
        }
    }

    fn line_of(&self, key: &str, code: &str) -> Option<usize> {
        self.lines.get(&(key.to_string(), code.to_string())).copied()
    }

    /// Keys and codes that have no effect, one sentence each, with the line.
    #[must_use]
    pub(crate) fn warnings(&self) -> Vec<(Option<usize>, String)> {
        let keys = self.unknown_keys.iter().map(|key| (self.line_of(key, ""), describe_unknown_key(key)));
        let overridden = self.overrides.iter().map(|(_, code)| ("override", code));
        let mut codes: Vec<_> = self.ignored.iter().map(|code| ("ignored", code)).chain(overridden).collect();
        codes.retain(|(_, code)| find_selector(code).is_none() && !is_retired(code));
        codes.sort_unstable();
        codes.dedup();
        let codes = codes.into_iter().map(|(key, code)| (self.line_of(key, code), unknown_code(code, key)));
        keys.chain(codes).map(|(line, what)| (line, format!("skipped {what}"))).collect()
    }

    /// Merges a source that overrides this one. Lists are joined; if both define a label, this source wins, as in
    /// hadolint.
    #[must_use]
    pub(crate) fn merge_with_override(self, stronger: Self) -> Self {
        let mut label_schema = stronger.label_schema;
        label_schema.extend(self.label_schema);
        Self {
            no_fail: stronger.no_fail.or(self.no_fail),
            no_color: stronger.no_color.or(self.no_color),
            verbose: stronger.verbose.or(self.verbose),
            strict_labels: stronger.strict_labels.or(self.strict_labels),
            disable_ignore_pragma: stronger.disable_ignore_pragma.or(self.disable_ignore_pragma),
            formats: [self.formats, stronger.formats].concat(),
            failure_threshold: stronger.failure_threshold.or(self.failure_threshold),
            ignored: [self.ignored, stronger.ignored].concat(),
            overrides: [self.overrides, stronger.overrides].concat(),
            trusted_registries: [self.trusted_registries, stronger.trusted_registries].concat(),
            label_schema,
            unknown_keys: [self.unknown_keys, stronger.unknown_keys].concat(),
            // Several sources have no common lines.
            lines: BTreeMap::new(),
        }
    }

    /// The settings of `dockwright hadolint`: only the rules that hadolint has.
    #[must_use]
    pub(crate) fn settings(&self) -> Settings {
        let mut settings = Settings::default();
        let families = [RuleGroup::Hadolint, RuleGroup::ShellCheck].map(RuleSelector::Group);
        settings.apply(&SettingsLayer { select: Some(families.into()), ..SettingsLayer::default() });
        settings.apply(&SettingsLayer { fail_on: None, ..self.settings_layer() });
        settings.fail_on = match self.failure_threshold {
            Some(FailureThreshold(severity)) => severity,
            None => Some(Severity::Info),
        };
        settings
    }

    /// The equivalent settings for `dockwright check`. Unknown codes have no effect, as in hadolint.
    #[must_use]
    pub(crate) fn settings_layer(&self) -> SettingsLayer {
        let mut overrides = self.overrides.clone();
        overrides.sort();
        let severities: Vec<_> =
            overrides.iter().filter_map(|(severity, code)| Some((find_selector(code)?, *severity))).collect();
        let threshold = match self.failure_threshold {
            Some(FailureThreshold(severity)) => severity.unwrap_or(Severity::Style),
            None => Severity::Info,
        };
        SettingsLayer {
            extend_select: severities.iter().map(|(selector, _)| selector.clone()).collect(),
            ignore: self.ignored.iter().filter_map(|code| find_selector(code)).collect(),
            severities,
            as_hadolint: Some(true),
            trusted_registries: self.trusted_registries.clone(),
            label_schema: self.label_schema.clone(),
            strict_labels: self.strict_labels,
            inline_ignores: self.disable_ignore_pragma.map(|disable| !disable),
            fail_on: Some(if self.no_fail == Some(true) { FailOn::Never } else { to_fail_on(threshold) }),
            ..SettingsLayer::default()
        }
    }
}

/// The selector for a code. hadolint compares codes case-sensitively.
pub(super) fn find_selector(code: &str) -> Option<RuleSelector> {
    match find_rule(code) {
        Some(rule) => (rule.code == code).then(|| RuleSelector::Code(code.to_string())),
        None => RuleSelector::parse(code).ok().filter(|found| *found == RuleSelector::Code(code.to_string())),
    }
}

/// A code that no rule has, under `ignored` or `override`, and the one that was probably meant.
pub(super) fn unknown_code(code: &str, key: &str) -> String {
    if let Ok(RuleSelector::Prefix(_)) = RuleSelector::parse(code) {
        return format!(
            "unknown rule `{code}` in `{key}`; name each rule, because hadolint supports no prefixes"
        );
    }
    match nearest_rule(code) {
        Some(known) => format!("unknown rule `{code}` in `{key}`; did you mean `{known}`?"),
        None => format!("unknown rule `{code}` in `{key}`"),
    }
}

const fn to_fail_on(severity: Severity) -> FailOn {
    match severity {
        Severity::Error => FailOn::Error,
        Severity::Warning => FailOn::Warning,
        Severity::Info => FailOn::Info,
        Severity::Style => FailOn::Style,
    }
}

/// A label and its type from `label:type` or `label`; `None` for an unknown type.
#[must_use]
pub(crate) fn parse_label_type(text: &str) -> Option<(String, LabelType)> {
    let (label, kind) = text.split_once(':').unwrap_or((text, ""));
    Some((label.to_string(), kind.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_read() {
        let config = HadolintConfig::parse(
            "no-fail: true\nno-color: false\nverbose: null\nstrict-labels: true\ndisable-ignore-pragma: True\n\
             format: json\nformats: [tty, gnu]\nfailure-threshold: none\nignored: [DL3006, nonsense]\n\
             override: {error: [DL3007], style: [DL3007], ignore: x}\ntrustedRegistries: [a, 'b:5000']\n\
             label-schema: {a: '', b: spdx}\nother: [1, 2]\n1: x\n",
        )
        .expect("readable");
        let text = |text: &str| text.to_string();
        assert_eq!(
            config,
            HadolintConfig {
                no_fail: Some(true),
                no_color: Some(false),
                verbose: None,
                strict_labels: Some(true),
                disable_ignore_pragma: Some(true),
                formats: vec![HadolintFormat::Tty, HadolintFormat::Gnu, HadolintFormat::Json],
                failure_threshold: Some(FailureThreshold(None)),
                ignored: vec![text("DL3006"), text("nonsense")],
                overrides: vec![(Severity::Error, text("DL3007")), (Severity::Style, text("DL3007"))],
                trusted_registries: vec![text("a"), text("b:5000")],
                label_schema: [(text("a"), LabelType::Text), (text("b"), LabelType::Spdx)].into(),
                unknown_keys: vec![text("override.ignore"), text("other")],
                lines: config.lines.clone(),
            }
        );
    }

    #[test]
    fn null_means_absent() {
        let text = "ignored: ~\noverride: null\nformat:\nformats:\nfailure-threshold: ~\nlabel-schema:\n";
        let config = HadolintConfig::parse(text).expect("readable");
        assert_eq!(HadolintConfig { lines: BTreeMap::new(), ..config }, HadolintConfig::default());
    }

    #[test]
    fn rejects_invalid_files() {
        for (text, line) in [
            ("", None),
            ("# only a comment\n", None),
            ("- DL3006\n", Some(1)),
            ("ignored: DL3006\n", Some(1)),
            ("ignored: [3006]\n", Some(1)),
            ("verbose: true\nno-fail: yes\n", Some(2)),
            ("ignored: [a]\nignored: [b]\n", Some(2)),
            ("a: b\n---\nignored: []\n", None),
            ("failure-threshold: foo\n", Some(1)),
            ("format: xml\n", Some(1)),
            ("\tignored: [a]\n", Some(1)),
            ("override:\n  info: [\n    DL3004\n  ]\n", Some(4)),
            ("ignored: [\n  DL3004\n]\n", Some(3)),
            ("override:\n  error: DL3006\n", Some(2)),
            ("label-schema: {a: null}\n", Some(1)),
            ("label-schema: {a: foo}\n", Some(1)),
        ] {
            let error = HadolintConfig::parse(text).expect_err(text);
            assert_eq!(error.line, line, "{text:?} {error:?}");
        }
    }

    #[test]
    fn syntax_errors_name_their_cause() {
        for (text, cause) in [
            ("ignored: [a]\nignored: [b]\n", "a key is defined twice"),
            ("\n\tignored: [a]\n", "a line is indented with a tab"),
            ("ignored: *a\n", "an alias has no anchor"),
            ("ignored: [\"\\q\"]\n", "unknown escape in a string"),
        ] {
            let error = HadolintConfig::parse(text).expect_err(text);
            assert_eq!(error.message, format!("not valid YAML: {cause}"), "{text:?}");
        }
    }

    #[test]
    fn the_worst_override_counts() {
        let config = HadolintConfig::parse("override: {error: [DL3007], style: [DL3007]}").expect("readable");
        let mut settings = crate::config::Settings::default();
        settings.apply(&config.settings_layer());
        assert_eq!(settings.severity("DL3007"), Some(Severity::Error));
        assert_eq!(settings.fail_on, Some(Severity::Info));
    }
}
