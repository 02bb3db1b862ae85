//! Renaming a stage, a variable or the delimiter of a heredoc.

use std::collections::BTreeSet;
use std::fmt;

use super::stages::visit_file_sources;
use super::{Occurrences, Symbol};
use crate::semantic::Semantics;
use crate::semantic::assignments::find_shell_variable;
use crate::semantic::scope::is_builder_variable;
use crate::source::Span;

/// Names that have a special meaning for BuildKit instead of a stage.
const RESERVED_STAGES: [&str; 2] = ["scratch", "context"];

/// A name that may be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    pub symbol: Symbol,
    /// The places to write the new name to, in file order.
    pub places: Vec<Span>,
}

/// Why a name cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RenameError {
    /// The new name is not valid for this symbol.
    Invalid { name: String, rule: &'static str },
    /// The name is already used.
    Taken(String),
    /// Something on this line (from 1) already has the name, but another meaning, which it would lose.
    Captured { name: String, line: u32 },
    /// The new name is that of a variable that BuildKit or the base image sets.
    Reserved(String),
    /// The builder gives the variable its value.
    Predefined(String),
    /// The name is written with quotes, escapes or continuations, on this line (from 1).
    Unreadable(u32),
    /// A shell assigns the variable on this line (from 1), so some uses may mean the shell variable.
    Assigned(u32),
    /// The stage has no name.
    Unnamed,
}

impl fmt::Display for RenameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { name, rule } => write!(f, "invalid name `{name}`: {rule}"),
            Self::Taken(name) => write!(f, "`{name}` already exists"),
            Self::Captured { name, line } => {
                write!(f, "line {line} uses `{name}` for something else")
            }
            Self::Reserved(name) => write!(f, "`{name}` is reserved: BuildKit or the base image sets it"),
            Self::Predefined(name) => write!(f, "BuildKit sets `{name}`; a different name would be empty"),
            Self::Unreadable(line) => {
                write!(f, "the name on line {line} contains quotes, escapes or a variable")
            }
            Self::Assigned(line) => {
                write!(f, "the shell assigns this variable on line {line}, or reads it without `$`")
            }
            Self::Unnamed => write!(f, "the stage has no name; add `AS name`"),
        }
    }
}

impl Occurrences {
    /// The places that a renaming of the name at `offset` changes; `None` if there is no name.
    ///
    /// # Errors
    /// The name cannot be changed without a change of meaning.
    pub fn rename(&self, semantics: &Semantics<'_>, offset: u32) -> Option<Result<Rename, RenameError>> {
        let here = self.occurrence_at(offset)?;
        Some(self.rename_symbol(semantics, here.symbol))
    }

    fn rename_symbol(&self, semantics: &Semantics<'_>, symbol: Symbol) -> Result<Rename, RenameError> {
        if let Symbol::Stage(index) = symbol
            && semantics.stages.get(index).is_none_or(|stage| stage.name.is_none())
        {
            return Err(RenameError::Unnamed);
        }
        let names =
            self.occurrences_of(symbol).filter(|one| one.spelled && matches!(symbol, Symbol::Variable(_)));
        let names: BTreeSet<&[u8]> = names.map(|one| one.span.bytes(semantics.file.source)).collect();
        if let Some(span) = names.iter().find_map(|name| find_shell_variable_use(semantics, name)) {
            return Err(RenameError::Assigned(semantics.line(span.start)));
        }
        let mut places = Vec::new();
        for one in self.occurrences_of(symbol) {
            let text = String::from_utf8_lossy(one.span.bytes(semantics.file.source));
            let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
            if matches!(symbol, Symbol::Variable(_)) && is_predefined(semantics, &text) {
                return Err(RenameError::Predefined(text.into_owned()));
            }
            if one.spelled {
                places.push(one.span);
            } else if !(matches!(symbol, Symbol::Stage(_)) && is_number) {
                return Err(RenameError::Unreadable(semantics.line(one.span.start)));
            }
        }
        Ok(Rename { symbol, places })
    }

    /// Checks a new name for `rename`.
    ///
    /// # Errors
    /// BuildKit does not accept the name, or something else in the file has it.
    pub fn check_new_name(
        &self,
        semantics: &Semantics<'_>,
        rename: &Rename,
        name: &str,
    ) -> Result<(), RenameError> {
        let invalid = |rule| Err(RenameError::Invalid { name: name.to_string(), rule });
        let taken = || Err(RenameError::Taken(name.to_string()));
        let source = semantics.file.source;
        match rename.symbol {
            Symbol::Stage(index) => {
                let mut chars = name.chars();
                let starts = chars.next().is_some_and(|c| c.is_ascii_alphabetic());
                if !starts || !chars.all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) {
                    return invalid(
                        "a stage name starts with a letter, followed by letters, digits, `-`, `_` and `.`",
                    );
                }
                if RESERVED_STAGES.iter().any(|reserved| name.eq_ignore_ascii_case(reserved)) {
                    return invalid("the name is reserved");
                }
                if semantics.stage_named(name).is_some_and(|other| other != index) {
                    return taken();
                }
                if let Some(span) = find_image_named(semantics, name, index) {
                    let line = semantics.line(span.start);
                    return Err(RenameError::Captured { name: name.to_string(), line });
                }
            }
            Symbol::Variable(_) => {
                let starts = name.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic());
                if !starts || !name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric()) {
                    return invalid(
                        "a variable name has letters, digits and `_`, and does not start with a digit",
                    );
                }
                if is_predefined(semantics, name) {
                    return Err(RenameError::Reserved(name.to_string()));
                }
                let is_other = |place: &super::Occurrence| {
                    matches!(place.symbol, Symbol::Variable(_))
                        && place.symbol != rename.symbol
                        && place.span.bytes(source) == name.as_bytes()
                };
                if self.all.iter().any(is_other) {
                    return taken();
                }
                let is_own = |start: u32| rename.places.iter().any(|place| place.start == start);
                let expanded = find_expansions_of(source, name).find(|start| !is_own(*start));
                let in_shell = || find_shell_variable_use(semantics, name.as_bytes()).map(|span| span.start);
                if let Some(start) = expanded.or_else(in_shell) {
                    let line = semantics.line(start);
                    return Err(RenameError::Captured { name: name.to_string(), line });
                }
            }
            Symbol::Heredoc(number) => {
                if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) {
                    return invalid("a delimiter has letters, digits, `-`, `_` and `.`");
                }
                let mut heredocs = semantics.file.instructions().flat_map(|it| &it.heredocs);
                let body = heredocs.nth(number).map_or(&[][..], |heredoc| heredoc.body.bytes(source));
                if body.split(|byte| *byte == b'\n').any(|line| line.trim_ascii() == name.as_bytes()) {
                    return invalid("a line of the heredoc would end it");
                }
            }
        }
        Ok(())
    }
}

/// The first image of this name that a FROM, a `--from` or a mount uses, other than stage `index`.
fn find_image_named(semantics: &Semantics<'_>, name: &str, index: usize) -> Option<Span> {
    let is_image = |text: &str| text.eq_ignore_ascii_case(name) && semantics.stage_named(text) != Some(index);
    let bases = semantics.stages.iter().map(|stage| stage.image_word);
    let mut found = bases.filter(|word| is_image(&word.text)).map(|word| word.span).next();
    for instruction in semantics.file.instructions() {
        visit_file_sources(instruction, &mut |word| {
            if is_image(&word.text) {
                found = found.or(Some(word.span));
            }
        });
    }
    found
}

/// The first place where the shell of a RUN sets a variable of this name, or reads it without `$`.
fn find_shell_variable_use(semantics: &Semantics<'_>, name: &[u8]) -> Option<Span> {
    semantics.runs.iter().find_map(|run| find_shell_variable(run, semantics.file.source, name))
}

/// Where the name starts in each `$NAME` and `${NAME}`, wherever they are.
fn find_expansions_of(source: &[u8], name: &str) -> impl Iterator<Item = u32> {
    let is_name = |byte: Option<&u8>| byte.is_some_and(|byte| *byte == b'_' || byte.is_ascii_alphanumeric());
    memchr::memchr_iter(b'$', source).filter_map(move |dollar| {
        let start = dollar + 1 + usize::from(source.get(dollar + 1) == Some(&b'{'));
        let rest = source.get(start..)?.strip_prefix(name.as_bytes())?;
        if is_name(rest.first()) { None } else { u32::try_from(start).ok() }
    })
}

/// Whether BuildKit sets or reads a variable of that name itself.
fn is_predefined(semantics: &Semantics<'_>, name: &str) -> bool {
    let scopes = &semantics.build.scopes;
    let stage = semantics.stages.first().map(|stage| scopes.scope_before(stage.span.start));
    let binding = stage.and_then(|scope| scopes.get(scope, name));
    binding.is_some_and(|binding| binding.declared.is_none()) || is_builder_variable(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::View;
    use crate::syntax;

    /// Renames the name at the cursor.
    fn renamed(cursor: &str, name: &str) -> Result<String, String> {
        let offset = u32::try_from(cursor.find('|').expect("a cursor")).expect("small");
        let mut text = cursor.replacen('|', "", 1);
        let file = syntax::parse(text.as_bytes());
        let semantics = Semantics::new(&file, View::Exact);
        let names = Occurrences::collect(&semantics);
        let rename = names.rename(&semantics, offset).expect("a name").map_err(|error| error.to_string())?;
        names.check_new_name(&semantics, &rename, name).map_err(|error| error.to_string())?;
        for place in rename.places.iter().rev() {
            text.replace_range(place.start as usize..place.end as usize, name);
        }
        Ok(text)
    }

    #[test]
    fn every_place_is_changed() {
        for (cursor, name, expected) in [
            (
                "FROM a AS b|\nFROM b AS c\nCOPY --from=b --from=0 x /\nRUN --mount=from=B,target=/x y\n",
                "base",
                "FROM a AS base\nFROM base AS c\nCOPY --from=base --from=0 x /\nRUN --mount=from=base,target=/x y\n",
            ),
            (
                "ARG V=1\nFROM a:${V|}\nARG V\nENV W=$V\nRUN echo \"$V\" '$V' $VV\n",
                "NEW",
                "ARG NEW=1\nFROM a:${NEW}\nARG NEW\nENV W=$NEW\nRUN echo \"$NEW\" '$V' $VV\n",
            ),
            ("FROM a\nRUN <<E|\nx E\nE\n", "END", "FROM a\nRUN <<END\nx E\nEND\n"),
            ("FROM a\nARG V|=1\nRUN x V=$V for-V --V W\n", "W", "FROM a\nARG W=1\nRUN x V=$W for-V --V W\n"),
        ] {
            assert_eq!(renamed(cursor, name).as_deref(), Ok(expected), "{cursor}");
        }
    }

    #[test]
    fn refusals_name_the_reason() {
        for (cursor, name, reason) in [
            ("FROM a AS b|\n", "1b", "invalid name `1b`: a stage name starts with a letter"),
            ("FROM a AS b|\n", "scratch", "invalid name `scratch`: the name is reserved"),
            ("FROM a AS b|\nFROM a AS c\n", "C", "`C` already exists"),
            ("FROM a AS b|\nFROM c\nCOPY --from=b x /\n", "C", "line 2 uses `C` for something else"),
            ("FROM a AS b|\nFROM d\nCOPY --from=c x /\n", "c", "line 3 uses `c` for something else"),
            ("FROM a AS b|\nFROM d\nRUN --mount=from=c x\n", "c", "line 3 uses `c` for something else"),
            ("FROM a\nARG V|=1\nRUN echo $V ${HOME}\n", "HOME", "line 3 uses `HOME` for something else"),
            ("FROM a\nENV V|=1\nRUN echo $W\n", "W", "line 3 uses `W` for something else"),
            ("FROM a\nARG V|=1\nRUN W=1; echo $V\n", "W", "line 3 uses `W` for something else"),
            ("FROM a\nARG V|=1\nRUN read -r x W && echo $V\n", "W", "line 3 uses `W` for something else"),
            ("FROM a\nARG V|=1\nRUN for V in 1; do echo $V; done\n", "W", "the shell assigns this variable"),
            ("FROM a\nARG V|=1\nRUN unset V; echo $V\n", "W", "the shell assigns this variable"),
            ("FROM a\nARG V|=1\nRUN [ -v V ]\n", "W", "the shell assigns this variable"),
            ("FROM a\nARG V|=1\nRUN echo $((V + 1))\n", "W", "the shell assigns this variable"),
            ("FROM| a\nFROM b\nCOPY --from=0 x /\n", "c", "the stage has no name"),
            ("ARG B=b\nFROM a AS b|\nFROM $B\n", "c", "the name on line 3 contains"),
            ("FROM a\nENV V|=1\n", "a-b", "invalid name `a-b`: a variable name"),
            ("FROM a\nENV V|=1 W=2\n", "W", "`W` already exists"),
            ("FROM a\nENV V|=1\nRUN V=2; echo $V\n", "W", "the shell assigns this variable on line 3"),
            ("FROM a\nARG TARGETARCH|\n", "W", "BuildKit sets `TARGETARCH`"),
            ("FROM a\nARG V|\n", "TARGETARCH", "`TARGETARCH` is reserved"),
            ("FROM a\nRUN <<E|\nx\nE\n", "x", "invalid name `x`: a line of the heredoc would end it"),
            ("FROM a\nRUN <<E|\nx\nE\n", "", "invalid name ``: a delimiter has"),
        ] {
            let error = renamed(cursor, name).expect_err(cursor);
            assert!(error.starts_with(reason), "{cursor} {error}");
        }
    }
}
