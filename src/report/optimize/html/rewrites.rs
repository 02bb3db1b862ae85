//! What fixes would change: the figures of each level, each rewrite with its change side by side, and the layers
//! that come out of it.

use maud::{Markup, html};

use super::layers;
use super::parts::code_spans;
use crate::plan::{Class, Figures, Plan, Rewrite};
use crate::report::inert;
use crate::report::optimize::figures::{bytes, change_of, flags, rebuild};

pub fn levels(plan: &Plan) -> Markup {
    let mut rows: Vec<(String, &Figures)> = vec![("now".to_string(), &plan.before)];
    let mut last = "";
    for after in plan.after.iter().filter(|after| !after.diff.is_empty()) {
        if after.diff != last {
            rows.push((format!("{} ({})", flags(after.level), after.made.len()), &after.figures));
        }
        last = &after.diff;
    }
    html! {
        @if rows.len() == 1 {
            p { "No command would change this file." }
        } @else {
            div.scroll { table {
                tr {
                    th {} th.n { "Layers" } th.n { "Added" } th.n { "For nothing" } th { "After a source edit" }
                    th { "After a change of dependencies" } th { "From nothing" }
                }
                @for (name, figures) in &rows {
                    tr {
                        td.k { @if *name == "now" { (name) } @else { code { (name) } } }
                        td.n { (figures.layers) }
                        td.n { (bytes(figures.adds)) }
                        td.n { (bytes(figures.waste)) }
                        td { (rebuild(&figures.source)) }
                        td { (rebuild(&figures.manifest)) }
                        td { (rebuild(&figures.cold)) }
                    }
                }
            } }
            p.dim { "In brackets, how many rewrites are made. Each row holds those above it." }
        }
    }
}

pub fn rewrites(plan: &Plan) -> Markup {
    html! {
        @if plan.rewrites.is_empty() { p { "Nothing here could be written better, as far as this can see." } }
        @for rewrite in &plan.rewrites { (one(rewrite)) }
    }
}

fn one(rewrite: &Rewrite) -> Markup {
    let change = rewrite.change.as_ref().map(change_of).filter(|change| !change.is_empty());
    html! {
        section.rewrite {
            p {
                span.tag { "line " (rewrite.line) } " "
                span.tag { (rewrite.code) } " "
                @match rewrite.class {
                    Some(class) => { span class=(format!("tag class-{}", class.as_str())) { (meaning(class)) } }
                    None => { span.tag { "not offered" } }
                }
                " "
                @if let Some(change) = &change { span.tag { (change) } " " }
                @match &rewrite.title {
                    Some(title) => { b { (code_spans(title)) } }
                    None => { (code_spans(&rewrite.message)) }
                }
            }
            @if rewrite.title.is_some() { p.dim { (code_spans(&rewrite.message)) } }
            @if !rewrite.proof.is_empty() {
                ul.proof { @for condition in &rewrite.proof { li { (code_spans(condition)) } } }
            }
            @if let Some(missing) = &rewrite.missing { p.dim { "Not known: " (code_spans(missing)) } }
            @for reason in &rewrite.refused {
                p.dim {
                    @if rewrite.class.is_some() { "No better, since " } @else { "Not made, since " }
                    (code_spans(reason))
                }
            }
            @if let Some(harm) = &rewrite.harm { p.dim { "Left out, since " (inert(harm)) } }
            @if !rewrite.diff.is_empty() {
                details open[rewrite.class.is_some()] {
                    summary { "What changes" }
                    (side_by_side(&rewrite.diff))
                }
            }
        }
    }
}

/// The stack of layers as it is and as all rewrites that a command makes would leave it, at the same scale.
pub fn before_and_after(plan: &Plan) -> Markup {
    // The least level that makes all that is made.
    let last = plan.after.last().map_or("", |after| &after.diff);
    let after = plan.after.iter().find(|after| !after.diff.is_empty() && after.diff == last);
    html! {
        @if let Some(after) = after {
            h3 { "Now" }
            (layers::stack(&plan.picture))
            h3 { "With " code { (flags(after.level)) } }
            (layers::stack(&after.picture))
        } @else {
            (layers::stack(&plan.picture))
        }
    }
}

/// A row of a diff: what stood there, what stands there now; `None` where there is no such line.
struct Row<'d> {
    old: Option<&'d str>,
    new: Option<&'d str>,
}

impl Row<'_> {
    fn is_same(&self) -> bool {
        self.old == self.new
    }
}

/// The lines of a unified diff in two columns; a row without either is a gap.
fn rows(diff: &str) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    let (mut old, mut new): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for line in diff.lines().skip(2) {
        let (mark, text) = line.split_at_checked(1).unwrap_or((" ", ""));
        match mark {
            "-" => old.push(text),
            "+" => new.push(text),
            "\\" => {}
            _ => {
                put_beside(&mut rows, &mut old, &mut new);
                if mark == "@" {
                    if !rows.is_empty() {
                        rows.push(Row { old: None, new: None });
                    }
                } else {
                    rows.push(Row { old: Some(text), new: Some(text) });
                }
            }
        }
    }
    put_beside(&mut rows, &mut old, &mut new);
    rows
}

/// Puts lines that went beside those that came.
fn put_beside<'d>(rows: &mut Vec<Row<'d>>, old: &mut Vec<&'d str>, new: &mut Vec<&'d str>) {
    let most = old.len().max(new.len());
    rows.extend((0..most).map(|at| Row { old: old.get(at).copied(), new: new.get(at).copied() }));
    old.clear();
    new.clear();
}

fn side_by_side(diff: &str) -> Markup {
    let cell = |text: Option<&str>, class: &str| {
        html! { td class=(class) { @if let Some(text) = text { code { (inert(text)) } } } }
    };
    html! {
        div.scroll { table.diff {
            tr { th { "Now" } th { "Then" } }
            @for row in rows(diff) {
                tr {
                    @if row.old.is_none() && row.new.is_none() {
                        td.dim colspan="2" { "…" }
                    } @else {
                        (cell(row.old, if row.is_same() { "" } else { "old" }))
                        (cell(row.new, if row.is_same() { "" } else { "new" }))
                    }
                }
            }
        } }
    }
}

const fn meaning(class: Class) -> &'static str {
    match class {
        Class::Safe => "safe",
        Class::Low => "unsafe, low",
        Class::Mid => "unsafe, mid",
        Class::High => "unsafe, high",
        Class::Shown => "shown only",
    }
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn a_diff_stands_side_by_side() {
        let diff = "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n a\n-b\n-c\n+d\n e\n@@ -9 +9 @@\n-x\n+y\n\\ No newline at end of file\n";
        let found: Vec<_> = rows(diff).iter().map(|row| (row.old, row.new)).collect();
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
