//! `--show-settings`: settings as TOML, all of them or only those that differ from the defaults.

use serde::Serialize;
use toml::{Table, Value};

use super::{Builder, Settings};
use crate::diagnostic::{Applicability, Severity};
use crate::format::OperatorPosition;
use crate::pin::{AptPinStyle, PinKind};
use crate::policy::{FactPattern, Policy};
use crate::rule::DigestPlace;
use crate::rules;
use crate::semantic::CacheMounts;

/// More codes are only counted: the list would hide the other settings.
const MAX_CODES: usize = 20;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ShownSettings {
    fail_on: &'static str,
    builder: Builder,
    preview: bool,
    rules_of: String,
    baseline: Option<String>,
    inline_ignores: bool,
    as_hadolint: bool,
    rules: RuleSettingsOutput,
    fix: ShownFix,
    optimize: ShownOptimize,
    format: ShownFormat,
    pin: ShownPin,
    policy: Vec<ShownPolicy>,
}

#[derive(Serialize)]
struct ShownPolicy {
    code: &'static str,
    message: String,
    help: Option<String>,
    severity: Severity,
    r#match: ShownMatch,
}

#[derive(Serialize)]
struct ShownMatch {
    instruction: Option<String>,
    command: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    argument: Vec<String>,
    image: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flag: Vec<String>,
    shipped: Option<bool>,
}

impl ShownPolicy {
    fn from_policy(policy: &Policy) -> Self {
        let text = |pattern: &FactPattern| pattern.as_str().to_string();
        let given = &policy.conditions;
        let r#match = ShownMatch {
            instruction: given.instruction.as_ref().map(text),
            command: given.command.as_ref().map(text),
            argument: given.arguments.iter().map(text).collect(),
            image: given.image.as_ref().map(text),
            flag: given.flags.iter().map(text).collect(),
            shipped: given.shipped,
        };
        let (message, help) = (policy.message.clone(), policy.help.clone());
        Self { code: policy.code, message, help, severity: policy.severity, r#match }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct RuleSettingsOutput {
    enabled: Vec<&'static str>,
    severity: std::collections::BTreeMap<&'static str, Severity>,
    trusted_registries: Vec<String>,
    label_schema: std::collections::BTreeMap<String, &'static str>,
    strict_labels: bool,
    require_reason: bool,
    digests: Option<Vec<DigestPlace>>,
    trusted_indexes: Vec<String>,
}

#[derive(Serialize)]
struct ShownFix {
    r#unsafe: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ShownOptimize {
    context: Option<String>,
    target: Option<String>,
    mounts: CacheMounts,
    fail_on: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ShownFormat {
    line_width: usize,
    operator_position: Option<OperatorPosition>,
    sort_packages: bool,
    keep_cache: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ShownPin {
    only: Vec<PinKind>,
    insecure_registries: Vec<String>,
    apt_style: AptPinStyle,
    python: Option<String>,
    node: Option<String>,
    registries: std::collections::BTreeMap<String, String>,
}

impl Settings {
    /// The settings that differ from the defaults, as text, and before them the rules that do, as comments.
    #[must_use]
    pub(crate) fn changes_as_toml(&self) -> String {
        let default = Self::default();
        let read = |settings: &Self| settings.as_toml().parse::<Table>().unwrap_or_default();
        let mut changes = entries_not_in_table(read(self), &read(&default));
        if let Some(Value::Table(rules)) = changes.get_mut("rules") {
            rules.remove("enabled");
            if rules.is_empty() {
                changes.remove("rules");
            }
        }
        let mut text = self.describe_rules(&default);
        if changes.is_empty() {
            text += "# all other settings have their defaults\n";
        } else {
            text += "# settings that differ from the defaults:\n";
            text += &toml::to_string_pretty(&changes).unwrap_or_default();
        }
        text
    }

    /// How many rules are on, and which rules are on or off unlike by default; as comments.
    fn describe_rules(&self, default: &Self) -> String {
        let all = || rules::all_rules().map(|rule| rule.code);
        let only_in = |one: &Self, other: &Self| -> Vec<&'static str> {
            all().filter(|code| one.is_enabled(code) && !other.is_enabled(code)).collect()
        };
        let number = all().filter(|code| self.is_enabled(code)).count();
        let verb = if number == 1 { "is" } else { "are" };
        let mut text = format!("# {number} of {} rules {verb} on\n", all().count());
        for (what, codes) in [
            ("on, but off by default", only_in(self, default)),
            ("off, but on by default", only_in(default, self)),
        ] {
            if codes.is_empty() {
                continue;
            }
            let shown = codes.iter().take(MAX_CODES).copied().collect::<Vec<_>>().join(", ");
            let more = match codes.len().saturating_sub(MAX_CODES) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            text += &format!("# {what}: {shown}{more}\n");
        }
        text
    }

    /// The resolved settings as TOML text.
    #[must_use]
    pub(crate) fn as_toml(&self) -> String {
        let enabled: Vec<_> =
            rules::all_rules().map(|rule| rule.code).filter(|code| self.is_enabled(code)).collect();
        let severity = enabled.iter().filter_map(|code| Some((*code, self.severity(code)?))).collect();
        let shown = ShownSettings {
            fail_on: self.fail_on.map_or("never", Severity::as_str),
            builder: self.builder,
            preview: self.preview,
            rules_of: self.rules_of.to_string(),
            baseline: self.baseline.as_ref().map(|path| path.to_string_lossy().into_owned()),
            inline_ignores: self.inline_ignores,
            as_hadolint: self.options.hadolint,
            rules: RuleSettingsOutput {
                enabled,
                severity,
                trusted_registries: self.options.trusted_registries.clone(),
                label_schema: self
                    .options
                    .label_schema
                    .iter()
                    .map(|(label, kind)| (label.clone(), kind.as_str()))
                    .collect(),
                strict_labels: self.options.strict_labels,
                require_reason: self.require_reason,
                digests: self.options.digests.clone(),
                trusted_indexes: self.options.trusted_indexes.clone(),
            },
            fix: ShownFix {
                r#unsafe: match self.fix {
                    Applicability::Safe | Applicability::Suggestion => "none",
                    Applicability::UnsafeLow => "low",
                    Applicability::UnsafeMid => "mid",
                    Applicability::UnsafeHigh => "high",
                },
            },
            optimize: ShownOptimize {
                context: self.context.as_ref().map(|path| path.to_string_lossy().into_owned()),
                target: self.target.clone(),
                mounts: self.options.cache_mounts,
                fail_on: self.limits.iter().map(ToString::to_string).collect(),
            },
            format: ShownFormat {
                line_width: self.format.line_width,
                operator_position: self.format.operator_position,
                sort_packages: self.format.sort_packages,
                keep_cache: self.format.keep_cache,
            },
            pin: ShownPin {
                only: self.pin.pin_kinds().to_vec(),
                insecure_registries: self.pin.insecure_registries.clone(),
                apt_style: self.pin.apt_style,
                python: self.pin.python.clone(),
                node: self.pin.node.clone(),
                registries: self.pin.registries.clone(),
            },
            policy: self.policies.iter().map(|policy| ShownPolicy::from_policy(policy)).collect(),
        };
        // Serializing these values cannot fail.
        toml::to_string_pretty(&shown).unwrap_or_default()
    }
}

/// The entries of a table that another one does not have, or has with a different value.
fn entries_not_in_table(table: Table, other: &Table) -> Table {
    let changed = |(key, value): (String, Value)| match (value, other.get(&key)) {
        (Value::Table(own), Some(Value::Table(other))) => {
            let own = entries_not_in_table(own, other);
            (!own.is_empty()).then_some((key, Value::Table(own)))
        }
        (value, other) => (other != Some(&value)).then_some((key, value)),
    };
    table.into_iter().filter_map(changed).collect()
}
