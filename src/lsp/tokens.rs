//! Semantic tokens: instructions, flags, variables, and the shell inside RUN.

use gen_lsp_types::{Range, SemanticToken, SemanticTokens, SemanticTokensLegend};

use super::requests::RequestContext;
use super::text_thread::ParsedText;
use crate::semantic::parts::{PartKind, SourcePart, parts_of_file};

/// Maximum length of a text with semantic tokens, in bytes: editors do not show those of longer texts.
const LONGEST: usize = 1 << 20;
/// The names of the types, in the order of their numbers.
const TYPES: [&str; 14] = [
    "keyword",
    "parameter",
    "string",
    "class",
    "namespace",
    "variable",
    "property",
    "function",
    "operator",
    "comment",
    "macro",
    "label",
    "number",
    "type",
];
/// The names of the modifiers, in the order of their bits.
const MODIFIERS: [&str; 2] = ["declaration", "defaultLibrary"];
const DECLARATION: u32 = 1;

/// The meaning of the numbers in tokens.
pub(super) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: TYPES.map(str::to_string).to_vec(),
        token_modifiers: MODIFIERS.map(str::to_string).to_vec(),
    }
}

/// The type and the modifiers of a part; `None` if only the parts inside it have a color.
fn token_type(kind: PartKind) -> Option<(&'static str, u32)> {
    Some(match kind {
        PartKind::Comment | PartKind::ShellComment => ("comment", 0),
        PartKind::DirectiveName => ("macro", 0),
        PartKind::Keyword | PartKind::ShellKeyword => ("keyword", 0),
        PartKind::FlagName | PartKind::Option => ("parameter", 0),
        PartKind::DirectiveValue
        | PartKind::FlagValue
        | PartKind::Value
        | PartKind::Path
        | PartKind::Word
        | PartKind::Element
        | PartKind::Argument => ("string", 0),
        PartKind::Image => ("class", 0),
        PartKind::StageDeclaration => ("namespace", DECLARATION),
        PartKind::StageUse => ("namespace", 0),
        PartKind::VariableDeclaration | PartKind::Assignment => ("variable", DECLARATION),
        PartKind::VariableUse => ("variable", 0),
        PartKind::Key => ("property", 0),
        PartKind::Program => ("function", 0),
        PartKind::Operator | PartKind::Redirection => ("operator", 0),
        PartKind::Delimiter => ("label", 0),
        PartKind::Flag | PartKind::HeredocBody | PartKind::ShellText | PartKind::Command => return None,
    })
}

/// The tokens of the document, or of the lines that a range touches.
pub(super) fn semantic_tokens(
    subject: &RequestContext,
    parsed: &ParsedText<'_>,
    range: Option<Range>,
) -> SemanticTokens {
    if subject.text.bytes().len() > LONGEST {
        return SemanticTokens::default();
    }
    let parts = parts_of_file(parsed.semantics());
    let mut encoder = TokenEncoder { data: Vec::new(), line: 0, start: 0 };
    let text = subject.text.bytes();
    for (start, end, part) in split_at_parts(text.len(), &parts) {
        let Some((name, modifiers)) = part.and_then(|part| token_type(part.kind)) else { continue };
        let mut from = start;
        // In the protocol, a token cannot span lines.
        for piece in text.get(start..end).unwrap_or_default().split_inclusive(|byte| *byte == b'\n') {
            let blank = piece.len() - piece.trim_ascii_start().len();
            let width = piece.trim_ascii().len();
            let (first, last) = (from + blank, from + blank + width);
            from += piece.len();
            let offset = |at: usize| subject.text.position(u32::try_from(at).unwrap_or(u32::MAX));
            let (first, last) = (offset(first), offset(last));
            let wanted = range.is_none_or(|it| it.start.line <= first.line && first.line <= it.end.line);
            if first.line == last.line && first.character < last.character && wanted {
                encoder.push(first.line, first.character, last.character - first.character, name, modifiers);
            }
        }
    }
    SemanticTokens { result_id: None, data: encoder.data }
}

/// The text, split where parts begin and end. Each piece has the innermost part that contains it.
fn split_at_parts(length: usize, parts: &[SourcePart]) -> Vec<(usize, usize, Option<&SourcePart>)> {
    let mut owner: Vec<u32> = vec![0; length];
    // Parts inside others follow them.
    for (number, part) in (1..).zip(parts) {
        if token_type(part.kind).is_some() {
            owner.get_mut(part.span.range()).unwrap_or_default().fill(number);
        }
    }
    let mut pieces = Vec::new();
    let mut start = 0;
    for at in 1..=length {
        let here = owner.get(start).copied().unwrap_or_default();
        if owner.get(at).copied() != Some(here) {
            let part = (here as usize).checked_sub(1).and_then(|number| parts.get(number));
            pieces.push((start, at, part));
            start = at;
        }
    }
    pieces
}

struct TokenEncoder {
    data: Vec<SemanticToken>,
    line: u32,
    start: u32,
}

impl TokenEncoder {
    fn push(&mut self, line: u32, start: u32, length: u32, name: &str, modifiers: u32) {
        let delta_line = line.saturating_sub(self.line);
        let delta_start = if delta_line == 0 { start.saturating_sub(self.start) } else { start };
        let token_type = TYPES.iter().position(|known| *known == name).unwrap_or_default();
        self.data.push(SemanticToken {
            delta_line,
            delta_start,
            length,
            token_type: u32::try_from(token_type).unwrap_or_default(),
            token_modifiers_bitset: modifiers,
        });
        (self.line, self.start) = (line, start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_number() {
        let kinds = [PartKind::Comment, PartKind::DirectiveName, PartKind::Delimiter, PartKind::Program];
        assert!(kinds.iter().filter_map(|kind| token_type(*kind)).all(|(name, _)| TYPES.contains(&name)));
    }
}
