//! Document links: the sources of COPY, ADD and bind mounts, and the URLs that ADD downloads.

use gen_lsp_types::{DocumentLink, Uri};

use super::configuration::DocumentRules;
use super::context;
use super::requests::RequestContext;
use super::text_thread::ParsedText;
use crate::semantic::build::is_http;
use crate::semantic::secrets::HiddenSecrets;
use crate::source::Span;
use crate::syntax::{Arguments, Instruction, MountKey, Source, Word};

/// Links to files that exist, and to URLs.
pub(super) fn document_links(subject: &RequestContext, parsed: &ParsedText<'_>) -> Vec<DocumentLink> {
    let directories = match &subject.rules {
        DocumentRules::Engine(_, _, context) => context.possible_directories(subject),
        _ => Vec::new(),
    };
    let semantics = parsed.semantics();
    let mut links = Vec::new();
    // A link with a password would show it and open it.
    let hidden = HiddenSecrets::find(semantics);
    for instruction in semantics.file.instructions() {
        let instruction = match &instruction.arguments {
            Arguments::Onbuild(inner) => inner,
            _ => instruction,
        };
        for word in file_sources(instruction) {
            let target =
                link_target(&word.text, &directories).filter(|_| !hidden.has_secret_in_text(&word.text));
            links.extend(target.map(|target| document_link(subject, word.span, target)));
        }
    }
    links
}

fn document_link(subject: &RequestContext, span: Span, target: Uri) -> DocumentLink {
    DocumentLink { range: subject.text.range(span), target: Some(target), ..DocumentLink::default() }
}

/// The words that name files of the build context.
fn file_sources<'a>(instruction: &'a Instruction<'a>) -> Vec<Word<'a>> {
    let mut found = Vec::new();
    if let Arguments::Paths(paths) = &instruction.arguments
        && instruction.flag("from").is_none()
    {
        found.extend(paths.sources.iter().filter_map(Source::path).cloned());
    }
    for mount in instruction.mounts() {
        if mount.kind() == "bind" && mount.field(MountKey::From).is_none() {
            found.extend(
                mount.source().map(|word| Word { text: word.text.to_string().into(), span: word.span }),
            );
        }
    }
    found
}

fn link_target(source: &str, directories: &[std::path::PathBuf]) -> Option<Uri> {
    let source = source.trim_matches(['"', '\'']);
    if is_http(source) {
        return Uri::parse(source).ok();
    }
    let mut files = directories.iter().filter_map(|directory| context::file_of_source(directory, source));
    Uri::from_file_path(files.next()?).ok()
}
