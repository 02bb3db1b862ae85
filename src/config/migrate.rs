//! Converts a `.hadolint.yaml` to an equivalent `dockwright.toml`.

use std::collections::BTreeMap;

use super::hadolint::{find_selector, unknown_code};
use super::selector::{find_rule, nearest_name};
use super::{FailOn, HadolintConfig};
use crate::diagnostic::Severity;
use crate::rule::RuleActivation;

/// The keys of a `.hadolint.yaml`.
const KEYS: [&str; 12] = [
    "no-fail",
    "no-color",
    "verbose",
    "strict-labels",
    "disable-ignore-pragma",
    "format",
    "formats",
    "failure-threshold",
    "ignored",
    "trustedRegistries",
    "override",
    "label-schema",
];

/// The text of a `dockwright.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MigrationResult {
    pub toml: String,
    /// Settings that `dockwright.toml` cannot express, one sentence each.
    pub(crate) skipped: Vec<String>,
}

/// The equivalent of `config` for `dockwright check`. Comments are copied from `yaml`, its text; `name` is the name of
/// its file.
#[must_use]
pub(crate) fn migrate_config(config: &HadolintConfig, yaml: &str, name: &str) -> MigrationResult {
    let layer = config.settings_layer();
    let mut skipped = describe_skipped_keys(config);
    let mut toml = format!("# Converted from {name}.\n");
    // A comment at the top of the file describes the whole file.
    for comment in yaml.lines().map_while(|line| line.starts_with('#').then(|| line.trim_end())) {
        toml += &format!("{comment}\n");
    }
    toml.push('\n');
    let fail_on = layer.fail_on.unwrap_or(FailOn::Info);
    let severity = fail_on.threshold().map_or("never", Severity::as_str);
    let key_comments = |key: &str| comments_on_key(yaml, key);
    toml += &key_comments("failure-threshold");
    toml += &format!("fail-on = {}\n", toml_string(severity));
    if let Some(inline_ignores) = layer.inline_ignores {
        toml += &key_comments("disable-ignore-pragma");
        toml += &format!("inline-ignores = {inline_ignores}\n");
    }
    toml += "# Use the severities of hadolint. Without this line, check uses lower severities for rules that rarely\n\
             # justify failing a pipeline.\nas-hadolint = true\n";
    let mut rules = String::new();
    let mut ignored: Vec<&str> = Vec::new();
    let mut entries = String::new();
    for code in &config.ignored {
        if find_selector(code).is_none() {
            skipped.push(format!("skipped {}", unknown_code(code, "ignored")));
        } else if !ignored.contains(&code.as_str()) {
            ignored.push(code);
            let (above, on_same_line) = comments_on_entry(yaml, code);
            for comment in above {
                entries += &format!("    {comment}\n");
            }
            entries += &format!("    {},", toml_string(code));
            entries += &on_same_line.map(|comment| format!(" {comment}")).unwrap_or_default();
            entries.push('\n');
        }
    }
    if !ignored.is_empty() {
        rules += &key_comments("ignored");
        rules += &format!("ignore = [\n{entries}]\n");
    }
    let severities = migrate_severities(config, &mut skipped);
    if !severities.is_empty() {
        rules += &key_comments("override");
        rules += &severities;
    }
    if !config.trusted_registries.is_empty() {
        rules += &key_comments("trustedRegistries");
        rules += &format!("trusted-registries = [{}]\n", toml_list(&config.trusted_registries));
    }
    if let Some(strict) = config.strict_labels {
        rules += &key_comments("strict-labels");
        rules += &format!("strict-labels = {strict}\n");
    }
    if !rules.is_empty() {
        toml += &format!("\n[rules]\n{rules}");
    }
    if !config.label_schema.is_empty() {
        toml += &format!("\n{}[rules.label-schema]\n", key_comments("label-schema"));
        for (label, kind) in &config.label_schema {
            toml += &format!("{} = {}\n", toml_string(label), toml_string(kind.as_str()));
        }
    }
    MigrationResult { toml, skipped }
}

/// The severities that `override` sets, and the rules that it enables.
fn migrate_severities(config: &HadolintConfig, skipped: &mut Vec<String>) -> String {
    let mut worst: BTreeMap<&str, Severity> = BTreeMap::new();
    for (severity, code) in &config.overrides {
        if find_selector(code).is_none() {
            skipped.push(format!("skipped {}", unknown_code(code, "override")));
            continue;
        }
        let known = worst.entry(code).or_insert(*severity);
        *known = (*known).max(*severity);
    }
    let off = |code: &&str| find_rule(code).is_some_and(|rule| rule.enabled != RuleActivation::Default);
    let switched_on: Vec<&str> = worst.keys().copied().filter(off).collect();
    let mut toml = String::new();
    if !switched_on.is_empty() {
        toml += &format!("extend-select = [{}]\n", toml_list(&switched_on));
    }
    if !worst.is_empty() {
        let entries: Vec<String> = worst
            .iter()
            .map(|(code, severity)| format!("{code} = {}", toml_string(severity.as_str())))
            .collect();
        toml += &format!("severity = {{ {} }}\n", entries.join(", "));
    }
    toml
}

fn describe_skipped_keys(config: &HadolintConfig) -> Vec<String> {
    [
        (
            !config.formats.is_empty(),
            "skipped the output format, which is not part of the configuration; use `--format`",
        ),
        (config.no_color.is_some(), "skipped `no-color`; use `--color` or `NO_COLOR`"),
        (config.verbose.is_some(), "skipped `verbose`; use `--verbose`"),
    ]
    .into_iter()
    .filter(|(written, _)| *written)
    .map(|(_, what)| what.to_string())
    .chain(config.unknown_keys.iter().map(|key| format!("skipped {}", describe_unknown_key(key))))
    .collect()
}

/// A key that hadolint does not have, and the one that was probably meant.
pub(super) fn describe_unknown_key(key: &str) -> String {
    let nearest = match key.strip_prefix("override.") {
        Some(severity) => nearest_name(severity, ["error", "warning", "info", "style"])
            .map(|known| format!("override.{known}")),
        None => nearest_name(key, KEYS),
    };
    match nearest {
        Some(known) => format!("unknown key `{key}`; did you mean `{known}`?"),
        None => format!("unknown key `{key}`"),
    }
}

/// The comments in the lines above an entry of a list, and the one next to it.
fn comments_on_entry<'y>(yaml: &'y str, code: &str) -> (Vec<&'y str>, Option<&'y str>) {
    let lines: Vec<&str> = yaml.lines().map(str::trim).collect();
    let entry = lines.iter().enumerate().find_map(|(at, line)| {
        let (item, on_same_line) = split_comment(line);
        // An entry of a list, or the only one on a line of a list in brackets.
        let item = item.strip_prefix('-').unwrap_or(item).trim().trim_matches([',', '[', ']', ' ']);
        (item.trim_matches(['"', '\'']) == code).then_some((at, on_same_line))
    });
    let Some((at, on_same_line)) = entry else { return (Vec::new(), None) };
    (comments_above(&lines, at), on_same_line)
}

/// The comments about a key, above its line and on it, each on a line.
fn comments_on_key(yaml: &str, key: &str) -> String {
    let lines: Vec<&str> = yaml.lines().collect();
    let is_key = |line: &&str| {
        let rest = line.trim_matches('"').strip_prefix(key).map(|rest| rest.trim_start_matches('"'));
        rest.is_some_and(|rest| rest.trim_start().starts_with(':'))
    };
    let Some(at) = lines.iter().position(is_key) else { return String::new() };
    let mut comments = comments_above(&lines, at);
    // Comments at the top of the file are copied to the top.
    if comments.len() == at {
        comments.clear();
    }
    comments.extend(lines.get(at).and_then(|line| split_comment(line).1));
    comments.into_iter().flat_map(|comment| [comment, "\n"]).collect()
}

fn comments_above<'y>(lines: &[&'y str], at: usize) -> Vec<&'y str> {
    let above = lines.get(..at).unwrap_or_default();
    let first = above.iter().rposition(|line| !line.starts_with('#')).map_or(0, |last| last + 1);
    above.get(first..).unwrap_or_default().to_vec()
}

/// A line of YAML, and the comment at its end.
fn split_comment(line: &str) -> (&str, Option<&str>) {
    let (text, comment) = line.split_at(line.find(" #").unwrap_or(line.len()));
    (text.trim_end(), Some(comment.trim()).filter(|comment| !comment.is_empty()))
}

fn toml_list<T: AsRef<str>>(items: &[T]) -> String {
    items.iter().map(|item| toml_string(item.as_ref())).collect::<Vec<_>>().join(", ")
}

/// The text as a TOML string, with quotes and escapes.
fn toml_string(text: &str) -> String {
    toml::Value::from(text).to_string()
}
