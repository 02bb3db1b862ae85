//! Checks of ShellCheck's that the embedded analyser lacks and real files need, and what it gets wrong.

mod commands;
mod comparisons;
mod defaults;
mod escapes;
mod negation;
mod variables;

use shuck_ast::File;

use super::{Dialect, Relative, codes};
use crate::shell::{Command, Directive, Script};
use crate::source::Span;

/// What the checks look at. Offsets are relative to the text.
pub(super) struct Subject<'a> {
    pub text: &'a str,
    pub script: &'a Script,
    /// shuck's tree of the same text, with `before` bytes of something else before it.
    pub file: &'a File,
    pub before: usize,
    pub dialect: Dialect,
    /// Names that are set before the text runs.
    pub prelude: &'a str,
    /// Offsets, with `before` in them, of each `}` that shuck was not shown.
    pub braces: &'a [usize],
}

pub(super) use defaults::Undefaulted;

/// Everything found by the checks here.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Relative> {
    let mut found = Vec::new();
    for command in &subject.script.commands {
        commands::check(command, subject, &mut found);
        escapes::check(command, subject, &mut found);
    }
    for at in subject.braces.iter().filter_map(|at| u32::try_from(at.checked_sub(subject.before)?).ok()) {
        subject.report(1083, Span::new(at, at + 1), &mut found);
    }
    comparisons::check(subject, &mut found);
    negation::check(subject, &mut found);
    variables::check(subject, &mut found);
    found.retain(|one| !is_disabled(one, subject));
    found
}

/// Whether the analyser says this wrongly. ShellCheck does not take what `/bin/bash -c` runs for a mistake,
/// knows two variables of Bash's in lower case, and looks for what `echo` may expand in quotes only.
pub(super) fn is_wrong(one: &Relative, subject: &Subject<'_>) -> bool {
    let script = subject.script;
    let words = subject.text.get(one.start as usize..one.end as usize).unwrap_or_default();
    match one.code {
        1001 | 1012 => {
            return !escapes::is_needless(subject.text.get(one.start as usize + 1..).unwrap_or_default());
        }
        2078 | 2210 | 2261 if comparisons::is_mistaken(one, subject) => return true,
        2028 if !words.contains(['"', '\'']) => return true,
        _ => {}
    }
    if one.code == 2154 && ["auto_resume", "histchars"].iter().any(|name| words.contains(name)) {
        return true;
    }
    one.code == 2016
        && script.commands.iter().any(|command| {
            let shell = command.words.first().and_then(|word| word.text.rsplit_once('/'));
            shell.is_some_and(|(_, name)| matches!(name, "sh" | "bash" | "dash" | "ksh" | "zsh"))
                && command.span.contains(Span::new(one.start, one.end))
        })
}

/// Whether a `# shellcheck disable=` before it names its code.
fn is_disabled(one: &Relative, subject: &Subject<'_>) -> bool {
    subject.script.comments.iter().filter(|comment| comment.end <= one.start).any(|comment| {
        let text = subject.text.get(comment.range()).unwrap_or_default();
        Directive::parse(text).is_some_and(|directive| directive.covers(one.code))
    })
}

impl Subject<'_> {
    pub(super) fn report(&self, code: u32, span: Span, found: &mut Vec<Relative>) {
        let shown = self.text.get(span.range()).unwrap_or_default();
        let (start, end) = (span.start as usize, span.end as usize);
        found.push(Relative::new(code, codes::severity(code), start, end, codes::message(code, shown)));
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }
}

/// What ShellCheck takes for the command's name: the first word's last component. It looks through nothing.
fn basename(command: &Command) -> Option<&str> {
    let word = command.words.first().filter(|word| word.literal)?;
    Some(word.text.rsplit('/').next().unwrap_or(&word.text))
}
