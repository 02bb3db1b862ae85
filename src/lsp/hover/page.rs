//! The page of a rule, as editors show it.

use crate::config::find_rule;
use crate::diagnostic::Diagnostic;
use crate::rule::Rule;

/// What to do about a diagnostic, and the page of its rule.
pub fn of_diagnostic(found: &Diagnostic) -> String {
    match find_rule(found.code) {
        Some(rule) => of_rule(rule, found.help.as_deref()),
        None => found.message.clone(),
    }
}

/// The page of a rule, with what to do about one diagnostic above it.
pub fn of_rule(rule: &Rule, help: Option<&str>) -> String {
    let (heading, body) = rule.docs.split_once('\n').unwrap_or((rule.docs, ""));
    let help = help.map(|help| format!("\n\n**{help}**")).unwrap_or_default();
    format!("{heading}{help}\n{}", with_captions(body).trim_end())
}

/// The word behind the language of a code block, `bad` or `fixed`, as a line above it: editors do not show it.
fn with_captions(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    for line in page.lines() {
        match line.strip_prefix("```").and_then(|info| info.split_once(' ')) {
            Some((language, caption)) => out += &format!("*{caption}*\n```{language}\n"),
            None => out += &format!("{line}\n"),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_what_to_do_first() {
        let rule = find_rule("DL3020").expect("there is such a rule");
        let page = of_rule(rule, Some("use `COPY`"));
        assert!(page.starts_with("# DL3020 "), "{page}");
        assert!(page.contains("\n\n**use `COPY`**\n"), "{page}");
        assert!(page.contains("*bad*\n```dockerfile\n"), "{page}");
    }
}
