//! SC2100, SC2209, SC2281, SC2290, SC2324: assignments, and words that look like one: `a=a+1`, `a=ps`, `$a=b`,
//! `export a = b`, `a+=1`.

use super::{AnalyzedText, RelativeDiagnostic};
use crate::ShellCommand;
use dockerfile_syntax::Span;

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
        let digits = |value: &str| !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        if let Some((name, number)) = subject.slice(assignment).split_once("+=")
            && digits(number)
            && !is_integer(name, subject)
        {
            subject.report(2324, assignment, found);
        }
        if matches!(value, Some("ps" | "tee")) {
            subject.report(2209, assignment, found);
        }
        let length = value.map_or(0, |value| u32::try_from(value.len()).unwrap_or(0));
        if value.and_then(operand_of_arithmetic).is_some_and(|name| is_assigned(name, subject)) {
            subject.report(2100, Span::new(assignment.end - length, assignment.end), found);
        }
    }
}

/// The analyzer reports a missing quote in `$a=b`.
pub(super) fn is_mistaken(one: &RelativeDiagnostic, subject: &AnalyzedText<'_>) -> bool {
    if matches!(one.code, 2086 | 2154) && is_set_by_let(subject.slice(Span::new(one.start, one.end)), subject)
    {
        return true;
    }
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

/// The name at the beginning of `a+1`, `a*b`; the analyzer knows `-`.
fn operand_of_arithmetic(value: &str) -> Option<&str> {
    let end = value.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
    let (name, rest) = value.split_at(end);
    let operator = rest.strip_prefix(['+', '*', '/'])?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    (is_name && !operator.is_empty()).then_some(name)
}

/// Whether the variable is declared as an integer: `declare -i a`.
fn is_integer(name: &str, subject: &AnalyzedText<'_>) -> bool {
    let declares =
        |command: &&ShellCommand| command.is_any(&["declare", "local", "typeset"]) && command.has_flag("i");
    // What it declares may be an assignment, and no word of the command.
    subject.script.commands.iter().filter(declares).any(|command| {
        subject.slice(command.span).split_whitespace().any(|word| word.split('=').next() == Some(name))
    })
}

fn is_assigned(name: &str, subject: &AnalyzedText<'_>) -> bool {
    subject
        .script
        .bare_assignments
        .iter()
        .any(|&one| subject.slice(one).strip_prefix(name).is_some_and(|rest| rest.starts_with(['=', '+'])))
}

/// Whether a `let "a = 1"` sets the variable of an expansion: the analyzer does not read its quotes.
pub(super) fn is_set_by_let(expansion: &str, subject: &AnalyzedText<'_>) -> bool {
    let name = expansion.trim_start_matches(['$', '{']).trim_end_matches('}');
    subject.script.commands.iter().filter(|command| command.is("let")).any(|command| {
        command.arguments().iter().any(|word| {
            let rest = word.text.trim_start().strip_prefix(name).map(str::trim_start);
            rest.is_some_and(|rest| {
                rest.trim_start_matches(['+', '-', '*', '/', '%']).starts_with('=') && !rest.starts_with("==")
            })
        })
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
