//! SC2182, SC2183: `printf` with more or fewer arguments than its format takes.

use super::{AnalyzedText, RelativeDiagnostic, may_become_several_words};
use crate::ShellCommand;

pub(super) fn check_printf(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    let mut words = command.arguments();
    if let [option, _, rest @ ..] = words
        && option.text == "-v"
    {
        words = rest;
    }
    if let [dashes, rest @ ..] = words
        && dashes.text == "--"
    {
        words = rest;
    }
    let [format, values @ ..] = words else { return };
    if !format.literal {
        return;
    }
    let PrintfFormat { takes, optional } = PrintfFormat::parse(&format.text);
    if takes == 0 {
        if !values.is_empty() {
            subject.report(2182, format.span, found);
        }
        return;
    }
    if values.iter().any(|word| may_become_several_words(word, subject.slice(word.span))) {
        return;
    }
    let fits = if values.is_empty() { optional } else { values.len().is_multiple_of(takes) };
    if !fits {
        subject.report(2183, format.span, found);
    }
}

/// The arguments that a format takes.
struct PrintfFormat {
    takes: usize,
    /// Whether an argument may be missing: `%(…)T` prints the current time if there is no argument for it.
    optional: bool,
}

impl PrintfFormat {
    fn parse(text: &str) -> Self {
        let mut format = Self { takes: 0, optional: true };
        let mut rest = text;
        while let Some((_, after)) = rest.split_once('%') {
            if let Some(after) = after.strip_prefix('%') {
                rest = after;
                continue;
            }
            let modifiers = after.find(|c: char| !"-+ #0123456789.*'".contains(c)).unwrap_or(after.len());
            let (modifiers, after) = after.split_at(modifiers);
            let stars = modifiers.matches('*').count();
            let time = after.strip_prefix('(').and_then(|after| after.split_once(")T"));
            if let Some((_, after)) = time {
                format.takes += stars + 1;
                rest = after;
            } else {
                if !after.is_empty() {
                    format.takes += stars + 1;
                    format.optional = false;
                }
                rest = after;
            }
        }
        format
    }
}

#[cfg(test)]
mod tests {
    use super::PrintfFormat;

    #[test]
    fn parses_printf_formats() {
        for (text, takes, optional) in [
            ("a\\n", 0, true),
            ("%%", 0, true),
            ("%", 0, true),
            ("%s %-10s|%5.2f", 3, false),
            ("%*s", 2, false),
            ("%.*s", 2, false),
            ("%(%F %T)T", 1, true),
            ("%(%F)T %s", 2, false),
        ] {
            let format = PrintfFormat::parse(text);
            assert_eq!((format.takes, format.optional), (takes, optional), "{text}");
        }
    }
}
