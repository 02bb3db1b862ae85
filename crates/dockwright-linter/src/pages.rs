//! Rule pages for people. In `rules/`, the role of an example is a word after the language of its code fence.
//! Markdown renderers hide it, so here it becomes a caption above the example.

use crate::rule::Rule;

/// The role of an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExampleRole {
    Bad,
    Good,
    Fixed,
    /// A file of the build context.
    File,
}

/// What is written above an example.
#[derive(Debug, PartialEq, Eq)]
pub struct ExampleCaption {
    pub role: ExampleRole,
    pub text: String,
}

impl ExampleCaption {
    /// The caption for an info string such as `dockerfile fixed low`; `None` if it needs no caption.
    #[must_use]
    pub fn from_info(info: &str) -> Option<Self> {
        let mut words = info.split_whitespace().skip(1).peekable();
        let first = words.next()?;
        if let Some(name) = first.strip_prefix("file=") {
            return Some(Self { role: ExampleRole::File, text: format!("File `{name}`") });
        }
        let (role, mut text) = match first {
            "bad" => (ExampleRole::Bad, "Bad".to_string()),
            "good" => (ExampleRole::Good, "Good".to_string()),
            "fixed" => {
                let class =
                    words.next_if(|word| matches!(*word, "safe" | "low" | "mid" | "high" | "suggestion"));
                let text = match class {
                    None | Some("safe") => "Fixed".to_string(),
                    Some("suggestion") => "Suggested change (not applied automatically)".to_string(),
                    Some(level) => format!("Fixed with `--fix --unsafe-fixes={level}`"),
                };
                (ExampleRole::Fixed, text)
            }
            _ => return None,
        };
        // The number of expected reports is only for the tests.
        for word in
            words.filter(|word| *word != "twice" && !(role == ExampleRole::Fixed && *word == "context"))
        {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            text += &match name {
                "context" => " with these files in the build context".to_string(),
                "dockerignore" => format!(" with `{}` in `.dockerignore`", value.replace(',', "`, `")),
                _ if value.is_empty() => format!(" with `{name} = true`"),
                _ => format!(" with `{name}` set to `{value}`"),
            };
        }
        Some(Self { role, text })
    }
}

/// The page of a rule with captions, as Markdown.
#[must_use]
pub fn markdown_page(rule: &Rule) -> String {
    add_captions(&rule.page())
}

/// Text in Markdown with captions above its examples.
fn add_captions(page: &str) -> String {
    let mut out = String::with_capacity(page.len() + 256);
    for line in page.lines() {
        let info = line.strip_prefix("```").unwrap_or_default();
        match ExampleCaption::from_info(info) {
            Some(caption) => {
                let language = info.split_whitespace().next().unwrap_or_default();
                out += &format!("**{}:**\n\n```{language}\n", caption.text);
            }
            None => out += &format!("{line}\n"),
        }
    }
    out
}

/// The page with plain captions instead of Markdown, for programs that do not render it.
#[must_use]
pub fn page_without_markup(rule: &Rule) -> String {
    let page = markdown_page(rule);
    let lines = page.lines().filter(|line| !line.starts_with("```"));
    let lines =
        lines.map(|line| line.strip_prefix("**").and_then(|line| line.strip_suffix("**")).unwrap_or(line));
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_match_examples() {
        for (info, expected) in [
            ("dockerfile bad", Some((ExampleRole::Bad, "Bad"))),
            ("dockerfile bad twice", Some((ExampleRole::Bad, "Bad"))),
            (
                "dockerfile good require-reason",
                Some((ExampleRole::Good, "Good with `require-reason = true`")),
            ),
            (
                "dockerfile bad trusted-registries=ghcr.io",
                Some((ExampleRole::Bad, "Bad with `trusted-registries` set to `ghcr.io`")),
            ),
            (
                "dockerfile bad dockerignore=a,*.log",
                Some((ExampleRole::Bad, "Bad with `a`, `*.log` in `.dockerignore`")),
            ),
            ("dockerfile bad context", Some((ExampleRole::Bad, "Bad with these files in the build context"))),
            ("dockerfile fixed", Some((ExampleRole::Fixed, "Fixed"))),
            ("dockerfile fixed low", Some((ExampleRole::Fixed, "Fixed with `--fix --unsafe-fixes=low`"))),
            (
                "dockerfile fixed mid context",
                Some((ExampleRole::Fixed, "Fixed with `--fix --unsafe-fixes=mid`")),
            ),
            (
                "dockerfile fixed suggestion",
                Some((ExampleRole::Fixed, "Suggested change (not applied automatically)")),
            ),
            ("json file=package.json", Some((ExampleRole::File, "File `package.json`"))),
            ("dockerfile", None),
            ("", None),
        ] {
            let expected = expected.map(|(role, text)| ExampleCaption { role, text: text.to_string() });
            assert_eq!(ExampleCaption::from_info(info), expected, "{info}");
        }
    }

    #[test]
    fn rendering_pages_loses_no_words() {
        for rule in crate::rules::all_rules() {
            let page = markdown_page(rule);
            let fences = page.lines().filter_map(|line| line.strip_prefix("```"));
            let lost: Vec<&str> = fences.filter(|info| info.contains(' ')).collect();
            assert!(lost.is_empty(), "{}: {lost:?}", rule.code);
            for level in page.split("--unsafe-fixes=").skip(1) {
                let is_level = ["low", "mid", "high"].iter().any(|known| level.starts_with(known));
                assert!(
                    is_level,
                    "{}: --unsafe-fixes={}",
                    rule.code,
                    level.lines().next().unwrap_or_default()
                );
            }
        }
    }
}
