//! SC2086 for `${x:-…}`: for the embedded analyzer, the default makes a variable safe that only some branches set;
//! ShellCheck only checks the variable.

use super::AnalyzedText;
use crate::ShellCommand;
use dockerfile_syntax::Span;

/// A text without the defaults of its unquoted variables, for the analyzer to analyze again.
pub(in crate::analysis) struct TextWithoutDefaults {
    /// Has the same length as the original: `${x:-a}` becomes `${x}___`.
    pub text: String,
    /// The positions of the changed expansions, in order.
    pub spans: Vec<Span>,
}

impl TextWithoutDefaults {
    /// `None` if no variable that the text sets has a default. `is_known`: whether the expansion at that offset is
    /// already reported.
    pub(crate) fn new(subject: &AnalyzedText<'_>, is_known: impl Fn(u32) -> bool) -> Option<Self> {
        if subject.script.bare_assignments.is_empty() || !subject.text.contains("${") {
            return None;
        }
        let mut spans = Vec::new();
        let mut bytes = subject.text.as_bytes().to_vec();
        for word in subject.script.commands.iter().flat_map(ShellCommand::arguments) {
            let raw = subject.slice(word.span);
            for (at, name, end) in find_defaults(raw) {
                let offset = |at: usize| word.span.start + u32::try_from(at).unwrap_or(0);
                let span = Span::new(offset(at), offset(end));
                if is_known(span.start) || !is_assigned(name, subject) {
                    continue;
                }
                let default = span.start as usize + 2 + name.len()..span.end as usize;
                if let Some([first, rest @ ..]) = bytes.get_mut(default) {
                    *first = b'}';
                    rest.fill(b'_');
                    spans.push(span);
                }
            }
        }
        spans.sort_unstable();
        let text = String::from_utf8(bytes).ok()?;
        if spans.is_empty() { None } else { Some(Self { text, spans }) }
    }
}

/// Each `${name:-…}` and `${name-…}` outside quotes and substitutions without quotes or expansions inside: its start,
/// its name and its end.
fn find_defaults(raw: &str) -> Vec<(usize, &str, usize)> {
    let mut found = Vec::new();
    let mut quote = None;
    let mut bytes = raw.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match (byte, quote) {
            (b'\\', Some(b'"') | None) => drop(bytes.next()),
            (b'\'' | b'"' | b'`', None) => quote = Some(byte),
            (_, Some(open)) if open == byte => quote = None,
            (b'$', None) => {
                let rest = raw.get(at..).unwrap_or_default();
                if rest.starts_with("$(") {
                    break;
                }
                if let Some(inside) = rest.strip_prefix("${")
                    && let Some(end) = inside.find(['}', '"', '\'', '$', '`', '\\'])
                    && inside.get(end..).is_some_and(|rest| rest.starts_with('}'))
                    && let Some((name, default)) =
                        inside.get(..end).and_then(|inside| Some(inside.split_at(inside.find(['-', ':'])?)))
                    && (default.starts_with('-') || default.starts_with(":-"))
                    && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                {
                    found.push((at, name, at + 2 + end + 1));
                }
            }
            _ => {}
        }
    }
    found
}

fn is_assigned(name: &str, subject: &AnalyzedText<'_>) -> bool {
    let mut assignments = subject.script.bare_assignments.iter().map(|&span| subject.slice(span));
    assignments.any(|one| one.strip_prefix(name).is_some_and(|rest| rest.starts_with('=')))
}

#[cfg(test)]
mod tests {
    use super::find_defaults;

    #[test]
    fn expansions_with_defaults() {
        for (word, expected) in [
            ("${x:-}", &[(0, "x", 6)][..]),
            ("a${x-b}${y_1:-c d}", &[(1, "x", 7), (7, "y_1", 18)]),
            ("\"${x:-}\"'${x:-}'${x:-a}", &[(16, "x", 23)]),
            ("${x} ${x:=a} ${x:+a} ${x%-} ${@:-1}", &[]),
            ("${x:-$y} ${x:-'a'}", &[]),
            ("$(a ${x:-b})", &[]),
            ("\\${x:-b}", &[]),
            ("${x:-", &[]),
        ] {
            assert_eq!(find_defaults(word), expected, "{word}");
        }
    }
}
