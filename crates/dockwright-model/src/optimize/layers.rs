//! The files that each layer adds, and those in the layers of the image, as the basis for counting wasted space.

use std::collections::HashSet;

use super::bytes::Bytes;
use super::context::ContextFiles;
use super::draft::StepDraft;
use super::source_matcher::SourceMatcher;
use crate::semantic::archive;
use crate::semantic::paths::{base_name, is_in_program_directory};
use crate::syntax::{Arguments, Instruction, Kind, Source};

/// A file or directory that a layer adds.
#[derive(Debug, Clone)]
pub(super) struct LayerEntry {
    /// An absolute path.
    pub path: String,
    /// The step that adds it, by id.
    pub step: usize,
    pub bytes: Bytes,
    /// Whether it is a directory with unknown files.
    pub tree: bool,
    /// The file of the context that it is, by its index.
    pub file: Option<usize>,
}

/// The files that a COPY or ADD adds.
#[derive(Debug, Clone, Default)]
pub(super) struct AddedFiles {
    pub entries: Vec<LayerEntry>,
    /// The total size.
    pub adds: Bytes,
}

/// Whether a source from another stage is a file by its name: `app.jar`, but not `conf.d` or `.venv`.
fn has_file_extension(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(start, end)| !start.is_empty() && end.len() > 1 && !name.contains('*'))
}

/// The files that a step adds. `directories`: paths that are known to be directories already; `taken`: the sizes of the
/// sources from other stages and images.
pub(super) fn files_added_by_step(
    id: usize,
    draft: &StepDraft<'_, '_>,
    files: Option<&ContextFiles>,
    directories: &HashSet<String>,
    taken: &[Bytes],
    source: &[u8],
) -> AddedFiles {
    let mut placed = AddedFiles::default();
    let Arguments::Paths(paths) = &draft.instruction.arguments else { return placed };
    let add = draft.instruction.kind == Kind::Add;
    let destination = draft.destination.as_deref();
    let many = paths.sources.len() > 1;
    let into_directory = many
        || destination
            .is_some_and(|path| path.ends_with('/') || directories.contains(path.trim_end_matches('/')));
    let mut entry_of = |path: Option<String>, bytes: Bytes, tree: bool, file: Option<usize>| {
        placed.adds += bytes;
        placed.entries.extend(path.map(|path| LayerEntry { path, step: id, bytes, tree, file }));
    };
    let at = |name: Option<&str>| {
        let destination = destination?;
        match name {
            Some(name) if into_directory => Some(format!("{}/{name}", destination.trim_end_matches('/'))),
            _ if destination.len() > 1 => Some(destination.trim_end_matches('/').to_string()),
            _ => Some("/".to_string()),
        }
    };
    for source_word in &paths.sources {
        if let Source::Heredoc(word, number) = source_word {
            let bytes = number.map_or(Bytes::NONE, |number| heredoc_size(draft.instruction, number, source));
            let name = word.text.trim_start_matches(['<', '-']).trim_matches(['"', '\'']);
            entry_of(at(Some(name)), bytes, false, None);
        }
    }
    let outside = paths.sources.iter().filter(|word| matches!(word, Source::Path(_))).count();
    let outside = outside.saturating_sub(draft.key.reads.len());
    // A URL adds one file, unless it is a repository.
    let fetched = add && draft.key.reads.is_empty();
    for (at_source, source_word) in paths.sources.iter().take(outside).enumerate() {
        let size = taken.get(at_source).copied().unwrap_or(Bytes::UNKNOWN);
        // From another stage, an image or a URL.
        let text = source_word.word().text.as_ref();
        let name = text.rsplit('/').next().filter(|name| !name.is_empty() && !name.contains(['$', '?', '#']));
        let file = fetched && !text.contains(".git") && !text.contains("git@");
        match name {
            Some(name)
                if !file
                    && (has_file_extension(name) || is_in_program_directory(text) && !text.contains('*')) =>
            {
                entry_of(at(Some(name)), size, false, None);
            }
            _ if !file => entry_of(at(None), size, true, None),
            _ if !into_directory => entry_of(at(None), Bytes::UNKNOWN, false, None),
            name => entry_of(at(name), Bytes::UNKNOWN, name.is_none(), None),
        }
    }
    for read in &draft.key.reads {
        match files {
            Some(files) if read.known => copied_entries(read, files, add, into_directory, &at, &mut entry_of),
            _ => {
                let name = base_name(&read.pattern);
                let one = name.contains('.') && name != "." && !read.is_glob();
                entry_of(at(one.then_some(name)), Bytes::UNKNOWN, !one, None);
            }
        }
    }
    placed
}

fn copied_entries(
    read: &SourceMatcher,
    files: &ContextFiles,
    add: bool,
    into_directory: bool,
    at: &impl Fn(Option<&str>) -> Option<String>,
    entry: &mut impl FnMut(Option<String>, Bytes, bool, Option<usize>),
) {
    for (index, file) in files.all.iter().enumerate() {
        let Some(root) = read.path_prefix_named_by_source(&file.path) else { continue };
        let rest = file.path.get(root.len()..).unwrap_or_default().trim_start_matches('/');
        if rest.is_empty() {
            let name = base_name(&file.path);
            let unpacked = add && archive::may_be_unpacked(name);
            let bytes = if unpacked { Bytes::UNKNOWN } else { Bytes::known(file.bytes) };
            entry(at(into_directory.then_some(name)), bytes, unpacked, Some(index));
        } else {
            // Copying a directory copies its content.
            let path = at(None).map(|directory| format!("{}/{rest}", directory.trim_end_matches('/')));
            entry(path, Bytes::known(file.bytes), false, Some(index));
        }
    }
}

/// The text of a heredoc; unknown if it contains variables.
fn heredoc_size(instruction: &Instruction<'_>, number: usize, source: &[u8]) -> Bytes {
    let Some(heredoc) = instruction.heredocs.get(number) else { return Bytes::NONE };
    let body = heredoc.body.bytes(source);
    if heredoc.expand && (body.contains(&b'$') || body.contains(&b'\\')) {
        return Bytes::UNKNOWN;
    }
    let tabs = |line: &[u8]| line.iter().take_while(|byte| **byte == b'\t').count();
    let cut: usize = if heredoc.chomp { body.split(|byte| *byte == b'\n').map(tabs).sum() } else { 0 };
    Bytes::known(u64::try_from(body.len() - cut).unwrap_or_default())
}
