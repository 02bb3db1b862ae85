//! Workspace symbols: the stages and build arguments of all Dockerfiles of the workspace.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use gen_lsp_types::{BaseSymbolInformation, Location, SymbolInformation, SymbolKind, Uri};
use lsp_server::RequestId;

use super::documents::OpenDocument;
use super::hover::stage_position;
use super::position::{DocumentText, PositionUnits};
use super::requests::{error_if_panics, to_json};
use super::session::{Session, ThreadResult};
use super::workspace::workspace_dockerfiles;
use crate::files::discover::starts_like_dockerfile;
use crate::semantic::{Semantics, View};
use crate::source::Span;
use crate::syntax::{self, Arguments, Kind};

/// Maximum number of symbols; the client asks again when the user types more.
const MAX: usize = 2_000;
/// Maximum size of a file that is searched, in bytes.
const LARGEST: u64 = 1 << 20;

/// A search for symbols.
struct SymbolSearch {
    directories: Vec<PathBuf>,
    /// The newest texts of open documents.
    open: BTreeMap<Uri, Arc<DocumentText>>,
    encoding: PositionUnits,
    /// The characters of a name, in lowercase, in order.
    query: Vec<char>,
    found: Vec<SymbolInformation>,
}

impl Session {
    /// The client searches the workspace.
    pub(super) fn find_symbols(&mut self, id: RequestId, query: &str) {
        let text = |document: &OpenDocument| Arc::clone(&document.text);
        let search = SymbolSearch {
            directories: self.configuration.directories.clone(),
            open: self.documents.open.iter().map(|(uri, document)| (uri.clone(), text(document))).collect(),
            encoding: self.client.encoding,
            query: query.to_lowercase().chars().filter(|char| !char.is_whitespace()).collect(),
            found: Vec::new(),
        };
        self.start_other_request(id.clone(), move || {
            let response = error_if_panics(|| to_json(&search.run()));
            ThreadResult::Responded { id, response, log: None }
        });
    }
}

impl SymbolSearch {
    fn run(mut self) -> Vec<SymbolInformation> {
        for candidate in workspace_dockerfiles(&self.directories) {
            let Ok(uri) = Uri::from_file_path(&candidate.absolute) else { continue };
            if self.found.len() >= MAX {
                break;
            }
            if let Some(text) = self.open.remove(&uri) {
                self.document(&uri, &text);
                continue;
            }
            let is_small = candidate.absolute.metadata().is_ok_and(|status| status.len() <= LARGEST);
            let Some(bytes) = is_small.then(|| std::fs::read(&candidate.absolute).ok()).flatten() else {
                continue;
            };
            if candidate.must_start_like_one && !starts_like_dockerfile(&bytes) {
                continue;
            }
            let text = DocumentText::new(String::from_utf8_lossy(&bytes).into_owned(), self.encoding);
            self.document(&uri, &text);
        }
        // Documents outside of the workspace.
        for (uri, text) in std::mem::take(&mut self.open) {
            self.document(&uri, &text);
        }
        self.found.truncate(MAX);
        self.found
    }

    fn document(&mut self, uri: &Uri, text: &DocumentText) {
        if !starts_like_dockerfile(text.bytes()) {
            return;
        }
        let file = syntax::parse(text.bytes());
        let semantics = Semantics::new(&file, View::Exact);
        let path = uri.to_file_path().unwrap_or_default();
        let below = self.directories.iter().find_map(|directory| path.strip_prefix(directory).ok());
        let shown = below.unwrap_or(&path).to_string_lossy().into_owned();
        for stage in &semantics.stages {
            let position = || format!("Stage {}", stage_position(&semantics, stage));
            let name = stage.alias().map_or_else(position, str::to_string);
            let span = stage.name.map_or(stage.image_word.span, |name| name.span);
            self.add(&name, SymbolKind::Module, &shown, (uri, text, span));
        }
        for instruction in file.instructions().filter(|instruction| instruction.kind == Kind::Arg) {
            let Arguments::Declarations(declarations) = &instruction.arguments else { continue };
            let stage = semantics.stage_at(instruction.span.start).and_then(|stage| stage.alias());
            let container = stage.map_or_else(|| shown.clone(), |stage| format!("{shown}, {stage}"));
            for declaration in declarations {
                let name = &declaration.name;
                self.add(&name.text, SymbolKind::Variable, &container, (uri, text, name.span));
            }
        }
    }

    fn add(
        &mut self,
        name: &str,
        kind: SymbolKind,
        container: &str,
        (uri, text, span): (&Uri, &DocumentText, Span),
    ) {
        if !contains_in_order(name, &self.query) {
            return;
        }
        let location = Location { uri: uri.clone(), range: text.range(span) };
        let base = BaseSymbolInformation {
            name: name.to_string(),
            kind,
            tags: None,
            container_name: Some(container.to_string()),
        };
        self.found.push(SymbolInformation::new(None, location, base));
    }
}

/// Whether these characters occur in the text in this order, ignoring case, as the protocol recommends.
fn contains_in_order(text: &str, query: &[char]) -> bool {
    let mut wanted = query.iter().peekable();
    for char in text.chars().flat_map(char::to_lowercase) {
        wanted.next_if(|next| **next == char);
    }
    wanted.peek().is_none()
}

#[cfg(test)]
mod tests {
    use super::contains_in_order;

    #[test]
    fn queries_match_in_order() {
        for (text, query, expected) in [
            ("NODE_VERSION", "", true),
            ("NODE_VERSION", "node", true),
            ("NODE_VERSION", "nv", true),
            ("NODE_VERSION", "vn", true),
            ("NODE_VERSION", "vd", false),
            ("build", "builder", false),
        ] {
            let query: Vec<char> = query.chars().collect();
            assert_eq!(contains_in_order(text, &query), expected, "{text} {query:?}");
        }
    }
}
