//! Links to the pages of rules on a website, if its URL was set when the program was built.

use crate::config::find_rule;

/// The address of the website, set with the variable `DOCKWRIGHT_DOCS_URL` at build time.
const DOCS_URL: Option<&str> = option_env!("DOCKWRIGHT_DOCS_URL");

/// The address of the page of the rule with this code; `None` if no website is set, or if there is no such rule.
#[must_use]
pub(crate) fn rule_page(code: &str) -> Option<String> {
    address_of_rule_page(DOCS_URL, code)
}

/// `text` as a link to the page of the rule with this code, for terminals (OSC 8); unchanged if there is no such
/// page.
#[must_use]
pub(crate) fn terminal_link(code: &str, text: &str) -> String {
    format_terminal_link(rule_page(code).as_deref(), text)
}

fn address_of_rule_page(website: Option<&str>, code: &str) -> Option<String> {
    let website = website?.trim().trim_end_matches('/');
    let rule = find_rule(code).filter(|_| !website.is_empty())?;
    Some(format!("{website}/rules/{}.html", rule.code))
}

fn format_terminal_link(page: Option<&str>, text: &str) -> String {
    match page {
        Some(page) => format!("\u{1b}]8;;{page}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\"),
        None => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_addresses_if_a_website_is_known() {
        for (website, code, expected) in [
            (Some("https://example.org/d/"), "DL3007", Some("https://example.org/d/rules/DL3007.html")),
            (Some("https://example.org"), "SC2086", Some("https://example.org/rules/SC2086.html")),
            (Some("https://example.org"), "ACME1", None),
            (Some(""), "DL3007", None),
            (None, "DL3007", None),
        ] {
            assert_eq!(address_of_rule_page(website, code).as_deref(), expected, "{website:?} {code}");
        }
        assert_eq!(format_terminal_link(None, "DL3007"), "DL3007");
        assert_eq!(
            format_terminal_link(Some("https://a/b"), "DL3007"),
            "\u{1b}]8;;https://a/b\u{1b}\\DL3007\u{1b}]8;;\u{1b}\\"
        );
    }
}
