//! [`Assignment`]: environment variables that a RUN sets.

use super::Run;
use crate::source::Span;

/// One assignment.
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
pub(crate) fn find_assignments(run: &Run<'_>, source: &[u8]) -> Vec<Assignment> {
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
