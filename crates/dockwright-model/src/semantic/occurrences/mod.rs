//! [`Occurrences`]: where the names of a file are declared and used: stages, variables, heredoc delimiters.

mod heredocs;
mod rename;
mod stages;
mod variables;

use super::Semantics;
use crate::source::Span;

/// All names of a file.
#[derive(Debug, Default)]
pub struct Occurrences {
    /// Sorted by position.
    pub all: Vec<Occurrence>,
    /// The places where a variable is expanded whose value no instruction of the file sets.
    pub undeclared: Vec<UndeclaredVariable>,
}

/// A place where a variable is expanded whose value no instruction of the file sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UndeclaredVariable {
    /// The name only.
    pub span: Span,
    /// The name with the `$` or `${` before it and the `}` directly after it.
    pub reach: Span,
}

/// One occurrence of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// The name only.
    pub span: Span,
    /// The name with the `$` or `${` before it and the `}` directly after it.
    pub reach: Span,
    pub symbol: Symbol,
    pub role: OccurrenceRole,
    /// Where the stage is named, or where the variable gets the value used here.
    pub definition: Span,
    /// Whether the text here is the name. A stage may also be given by its number or a variable.
    pub(crate) spelled: bool,
}

/// The thing that a name denotes. Two occurrences with equal symbols belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Symbol {
    /// A stage, by index.
    Stage(usize),
    /// A group of ARG and ENV that share their value in some build.
    Variable(usize),
    /// A heredoc, counted from the start of the file.
    Heredoc(usize),
}

/// How the name is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OccurrenceRole {
    Declaration,
    Use,
}

impl Occurrences {
    /// The names of a file.
    pub fn collect(semantics: &Semantics<'_>) -> Self {
        let mut found = Self::default();
        stages::collect_stages(semantics, &mut found);
        variables::collect_variables(semantics, &mut found);
        heredocs::collect_delimiters(semantics, &mut found);
        found.all.sort_unstable();
        found.all.dedup();
        found
    }

    /// The occurrence at `offset`, or directly before it.
    pub fn occurrence_at(&self, offset: u32) -> Option<&Occurrence> {
        self.all.iter().find(|one| one.reach.contains(Span::empty(offset)))
    }

    /// All places of a symbol, in file order.
    pub fn occurrences_of(&self, symbol: Symbol) -> impl Iterator<Item = &Occurrence> {
        self.all.iter().filter(move |one| one.symbol == symbol)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::View;
    use crate::syntax;

    /// In the text, `|` marks the cursor. Returns the text with brackets around all places of the name there (with
    /// `!` for declarations), and the definition.
    fn marked(cursor: &str) -> Option<(String, (u32, String))> {
        let offset = cursor.find('|').expect("a cursor");
        let mut text = cursor.replacen('|', "", 1);
        let file = syntax::parse(text.as_bytes());
        let semantics = Semantics::new(&file, View::Exact);
        let found = Occurrences::collect(&semantics);
        let here = *found.occurrence_at(u32::try_from(offset).expect("small"))?;
        let places: Vec<Occurrence> = found.occurrences_of(here.symbol).copied().collect();
        let definition = String::from_utf8_lossy(here.definition.bytes(text.as_bytes())).into_owned();
        for place in places.iter().rev() {
            text.insert(place.span.end as usize, ']');
            text.insert_str(
                place.span.start as usize,
                if place.role == OccurrenceRole::Declaration { "[!" } else { "[" },
            );
        }
        Some((text, (here.definition.start, definition)))
    }

    #[test]
    fn places_and_definitions() {
        for (cursor, expected, definition) in [
            ("FROM a AS b\nFROM |b\n", "FROM a AS [!b]\nFROM [b]\n", (10, "b")),
            ("FROM a AS B\nFROM b|\n", "FROM a AS [!B]\nFROM [b]\n", (10, "B")),
            (
                "FROM a AS b|\nFROM c\nCOPY --from=b x /\nCOPY --from=0 x /\n",
                "FROM a AS [!b]\nFROM c\nCOPY --from=[b] x /\nCOPY --from=[0] x /\n",
                (10, "b"),
            ),
            ("FROM a\nFROM c\nCOPY --from=0| x /\n", "[!FROM] a\nFROM c\nCOPY --from=[0] x /\n", (0, "FROM")),
            (
                "FROM a AS b\nFROM c\nRUN --mount=type=bind,from=b|,target=/x y\n",
                "FROM a AS [!b]\nFROM c\nRUN --mount=type=bind,from=[b],target=/x y\n",
                (10, "b"),
            ),
            ("ARG V=1\nFROM a:$|V\n", "ARG [!V]=1\nFROM a:$[V]\n", (4, "V")),
            ("ARG V=1\nFROM a:|${V}\n", "ARG [!V]=1\nFROM a:${[V]}\n", (4, "V")),
            ("ARG V=1\nFROM a:${V|:-2}\n", "ARG [!V]=1\nFROM a:${[V]:-2}\n", (4, "V")),
            (
                "ARG V=1\nFROM a\nARG V|\nRUN echo $V\n",
                "ARG [!V]=1\nFROM a\nARG [!V]\nRUN echo $[V]\n",
                (4, "V"),
            ),
            (
                "ARG V=1\nFROM a\nARG V\nRUN echo $|V\n",
                "ARG [!V]=1\nFROM a\nARG [!V]\nRUN echo $[V]\n",
                (19, "V"),
            ),
            // A build argument is one symbol, even if several stages declare it.
            (
                "FROM a\nARG V=1\nFROM b\nARG V=2\nRUN echo $V|\n",
                "FROM a\nARG [!V]=1\nFROM b\nARG [!V]=2\nRUN echo $[V]\n",
                (26, "V"),
            ),
            // Variables of stages that are not built on each other are not the same.
            (
                "FROM a\nENV V=1\nFROM b\nENV V=2\nRUN echo $V|\n",
                "FROM a\nENV V=1\nFROM b\nENV [!V]=2\nRUN echo $[V]\n",
                (26, "V"),
            ),
            (
                "FROM a AS p\nENV V=1\nFROM p\nRUN echo $V|\n",
                "FROM a AS p\nENV [!V]=1\nFROM p\nRUN echo $[V]\n",
                (16, "V"),
            ),
            (
                "FROM a\nENV V=1\nENV V=2\nRUN echo \"$V|\"\n",
                "FROM a\nENV [!V]=1\nENV [!V]=2\nRUN echo \"$[V]\"\n",
                (19, "V"),
            ),
            (
                "FROM a\nENV LONG_NAME=1\nWORKDIR /x/${LONG|_NAME}/y\n",
                "FROM a\nENV [!LONG_NAME]=1\nWORKDIR /x/${[LONG_NAME]}/y\n",
                (11, "LONG_NAME"),
            ),
            (
                "FROM a\nENV V=1\nENV U=1 \\\n  W=$V|\nCOPY --chown=$V x y\n",
                "FROM a\nENV [!V]=1\nENV U=1 \\\n  W=$[V]\nCOPY --chown=$[V] x y\n",
                (11, "V"),
            ),
            (
                "FROM a\nENV V=1\nRUN a && \\\n  # c\n  b ${V|}\n",
                "FROM a\nENV [!V]=1\nRUN a && \\\n  # c\n  b ${[V]}\n",
                (11, "V"),
            ),
            (
                "FROM a\nENV V=1\nCMD [\"sh\", \"-c\", \"x $V|\"]\n",
                "FROM a\nENV [!V]=1\nCMD [\"sh\", \"-c\", \"x $[V]\"]\n",
                (11, "V"),
            ),
            (
                "FROM a\nENV V=1\nCOPY <<E /x\n$V|\nE\n",
                "FROM a\nENV [!V]=1\nCOPY <<E /x\n$[V]\nE\n",
                (11, "V"),
            ),
            (
                "FROM a\nRUN <<-\"E|ND\"\n\tx\n\tEND\n",
                "FROM a\nRUN <<-\"[!END]\"\n\tx\n\t[END]\n",
                (15, "END"),
            ),
            (
                "FROM a\nCOPY <<A <<B /x/\n1\nA\n2\nB|\n",
                "FROM a\nCOPY <<A <<[!B] /x/\n1\nA\n2\n[B]\n",
                (18, "B"),
            ),
        ] {
            let expected = (expected.to_string(), (definition.0, definition.1.to_string()));
            assert_eq!(marked(cursor), Some(expected), "{cursor}");
        }
    }

    #[test]
    fn other_words_are_no_names() {
        for cursor in [
            "FROM a AS b\nFROM c\nCOPY --from=|c x /\n",
            "FROM a AS b\nFROM |c\n",
            "FROM a\nRUN echo $V|\n",
            // The words of an ENV see the values from before it.
            "FROM a\nENV V=1 W=$V|\n",
            "FROM a\nENV V=1\nRUN echo V|\n",
            "FROM a\nENV V=1\nRUN echo '$V|'\n",
            "FROM a\nARG V=1\nCMD echo $V|\n",
            "FROM a\n|",
            "|",
        ] {
            assert_eq!(marked(cursor), None, "{cursor}");
        }
    }
}
