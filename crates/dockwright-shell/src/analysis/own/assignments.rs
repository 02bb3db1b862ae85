//! SC1007, SC2100, SC2123, SC2209, SC2281, SC2290, SC2324: assignments, and words that look like one: `a=a+1`, `a=ps`, `$a=b`,
//! `export a = b`, `a+=1`.

use super::{AnalyzedText, RelativeDiagnostic, escapes};
use crate::ShellCommand;
use dockerfile_syntax::Span;

/// Commands whose arguments are assignments.
const DECLARE: [&str; 6] = ["alias", "declare", "export", "local", "readonly", "typeset"];

/// The utilities and builtins of POSIX.
const PROGRAMS: &str = "admin alias ar asa at awk basename batch bc bg break c99 cal cat cd cflow chgrp chmod chown cksum cmp \
    colon comm command compress continue cp crontab csplit ctags cut cxref date dd delta df diff dirname dot du echo ed \
    env eval ex exec exit expand export expr fc fg file find fold fort77 fuser gencat get getconf getopts grep hash head \
    iconv ipcrm ipcs jobs join kill lex link ln locale localedef logger logname lp ls m4 mailx make man mesg mkdir mkfifo \
    more mv newgrp nice nl nm nohup od paste patch pathchk pax pr printf prs ps pwd qalter qdel qhold qmove qmsg qrerun \
    qrls qselect qsig qstat qsub read readonly renice return rm rmdel rmdir sact sccs sed set sh shift sleep sort split \
    strings strip stty tabs tail talk tee test time times touch tput tr trap tsort tty type ulimit umask unalias uname \
    uncompress unexpand unget uniq unlink unset uucp uudecode uuencode uustat uux val vi wait wc what who write xargs \
    yacc zcat";

pub(super) fn check_assignments(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    for &assignment in &command.assignments {
        check_joined_line(assignment, subject, found);
    }
    if let [only] = command.assignments.as_slice()
        && subject.slice(*only).split_once('=').is_some_and(|(_, value)| is_program(value))
    {
        subject.report(2209, command.span, found);
    }
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

/// Whether all reports with this code come from here.
pub(super) const fn is_reported_by_own_check(code: u32) -> bool {
    code == 2209
}

/// Whether the value is a program of POSIX, whose output may have been intended.
fn is_program(value: &str) -> bool {
    PROGRAMS.split_whitespace().any(|program| program == value)
}

/// SC2100, SC2123, SC2209, SC2324: assignments without a command.
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
        if value.is_some_and(is_program) && !has_adjacent_assignment(assignment, subject) {
            subject.report(2209, assignment, found);
        }
        escapes::check_variable_in_brace_range(assignment, subject, found);
        if let Some(path) = subject.slice(assignment).strip_prefix("PATH=")
            && !path.contains(['$', '`', ':', '(', '"'])
            && !path.contains("/bin")
            && !path.contains("/sbin")
        {
            subject.report(2123, assignment, found);
        }
        let blank = |rest: &str| rest.starts_with([' ', '\t']);
        let after = subject.text.get(assignment.end as usize..).unwrap_or_default();
        check_joined_line(assignment, subject, found);
        if value == Some("") && blank(after) && is_followed_by_assignment(assignment, subject) {
            subject.report(1007, Span::new(assignment.end, assignment.end + 1), found);
        }
        let length = value.map_or(0, |value| u32::try_from(value.len()).unwrap_or(0));
        if value.and_then(operand_of_arithmetic).is_some_and(|name| is_assigned(name, subject)) {
            subject.report(2100, Span::new(assignment.end - length, assignment.end), found);
        }
    }
}

/// SC1007: `a=\` and a line break. The next line is indented, so it is a command.
fn check_joined_line(assignment: Span, subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    let equals = subject.slice(assignment).find('=').map_or(0, |at| at + 1);
    let value_at = assignment.start + u32::try_from(equals).unwrap_or(0);
    let value = subject.text.get(value_at as usize..).unwrap_or_default();
    let Some(next) = value.strip_prefix("\\\n").filter(|next| next.starts_with([' ', '\t'])) else { return };
    let command = next.trim_start_matches([' ', '\t']);
    if command.starts_with(|c: char| c.is_alphanumeric() || "/.\"'$".contains(c)) {
        subject.report(1007, Span::new(value_at, value_at + 1), found);
    }
}

/// Whether another assignment is before or after it in the same command.
fn has_adjacent_assignment(assignment: Span, subject: &AnalyzedText<'_>) -> bool {
    let all = &subject.script.bare_assignments;
    is_followed_by_assignment(assignment, subject)
        || all
            .iter()
            .any(|other| other.end <= assignment.start && is_blank_between(*other, assignment, subject))
}

fn is_followed_by_assignment(assignment: Span, subject: &AnalyzedText<'_>) -> bool {
    let mut all = subject.script.bare_assignments.iter();
    all.any(|other| assignment.end <= other.start && is_blank_between(assignment, *other, subject))
}

fn is_blank_between(left: Span, right: Span, subject: &AnalyzedText<'_>) -> bool {
    let between = subject.slice(Span::new(left.end, right.start));
    !between.is_empty() && between.replace("\\\n", "").trim_matches([' ', '\t']).is_empty()
}

/// Whether the report is wrong: the analyzer reports a missing quote in `$a=b`.
pub(super) fn is_false_report(one: &RelativeDiagnostic, subject: &AnalyzedText<'_>) -> bool {
    if one.code == 2034 && is_updated_by_let(one.start, subject) {
        return true;
    }
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

/// The name at the beginning of `a+1`, `a*b`; the analyzer itself handles `-`.
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
    // A declaration may be an assignment instead of a word of the command.
    subject.script.commands.iter().filter(declares).any(|command| {
        subject.slice(command.span).split_whitespace().any(|word| word.split('=').next() == Some(name))
    })
}

/// Whether the assignment at this offset is a `let x+=1` or `let x=x+1`, which reads the variable.
fn is_updated_by_let(at: u32, subject: &AnalyzedText<'_>) -> bool {
    let lets = subject.script.commands.iter().filter(|command| command.is("let"));
    lets.flat_map(ShellCommand::arguments).filter(|word| word.span.start <= at && at < word.span.end).any(
        |word| {
            let text = word.text.trim();
            let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
            let (name, rest) = text.split_at(end);
            let mut words = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            !rest.trim_start().starts_with('=') || words.any(|word| word == name)
        },
    )
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
                rest.starts_with("++")
                    || rest.starts_with("--")
                    || rest.trim_start_matches(['+', '-', '*', '/', '%']).starts_with('=')
                        && !rest.starts_with("==")
            })
        })
    })
}

/// Whether the text is `$a=b`, `${a}=b` or `$a+=b`.
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
