//! [`SyntaxError`]: what BuildKit rejects.

use crate::Span;

/// The step of BuildKit's frontend that rejects the file. It stops at its first error, phase by phase; dockwright
/// records them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FrontendPhase {
    /// Looking for `syntax` and `check` directives.
    Directives,
    /// Lines to nodes: continuations, heredocs, JSON, key/value pairs.
    Parse,
    /// Nodes to instructions: arity, flags.
    Instructions,
    /// Stage graph, base images, variables, dispatch.
    Convert,
}

/// The kind of mistake, for programs; the message describes it to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    UnknownInstruction,
    /// An image, path, port, name, value or command is missing.
    MissingArguments,
    /// COPY or ADD has only a source.
    MissingDestination,
    /// FROM has more than an image and a name, or `HEALTHCHECK NONE` has arguments.
    UnexpectedArguments,
    /// HEALTHCHECK has neither `CMD` nor `NONE`.
    UnknownHealthcheck,
    /// A word of ENV or LABEL has no `=`.
    MissingEquals,
    UnknownFlag,
    RepeatedFlag,
    /// The value of a flag is missing or invalid.
    FlagValue,
    UnterminatedHeredoc,
    HeredocDestination,
    /// The value of the `escape` directive is neither a backslash nor a backquote.
    EscapeDirective,
    /// Anything else.
    Other,
}

/// An error that BuildKit reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    pub kind: ErrorKind,
    pub phase: FrontendPhase,
    /// The words that are wrong.
    pub span: Span,
    /// BuildKit reports the lines from the first to the last byte of this span. `None` if it reports no lines.
    pub location: Option<Span>,
    /// What is wrong, in the words of the file; one line, no `: `.
    pub message: String,
    pub help: Option<String>,
    /// A spelling that would be valid, for the bytes of the span given.
    pub suggestion: Option<(Span, String)>,
}

impl SyntaxError {
    pub(super) fn new(
        phase: FrontendPhase,
        span: Span,
        location: Option<Span>,
        message: impl Into<String>,
    ) -> Self {
        let (kind, message) = (ErrorKind::Other, message.into());
        Self { kind, phase, span, location, message, help: None, suggestion: None }
    }

    /// An error of [`FrontendPhase::Parse`].
    pub(super) fn parse(span: Span, location: Span, message: impl Into<String>) -> Self {
        Self::new(FrontendPhase::Parse, span, Some(location), message)
    }

    /// An error of [`FrontendPhase::Instructions`].
    pub(super) fn instruction(span: Span, location: Span, message: impl Into<String>) -> Self {
        Self::new(FrontendPhase::Instructions, span, Some(location), message)
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn kind(mut self, kind: ErrorKind) -> Self {
        self.kind = kind;
        self
    }

    /// Whether it is an instruction or a flag that a newer or another frontend may know.
    #[must_use]
    pub fn is_unknown_name(&self) -> bool {
        matches!(self.kind, ErrorKind::UnknownInstruction | ErrorKind::UnknownFlag)
    }

    /// Offers the nearest name of `known`.
    pub(super) fn suggest_nearest(mut self, span: Span, name: &str, known: &[&str]) -> Self {
        if let Some(nearest) = closest_spelling(name, known) {
            self.help = Some(format!("did you mean `{nearest}`?"));
            self.suggestion = Some((span, nearest.to_string()));
        }
        self
    }
}

/// The spelling at most two insertions, deletions or replacements away, as in BuildKit; for short names at most one,
/// because two would be half of the name. Swapping two adjacent letters counts as one.
pub fn closest_spelling<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    const FAR: usize = 2;
    const SHORT: usize = 4;
    let longest = known.iter().map(|known| known.len()).max().unwrap_or_default();
    let length = name.chars().take(longest + FAR + 1).count();
    if length > longest + FAR {
        return None;
    }
    let far = if length > SHORT { FAR } else { 1 };
    known
        .iter()
        .map(|known| (strsim::osa_distance(name, known), strsim::levenshtein(name, known), *known))
        .filter(|(swaps, distance, _)| (1..=far).contains(swaps) && *distance <= FAR)
        .min_by_key(|(swaps, distance, _)| (*swaps, *distance))
        .map(|(.., known)| known)
}

/// Text of the file, shortened for a message: at most 60 characters, with spaces instead of control characters and no
/// space after a colon.
pub fn quote_excerpt(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut quoted = String::from("`");
    for (index, c) in text.chars().enumerate() {
        if index == LONGEST {
            quoted.push('…');
            break;
        }
        let c = if c.is_control() { ' ' } else { c };
        if c != ' ' || !quoted.ends_with(':') {
            quoted.push(c);
        }
    }
    quoted.push('`');
    quoted
}

/// Joins parts of a message: `a`, `a and b`, `a, b and c`.
pub fn join_with_and(parts: &[String]) -> String {
    join_with_conjunction(parts, "and")
}

/// Joins alternatives in a message: `a`, `a or b`, `a, b or c`.
pub fn join_with_or(parts: &[String]) -> String {
    join_with_conjunction(parts, "or")
}

fn join_with_conjunction(parts: &[String], conjunction: &str) -> String {
    match parts.split_last() {
        Some((last, front)) if !front.is_empty() => format!("{} {conjunction} {last}", front.join(", ")),
        _ => parts.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_spelling() {
        let known = ["FROM", "RUN", "CMD", "ENV", "COPY", "VOLUME"];
        for (name, expected) in [
            ("FORM", Some("FROM")),
            ("RUNN", Some("RUN")),
            ("CPOY", Some("COPY")),
            ("VOLUMNES", Some("VOLUME")),
            ("WHATEVER", None),
            ("EOF", None),
            ("NOPE", None),
            ("COPY", None),
            ("", None),
        ] {
            assert_eq!(closest_spelling(name, &known), expected, "{name}");
        }
        assert_eq!(closest_spelling(&"X".repeat(1_000_000), &known), None);
    }

    #[test]
    fn shortens_and_escapes_quoted_text() {
        assert_eq!(quote_excerpt("a: b\u{1b}c"), "`a:b c`");
        assert_eq!(quote_excerpt(&"é".repeat(99)).chars().count(), 63);
    }

    #[test]
    fn joins_parts_of_message() {
        for (parts, expected) in
            [(&[][..], ""), (&["a"], "a"), (&["a", "b"], "a and b"), (&["a", "b", "c"], "a, b and c")]
        {
            let parts: Vec<String> = parts.iter().map(|part| (*part).to_string()).collect();
            assert_eq!(join_with_and(&parts), expected);
        }
    }
}
