//! SC2209, SC2281, SC2290: assignments, and words that look like one: `a=ps`, `$a=b`, `export a = b`.

use super::{AnalyzedText, RelativeDiagnostic};
use crate::ShellCommand;

/// Commands whose arguments are assignments.
const DECLARE: [&str; 6] = ["alias", "declare", "export", "local", "readonly", "typeset"];

pub(super) fn check_assignments(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    let Some(name) = command.words.first() else { return };
    if assigns_to_expansion(subject.slice(name.span)) {
        subject.report(2281, name.span, found);
    }
    if DECLARE.contains(&name.text.as_str())
        && let Some(sign) = command.arguments().iter().find(|word| subject.slice(word.span).starts_with('='))
    {
        subject.report(2290, sign.span, found);
    }
}

/// SC2209: `a=ps`; the analyzer has most names.
pub(super) fn check_assigned_values(subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    for &assignment in &subject.script.bare_assignments {
        let value = subject.slice(assignment).split_once('=').map(|(_, value)| value);
        if matches!(value, Some("ps" | "tee")) {
            subject.report(2209, assignment, found);
        }
    }
}

/// The analyzer reports a missing quote in `$a=b`.
pub(super) fn is_mistaken(one: &RelativeDiagnostic, subject: &AnalyzedText<'_>) -> bool {
    one.code == 2086
        && subject.script.commands.iter().any(|command| {
            let is_name = |word: &crate::ShellWord| {
                word.span.start == one.start && {
                    let raw = subject.slice(word.span);
                    assigns_to_expansion(raw) && !raw.contains("+=")
                }
            };
            command.words.first().is_some_and(is_name)
        })
}

/// `$a=b`, `${a}=b`, `$a+=b`
fn assigns_to_expansion(raw: &str) -> bool {
    let Some(rest) = raw.strip_prefix('$') else { return false };
    let inner = rest.strip_prefix('{').unwrap_or(rest);
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inner.len());
    let after = inner.get(end..).unwrap_or_default();
    let after = if inner.len() < rest.len() { after.strip_prefix('}') } else { Some(after) };
    end > 0 && after.is_some_and(|after| after.starts_with('=') || after.starts_with("+="))
}

#[cfg(test)]
mod tests {
    use super::assigns_to_expansion;

    #[test]
    fn reports_assigned_expansions() {
        for raw in ["$a=b", "${a}=b", "$a+=b", "$a="] {
            assert!(assigns_to_expansion(raw), "{raw}");
        }
        for raw in ["a=b", "$a", "${a:=b}", "${a=b}", "\"$a\"=b", "$(a)=b", "$=b"] {
            assert!(!assigns_to_expansion(raw), "{raw}");
        }
    }
}
