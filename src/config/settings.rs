//! [`Settings`]: the settings for one file, merged from all sources of configuration.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::{Builder, DefaultRules, FailOn, PinLayer, RuleSelector, RuleSet, SettingsLayer};
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::format::FormatOptions;
use crate::ignores::IgnoreProgram;
use crate::lint::{CompatMode, Linter, RuleDispatch};
use crate::pairs;
use crate::pin::PinSettings;
use crate::plan::CostLimit;
use crate::policy::Policy;
use crate::rule::{Rule, RuleGroup, RuleOptions};
use crate::rule_version::RuleVersion;
use crate::rules;
use crate::semantic::{CacheMounts, EXPERIMENTAL};

/// The code of build errors; it cannot be ignored.
pub(crate) use crate::diagnostic::INVALID;

/// The resolved configuration of one file: nothing optional, nothing left to look up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The selected rules.
    pub select: RuleSet,
    /// The ignored rules; they override `select`.
    pub ignore: RuleSet,
    /// Codes that a later source selects by name although an earlier one ignores them.
    rescued: BTreeSet<String>,
    /// Changed severities; the last matching entry applies.
    pub severities: Vec<(RuleSelector, Severity)>,
    pub options: RuleOptions,
    /// Whether ignore comments are applied.
    pub inline_ignores: bool,
    /// The programs whose comments are applied; `None` for all.
    pub(crate) ignore_programs: Option<Vec<IgnoreProgram>>,
    /// Whether rules in preview run by default.
    pub preview: bool,
    /// The version whose default rules are the recommended ones.
    pub(crate) rules_of: RuleVersion,
    /// The team's own rules.
    pub policies: Vec<Arc<Policy>>,
    /// A file of known problems, absolute.
    pub baseline: Option<PathBuf>,
    /// Whether ignore comments must give a reason.
    pub require_reason: bool,
    /// Lowest severity that leads to exit status 1; `None` for never.
    pub(crate) fail_on: Option<Severity>,
    pub builder: Builder,
    /// The least trusted class of fix that `--fix` writes.
    pub fix: Applicability,
    /// The build context that `optimize` reads, an absolute path; `None` if each file has its own.
    pub context: Option<PathBuf>,
    /// The stage that `optimize` assumes to be built; `None` for the last.
    pub target: Option<String>,
    /// The limits that set exit status 1 of `optimize`.
    pub limits: Vec<CostLimit>,
    /// How `format` lays out files.
    pub format: FormatOptions,
    /// How `pin` works.
    pub pin: PinSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            select: RuleSet::from_iter([RuleSelector::Recommended]),
            ignore: RuleSet::default(),
            rescued: BTreeSet::new(),
            severities: Vec::new(),
            options: RuleOptions::default(),
            inline_ignores: true,
            ignore_programs: None,
            preview: false,
            rules_of: RuleVersion::CURRENT,
            policies: Vec::new(),
            baseline: None,
            require_reason: false,
            fail_on: Some(Severity::Warning),
            builder: Builder::default(),
            fix: Applicability::Safe,
            context: None,
            target: None,
            limits: Vec::new(),
            format: FormatOptions::default(),
            pin: PinSettings::default(),
        }
    }
}

impl Settings {
    /// Merges a layer, which overrides the current settings.
    pub fn apply(&mut self, layer: &SettingsLayer) {
        self.preview = layer.preview.unwrap_or(self.preview);
        self.rules_of = layer.rules_of.unwrap_or(self.rules_of);
        self.baseline = layer.baseline.clone().or_else(|| self.baseline.take());
        self.policies.retain(|known| !layer.policies.iter().any(|policy| policy.code == known.code));
        self.policies.extend(layer.policies.iter().cloned());
        if let Some(select) = &layer.select {
            self.select = select.iter().cloned().collect();
            self.options.hadolint |= select.contains(&RuleSelector::Group(RuleGroup::Hadolint));
        }
        layer.extend_select.iter().for_each(|selector| self.select.insert(selector.clone()));
        for selector in layer.select.iter().flatten().chain(&layer.extend_select) {
            if let RuleSelector::Code(code) = selector {
                self.rescued.insert(code.clone());
            }
        }
        for selector in &layer.ignore {
            self.rescued.retain(|code| !selector.matches(code, DefaultRules::PREVIEW));
            self.ignore.insert(selector.clone());
        }
        self.severities.extend(layer.severities.iter().cloned());
        self.options.hadolint = layer.as_hadolint.unwrap_or(self.options.hadolint);
        add_missing(&mut self.options.trusted_registries, &layer.trusted_registries);
        self.options.label_schema.extend(layer.label_schema.clone());
        self.options.strict_labels = layer.strict_labels.unwrap_or(self.options.strict_labels);
        self.options.digests = layer.digests.clone().or_else(|| self.options.digests.take());
        add_missing(&mut self.options.trusted_indexes, &layer.trusted_indexes);
        self.inline_ignores = layer.inline_ignores.unwrap_or(self.inline_ignores);
        self.ignore_programs = layer.ignore_programs.clone().or_else(|| self.ignore_programs.take());
        self.require_reason = layer.require_reason.unwrap_or(self.require_reason);
        self.fail_on = layer.fail_on.map_or(self.fail_on, FailOn::threshold);
        self.builder = layer.builder.unwrap_or(self.builder);
        self.fix = layer.fix.unwrap_or(self.fix);
        let optimize = &layer.optimize;
        self.context = optimize.context.clone().or_else(|| self.context.take());
        self.target = optimize.target.clone().or_else(|| self.target.take());
        self.options.cache_mounts = optimize.mounts.unwrap_or(self.options.cache_mounts);
        if let Some(fail_on) = &optimize.fail_on {
            self.limits.clone_from(fail_on);
        }
        let (format, now) = (&layer.format, self.format);
        self.format = FormatOptions {
            line_width: format.line_width.map_or(now.line_width, usize::from),
            operator_position: format.operator_position.or(now.operator_position),
            sort_packages: format.sort_packages.unwrap_or(now.sort_packages),
            keep_cache: format.keep_cache.unwrap_or(now.keep_cache),
        };
        self.apply_pin_settings(&layer.pin);
    }

    fn apply_pin_settings(&mut self, layer: &PinLayer) {
        let pin = &mut self.pin;
        pin.only = layer.only.clone().or_else(|| pin.only.take());
        pin.registries.extend(layer.registries.clone());
        pin.insecure_registries.extend(layer.insecure_registries.iter().cloned());
        pin.apt_style = layer.apt_style.unwrap_or(pin.apt_style);
        pin.python = layer.python.clone().or_else(|| pin.python.take());
        pin.node = layer.node.clone().or_else(|| pin.node.take());
    }

    const fn defaults(&self) -> DefaultRules {
        DefaultRules { preview: self.preview, rules_of: self.rules_of }
    }

    /// Whether the rule or policy with this code runs.
    #[must_use]
    pub fn is_enabled(&self, code: &str) -> bool {
        code == INVALID || (self.select.contains(code, self.defaults()) && !self.ignores_code(code))
    }

    /// Whether a diagnostic is reported: neither its code nor the code of another family for the same problem is
    /// ignored.
    #[must_use]
    pub fn is_selected(&self, diagnostic: &Diagnostic) -> bool {
        if diagnostic.conditional && diagnostic.code == INVALID {
            return !self.ignores_code(INVALID);
        }
        diagnostic.code == INVALID
            || (self.is_enabled(diagnostic.code)
                && !diagnostic.aliases.iter().any(|alias| self.ignores_code(alias)))
    }

    /// The severity that the configuration gives to a code, if it does.
    #[must_use]
    pub fn severity(&self, code: &str) -> Option<Severity> {
        let fits = |selector: &RuleSelector| selector.matches(code, self.defaults());
        self.severities.iter().rev().find(|(selector, _)| fits(selector)).map(|(_, severity)| *severity)
    }

    /// The engine for these settings.
    #[must_use]
    pub fn linter(&self) -> Linter {
        let selected = |code: &str| code == INVALID || self.select.contains(code, self.defaults());
        let wanted = |rule: &&'static Rule| self.is_enabled(rule.code);
        // An ignored rule still runs if another rule reports the same problem: see `pairs`.
        let partner = |rule: &&'static Rule| {
            selected(rule.code) && pairs::equivalent_codes(rule.code).any(|code| self.is_enabled(code))
        };
        // The code of a following rule is only reported as an alias; otherwise `is_selected` hides it.
        // Comments cannot ignore build errors.
        let follower = |rule: &&'static Rule| {
            pairs::leading_codes(rule.code).any(|code| code != INVALID && self.is_enabled(code))
        };
        let all = rules::all_rules;
        let severities: BTreeMap<String, Severity> =
            all().filter_map(|rule| Some((rule.code.to_string(), self.severity(rule.code)?))).collect();
        let only_buildkit =
            all().filter(wanted).all(|rule| rule.group == RuleGroup::Buildkit || rule.code == INVALID);
        let compat_mode = if only_buildkit && self.select.has_rule_group(RuleGroup::Buildkit) {
            CompatMode::Buildkit
        } else {
            CompatMode::Dockwright
        };
        let (policies, idle): (Vec<_>, Vec<_>) =
            self.policies.iter().cloned().partition(|policy| self.is_enabled(policy.code));
        Linter {
            dispatch: RuleDispatch::new(all().filter(|rule| wanted(rule) || partner(rule) || follower(rule))),
            options: RuleOptions {
                experimental_checks: EXPERIMENTAL
                    .into_iter()
                    .filter(|code| self.select.enables_explicitly(code))
                    .collect(),
                builder: self.builder,
                require_reason: self.require_reason,
                preview: self.preview,
                // If no rule adds mounts, caches are deleted.
                cache_mounts: if self.is_enabled(rules::dw1201::RULE.code) {
                    self.options.cache_mounts
                } else {
                    CacheMounts::Off
                },
                ..self.options.clone()
            },
            severities,
            policies,
            idle_policies: idle.iter().map(|policy| policy.code.to_string()).collect(),
            inline_ignores: self.inline_ignores,
            ignore_programs: self.ignore_programs.clone(),
            unwanted: all()
                .filter(|rule| !wanted(rule) && partner(rule))
                .map(|rule| rule.code.to_string())
                .collect(),
            merges_pairs: !only_buildkit,
            compat_mode,
            ..Linter::default()
        }
    }

    /// Whether the configuration ignores a code, and no stronger setting turns it on again.
    #[must_use]
    pub(crate) fn ignores_code(&self, code: &str) -> bool {
        self.ignore.contains(code, DefaultRules::PREVIEW) && !self.rescued.contains(code)
    }
}

/// Adds the values that are not in the list.
fn add_missing(list: &mut Vec<String>, values: &[String]) {
    for value in values {
        if !list.contains(value) {
            list.push(value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selectors(names: &[&str]) -> Vec<RuleSelector> {
        names.iter().map(|name| RuleSelector::parse(name).expect("a known name")).collect()
    }

    fn select(names: &[&str]) -> SettingsLayer {
        SettingsLayer { select: Some(selectors(names)), ..SettingsLayer::default() }
    }

    fn ignore(names: &[&str]) -> SettingsLayer {
        SettingsLayer { ignore: selectors(names), ..SettingsLayer::default() }
    }

    #[test]
    fn a_registry_that_several_layers_trust_is_listed_once() {
        let trust = |names: &[&str]| SettingsLayer {
            trusted_registries: names.iter().map(ToString::to_string).collect(),
            ..SettingsLayer::default()
        };
        let mut settings = Settings::default();
        settings.apply(&trust(&["a.example", "b.example"]));
        settings.apply(&trust(&["b.example", "c.example"]));
        assert_eq!(settings.options.trusted_registries, ["a.example", "b.example", "c.example"]);
    }

    #[test]
    fn later_layers_override_earlier_ones() {
        for (layers, code, expected) in [
            (vec![], "DL3007", true),
            (vec![ignore(&["DL30"])], "DL3007", false),
            (vec![ignore(&["DL30"]), select(&["DL3007"])], "DL3007", true),
            (vec![ignore(&["DL3007"]), select(&["ALL"])], "DL3007", false),
            (vec![select(&["DL3007"]), ignore(&["DL3007"])], "DL3007", false),
            (vec![select(&["DL4000"])], "DL3007", false),
            (vec![select(&["DL4000"]), ignore(&["ALL"])], INVALID, true),
        ] {
            let mut settings = Settings::default();
            for layer in &layers {
                settings.apply(layer);
            }
            assert_eq!(settings.is_enabled(code), expected, "{layers:?} {code}");
        }
    }

    #[test]
    fn a_later_layer_turns_as_hadolint_off() {
        let mut settings = Settings::default();
        for (layer, expected) in [(None, false), (Some(true), true), (None, true), (Some(false), false)] {
            settings.apply(&SettingsLayer { as_hadolint: layer, ..SettingsLayer::default() });
            assert_eq!(settings.options.hadolint, expected, "{layer:?}");
        }
    }

    #[test]
    fn last_matching_severity_applies() {
        let severity = |name, severity| SettingsLayer {
            severities: vec![(RuleSelector::parse(name).expect("a known name"), severity)],
            ..SettingsLayer::default()
        };
        let mut settings = Settings::default();
        settings.apply(&severity("DL3007", Severity::Style));
        assert_eq!(settings.severity("DL3007"), Some(Severity::Style));
        settings.apply(&severity("DL", Severity::Error));
        assert_eq!(settings.severity("DL3007"), Some(Severity::Error));
        assert_eq!(settings.severity("SC2086"), None);
    }
}
