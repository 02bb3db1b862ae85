//! [`Assignment`]: environment variables that a RUN sets.

use super::Run;
use crate::shell::ShellCommand;
use crate::source::Span;

/// One assignment to a shell variable in a RUN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    pub name: String,
    /// Without quotes; `None` if it is computed.
    pub value: Option<String>,
    pub span: Span,
    /// Index of the only command that sees it; `None` if the rest of the RUN does.
    pub command: Option<usize>,
}

/// What the commands of a RUN set: `A=1 cmd`, `env A=1 cmd`, `export A=1`, `A=1`.
#[must_use]
pub fn find_assignments(run: &Run<'_>, source: &[u8]) -> Vec<Assignment> {
    let mut found: Vec<Assignment> = Vec::new();
    let mut add = |span: Span, command: Option<usize>| {
        let text = String::from_utf8_lossy(span.bytes(source)).into_owned();
        let Some((name, value)) = text.split_once('=') else { return };
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if name.is_empty() || !name.chars().all(is_name) {
            return;
        }
        let computed = value.contains(['$', '`']) && !value.starts_with('\'');
        let value = (!computed).then(|| value.replace(['"', '\''], ""));
        found.push(Assignment { name: name.to_string(), value, span, command });
    };
    for span in &run.script.bare_assignments {
        add(*span, None);
    }
    for (index, command) in run.script.commands.iter().enumerate() {
        for span in &command.assignments {
            add(*span, Some(index));
        }
        match command.name.as_deref() {
            Some("export" | "declare" | "typeset") => {
                command.words.iter().skip(1).for_each(|word| add(word.span, None));
            }
            _ if command.runs_through(&["env", "sudo"]) => {
                let before = command.words.get(..command.name_at).unwrap_or_default();
                before
                    .iter()
                    .filter(|word| word.text.contains('='))
                    .for_each(|word| add(word.span, Some(index)));
            }
            _ => {}
        }
    }
    found
}

/// Builtins of shells whose operands are names of variables, or assignments.
const TAKE_NAMES: [&str; 15] = [
    "read",
    "unset",
    "export",
    "local",
    "declare",
    "typeset",
    "readonly",
    "getopts",
    "printf",
    "mapfile",
    "readarray",
    "let",
    "test",
    "[",
    "[[",
];

/// The first place where the shell of a RUN sets a variable of this name, or reads it without `$`: `for NAME in`,
/// `read NAME`, `[ -v NAME ]`, `$((NAME + 1))`.
pub fn find_shell_variable(run: &Run<'_>, source: &[u8], name: &[u8]) -> Option<Span> {
    let assigned = find_assignments(run, source).into_iter().find(|one| one.name.as_bytes() == name);
    if let Some(assigned) = assigned {
        return Some(assigned.span);
    }
    let is_name = |text: &str| text.split('=').next().is_some_and(|text| text.as_bytes() == name);
    let builtins = run.script.commands.iter().filter(|command| command.is_any(&TAKE_NAMES));
    let named = builtins.flat_map(ShellCommand::arguments).find(|word| is_name(&word.text));
    named.map(|word| word.span).or_else(|| {
        let span = run.outer.span;
        let text = span.bytes(source);
        let is_word =
            |byte: Option<&u8>| byte.is_some_and(|byte| *byte == b'_' || byte.is_ascii_alphanumeric());
        let start = memchr::memmem::find_iter(text, name).find(|start| {
            let (before, after) = text.split_at(*start);
            !is_word(before.last())
                && !is_word(after.get(name.len()))
                && (ends_with_name_keyword(before) || is_in_arithmetic(before))
        })?;
        let start = span.start + u32::try_from(start).ok()?;
        Some(Span::new(start, start + u32::try_from(name.len()).ok()?))
    })
}

/// Whether the last word takes the name of a variable: `for NAME`, `[ -v NAME ]`.
fn ends_with_name_keyword(before: &[u8]) -> bool {
    let trimmed = before.trim_ascii_end();
    let word = trimmed.rsplit(|byte| !byte.is_ascii_alphanumeric() && !b"-_".contains(byte)).next();
    trimmed.len() < before.len() && matches!(word, Some(b"for" | b"select" | b"-v"))
}

/// Whether a `((` is open, and the name has no `$`.
fn is_in_arithmetic(before: &[u8]) -> bool {
    let open = memchr::memmem::rfind(before, b"((");
    let rest = open.and_then(|open| before.get(open..));
    rest.is_some_and(|rest| memchr::memmem::find(rest, b"))").is_none())
        && !before.ends_with(b"$")
        && !before.ends_with(b"${")
}
