//! Selects fixes that can be applied together.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Edit, Fix};

/// The fixes that `wanted` accepts, in the order of `found`. A fix that touches an already selected one is skipped as
/// a whole, and found again in the next pass. Two fixes may share an identical edit.
pub(super) fn select_fixes<'d>(
    found: &'d [Diagnostic],
    wanted: &dyn Fn(&Diagnostic, &Fix) -> bool,
) -> Vec<&'d Diagnostic> {
    let mut chosen: Vec<&Diagnostic> = Vec::new();
    let mut edits: BTreeSet<&Edit> = BTreeSet::new();
    for diagnostic in found {
        let Some(fix) = &diagnostic.fix else { continue };
        if fix.edits.is_empty() || !wanted(diagnostic, fix) {
            continue;
        }
        if fix.edits.iter().all(|edit| touches_no_selected_edit(&edits, edit)) {
            edits.extend(&fix.edits);
            chosen.push(diagnostic);
        }
    }
    chosen
}

/// Whether no selected edit touches this one. Selected edits do not overlap, so they are sorted by both start and
/// end, and only the neighbors need to be checked.
fn touches_no_selected_edit(chosen: &BTreeSet<&Edit>, edit: &Edit) -> bool {
    let after_all = Edit::insert(edit.span.end.saturating_add(1), "");
    let before = chosen.range::<Edit, _>(..&after_all).rev();
    before
        .take_while(|other| other.span.end >= edit.span.start)
        .all(|other| *other == edit || !other.span.overlaps_or_adjoins(edit.span))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::source::Span;

    fn diagnostic_with_edits(edits: &[(u32, u32, &str)]) -> Diagnostic {
        let edits: Vec<Edit> =
            edits.iter().map(|(start, end, text)| Edit::replace(Span::new(*start, *end), *text)).collect();
        Diagnostic {
            code: "DL0000",
            name: "test",
            aliases: Vec::new(),
            severity: Severity::Info,
            message: String::new(),
            help: None,
            saving: None,
            span: Span::default(),
            anchor: Span::default(),
            stage: None,
            fix: Some(Fix::safe("test", edits)),
            refused: Vec::new(),
            loss: None,
            conditional: false,
            hidden: Vec::new(),
        }
    }

    #[test]
    fn defers_overlapping_fixes() {
        let found = [
            diagnostic_with_edits(&[(0, 4, "a"), (10, 12, "b")]),
            diagnostic_with_edits(&[(4, 6, "edge to edge")]),
            diagnostic_with_edits(&[(10, 12, "b"), (20, 21, "c")]),
            diagnostic_with_edits(&[(10, 12, "another text")]),
            diagnostic_with_edits(&[(30, 31, "far away")]),
            diagnostic_with_edits(&[]),
        ];
        let chosen = select_fixes(&found, &|_, _| true);
        assert_eq!(chosen, [&found[0], &found[2], &found[4]]);
        assert!(select_fixes(&found, &|_, _| false).is_empty());
    }
}
