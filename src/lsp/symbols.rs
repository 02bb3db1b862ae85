//! Document symbols: stages, and the instructions in them.

use gen_lsp_types::{
    BaseSymbolInformation, DocumentSymbol, DocumentSymbolResponse, Location, SymbolInformation, SymbolKind,
};

use super::hover::stage_position;
use super::requests::RequestContext;
use super::text_thread::ParsedText;
use crate::semantic::secrets::HiddenSecrets;
use crate::semantic::{Semantics, Stage};
use crate::source::Span;
use crate::syntax::{Instruction, Kind};

/// Maximum length of the name of an instruction, in characters.
const LONGEST: usize = 60;

/// An outline of the document.
pub(super) fn document_symbols(subject: &RequestContext, parsed: &ParsedText<'_>) -> DocumentSymbolResponse {
    let semantics = parsed.semantics();
    let hidden = HiddenSecrets::find(semantics);
    let mut outline: Vec<DocumentSymbol> = Vec::new();
    let mut stages = semantics.stages.iter().peekable();
    for instruction in parsed.file.instructions() {
        let begins = stages.next_if(|stage| stage.span.start == instruction.span.start);
        if let Some(stage) = begins {
            outline.push(stage_symbol(subject, semantics, stage));
        }
        let symbol = instruction_symbol(subject, instruction, &hidden);
        match outline.last_mut().and_then(|stage| stage.children.as_mut()) {
            Some(children) => children.push(symbol),
            None => outline.push(symbol),
        }
    }
    if subject.client.nested_symbols {
        return DocumentSymbolResponse::DocumentSymbolList(outline);
    }
    let flat = outline.into_iter().flat_map(|mut symbol| {
        let children = symbol.children.take().unwrap_or_default();
        let stage = symbol.name.clone();
        let children = children
            .into_iter()
            .map(move |child| flatten_document_symbol(subject, child, Some(stage.clone())));
        std::iter::once(flatten_document_symbol(subject, symbol, None)).chain(children)
    });
    DocumentSymbolResponse::SymbolInformationList(flat.collect())
}

fn stage_symbol(subject: &RequestContext, semantics: &Semantics<'_>, stage: &Stage<'_>) -> DocumentSymbol {
    let name = stage.name.map_or(stage.image_word.span, |name| name.span);
    let detail = format!("FROM {}", stage.image_word.text);
    let title = match stage.alias() {
        Some(alias) => alias.to_string(),
        None => format!("Stage {}", stage_position(semantics, stage)),
    };
    document_symbol(subject, title, Some(detail), SymbolKind::Module, (stage.span, name), Some(Vec::new()))
}

fn instruction_symbol(
    subject: &RequestContext,
    instruction: &Instruction<'_>,
    hidden: &HiddenSecrets,
) -> DocumentSymbol {
    let kind = match instruction.kind {
        Kind::Arg => SymbolKind::Variable,
        Kind::Env => SymbolKind::Constant,
        Kind::Run => SymbolKind::Function,
        Kind::Copy | Kind::Add => SymbolKind::File,
        Kind::From => SymbolKind::Class,
        Kind::Label | Kind::Maintainer => SymbolKind::Property,
        Kind::Cmd | Kind::Entrypoint | Kind::Healthcheck => SymbolKind::Event,
        Kind::Expose => SymbolKind::Interface,
        _ => SymbolKind::Object,
    };
    let rest = instruction.rest.span;
    let text = if hidden.spans.iter().any(|span| span.start < rest.end && span.end > rest.start) {
        hidden.masked_text_of_span(rest, subject.text.bytes())
    } else {
        instruction.rest.text.to_string()
    };
    let words = text.split_whitespace();
    let mut title = instruction.keyword.text.to_string();
    for word in words {
        if title.chars().count() > LONGEST {
            break;
        }
        title.push(' ');
        title += word;
    }
    if title.chars().count() > LONGEST {
        title = title.chars().take(LONGEST).chain(['…']).collect();
    }
    document_symbol(subject, title, None, kind, (instruction.span, instruction.keyword.span), None)
}

/// `spans`: the whole range, and the range of the name.
fn document_symbol(
    subject: &RequestContext,
    name: String,
    detail: Option<String>,
    kind: SymbolKind,
    spans: (Span, Span),
    children: Option<Vec<DocumentSymbol>>,
) -> DocumentSymbol {
    let (range, selection) = (subject.text.range(spans.0), subject.text.range(spans.1));
    DocumentSymbol::new(name, detail, kind, None, None, range, selection, children)
}

fn flatten_document_symbol(
    subject: &RequestContext,
    symbol: DocumentSymbol,
    container: Option<String>,
) -> SymbolInformation {
    let location = Location { uri: subject.uri.clone(), range: symbol.range };
    let base =
        BaseSymbolInformation { name: symbol.name, kind: symbol.kind, tags: None, container_name: container };
    SymbolInformation::new(None, location, base)
}
