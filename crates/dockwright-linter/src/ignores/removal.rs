//! Removes a code from a comment, or the comment from the file.

use super::comment::{Ignore, IgnoreProgram, IgnoredCode};
use crate::diagnostic::Edit;
use crate::source::Span;
use crate::syntax::{self, DirectiveKind, Dockerfile, Node};

/// An edit, and the reason against applying it.
#[derive(Debug)]
pub(super) struct IgnoreRemoval {
    pub title: String,
    pub edit: Edit,
    pub(crate) hazard: Option<&'static str>,
}

/// Deletes a comment with its line. `None` if it contains other text, too.
pub(super) fn remove_comment(file: &Dockerfile<'_>, ignore: &Ignore) -> Option<IgnoreRemoval> {
    let source = file.source;
    if ignore.program == IgnoreProgram::Buildkit && sets_more_than_skip(ignore.comment.bytes(source)) {
        return None;
    }
    let (start, end) = (ignore.comment.start as usize, ignore.comment.end as usize);
    let before = source.get(..start)?;
    let spaces = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let rest = source.get(end..)?;
    let line_end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
    let (mut from, mut to) = (start - spaces, end + line_end);
    if to == source.len() {
        // At the end of the file, the preceding line end is deleted, so that the last line keeps its form.
        let kept = source.get(..from)?.trim_ascii_end().len();
        if rest.contains(&b'\n') {
            let line = source.get(kept..from)?.iter().position(|byte| *byte == b'\n')?;
            from = kept + line + 1;
        } else {
            (from, to) = (kept, source.len());
        }
    }
    let offset = |at: usize| u32::try_from(at).ok();
    let edit = Edit::delete(Span::new(offset(from)?, offset(to)?));
    Some(IgnoreRemoval {
        title: "remove the comment".to_string(),
        hazard: reason_against_removal(file, ignore, &edit),
        edit,
    })
}

/// Removes one code of several, with the comma before or after it.
pub(super) fn remove_code(source: &[u8], ignore: &Ignore, code: &IgnoredCode) -> Option<IgnoreRemoval> {
    let at = ignore.codes.iter().position(|other| std::ptr::eq(other, code))?;
    let span = match (at.checked_sub(1).and_then(|at| ignore.codes.get(at)), ignore.codes.get(at + 1)) {
        (_, Some(next)) => Span::new(code.span.start, next.span.start),
        (Some(before), None) => Span::new(before.span.end, code.span.end),
        (None, None) => return None,
    };
    let only_separators = |byte: &u8| matches!(byte, b',' | b' ' | b'\t');
    let text = span.bytes(source);
    let rest = text.len().checked_sub(code.text.len())?;
    if text.iter().filter(|byte| only_separators(byte)).count() != rest {
        return None;
    }
    Some(IgnoreRemoval { title: format!("remove `{}`", code.text), edit: Edit::delete(span), hazard: None })
}

/// Whether a comment for BuildKit sets something besides `skip`.
fn sets_more_than_skip(comment: &[u8]) -> bool {
    comment.contains(&b';')
}

/// The reason against an edit that deletes a comment.
fn reason_against_removal(file: &Dockerfile<'_>, ignore: &Ignore, edit: &Edit) -> Option<&'static str> {
    (ignore.program != IgnoreProgram::Buildkit && changes_directives(file, edit, false))
        .then_some("a line below would become a parser directive")
}

/// Whether other lines would be parser directives after an edit; those for checks only if `may_check` is false.
/// Directives form an unbroken run at the top: without the comment that ends it, a line below could become one.
pub(super) fn changes_directives(file: &Dockerfile<'_>, edit: &Edit, may_check: bool) -> bool {
    let above = file.items.iter().take_while(|item| item.span.end <= edit.span.start);
    let at_the_top = above
        .into_iter()
        .all(|item| matches!(&item.node, Node::Directive(_) | Node::ByteOrderMark | Node::Comment(_)));
    if !at_the_top {
        return false;
    }
    let Some((before, after)) =
        file.source.get(..edit.span.start as usize).zip(file.source.get(edit.span.end as usize..))
    else {
        return true;
    };
    let text = [before, edit.text.as_bytes(), after].concat();
    let kinds = |file: &Dockerfile<'_>| {
        let directives = file.directives().filter(|one| !may_check || one.kind != DirectiveKind::Check);
        directives.map(|directive| (directive.kind, directive.is_effective)).collect::<Vec<_>>()
    };
    kinds(&syntax::parse(&text)) != kinds(file)
}
