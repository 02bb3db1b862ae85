//! How far a text is parsed, and how its parts are connected.

use super::names;
use crate::*;
use dockerfile_syntax::Span;
use dockerfile_syntax::Word;

#[test]
fn reads_up_to_first_error() {
    use ParseOutcome::{Complete, Failed, Partial, Refused};
    for (text, reading, expected) in [
        ("a", Complete, "a"),
        ("cd x )", Partial, "cd"),
        ("cd x; a && b )", Partial, "cd a b"),
        ("cd x; }", Partial, "cd"),
        ("cd x; fi", Partial, "cd"),
        ("cd x; done", Partial, "cd"),
        ("cd x; esac", Partial, "cd"),
        ("cd x; then", Partial, "cd"),
        ("cd x ;;", Partial, "cd"),
        ("cd x & & y", Partial, "cd"),
        ("cd x; (", Failed, ""),
        ("cd x; a 'b", Failed, ""),
        ("cd x; a \"b", Failed, ""),
        ("cd x; a $(b", Failed, ""),
        ("cd x; if a", Failed, ""),
        ("(cd x; fi)", Failed, ""),
        ("foo &&& bar", Failed, ""),
        (")", Failed, ""),
        ("a && ", Failed, ""),
        ("a &&", Failed, ""),
        ("a |", Failed, ""),
        ("a && ; b", Failed, ""),
        ("cd x; ; a", Partial, "cd"),
        ("cd x; | a", Partial, "cd"),
        ("cd x; a b (c)", Partial, "cd a"),
        ("cd x; a b(c", Partial, "cd a"),
        ("cd x; a (b)", Failed, ""),
        ("cd x; a ('{0}')", Partial, "cd a"),
        ("cd x; $y = (b c).d", Partial, "cd ?"),
        ("cd x; \"a\" (b)", Partial, "cd a"),
        ("cd x; (a) b", Partial, "cd a"),
        ("cd x; (a).b(c)", Partial, "cd a"),
        ("cd x; a $(b c (d))", Failed, ""),
        ("cd x; [ a", Failed, ""),
        ("cd x; [a]b", Failed, ""),
        ("cd x; {a b", Failed, ""),
        ("cd x; a ${b", Failed, ""),
        ("cd x; a y=(b)", Partial, "cd a"),
        ("a y=(b)", Partial, "a"),
        ("local y=(b); y=(c)", Complete, "local"),
        ("(a)\n(b)\nif c; then d; fi\ne <<X\ny\nX\nf", Complete, "a b c d e f"),
        ("x=$(case y in \\\n a) b;; \\\n esac)", Complete, "b"),
        ("a() { b; }; a", Complete, "b a"),
    ] {
        let script = read_script(text, 0);
        assert_eq!(script.reading, reading, "{text}");
        assert_eq!(names(text), expected, "{text}");
    }
    for text in ["$(".repeat(201), "a".repeat(300_000)] {
        assert_eq!(read_script(&text, 0).reading, Refused);
    }
}

#[test]
fn places_and_connectors() {
    use Connector::{And, Background, Newline, Or, Pipe, Sequence};
    let script = read_script("a && b || c | d; e & f $(g; h) < $(i)\nj\n{ k; }; l", 7);
    let seen: Vec<_> = script
        .commands
        .iter()
        .map(|one| (one.name.as_deref().unwrap_or("?"), one.place, one.connector))
        .collect();
    let (top, inner) = (CommandPlace::Top, CommandPlace::Substitution);
    assert_eq!(
        seen,
        [
            ("a", top, None),
            ("b", top, Some(And)),
            ("c", top, Some(Or)),
            ("d", top, Some(Pipe)),
            ("e", top, Some(Sequence)),
            ("f", top, Some(Background)),
            ("g", inner, None),
            ("h", inner, Some(Sequence)),
            ("i", inner, None),
            ("j", top, Some(Newline)),
            ("k", CommandPlace::Compound, None),
            ("l", top, Some(Sequence)),
        ]
    );
}

#[test]
fn statements_have_exact_spans() {
    let text = "A=1 a  'b c' > d 2>&1 && ! e\\\n f ; g | h & # i";
    let script = read_script(text, 100);
    let at = |span: Span| &text[(span.start - 100) as usize..(span.end - 100) as usize];
    let a = &script.commands[0];
    assert_eq!(at(a.span), "A=1 a  'b c' > d 2>&1");
    assert_eq!(a.words.iter().map(|word| at(word.span)).collect::<Vec<_>>(), ["a", "'b c'"]);
    assert_eq!(a.assignments.iter().map(|&span| at(span)).collect::<Vec<_>>(), ["A=1"]);
    assert_eq!(a.redirections.iter().map(|&span| at(span)).collect::<Vec<_>>(), ["> d", "2>&1"]);
    let items: Vec<_> = script
        .list
        .iter()
        .map(|item| (at(item.span), item.joint.map(|joint| at(joint.span)), item.node, item.negated))
        .collect();
    assert_eq!(
        items,
        [
            ("A=1 a  'b c' > d 2>&1", None, ListNode::Command(0), false),
            ("! e\\\n f", Some("&&"), ListNode::Command(1), true),
            ("g | h", Some(";"), ListNode::Pipeline, false),
        ]
    );
    for (text, expected) in [
        ("(a; b) >c # d\ne", &["(a; b) >c", "e"][..]),
        ("[ -f a ] # b\n[ -f c ] || d", &["[ -f a ]", "[ -f c ]", "d"]),
        ("A=1 ; B=2 # c", &["A=1", "B=2"]),
        ("A=1 \\\n && B=2 && >c", &["A=1", "B=2", ">c"]),
        ("a <<X && b\nc\nX\nd", &["a <<X", "b", "d"]),
        ("if a # b\nthen c; fi\nd | e", &["if a # b\nthen c; fi", "d | e"]),
        ("a | b & c", &["a | b", "c"]),
        ("( (a)\n)\n# b\n{ c; } ; (d)", &["( (a)\n)", "{ c; }", "(d)"]),
        ("! (a) && { b; } >c || f() { d; }", &["! (a)", "{ b; } >c", "f() { d; }"]),
    ] {
        let script = read_script(text, 0);
        assert_eq!(script.list.iter().map(|item| &text[item.span.range()]).collect::<Vec<_>>(), expected);
    }
    assert_eq!(script.end.map(|end| at(end.span)), Some("&"));
    assert_eq!(script.comments.iter().map(|&span| at(span)).collect::<Vec<_>>(), ["# i"]);
}

#[test]
fn recognizes_and_lists() {
    for (text, pure) in [
        ("a", true),
        ("a && b x && A=1 c > d", true),
        ("a && \\\n  b", true),
        ("export A=1 && exit", true),
        ("a; b", false),
        ("a;", false),
        ("a &", false),
        ("a || b", false),
        ("a | b", false),
        ("a && ! b", false),
        ("a && (b)", false),
        ("a && A=1", false),
        ("[ -f x ] && a", false),
        ("a # b", false),
        ("a && b )", false),
        ("a\nb", false),
        ("", false),
    ] {
        assert_eq!(read_script(text, 0).is_pure_and_list(), pure, "{text}");
    }
}

fn strings(texts: &[&'static str]) -> Vec<Word<'static>> {
    let mut at = 10;
    texts
        .iter()
        .map(|&text| {
            let start = at;
            at += u32::try_from(text.len()).unwrap_or(0) + 2;
            Word { text: text.into(), span: Span::new(start, at) }
        })
        .collect()
}

#[test]
fn reads_json_arrays() {
    let words = strings(&["sh", "-c", "a | b $x"]);
    let exec = read_exec_array(&words);
    assert_eq!(exec.commands.len(), 1);
    assert!(exec.commands[0].is("sh") && !exec.pipes);
    assert_eq!(exec.commands[0].words[2].text, "a | b $x");
    let brackets = Span::new(9, 30);
    let joined = read_joined_array(&words, brackets);
    assert!(joined.pipes);
    assert_eq!(
        joined.commands.iter().map(|one| one.name.as_deref()).collect::<Vec<_>>(),
        [Some("sh"), Some("b")]
    );
    assert!(joined.commands.iter().flat_map(|one| &one.words).all(|word| word.span == brackets));
    assert_eq!(read_exec_array(&strings(&["busybox", "wget"])).commands[0].name.as_deref(), Some("wget"));
    assert_eq!(read_exec_array(&[]), ShellScript::default());
}
