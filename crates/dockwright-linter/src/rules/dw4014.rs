//! DW4014: a version range that the shell reads as a redirection, for managers without a rule about versions.

use crate::rule::{Check, Rule, RuleChecker};
use crate::rules::families::unpinned::redirected_range;
use crate::semantic::Run;
use crate::semantic::effects::{self, Verb};
use crate::syntax::quote_excerpt;

pub(super) static RULE: Rule = Rule {
    code: "DW4014",
    name: "redirected-version-range",
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DW4014.md"),
    ..Rule::DOCKWRIGHT
};

/// Managers whose version rules (DL3008, DL3013, DL3016, DL3018, DL3028, DL3033, DL3037, DL3041, DL3062) already report
/// such a redirection.
const MANAGERS_WITH_VERSION_RULES: [&str; 11] =
    ["apk", "apt", "dnf", "gem", "go", "microdnf", "npm", "pip", "tdnf", "yum", "zypper"];

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    let source = cx.file.source;
    for command in &run.script.commands {
        let call = effects::command_effects(command, source).packages;
        let Some(call) = call.filter(|call| {
            call.verb == Verb::Install && !MANAGERS_WITH_VERSION_RULES.contains(&call.manager)
        }) else {
            continue;
        };
        for word in call.words(command) {
            let Some(range) = redirected_range(run, word, source) else { continue };
            let message = format!(
                "the shell treats {} as a redirection, so any version of {} is installed",
                quote_excerpt(&range),
                quote_excerpt(&word.text)
            );
            let whole = quote_excerpt(&format!("'{}{range}'", word.text));
            cx.report(run.outer, word.span, message).help(format!("quote the version range: {whole}"));
        }
    }
}
