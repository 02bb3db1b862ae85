//! Applies edits to a text.

use crate::diagnostic::Edit;

/// The source with all edits applied; equal edits count once. `None` if an edit is outside the source or
/// overlaps another one: then none is applied.
pub fn apply_edits<'e>(source: &[u8], edits: impl IntoIterator<Item = &'e Edit>) -> Option<Vec<u8>> {
    let mut edits: Vec<&Edit> = edits.into_iter().collect();
    edits.sort_unstable();
    edits.dedup();
    let mut out = Vec::with_capacity(source.len() + 64);
    let mut done = 0usize;
    for edit in edits {
        out.extend_from_slice(source.get(done..edit.span.start as usize)?);
        source.get(edit.span.range())?;
        out.extend_from_slice(edit.text.as_bytes());
        done = edit.span.end as usize;
    }
    out.extend_from_slice(source.get(done..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    #[test]
    fn applies_all_edits_or_none() {
        let edit = |start, end, text: &str| Edit::replace(Span::new(start, end), text);
        let spliced = |edits: &[Edit]| {
            apply_edits(b"abcdef", edits).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        };
        assert_eq!(spliced(&[edit(4, 6, "!"), edit(0, 1, "")]).as_deref(), Some("bcd!"));
        assert_eq!(spliced(&[edit(2, 2, "-"), edit(2, 2, "-")]).as_deref(), Some("ab-cdef"));
        assert_eq!(spliced(&[edit(6, 6, "g")]).as_deref(), Some("abcdefg"));
        assert_eq!(spliced(&[edit(0, 3, ""), edit(2, 4, "")]), None);
        assert_eq!(spliced(&[edit(5, 7, "")]), None);
    }
}
