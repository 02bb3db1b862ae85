//! The page of a rule, as editors show it.

use super::super::wording::to_editor_wording;
use crate::config::find_rule;
use crate::diagnostic::Diagnostic;
use crate::pages;
use crate::rule::Rule;

/// What to do about a diagnostic, and the page of its rule.
pub(super) fn diagnostic_page(found: &Diagnostic) -> String {
    match find_rule(found.code) {
        Some(rule) => rule_page(rule, found.help_with_saving().as_deref()),
        None => found.message.clone(),
    }
}

/// The page of a rule, with what to do about one diagnostic above it.
pub(super) fn rule_page(rule: &Rule, help: Option<&str>) -> String {
    let page = pages::markdown_page(rule);
    let (heading, body) = page.split_once('\n').unwrap_or((&page, ""));
    let help = help.map(|help| format!("\n\n**{help}**")).unwrap_or_default();
    to_editor_wording(&format!("{heading}{help}\n{}", body.trim_end())).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_starts_with_help() {
        let rule = find_rule("DL3020").expect("there is such a rule");
        let page = rule_page(rule, Some("use `COPY`"));
        assert!(page.starts_with("# DL3020 "), "{page}");
        assert!(page.contains("\n\n**use `COPY`**\n"), "{page}");
        assert!(page.contains("**Bad:**\n\n```dockerfile\n"), "{page}");
    }
}
