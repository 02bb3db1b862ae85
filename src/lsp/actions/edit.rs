//! Edits in the form of the protocol.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use gen_lsp_types::{
    DocumentChange, Edit as ProtocolEdit, OptionalVersionedTextDocumentIdentifier, SnippetTextEdit,
    StringValue, TextDocumentEdit, TextDocumentIdentifier, TextEdit, WorkspaceEdit,
};
use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use super::super::requests::RequestContext;
use crate::diagnostic::Edit;
use crate::source::Span;

/// Time limit for comparing lines; after that, the result may be coarser.
const MAX_DIFF_TIME: Duration = Duration::from_millis(500);

/// The change of a document by these edits.
pub(crate) fn workspace_edit<'e>(
    subject: &RequestContext,
    edits: impl IntoIterator<Item = &'e Edit>,
) -> WorkspaceEdit {
    let mut edits: Vec<&Edit> = edits.into_iter().collect();
    edits.sort_unstable();
    edits.dedup();
    let edits = edits.into_iter().map(|edit| text_edit(subject, edit));
    if subject.client.versioned_edits {
        return versioned_edit(subject, edits.map(ProtocolEdit::TextEdit).collect());
    }
    let changes = HashMap::from([(subject.uri.clone(), edits.collect())]);
    WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
}

/// Like [`workspace_edit`], for an ignore comment, with a placeholder for the reason if the client supports
/// it.
pub(super) fn ignore_edit(subject: &RequestContext, edit: &Edit, reason: &str) -> WorkspaceEdit {
    let can = subject.client.snippets && subject.client.versioned_edits;
    let Some((before, after)) = edit.text.rsplit_once(reason).filter(|_| can) else {
        return workspace_edit(subject, [edit]);
    };
    let value =
        format!("{}${{1:{}}}{}", escape_snippet(before), escape_snippet(reason), escape_snippet(after));
    let edit = SnippetTextEdit {
        range: subject.text.range(edit.span),
        snippet: StringValue { value },
        annotation_id: None,
    };
    versioned_edit(subject, vec![ProtocolEdit::SnippetTextEdit(edit)])
}

fn versioned_edit(subject: &RequestContext, edits: Vec<ProtocolEdit>) -> WorkspaceEdit {
    let document = OptionalVersionedTextDocumentIdentifier {
        version: Some(subject.version),
        text_document_identifier: TextDocumentIdentifier { uri: subject.uri.clone() },
    };
    let change = DocumentChange::TextDocumentEdit(TextDocumentEdit { text_document: document, edits });
    WorkspaceEdit { document_changes: Some(vec![change]), ..WorkspaceEdit::default() }
}

fn text_edit(subject: &RequestContext, edit: &Edit) -> TextEdit {
    TextEdit { range: subject.text.range(edit.span), new_text: edit.text.clone() }
}

/// Escapes the special characters of a snippet.
fn escape_snippet(text: &str) -> String {
    text.chars()
        .flat_map(|char| matches!(char, '\\' | '$' | '}').then_some('\\').into_iter().chain([char]))
        .collect()
}

/// The changed lines between two texts. Unchanged lines keep their marks and folds in the editor.
pub(super) fn line_edits(old: &str, new: &str) -> Vec<Edit> {
    let (old_lines, new_lines): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let mut starts = vec![0u32];
    for line in &old_lines {
        let last = starts.last().copied().unwrap_or(0);
        starts.push(last.saturating_add(u32::try_from(line.len()).unwrap_or(u32::MAX)));
    }
    let offset = |line: usize| starts.get(line).or(starts.last()).copied().unwrap_or(0);
    let deadline = Some(Instant::now() + MAX_DIFF_TIME);
    let ops = capture_diff_slices_deadline(Algorithm::Myers, &old_lines, &new_lines, deadline);
    let changes = ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    changes
        .map(|op| {
            let (old, new) = (op.old_range(), op.new_range());
            let text = new_lines.get(new).unwrap_or_default().concat();
            Edit::replace(Span::new(offset(old.start), offset(old.end)), text)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fix::apply_edits;

    proptest! {
        #[test]
        fn line_edits_turn_old_text_into_new(old in "[ab\n]{0,12}", new in "[ab\n]{0,12}") {
            let edits = line_edits(&old, &new);
            prop_assert_eq!(apply_edits(old.as_bytes(), &edits), Some(new.into_bytes()));
        }
    }

    #[test]
    fn snippets_escape_text() {
        assert_eq!(escape_snippet(r"a${b}\c"), r"a\${b\}\\c");
    }
}
