//! Where ShellCheck's parser stops and shuck's does not.

use crate::shell::Reading::{Complete, Failed, Partial};
use crate::shell::read;

/// How far each text is read, and the names of the commands that are kept, as hadolint 2.15.1 has it.
#[test]
fn stops_where_bash_does() {
    let cases = [
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
        ("@('a' \\\n'b') | c", Failed, ""),
        ("a -b @('c'); d", Complete, "a d"),
        ("a; (b).c('d'); e", Partial, "a b"),
        ("a $x = ( b", Partial, "a"),
        ("$x = (", Partial, ""),
        ("a \"$(b.c(d))\"; e", Failed, ""),
        ("a \"$( # b\n)\"", Complete, "a"),
        ("a b}; c", Complete, "a c"),
        ("{ a b}; c; }; d", Complete, "a c d"),
        ("[ -f a > b ] && c", Failed, ""),
        ("[ a > b ] && c", Complete, "c"),
    ];
    for (text, reading, names) in cases {
        let script = read(text, 0);
        let found: Vec<&str> = script.commands.iter().filter_map(|one| one.name.as_deref()).collect();
        assert_eq!((script.reading, found.join(" ").as_str()), (reading, names), "{text}");
    }
}
