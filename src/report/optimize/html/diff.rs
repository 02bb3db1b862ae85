//! A unified diff as two columns.

use maud::{Markup, html};

use crate::report::neutralize;

/// A row of a diff: the old line and the new one; `None` if there is no such line.
struct DiffRow<'d> {
    old: Option<&'d str>,
    new: Option<&'d str>,
}

impl DiffRow<'_> {
    fn is_unchanged_line(&self) -> bool {
        self.old == self.new
    }
}

/// The lines of a unified diff in two columns; a row without either is a gap.
fn diff_rows(diff: &str) -> Vec<DiffRow<'_>> {
    let mut rows: Vec<DiffRow<'_>> = Vec::new();
    let (mut old, mut new): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for line in diff.lines().skip(2) {
        let (mark, text) = line.split_at_checked(1).unwrap_or((" ", ""));
        match mark {
            "-" => old.push(text),
            "+" => new.push(text),
            "\\" => {}
            _ => {
                put_side_by_side(&mut rows, &mut old, &mut new);
                if mark == "@" {
                    if !rows.is_empty() {
                        rows.push(DiffRow { old: None, new: None });
                    }
                } else {
                    rows.push(DiffRow { old: Some(text), new: Some(text) });
                }
            }
        }
    }
    put_side_by_side(&mut rows, &mut old, &mut new);
    rows
}

/// Puts removed lines next to added ones.
fn put_side_by_side<'d>(rows: &mut Vec<DiffRow<'d>>, old: &mut Vec<&'d str>, new: &mut Vec<&'d str>) {
    let most = old.len().max(new.len());
    rows.extend((0..most).map(|at| DiffRow { old: old.get(at).copied(), new: new.get(at).copied() }));
    old.clear();
    new.clear();
}

pub(super) fn side_by_side_diff(diff: &str) -> Markup {
    let cell = |text: Option<&str>, class: &str| {
        html! { td class=(class) { @if let Some(text) = text { code { (neutralize(text)) } } } }
    };
    html! {
        div.scroll { table.diff {
            tr { th { "Now" } th { "Fixed" } }
            @for row in diff_rows(diff) {
                tr {
                    @if row.old.is_none() && row.new.is_none() {
                        td.dim colspan="2" { "…" }
                    } @else {
                        (cell(row.old, if row.is_unchanged_line() { "" } else { "old" }))
                        (cell(row.new, if row.is_unchanged_line() { "" } else { "new" }))
                    }
                }
            }
        } }
    }
}

#[cfg(test)]
mod tests {
    use super::diff_rows;

    #[test]
    fn shows_diff_side_by_side() {
        let diff = "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n a\n-b\n-c\n+d\n e\n@@ -9 +9 @@\n-x\n+y\n\\ No newline at end of file\n";
        let found: Vec<_> = diff_rows(diff).iter().map(|row| (row.old, row.new)).collect();
        let expected = [
            (Some("a"), Some("a")),
            (Some("b"), Some("d")),
            (Some("c"), None),
            (Some("e"), Some("e")),
            (None, None),
            (Some("x"), Some("y")),
        ];
        assert_eq!(found, expected);
    }
}
