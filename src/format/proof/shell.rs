//! Proves that the shell reads the same commands: token by token, and as a tree.

use super::lexer::{ShellToken, ShellTokenKind, shell_tokens};
use crate::shell::{self, ShellCommand, ShellScript, ShellWord};
use crate::source::Span;

/// Whether a shell reads the same commands in two texts without line ends.
pub(super) fn has_same_meaning(before: &str, after: &str) -> bool {
    before == after || (same_tokens(before, after) && same_script(before, after))
}

fn same_tokens(before: &str, after: &str) -> bool {
    let (before, after) = (shell_tokens(before.as_bytes()), shell_tokens(after.as_bytes()));
    let has_arithmetic = before.iter().any(|token| token.text == b"((");
    before.len() == after.len()
        && before.iter().zip(&after).all(|(one, other)| one.kind == other.kind && one.text == other.text)
        && before
            .windows(2)
            .zip(after.windows(2))
            .all(|(one, other)| are_gaps_equivalent(one, other, has_arithmetic))
}

/// Whether the gaps between tokens are equivalent. Adjacent parentheses differ from parentheses with a space between
/// them, and so do a word or an operator and the word directly after it.
fn are_gaps_equivalent(before: &[ShellToken<'_>], after: &[ShellToken<'_>], has_arithmetic: bool) -> bool {
    let is_glued = |pair: &[ShellToken<'_>]| {
        let [one, next] = pair else { return false };
        let is_sensitive = match (one.kind, next.kind) {
            (ShellTokenKind::Word, ShellTokenKind::Word)
            | (ShellTokenKind::Separator, ShellTokenKind::Separator) => true,
            // `))` ends two groups, unless one of them is arithmetic.
            (ShellTokenKind::ShellOperatorGroup, ShellTokenKind::ShellOperatorGroup)
                if one.text == b")" && next.text == b")" =>
            {
                has_arithmetic
            }
            // `(` `(`
            (ShellTokenKind::ShellOperatorGroup, ShellTokenKind::ShellOperatorGroup) => {
                one.text == next.text && one.text != b"\n"
            }
            // `> &`
            (ShellTokenKind::ShellOperatorGroup, ShellTokenKind::Separator) => {
                one.text.ends_with(b">") || one.text.ends_with(b"<")
            }
            // `& >`; after any other separator, `>` has one meaning.
            (ShellTokenKind::Separator, ShellTokenKind::ShellOperatorGroup) => {
                one.text == b"&" && next.text.starts_with(b">")
            }
            _ => false,
        };
        is_sensitive && one.start + one.text.len() == next.start
    };
    is_glued(before) == is_glued(after)
}

fn same_script(before: &str, after: &str) -> bool {
    let (one, other) = (shell::read_script(before, 0), shell::read_script(after, 0));
    one.reading == other.reading
        && one.pipes == other.pipes
        && one.list.len() == other.list.len()
        && one.list.iter().zip(&other.list).all(|(one, other)| {
            one.node == other.node
                && one.negated == other.negated
                && one.joint.map(|joint| joint.connector) == other.joint.map(|joint| joint.connector)
        })
        && one.end.map(|end| end.connector) == other.end.map(|end| end.connector)
        && one.comments.len() == other.comments.len()
        && one.comparisons.len() == other.comparisons.len()
        && same_spans(&one.bare_assignments, &other.bare_assignments, before, after)
        && one.tests.len() == other.tests.len()
        && one.tests.iter().zip(&other.tests).all(|(one, other)| same_words(one, other))
        && same_commands(&one, &other, before, after)
}

fn same_commands(one: &ShellScript, other: &ShellScript, before: &str, after: &str) -> bool {
    let same = |one: &ShellCommand, other: &ShellCommand| {
        one.name == other.name
            && one.name_at == other.name_at
            && one.place == other.place
            && one.connector == other.connector
            && same_words(&one.words, &other.words)
            && same_spans(&one.assignments, &other.assignments, before, after)
            && one.redirections.len() == other.redirections.len()
    };
    one.commands.len() == other.commands.len()
        && one.commands.iter().zip(&other.commands).all(|(one, other)| same(one, other))
}

fn same_words(one: &[ShellWord], other: &[ShellWord]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).all(|(one, other)| one.text == other.text && one.literal == other.literal)
}

fn same_spans(one: &[Span], other: &[Span], before: &str, after: &str) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).all(|(one, other)| before.get(one.range()) == after.get(other.range()))
}

#[cfg(test)]
mod tests {
    use super::has_same_meaning;

    #[test]
    fn accepts_changed_space_between_tokens_only() {
        for (one, other) in [
            ("a  &&   b", "a && b"),
            ("a&&b;c|d", "a && b; c | d"),
            ("if a ;then b;  fi", "if a; then b; fi"),
            ("( a;b )", "(a; b)"),
            ("f () { a; }", "f() { a; }"),
            ("(a || (b))", "(a || (b) )"),
            ("case $x in  a|b ) c ;; esac", "case $x in a|b) c ;; esac"),
            ("a  2>&1", "a 2>&1"),
            ("a &&>b", "a && >b"),
        ] {
            assert!(has_same_meaning(one, other), "{one} / {other}");
        }
        for (one, other) in [
            ("a 'b  c'", "a 'b c'"),
            ("a \"b  c\"", "a \"b c\""),
            ("a && b", "a || b"),
            ("a && b", "a & & b"),
            ("a b", "ab"),
            ("a 2>b", "a 2 >b"),
            ("a && b", "a && b;"),
            ("a; b", "a b"),
            ("x=1 a", "x= 1 a"),
            ("( (a) )", "((a))"),
            ("((a))", "((a) )"),
            ("a # b", "a #b"),
            ("a \\  b", "a \\ b"),
            ("echo $(a  b)", "echo $(a b)"),
            ("echo `a  b`", "echo `a b`"),
            ("echo ${a:-b  c}", "echo ${a:-b c}"),
            ("a <b", "a < b c"),
            ("a & > b", "a &> b"),
            ("a $ {b}", "a ${b}"),
            ("a 'b' 'c'", "a 'b''c'"),
            ("! a", "a"),
            ("a=(b c)", "a= (b c)"),
            ("ls @(a|b)", "ls @ (a|b)"),
        ] {
            assert!(!has_same_meaning(one, other), "{one} / {other}");
        }
    }
}
