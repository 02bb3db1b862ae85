//! SC2330: a glob in `[[ … ]]`, which the shell of BusyBox compares as text.

use shuck_ast::{Command as Tree, CompoundCommand, ConditionalBinaryOp, ConditionalExpr, StmtSeq};

use super::{AnalyzedText, RelativeDiagnostic, visit};
use crate::analysis::Dialect;

pub(super) fn check(subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    if subject.dialect != Dialect::Busybox {
        return;
    }
    visit::visit_lists(&subject.file.body, &mut |list: &StmtSeq| {
        for stmt in list.iter() {
            visit::visit_operands(stmt, &mut |stmt| {
                if let Tree::Compound(CompoundCommand::Conditional(test)) = &stmt.command {
                    check_expression(&test.expression, subject, found);
                }
            });
        }
    });
}

fn check_expression(test: &ConditionalExpr, subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    use ConditionalBinaryOp::{PatternEq, PatternEqShort, PatternNe};
    match test {
        ConditionalExpr::Binary(binary) => {
            let compares = matches!(binary.op, PatternEq | PatternEqShort | PatternNe);
            let pattern = subject.span(binary.right.span());
            if compares && has_glob(subject.slice(pattern)) {
                subject.report(2330, pattern, found);
            }
            check_expression(&binary.left, subject, found);
            check_expression(&binary.right, subject, found);
        }
        ConditionalExpr::Unary(unary) => check_expression(&unary.expr, subject, found),
        ConditionalExpr::Parenthesized(inner) => check_expression(&inner.expr, subject, found),
        _ => {}
    }
}

/// Whether a `*`, `?` or `[` is outside quotes, escapes and expansions.
fn has_glob(raw: &str) -> bool {
    let mut open = Vec::new();
    let mut before = ' ';
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        match (c, open.last()) {
            (_, Some(&close)) if c == close => drop(open.pop()),
            (_, Some('\'')) => {}
            ('\\', _) => drop(chars.next()),
            ('\'' | '"' | '`', _) => open.push(c),
            ('{', _) if before == '$' => open.push('}'),
            ('(', _) if before == '$' => open.push(')'),
            ('*' | '?' | '[', None) => return true,
            _ => {}
        }
        before = c;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::has_glob;

    #[test]
    fn globs_outside_quotes() {
        for (raw, expected) in [
            ("a*", true),
            ("*\"x\"*", true),
            ("[ab]", true),
            ("$a*", true),
            ("\"a*\"", false),
            ("\\*x", false),
            ("${a[0]}", false),
            ("$(ls *)", false),
            ("'a?'", false),
        ] {
            assert_eq!(has_glob(raw), expected, "{raw}");
        }
    }
}
