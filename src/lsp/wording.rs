//! Texts of rules in the form for editors, where code actions replace the options of the command line.

use std::borrow::Cow;

use crate::diagnostic::{Applicability, Diagnostic};

/// The message of a problem, with its help and its fix, each on a separate line.
pub(super) fn problem_lines(found: &Diagnostic) -> String {
    let mut text = found.message.clone();
    if let Some(help) = found.help_with_saving() {
        text += &format!("\nhelp: {}", to_editor_wording(&help));
    }
    if let Some(fix) = &found.fix {
        text += &match fix.applicability {
            Applicability::Safe => format!("\nquick fix: {}", fix.title),
            level => format!("\nquick fix ({}): {}", level.as_str(), fix.title),
        };
    }
    text
}

/// A text in Markdown with the words of an editor in place of options and commands. Only inline code is replaced; code
/// blocks are from Dockerfiles.
pub(super) fn to_editor_wording(text: &str) -> Cow<'_, str> {
    if !text.contains('`') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut prose = String::new();
    let mut in_block = false;
    for line in text.split_inclusive('\n') {
        let is_fence = line.starts_with("```");
        if is_fence || in_block {
            push_prose(&mut out, &std::mem::take(&mut prose));
            out += line;
            in_block ^= is_fence;
        } else {
            prose += line;
        }
    }
    push_prose(&mut out, &prose);
    Cow::Owned(out)
}

/// Adds a text without code blocks.
fn push_prose(out: &mut String, mut text: &str) {
    while let Some((before, rest)) = text.split_once('`') {
        let Some((code, after)) = rest.split_once('`') else { break };
        *out += before;
        let starts_sentence = out.trim_end().is_empty() || out.trim_end().ends_with('.');
        match editor_replacement(code) {
            Some(words) if starts_sentence => {
                let (first, rest) = words.split_at_checked(1).unwrap_or_default();
                *out += &first.to_uppercase();
                *out += rest;
            }
            Some(words) => *out += &words,
            None => *out += &format!("`{code}`"),
        }
        text = after;
    }
    *out += text;
}

/// What an editor offers in place of an option or a command; `None` for other code.
fn editor_replacement(code: &str) -> Option<String> {
    let level = Applicability::APPLIED.into_iter().find(|level| {
        level.command_line_options().is_some_and(|options| {
            let flag = options.trim_start_matches("--fix ");
            let name = level.as_str().rsplit(' ').next().unwrap_or_default();
            // Without a level, the option means the lowest one.
            let is_lowest = *level == Applicability::UnsafeLow && code.ends_with("--unsafe-fixes");
            code == options
                || code == flag
                || is_lowest
                || code.trim_start_matches("--fix ") == format!("--unsafe-fixes={name}")
        })
    });
    if let Some(level) = level {
        return Some(format!("the level \"{}\"", level.as_str()));
    }
    if code == "dockwright pin" || code.starts_with("dockwright pin ") {
        return Some("the quick fix \"Pin\"".to_string());
    }
    // Only for the command line.
    let is_terminal = code == "--context" || code.starts_with("--select ");
    is_terminal.then(|| format!("`dockwright check {code}` in a terminal"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages;
    use crate::rules::all_rules;

    #[test]
    fn options_become_what_an_editor_offers() {
        for (text, expected) in [
            ("no code", "no code"),
            (
                "The fix requires `--unsafe-fixes=mid`, because `x` can fail.",
                "The fix requires the level \"unsafe, mid\", because `x` can fail.",
            ),
            ("Fixed with `--fix --unsafe-fixes=low`:", "Fixed with the level \"unsafe, low\":"),
            ("`--fix --unsafe-fixes`", "The level \"unsafe, low\""),
            ("with `--fix`", "with the level \"safe\""),
            ("It is unknown. `dockwright pin` adds it.", "It is unknown. The quick fix \"Pin\" adds it."),
            ("pin it, or run `dockwright pin --only apt`", "pin it, or run the quick fix \"Pin\""),
            ("(`--context`)", "(`dockwright check --context` in a terminal)"),
            ("`git\nclone` and `--fix`", "`git\nclone` and the level \"safe\""),
            ("```sh\nx `--fix`\n```\n`--link`", "```sh\nx `--fix`\n```\n`--link`"),
            ("an odd ` alone", "an odd ` alone"),
        ] {
            assert_eq!(to_editor_wording(text), expected, "{text}");
        }
    }

    #[test]
    fn pages_of_rules_name_no_options_of_fixes() {
        for rule in all_rules() {
            let page = pages::markdown_page(rule);
            let shown = to_editor_wording(&page);
            for option in ["--fix`", "--fix ", "--unsafe-fixes", "`dockwright pin", "`--context", "`--select"]
            {
                assert!(!shown.contains(option), "{}: {option}", rule.code);
            }
        }
    }
}
