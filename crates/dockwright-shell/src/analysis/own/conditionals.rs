//! Terms of `[[ … ]]`: SC2055, SC2072, SC2158 to SC2161, SC2333; the last two also between two tests.

use shuck_ast::{
    BinaryOp, Command as Tree, CompoundCommand, ConditionalBinaryExpr, ConditionalBinaryOp as Op,
    ConditionalExpr as Expr, Stmt,
};

use super::{AnalyzedText, RelativeDiagnostic, brackets, comparisons, visit};
use dockerfile_syntax::Span;

pub(super) fn check_conditionals(subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    visit::visit_lists(&subject.file.body, &mut |list| {
        for stmt in list.iter() {
            visit::visit_operands(stmt, &mut |stmt| {
                if let Tree::Compound(CompoundCommand::Conditional(one)) = &stmt.command {
                    check_conditional_term(&one.expression, subject, found);
                }
            });
            check_contradicting_tests(stmt, subject, found);
        }
    });
}

/// Whether another code reports the same term.
pub(super) fn is_false_report(one: &RelativeDiagnostic, subject: &AnalyzedText<'_>) -> bool {
    one.code == 2078
        && brackets::code_of_constant(subject.slice(Span::new(one.start, one.end)).trim_matches(['"', '\'']))
            .is_some()
}

fn check_conditional_term(one: &Expr, subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    match one {
        Expr::Word(word) => {
            let span = subject.span(word.span);
            if let Some(code) = brackets::code_of_constant(subject.slice(span).trim_matches(['"', '\''])) {
                subject.report(code, span, found);
            }
        }
        Expr::Unary(unary) if unary.op == shuck_ast::ConditionalUnaryOp::Not => {
            check_conditional_term(&unary.expr, subject, found);
        }
        Expr::Unary(unary) => {
            let operand = subject.span(unary.expr.span());
            let text = subject.slice(operand).trim();
            let is_length = matches!(subject.slice(subject.span(unary.op_span)).trim(), "-n" | "-z");
            if is_length
                && !text.contains(['$', '`', '*', '?', '['])
                && !text.trim_matches(['"', '\'']).is_empty()
            {
                let quote = u32::from(text.starts_with('"'));
                subject.report(2157, Span::new(operand.start + quote, operand.end), found);
            }
        }
        Expr::Parenthesized(inner) => check_conditional_term(&inner.expr, subject, found),
        Expr::Binary(binary) => {
            match binary.op {
                Op::And | Op::Or => {
                    check_conditional_term(&binary.left, subject, found);
                    check_conditional_term(&binary.right, subject, found);
                }
                _ => check_decimals_in_conditional(binary, subject, found),
            }
            let code = match binary.op {
                Op::Or => 2055,
                Op::And => 2333,
                _ => return,
            };
            if let (Some(left), Some(right)) = (
                Comparison::from_expression(&binary.left, subject),
                Comparison::from_expression(&binary.right, subject),
            ) && left.is_constant_with(&right, binary.op == Op::And)
            {
                subject.report(code, subject.span(binary.op_span), found);
            }
        }
        _ => {}
    }
}

/// `[[ $a -lt 1.5 ]]`, `[[ $a < 1.5 ]]`
fn check_decimals_in_conditional(
    binary: &ConditionalBinaryExpr,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    let compares_numbers = matches!(
        binary.op,
        Op::ArithmeticEq | Op::ArithmeticNe | Op::ArithmeticLe | Op::ArithmeticGe | Op::ArithmeticLt
    ) || matches!(binary.op, Op::ArithmeticGt | Op::LexicalBefore | Op::LexicalAfter);
    if !compares_numbers {
        return;
    }
    for span in [binary.left.span(), binary.right.span()].map(|span| subject.span(span)) {
        let text = subject.slice(span).trim().trim_matches(['"', '\'']);
        if text.contains('.') && comparisons::is_number(text) {
            subject.report(2072, span, found);
        }
    }
}

/// A comparison for equality, as written.
pub(super) struct Comparison<'t> {
    operator: &'t str,
    left: &'t str,
    right: &'t str,
}

impl<'t> Comparison<'t> {
    fn from_expression(one: &Expr, subject: &'t AnalyzedText<'_>) -> Option<Self> {
        let Expr::Binary(binary) = one else { return None };
        let slice = |span| subject.slice(subject.span(span)).trim();
        Some(Self::new(slice(binary.left.span()), slice(binary.op_span), slice(binary.right.span())))
    }

    pub(super) fn new(left: &'t str, operator: &'t str, right: &'t str) -> Self {
        let bare = |text: &'t str| {
            let inner = text.strip_prefix(['"', '\'']).and_then(|rest| rest.strip_suffix(['"', '\'']));
            inner.unwrap_or(text)
        };
        let operator = if operator == "==" { "=" } else { operator };
        Self { operator, left: bare(left), right: bare(right) }
    }

    /// Whether the two are never true together (`all`), or one of them is always true.
    pub(super) fn is_constant_with(&self, other: &Self, all: bool) -> bool {
        const GLOB: [char; 4] = ['*', '?', '[', '('];
        let operators: [&str; 2] = if all { ["=", "-eq"] } else { ["!=", "-ne"] };
        let is_literal = |text: &str| !text.contains(['$', '`']);
        operators.contains(&self.operator)
            && self.operator == other.operator
            && self.left == other.left
            && !is_literal(self.left)
            && self.right != other.right
            && ![self.right, other.right].iter().any(|text| text.contains(GLOB))
            && (!all || (is_literal(self.right) && is_literal(other.right)))
    }
}

/// SC2333: `[ "$a" = 1 ] && [ "$a" = 2 ]`; with `||` the analyzer reports it.
fn check_contradicting_tests(stmt: &Stmt, subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    let mut current = stmt;
    while let Tree::Binary(binary) = &current.command {
        if binary.op == BinaryOp::And
            && let (Some(left), Some(right)) =
                (comparison_in_test(&binary.left, subject), comparison_in_test(&binary.right, subject))
            && left.is_constant_with(&right, true)
        {
            subject.report(2333, subject.span(binary.op_span), found);
        }
        current = &binary.left;
    }
}

/// The comparison in a test, if it is one.
fn comparison_in_test<'t>(stmt: &Stmt, subject: &'t AnalyzedText<'_>) -> Option<Comparison<'t>> {
    if stmt.negated {
        return None;
    }
    match &stmt.command {
        Tree::Compound(CompoundCommand::Conditional(one)) => {
            Comparison::from_expression(&one.expression, subject)
        }
        Tree::Simple(simple) if subject.text_at_shuck_span(simple.name.span) == "[" => {
            let [left, operator, right, _] = simple.args.as_slice() else { return None };
            let slice = |word: &shuck_ast::Word| subject.text_at_shuck_span(word.span);
            Some(Comparison::new(slice(left), slice(operator), slice(right)))
        }
        _ => None,
    }
}
