//! The help and the fix after a message, in formats without separate fields for them. The texts may contain control
//! characters from the file: formats for terminals and logs pass them to `neutralize`.

use crate::diagnostic::Diagnostic;

/// The message, the help and the fix on one line: "`curl` has no version; pin it [--fix --unsafe-fixes=mid]".
pub(crate) fn hint_on_one_line(found: &Diagnostic) -> String {
    let mut text = found.message.clone();
    if let Some(help) = found.help_with_saving() {
        text += "; ";
        text += &help;
    }
    if let Some(fix) = &found.fix {
        text += &format!(" [{}]", fix.applicability.command_line_options().unwrap_or("suggestion"));
    }
    text
}

/// The message, the help and the fix, each on a separate line.
pub(crate) fn problem_text_lines(found: &Diagnostic) -> Vec<String> {
    let mut lines = vec![found.message.clone()];
    lines.extend(found.help_with_saving().map(|help| format!("help: {help}")));
    lines.extend(found.fix.as_ref().map(|fix| {
        let title = &fix.title;
        match fix.applicability.command_line_options() {
            Some(options) => format!("fix: {title} (`{options}`)"),
            None => format!("suggestion: {title}"),
        }
    }));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Applicability, Fix, Severity};
    use crate::source::Span;

    fn diagnostic_with(help: Option<&str>, fix: Option<Applicability>) -> Diagnostic {
        Diagnostic {
            code: "DL0000",
            name: "test",
            aliases: Vec::new(),
            severity: Severity::Info,
            message: "`a` is wrong".to_string(),
            help: help.map(str::to_string),
            span: Span::default(),
            anchor: Span::default(),
            stage: None,
            fix: fix.map(|class| Fix::new(class, "replace `a` with `b`", Vec::new())),
            refused: Vec::new(),
            hidden: Vec::new(),
            loss: None,
            saving: None,
            conditional: false,
        }
    }

    #[test]
    fn help_and_fix_follow_the_message() {
        for (help, fix, line, all) in [
            (None, None, "`a` is wrong", vec!["`a` is wrong"]),
            (Some("use `b`"), None, "`a` is wrong; use `b`", vec!["`a` is wrong", "help: use `b`"]),
            (
                Some("use `b`"),
                Some(Applicability::UnsafeMid),
                "`a` is wrong; use `b` [--fix --unsafe-fixes=mid]",
                vec![
                    "`a` is wrong",
                    "help: use `b`",
                    "fix: replace `a` with `b` (`--fix --unsafe-fixes=mid`)",
                ],
            ),
            (
                None,
                Some(Applicability::Suggestion),
                "`a` is wrong [suggestion]",
                vec!["`a` is wrong", "suggestion: replace `a` with `b`"],
            ),
        ] {
            let found = diagnostic_with(help, fix);
            assert_eq!(hint_on_one_line(&found), line);
            assert_eq!(problem_text_lines(&found), all);
        }
    }
}
