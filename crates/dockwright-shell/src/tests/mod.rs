//! Tables of shell texts and the results of parsing them.

mod layout;
mod limits;
mod stops;

use super::*;

fn names(text: &str) -> String {
    let script = read_script(text, 0);
    script.commands.iter().map(|one| one.name.as_deref().unwrap_or("?")).collect::<Vec<_>>().join(" ")
}

#[test]
fn commands_in_source_order() {
    for (text, expected) in [
        ("", ""),
        ("a", "a"),
        ("a && b || c; d & e\nf", "a b c d e f"),
        ("a | b |& c", "a b c"),
        ("! a", "a"),
        ("{ a; b; } && (c; d)", "a b c d"),
        ("if a; then b; elif c; then d; else e; fi", "a b c d e"),
        ("while a; do b; done; until c; do d; done", "a b c d"),
        ("for x in $(a) b; do c; done", "a c"),
        ("for ((i=$(a); i<3; i++)); do b; done", "a b"),
        ("select x in $(a); do b; done", "a b"),
        ("case $(a) in $(b)) c;; d|e) f;; esac", "a b c f"),
        ("f() { a; }; function g { b; }; f", "a b f"),
        ("a $(b $(c)) `d`", "a b c d"),
        ("a <(b) >(c)", "a b c"),
        ("a $(( $(b) + 1 ))", "a b"),
        ("(( $(a) ))", "a"),
        ("a ${x:-$(b)} ${y#$(c)} ${z/$(d)/$(e)} ${q:$(f)}", "a b c d e f"),
        ("a \"b $(c) ${x:-$(d)}\"", "a c d"),
        ("[ -n \"$(a)\" ] && b", "a b"),
        ("[[ -n $(a) && $(b) == $(c) ]] && d", "a b c d"),
        ("A=$(a) B=2", "a"),
        ("A=$(b) a $(c) > $(d)", "a b c d"),
        ("> $(b) a $(c)", "a b c"),
        ("A=($(a) b [$(c)]=d)", "a c"),
        ("coproc a; coproc x { b; }", "a b"),
        ("a <<X\n$(b) `c` ${x:-$(d)}\nX\ne", "a b c d e"),
        ("a <<'X'\n$(b)\nX\ne", "a e"),
        ("a 'b; $(c)' \"d\"", "a"),
        (
            "bash -c \"b\"; eval \"c\"; trap 'd' EXIT; xargs e; find . -exec f \\;",
            "bash eval trap xargs find",
        ),
        ("A=1; [ -f x ]; [[ -f x ]]; (( 1 ))", ""),
        ("a # b\nc", "a c"),
        ("# a", ""),
        ("export A=$(a) B", "export a"),
        ("local x=1; declare -r y; readonly z; typeset t", "local declare readonly typeset"),
        ("break; continue 2; return $(a); exit 1", "break continue return a exit"),
        ("A=1 >x exit 2", "exit"),
        ("time a", "time a"),
        ("time -p a b | c", "time a c"),
        ("time -f %e -v a", "time %e"),
        ("time -v a", "time a"),
        ("time { a; b; }", "time a b"),
        ("time (a)", "time a"),
        ("time", "time"),
        ("a \\\n  b && \\\n  c", "a c"),
        ("{ a; } > $(b)", "a b"),
        ("a {b,$(c)}", "a c"),
    ] {
        assert_eq!(names(text), expected, "{text}");
    }
}

#[test]
fn reads_words_after_heredoc_operator() {
    for (text, expected) in [
        ("a <<X || { b \"no (x)\"; exit 1; }\nc \"$d\", '`e`';\nX\nf", "a|e|b|no (x)|exit|1|f"),
        ("a <<X || { b; exit 1; }\nc\nX\nf g", "a|b|exit|1|f|g"),
        ("a <<X && (b c; d)\nc\nX\nf g", "a|b|c|d|f|g"),
        ("a <<X; { b; c; }\nd\nX\nf g", "a|b|c|f|g"),
        ("a <<X | while read -r q; do b \"$q\"; done\nc\nX\nf g", "a|read|-r|q|b|${q}|f|g"),
        ("a <<X && b \"$(c d)\" 'e f'\nc\nX\nf g", "a|b|${cd}|e f|c|d|f|g"),
        ("a <<X && break 2; continue 3\nc\nX\nreturn 4", "a|break|2|continue|3|return|4"),
    ] {
        let script = read_script(text, 0);
        let words = script.commands.iter().flat_map(|one| &one.words);
        let words: Vec<&str> = words.map(|word| word.text.as_str()).collect();
        assert_eq!(words.join("|"), expected, "{text}");
    }
}

#[test]
fn names_of_commands() {
    for (text, expected) in [
        ("/usr/bin/apt-get x", "/usr/bin/apt-get"),
        ("'a'\"b\"\\c$'d'$\"e\" x", "abcde"),
        ("a\\\nb", "ab"),
        ("a$x", "?"),
        ("a* x", "?"),
        ("a? x", "?"),
        ("a[bc] x", "?"),
        ("a[ x", "a["),
        ("a{b,c} x", "?"),
        ("$x y", "?"),
        ("$(x) y", "? x"),
        ("\"a b\" c", "a b"),
        ("~/a", "~/a"),
        ("\\ls", "ls"),
        ("busybox a b", "a"),
        ("command a b", "a"),
        ("command -v a", "command"),
        ("builtin cd x", "cd"),
        ("run a", "a"),
        ("run", "run"),
        ("busybox $x", "?"),
        ("command busybox a", "busybox"),
        ("exec a b", "a"),
        ("exec -c -l a b", "a"),
        ("exec -a x b", "b"),
        ("exec $x", "?"),
        ("exec > x", "exec"),
        ("sudo a", "sudo"),
        ("env A=1 b", "env"),
        ("nohup a", "nohup"),
        ("A=1 a", "a"),
        ("APT-GET x", "APT-GET"),
    ] {
        assert_eq!(names(text), expected, "{text}");
    }
}

fn texts(text: &str) -> Vec<String> {
    let script = read_script(text, 0);
    script
        .commands
        .first()
        .map(|one| one.arguments().iter().map(|word| word.text.clone()).collect())
        .unwrap_or_default()
}

#[test]
fn reads_texts_of_arguments() {
    for (text, expected) in [
        ("a b c", &["b", "c"][..]),
        ("a b > c 2>&1 < d e", &["b", "e"]),
        ("a \\b\\ c", &["b c"]),
        ("a 'b c'", &["b c"]),
        ("a $'b\\nc'", &["b\\nc"]),
        ("a $\"b\"x", &["x"]),
        ("a \"b \\\" c\"", &["b \\\" c"]),
        ("a $", &["$"]),
        (
            "a $x ${x} ${x:-y} $1 $@ $? ${#x} ${x[@]}",
            &["${x}", "${x}", "${x:-y}", "${1}", "${@}", "${?}", "${#x}", "${x[@]}"],
        ),
        ("a b=$x/c", &["b=${x}/c"]),
        ("a \"$x-$y\"", &["${x}-${y}"]),
        ("a $(cat /a/b)", &["${cat/a/b}"]),
        ("a $(b; c) $(b | c) $(b && c) $((1+1)) `b c`", &["${}", "${}", "${}", "${VAR}", "${VAR}"]),
        ("a $(export x=1 y)", &["${exporty}"]),
        ("a *.b ?c [de]", &["*.b", "?c", "[de]"]),
        ("a x{b,c}y {1..3} {} {z}", &["xy", "", "{}", "{z}"]),
        ("a @(b|c)d !(x)", &["d", ""]),
        ("a <(b) >(c)", &["", ""]),
        ("export A=1 B -x \"c\"", &["", "B", "-x", "c"]),
        ("local A", &["A"]),
        ("time -p a b", &["-p", "ab"]),
        ("time a | b", &[""]),
        ("exit 1", &["1"]),
        ("a -- - -x=y --", &["--", "-", "-x=y", "--"]),
        ("a b\\\nc \"d\\\ne\"", &["bc", "de"]),
        ("a ''", &[""]),
        ("a A=1", &["A=1"]),
        ("a ~/b", &["~/b"]),
        ("a pkg[extra]==1", &["pkg[extra]==1"]),
        ("a 'b'\"c\"d", &["bcd"]),
        ("a é\\é", &["éé"]),
    ] {
        assert_eq!(texts(text), expected, "{text}");
    }
}

#[test]
fn recognizes_literal_words() {
    for (word, literal) in [
        ("b", true),
        ("'b c'", true),
        ("\"b\"", true),
        ("b\\ c", true),
        ("'*'", true),
        ("\\*", true),
        ("{}", true),
        ("$x", false),
        ("b*", false),
        ("{b,c}", false),
        ("~/b", false),
        ("b~", true),
        ("$(b)", false),
        ("$'b\\n'", false),
        ("\"b\\\"\"", false),
    ] {
        let script = read_script(&format!("a {word}"), 0);
        assert_eq!(script.commands[0].words[1].literal, literal, "{word}");
    }
}

#[test]
fn reads_flags_of_words() {
    let script = read_script("a -y -qq --foo=bar -- - -q=2 --x b", 0);
    let flags: Vec<&str> = script.commands[0].arguments().iter().flat_map(ShellWord::flags).collect();
    assert_eq!(flags, ["y", "q", "q", "foo", "q", "=", "2", "x"]);
    let operands: Vec<&str> = script.commands[0].operands().map(|word| &*word.text).collect();
    assert_eq!(operands, ["--", "-", "b"]);
}

#[test]
fn finds_pipes() {
    for (text, pipes) in [
        ("a | b", true),
        ("a |& b", true),
        ("a || b", false),
        ("a $(b | c)", true),
        ("case x in a|b) c;; esac", false),
        ("a 'b | c'", false),
        ("a <<X\n$(b | c)\nX", true),
    ] {
        assert_eq!(read_script(text, 0).pipes, pipes, "{text}");
    }
}
