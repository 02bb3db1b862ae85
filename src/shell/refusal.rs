//! What Bash refuses and shuck reads: commands without anything between them (`a b (c)`), `[` and `{` glued to
//! what follows. PowerShell in a RUN is full of it. ShellCheck, and hadolint with it, keeps what stands before
//! such a place, or nothing where a construct is left open there.

use shuck_ast::{
    Command as Tree, CompoundCommand, LiteralText, SimpleCommand, Stmt, StmtSeq, Word, WordPart, WordPartNode,
};
use shuck_parser::parser::Parser;

use super::walk::Walk;

/// The first place that Bash refuses.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refusal {
    /// Offset in the text, in bytes.
    pub(super) at: usize,
    /// Whether what stands before it has been read by then.
    pub(super) keeps: bool,
}

impl Walk<'_> {
    fn refuse(&mut self, at: usize, keeps: bool) {
        if self.refusal.is_none_or(|known| at < known.at) {
            self.refusal = Some(Refusal { at, keeps });
        }
    }

    /// Statements with nothing between them.
    pub(super) fn refuse_neighbours(&mut self, list: &StmtSeq, top: bool) {
        let stmts: Vec<&Stmt> = list.iter().collect();
        for (index, pair) in stmts.windows(2).enumerate() {
            let &[first, second] = pair else { continue };
            let start = self.offset_of(second);
            if first.terminator.is_some() || self.ends_line(start) {
                continue;
            }
            let is_call = self.text.get(start..).is_some_and(|rest| rest.starts_with('('));
            if is_call && self.is_function_name(first) {
                // `a (b) { c; }` is a function, with parameters that Bash does not know; nothing else may follow.
                let body = stmts.get(index + 2).map(|body| self.offset_of(body));
                let is_function = second.terminator.is_none()
                    && body
                        .and_then(|at| self.text.get(at..))
                        .is_some_and(|rest| rest.starts_with(['{', '(']));
                if !is_function {
                    self.refuse(start, false);
                }
                return;
            }
            self.refuse(start, top);
            return;
        }
    }

    /// Where the first command of a chain begins.
    fn offset_of(&self, mut stmt: &Stmt) -> usize {
        while let Tree::Binary(binary) = &stmt.command {
            stmt = &binary.left;
        }
        (self.content(stmt).start - self.offset) as usize
    }

    /// Whether only blanks and continuations stand between this place and a line end.
    fn ends_line(&self, at: usize) -> bool {
        let mut before = self.text.get(..at).unwrap_or_default();
        loop {
            before = before.trim_end_matches([' ', '\t']);
            match before.strip_suffix("\\\n") {
                Some(joined) => before = joined,
                None => return before.is_empty() || before.ends_with('\n'),
            }
        }
    }

    /// Whether the statement ends in a command that is one plain word: with `(` after it, a function.
    fn is_function_name(&self, stmt: &Stmt) -> bool {
        let last = last_of(stmt);
        let Tree::Simple(simple) = &last.command else { return false };
        let name = self.slice(simple.name.span);
        simple.args.is_empty()
            && simple.assignments.is_empty()
            && last.redirects.is_empty()
            && !name.is_empty()
            && !name.contains(['$', '"', '\'', '`', '\\', '=', '!'])
    }

    /// `[a]`, `{a b}` and `@(a)` as the name of a command, and brackets inside words.
    pub(super) fn refuse_words(&mut self, simple: &SimpleCommand, top: bool) {
        let name = self.slice(simple.name.span);
        let start = self.clamped(simple.name.span).start;
        let is_pattern = ["@(", "?(", "+("].iter().any(|open| name.starts_with(open));
        let is_glued = name.len() > 1 && name.starts_with(['[', '{']);
        if (is_glued || is_pattern) && simple.assignments.is_empty() {
            self.refuse(start, false);
        }
        if name == "[" {
            let close = simple.args.iter().position(|word| self.slice(word.span) == "]");
            if let Some(after) = close.and_then(|close| simple.args.get(close + 1)) {
                self.refuse(self.clamped(after.span).start, top);
            }
            return;
        }
        for word in std::iter::once(&simple.name).chain(&simple.args) {
            if let Some(at) = self.bracket_in(word) {
                self.refuse(at, top);
            }
        }
    }

    /// An unquoted `(` in a word that begins no pattern.
    fn bracket_in(&self, word: &Word) -> Option<usize> {
        const EXPLAINED: [char; 11] = ['\\', '@', '?', '*', '+', '!', '=', '$', '<', '>', '('];
        let start = self.clamped(word.span).start;
        let is_literal = |part: &&WordPartNode| matches!(part.kind, WordPart::Literal(LiteralText::Source));
        word.parts.iter().filter(is_literal).find_map(|part| {
            let at = self.clamped(part.span).start + self.slice(part.span).find('(')?;
            let before = self.text.get(start..at)?;
            (!before.is_empty() && !before.ends_with(EXPLAINED)).then_some(at)
        })
    }
}

/// Of a text that cannot be read: what stands before the first `(` that nothing explains, where that much can
/// be read.
pub(super) fn before_bracket(text: &str) -> Option<&str> {
    const TRIES: usize = 20;
    for (at, _) in text.match_indices('(').take(TRIES) {
        let before = text.get(..at)?;
        let trimmed = before.trim_end_matches([' ', '\t']);
        let explained = ['$', '<', '>', '=', '?', '@', '*', '+', '!', ';', '&', '|', '\n', '(', '{', '\\'];
        if trimmed.is_empty() || trimmed.ends_with(explained) {
            continue;
        }
        let parsed = Parser::new(before).parse();
        if parsed.is_err() {
            continue;
        }
        let walk = Walk::new(before, 0);
        let last = parsed.file.body.last()?;
        let rest = text.get(at..)?.lines().next().unwrap_or_default();
        let is_function = walk.is_function_name(last) && rest.contains(')');
        return (!is_function && last.terminator.is_none() && !is_time(last)).then_some(before);
    }
    None
}

/// The last operand of a chain.
fn last_of(stmt: &Stmt) -> &Stmt {
    let mut last = stmt;
    while let Tree::Binary(binary) = &last.command {
        last = &binary.right;
    }
    last
}

fn is_time(stmt: &Stmt) -> bool {
    matches!(last_of(stmt).command, Tree::Compound(CompoundCommand::Time(_)))
}

#[cfg(test)]
mod tests {
    use crate::shell::Reading::{self, Complete, Failed, Partial};
    use crate::shell::read;

    /// How far each text is read, and the names of the commands that are kept, as hadolint 2.15.1 has it.
    #[test]
    fn stops_where_bash_does() {
        let cases: [(&str, Reading, &str); 44] = [
            ("choco ('a'); b", Failed, ""),
            ("a; b(c)", Failed, ""),
            ("a.b (c); d", Failed, ""),
            ("a && b (c); d", Failed, ""),
            ("a b (c); d", Partial, "a"),
            ("a b ((c)); d", Partial, "a"),
            ("a b(c) d", Partial, "a"),
            ("a b (c) && d", Partial, "a"),
            ("a $(b).c('d')", Partial, "a b"),
            ("'a' (b); c", Partial, "a"),
            ("a > b (c); d", Partial, "a"),
            ("(a b).c", Partial, "a"),
            ("(a)b; c", Partial, "a"),
            ("{ a; } b; c", Partial, "a"),
            ("if a; then b; fi c; d", Partial, "a b"),
            ("a 'b'.c('d'); e", Partial, "a"),
            ("a; $b.c({ d; })", Partial, "a"),
            ("a (b", Partial, "a"),
            ("if (a) b; fi", Failed, ""),
            ("if a b (c); then d; fi", Failed, ""),
            ("{ a b (c); }; d", Failed, ""),
            ("a $(b (c)); d", Failed, ""),
            ("[A]::b; c", Failed, ""),
            ("a; [A.B]::C = 1", Failed, ""),
            ("{a; b}; c", Failed, ""),
            ("@('a', 'b'); c", Failed, ""),
            ("a `b (c)`; d", Complete, "a d"),
            ("a () { b; }; c", Complete, "b c"),
            ("a () (b); c", Complete, "b c"),
            ("[ a ] && b", Complete, "b"),
            ("[[ a =~ (b|c) ]] && d", Complete, "d"),
            ("\"[a]\" b", Complete, "[a]"),
            ("x=1 [a] b; c", Complete, "c"),
            ("a [b] {c,d}", Complete, "a"),
            ("a @(b|c) ?(d)e", Complete, "a"),
            ("a=(b c); d", Complete, "d"),
            ("a \\( b \\) -c; d", Complete, "a d"),
            ("a \"(b)\"'(c)'; d", Complete, "a d"),
            ("case a in (b) c;; d) e;; esac; f", Complete, "c e f"),
            ("(a) > b; c", Complete, "a c"),
            ("(a) # b\nc", Complete, "a c"),
            ("{ a; } \\\n&& b", Complete, "a b"),
            ("a & (b); c", Complete, "a b c"),
            ("a <(b) >(c) $((d+(e))); f", Complete, "a b c f"),
        ];
        for (text, reading, names) in cases {
            let script = read(text, 0);
            let found: Vec<&str> = script.commands.iter().filter_map(|one| one.name.as_deref()).collect();
            assert_eq!((script.reading, found.join(" ").as_str()), (reading, names), "{text}");
        }
    }
}
