//! Go to definition: from the name of a stage to its FROM, from a variable to what sets it.

use gen_lsp_types::{Definition, DefinitionResponse, Location, Position};

use super::answers::Subject;
use crate::semantic::{Base, Origin, Semantics, Stage, View};
use crate::source::Span;
use crate::syntax::{self, Arguments, Instruction, Kind, MountKey, Word};

/// Where what stands at a position is defined.
pub fn definition(subject: &Subject, position: Position) -> Option<DefinitionResponse> {
    let offset = subject.text.offset(position);
    let file = syntax::parse(subject.text.bytes());
    let semantics = Semantics::new(&file, View::Exact);
    let span = at(&semantics, offset)?;
    let location = Location { uri: subject.uri.clone(), range: subject.text.range(span) };
    Some(DefinitionResponse::Definition(Definition::Location(location)))
}

/// The bytes that define what stands at `offset`.
fn at(semantics: &Semantics<'_>, offset: u32) -> Option<Span> {
    let here = Span::empty(offset);
    let instruction = semantics.file.instructions().find(|instruction| instruction.span.contains(here))?;
    stage(semantics, instruction, here).or_else(|| variable(semantics, instruction, offset))
}

/// The stage that is named here.
fn stage(semantics: &Semantics<'_>, instruction: &Instruction<'_>, here: Span) -> Option<Span> {
    let own = semantics.stage_at(instruction.span.start);
    let is_here = |word: &&Word<'_>| word.span.contains(here);
    if let Arguments::From(from) = &instruction.arguments {
        let Base::Stage(parent) = own.filter(|_| is_here(&&from.image))?.base else { return None };
        return semantics.stages.get(parent).map(name_of);
    }
    let mounts = instruction.mounts();
    let mounted = mounts.iter().flat_map(|mount| &mount.fields);
    let mounted =
        mounted.filter(|field| field.key == Some(MountKey::From)).filter_map(|it| it.value.as_ref());
    let from = instruction.flag_value("from").into_iter().chain(mounted).find(is_here)?;
    match semantics.origin(&from.text, own) {
        Origin::Earlier(index) | Origin::Later(index) => semantics.stages.get(index).map(name_of),
        Origin::Own => own.map(name_of),
        Origin::Missing | Origin::Elsewhere => None,
    }
}

/// What stands for a stage: its name, or its FROM.
fn name_of(stage: &Stage<'_>) -> Span {
    stage.name.map_or(stage.from.keyword.span, |name| name.span)
}

/// What gives the variable its value that is used here, or the ARG that is declared again here.
fn variable(semantics: &Semantics<'_>, instruction: &Instruction<'_>, offset: u32) -> Option<Span> {
    let scopes = &semantics.build.scopes;
    let global = semantics.build.global;
    if let Arguments::Declarations(declarations) = &instruction.arguments
        && let Some(again) = declarations.iter().find(|it| it.name.span.contains(Span::empty(offset)))
    {
        let in_stage = semantics.stage_at(instruction.span.start).is_some();
        let outside = in_stage && again.default.is_none();
        return scopes.get(global, &again.name.text).filter(|_| outside)?.declared;
    }
    let name = variable_at(semantics.file.source, instruction.span, offset)?;
    let scope = match instruction.kind {
        Kind::From => global,
        _ => scopes.before(instruction.span.start),
    };
    scopes.get(scope, name)?.declared
}

/// The name after a `$` or `${` in which the offset lies.
fn variable_at(source: &[u8], within: Span, offset: u32) -> Option<&str> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let before = Span::new(within.start, offset).bytes(source);
    let after = Span::new(offset, within.end).bytes(source);
    let mut start = before.iter().rev().take_while(|byte| is_part(byte)).count();
    let mut end = after.iter().take_while(|byte| is_part(byte)).count();
    let mut lead = before.get(..before.len() - start)?;
    if start == 0 && lead.last().is_none_or(|byte| !matches!(byte, b'$' | b'{')) {
        // On the dollar itself, or on its brace.
        let skip = after.iter().take_while(|byte| matches!(byte, b'$' | b'{')).count();
        let rest = after.get(skip..)?;
        lead = Span::new(within.start, offset + u32::try_from(skip).ok()?).bytes(source);
        start = 0;
        end = rest.iter().take_while(|byte| is_part(byte)).count();
    }
    if !(lead.ends_with(b"$") || lead.ends_with(b"${")) {
        return None;
    }
    let at = within.start as usize + lead.len();
    let name = source.get(at..at + start + end).filter(|name| !name.is_empty())?;
    std::str::from_utf8(name).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text is written with `|` where the cursor is.
    fn defined(marked: &str) -> Option<(usize, String)> {
        let offset = marked.find('|').expect("a cursor");
        let text = marked.replacen('|', "", 1);
        let file = syntax::parse(text.as_bytes());
        let semantics = Semantics::new(&file, View::Exact);
        let span = at(&semantics, u32::try_from(offset).expect("small"))?;
        Some((span.start as usize, String::from_utf8_lossy(span.bytes(text.as_bytes())).into_owned()))
    }

    #[test]
    fn names_lead_to_what_defines_them() {
        for (text, expected) in [
            ("FROM a AS b\nFROM |b\n", Some((10, "b"))),
            ("FROM a AS b\nFROM b|\n", Some((10, "b"))),
            ("FROM a AS b\nFROM c\nCOPY --from=|b x /\n", Some((10, "b"))),
            ("FROM a AS b\nFROM c\nCOPY --from=|0 x /\n", Some((10, "b"))),
            ("FROM a\nFROM c\nCOPY --from=0| x /\n", Some((0, "FROM"))),
            ("FROM a AS b\nFROM c\nRUN --mount=type=bind,from=b|,target=/x y\n", Some((10, "b"))),
            ("FROM a AS b\nFROM c\nCOPY --from=|c x /\n", None),
            ("FROM a AS b\nFROM |c\n", None),
            ("ARG V=1\nFROM a:$|V\n", Some((4, "V"))),
            ("ARG V=1\nFROM a:|${V}\n", Some((4, "V"))),
            ("ARG V=1\nFROM a:${V|:-2}\n", Some((4, "V"))),
            ("ARG V=1\nFROM a\nARG V|\nRUN echo $V\n", Some((4, "V"))),
            ("ARG V=1\nFROM a\nARG V\nRUN echo $|V\n", Some((19, "V"))),
            ("FROM a\nENV LONG_NAME=1\nWORKDIR /x/${LONG|_NAME}/y\n", Some((11, "LONG_NAME"))),
            ("FROM a\nENV V=1\nENV V=2\nRUN echo \"$V|\"\n", Some((19, "V"))),
            ("FROM a\nRUN echo $V|\n", None),
            ("FROM a\nENV V=1\nRUN echo V|\n", None),
            ("FROM a\n|", None),
            ("|", None),
        ] {
            assert_eq!(defined(text), expected.map(|(at, text)| (at, text.to_string())), "{text}");
        }
    }
}
