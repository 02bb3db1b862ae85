//! ShellCheck's checks that the embedded analyzer lacks and real files need, and corrections of its results.

mod arithmetic;
mod assignments;
mod brackets;
mod builtins;
mod commands;
mod comparisons;
mod conditionals;
mod conditions;
mod defaults;
mod definitions;
mod escapes;
mod expr;
mod files;
mod flow;
mod input;
mod loops;
mod negation;
mod parentheses;
mod patterns;
mod portable;
mod printf;
mod redirects;
mod rewritten;
mod spaces;
mod statements;
mod statuses;
mod text_tools;
mod variables;
mod visit;

use shuck_ast::File;

use super::{Dialect, RelativeDiagnostic, codes, shells};
use crate::{ShellCheckDirective, ShellCommand, ShellScript, ShellWord};
use dockerfile_syntax::Span;

/// The text that the checks read. Offsets are relative to the text.
pub(super) struct AnalyzedText<'a> {
    pub text: &'a str,
    pub script: &'a ShellScript,
    /// shuck's tree of the same text, preceded by `before` bytes of other text.
    pub file: &'a File,
    pub before: usize,
    pub dialect: Dialect,
    /// Names that are set before the text runs.
    pub prelude: &'a str,
    /// Offsets (including `before`) of each `}` that shuck misses.
    pub braces: &'a [usize],
    /// Substitutions that are between backticks in the file, in the text written `$( … )`.
    pub backticks: &'a [Span],
}

pub(super) use defaults::TextWithoutDefaults;
pub(super) use rewritten::{PIPELINE_CODES, rewritten_texts};

/// Everything found by the checks here; `known` is what the analyzer found.
pub(super) fn run_own_shell_checks(
    subject: &AnalyzedText<'_>,
    known: &[RelativeDiagnostic],
) -> Vec<RelativeDiagnostic> {
    let mut found = Vec::new();
    for command in &subject.script.commands {
        commands::check_command(command, subject, &mut found);
        builtins::check_builtins(command, subject, &mut found);
        assignments::check_assignments(command, subject, &mut found);
        files::check_files(command, subject, &mut found);
        text_tools::check_text_tools(command, subject, &mut found);
        spaces::check_spaces(command, subject, &mut found);
        escapes::check_escapes(command, subject, &mut found);
        redirects::check_redirects(command, subject, &mut found);
        portable::check_portability(command, subject, &mut found);
    }
    for at in subject.braces.iter().filter_map(|at| u32::try_from(at.checked_sub(subject.before)?).ok()) {
        subject.report(1083, Span::new(at, at + 1), &mut found);
    }
    for substitution in subject.backticks {
        subject.report(2006, *substitution, &mut found);
    }
    assignments::check_assigned_values(subject, &mut found);
    arithmetic::check_decimals_in_arithmetic(subject, &mut found);
    brackets::check_brackets(subject, &mut found);
    comparisons::check_comparisons(subject, &mut found);
    parentheses::check(subject, &mut found);
    patterns::check(subject, &mut found);
    statements::check_statements(subject, &mut found);
    loops::check_loops(subject, &mut found);
    conditionals::check_conditionals(subject, &mut found);
    definitions::check_definitions(subject, &mut found);
    input::check_input(subject, &mut found);
    statuses::check_statuses(subject, &mut found);
    flow::check_flow(subject, |at| known.iter().any(|one| one.code == 2086 && one.start == at), &mut found);
    negation::check_negation(subject, &mut found);
    variables::check_variables(subject, &mut found);
    let is_condition = |at: u32| known.iter().any(|one| one.code == 2233 && one.start == at);
    let is_repeated = |one: &RelativeDiagnostic| one.code == 2234 && is_condition(one.start);
    found.retain(|one| !is_disabled_by_comment(one, subject) && !is_repeated(one));
    found
}

/// Programs that expand single-quoted text themselves, or pass it to a program that does.
const EXPAND: [&str; 19] = [
    "awk",
    "bash",
    "dpkg-query",
    "docker",
    "eval",
    "gawk",
    "jq",
    "ksh",
    "mawk",
    "nawk",
    "perl",
    "podman",
    "rename",
    "rg",
    "sh",
    "ssh",
    "sudo",
    "unset",
    "zsh",
];

/// Whether the analyzer reports this wrongly: ShellCheck recognizes two lowercase Bash variables, only reports escapes
/// of `echo` in quotes, and has a list of programs for SC2016.
pub(super) fn is_false_positive(one: &RelativeDiagnostic, subject: &AnalyzedText<'_>) -> bool {
    if [
        assignments::is_reported_by_own_check,
        expr::is_reported_by_own_check,
        spaces::is_reported_by_own_check,
        builtins::is_reported_by_own_check,
        files::is_reported_by_own_check,
    ]
    .iter()
    .any(|owns| owns(one.code))
    {
        return true;
    }
    if brackets::is_false_report(one, subject)
        || text_tools::is_false_report(one, subject)
        || assignments::is_false_report(one, subject)
        || builtins::is_false_report(one, subject)
        || loops::is_false_report(one, subject)
        || conditionals::is_false_report(one, subject)
        || variables::is_false_report(one, subject)
        || statements::is_false_report(one, subject)
    {
        return true;
    }
    let script = subject.script;
    let words = subject.text.get(one.start as usize..one.end as usize).unwrap_or_default();
    match one.code {
        1001 | 1012 => {
            return !escapes::is_needless_escape(
                subject.text.get(one.start as usize + 1..).unwrap_or_default(),
            );
        }
        2069 if !swaps_streams_only(one, script) => return true,
        2078 | 2210 | 2261 if comparisons::is_false_report(one, subject) => return true,
        2015 if conditions::is_in_condition(one, subject) => return true,
        1083 if is_group_brace(words, subject.text.get(..one.start as usize).unwrap_or_default()) => {
            return true;
        }
        2144 if is_test_argument(one, script) => return true,
        2276 | 2288 | 2317 if words.starts_with('!') => return true,
        2035 if is_in_test(subject.text.get(..one.start as usize).unwrap_or_default()) => return true,
        2164 if shells::shebang_sets_errexit(subject.text) => return true,
        2038 if separates_names_with_null(one, script) => return true,
        2218 if !is_function_name(words, subject.text) => return true,
        2261 if has_own_descriptor(one, subject) => return true,
        2260 if writes_to_substitution(subject.text.get(one.start as usize..).unwrap_or_default()) => {
            return true;
        }
        2028 if !words.contains(['"', '\'']) => return true,
        2265 if !words.contains('&') => return true,
        _ => {}
    }
    if one.code == 2154 && expands_coprocess(words, subject.text) {
        return true;
    }
    if one.code == 2154 && ["auto_resume", "histchars"].iter().any(|name| words.contains(name)) {
        return true;
    }
    one.code == 2016
        && script.commands.iter().any(|command| {
            let at = Span::new(one.start, one.end);
            let of_argument = command.arguments().iter().any(|word| word.span.contains(at));
            of_argument && command_basename(command).is_some_and(|name| EXPAND.contains(&name))
        })
}

/// Whether the command has only this redirection and the next one: with others, the order may be intended.
fn swaps_streams_only(one: &RelativeDiagnostic, script: &ShellScript) -> bool {
    let is_here = |span: &Span| span.start == one.start;
    let redirected = script.commands.iter().find(|command| command.redirections.iter().any(is_here));
    redirected.is_none_or(|command| {
        command.redirections.len() == 2 && command.redirections.first().is_some_and(is_here)
    })
}

/// Whether `find` already separates the names with null characters.
fn separates_names_with_null(one: &RelativeDiagnostic, script: &ShellScript) -> bool {
    let find = script.commands.iter().find(|command| command.span.start == one.start);
    find.is_some_and(|find| find.arguments().iter().any(|word| word.text == "-print0"))
}

/// Whether the text defines a function of the name that the words begin with.
fn is_function_name(words: &str, text: &str) -> bool {
    let name = words.split_whitespace().next().unwrap_or_default();
    text.contains(&format!("{name}()"))
        || text.contains(&format!("{name} ()"))
        || text.contains(&format!("function {name}"))
}

/// Whether no other input on the line of this heredoc uses the same descriptor.
fn has_own_descriptor(one: &RelativeDiagnostic, subject: &AnalyzedText<'_>) -> bool {
    let before = subject.text.get(..one.start as usize).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = subject.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let descriptor = |before: &str| {
        let digits = before.len() - before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        before.get(before.len() - digits..).unwrap_or_default().trim_start_matches('0').to_owned()
    };
    let Some(own) = before.trim_end_matches('-').strip_suffix("<<").map(descriptor) else { return false };
    // `<<<` and `<` use the same descriptor.
    let starts = line.match_indices('<').filter(|(at, _)| {
        let [before, after] = [line.get(..*at), line.get(at + 1..)].map(Option::unwrap_or_default);
        !before.ends_with('<') && !after.starts_with('(')
    });
    starts.filter(|(at, _)| descriptor(line.get(..*at).unwrap_or_default()) == own).count() == 1
}

/// Whether the text starts with a redirection to `>(…)`, which may write to the pipe.
fn writes_to_substitution(text: &str) -> bool {
    text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '&').strip_prefix('>').is_some_and(
        |target| {
            target.trim_start_matches(['>', ' ']).starts_with('(') || target.trim_start().starts_with(">(")
        },
    )
}

/// Whether the words expand what `coproc NAME { … }` sets.
fn expands_coprocess(words: &str, text: &str) -> bool {
    let name = words.trim_start_matches(['$', '{', '"']);
    let name = name.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or_default();
    let mut names = text.split("coproc ").skip(1).filter_map(|rest| rest.split_whitespace().next());
    !name.is_empty() && names.any(|coprocess| coprocess == name)
}

/// Whether the report is about an argument of `test`, which ShellCheck does not check.
fn is_test_argument(one: &RelativeDiagnostic, script: &ShellScript) -> bool {
    let at = Span::empty(one.start);
    script.commands.iter().any(|command| command.is("test") && command.span.contains(at))
}

/// Whether the text is followed by the inside of `[ … ]`, where words are not treated as options.
fn is_in_test(before: &str) -> bool {
    let command = before.rsplit([';', '&', '|', '\n', '(']).next().unwrap_or_default();
    command.split_whitespace().any(|word| word == "[")
}

/// Whether a brace after this text begins or ends a group: the analyzer does not recognize it after a line end
/// in `$( … )` and on the line of a heredoc.
fn is_group_brace(brace: &str, before: &str) -> bool {
    const STARTS: [&str; 12] =
        ["!", "&&", "||", "|", "&", "if", "elif", "then", "else", "do", "while", "until"];
    let mut words = before.split_whitespace().rev();
    let last = words.next().unwrap_or_default();
    match brace {
        "{" => last.ends_with(';') || STARTS.contains(&last) || words.next() == Some("function"),
        "}" => last.ends_with(';'),
        _ => false,
    }
}

/// Whether a `# shellcheck disable=` before it names its code.
pub(super) fn is_disabled_by_comment(one: &RelativeDiagnostic, subject: &AnalyzedText<'_>) -> bool {
    subject.script.comments.iter().filter(|comment| comment.end <= one.start).any(|comment| {
        let text = subject.text.get(comment.range()).unwrap_or_default();
        ShellCheckDirective::parse(text).is_some_and(|directive| directive.includes_code(one.code))
    })
}

impl AnalyzedText<'_> {
    pub(super) fn report(&self, code: u32, span: Span, found: &mut Vec<RelativeDiagnostic>) {
        let shown = self.text.get(span.range()).unwrap_or_default();
        let (start, end) = (span.start as usize, span.end as usize);
        found.push(RelativeDiagnostic::new(
            code,
            codes::severity_of_code(code),
            start,
            end,
            codes::message_of_code(code, shown),
        ));
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }
}

/// The name of the command for ShellCheck: the last path component of the first word, even for wrappers such as
/// `sudo`.
fn command_basename(command: &ShellCommand) -> Option<&str> {
    let word = command.words.first().filter(|word| word.literal)?;
    Some(word.text.rsplit('/').next().unwrap_or(&word.text))
}

/// Whether the shell may split it into several words. ShellCheck treats the output of a substitution as one word.
fn may_become_several_words(word: &ShellWord, raw: &str) -> bool {
    if raw.contains("$@") || raw.contains("[@]") {
        return true;
    }
    if word.literal {
        return false;
    }
    let mut open: Vec<char> = Vec::new();
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, open.last()) {
            ('\\', last) if last != Some(&'\'') => drop(chars.next()),
            (_, Some(&close)) if c == close => drop(open.pop()),
            ('(', Some(&')')) => open.push(')'),
            ('\'' | '"' | '`', None) => open.push(c),
            ('$', None) if chars.peek() == Some(&'(') => {
                chars.next();
                open.push(')');
            }
            ('$' | '*' | '?' | '[' | '{', None) => return true,
            _ => {}
        }
    }
    false
}
