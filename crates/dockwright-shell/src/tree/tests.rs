//! Trees cover every token, or there is no tree.

use super::parse_tree;

fn tokens(text: &str) -> Option<Vec<&str>> {
    Some(parse_tree(text, 0)?.tokens.iter().map(|span| &text[span.range()]).collect())
}

#[test]
fn every_token_is_there() {
    for (text, expected) in [
        ("a  b&&c", vec!["a", "b", "&&", "c"]),
        ("A=1 b 2>&1 >f 3> g", vec!["A=1", "b", "2>", "&1", ">", "f", "3>", "g"]),
        ("a \\\n  b;", vec!["a", "b", ";"]),
        ("! a | b", vec!["!", "a", "|", "b"]),
        ("exit 1; break; export X=1 Y", vec!["exit", "1", ";", "break", ";", "export", "X=1", "Y"]),
        (
            "if a; then b; elif c; then d; else e; fi > f",
            vec![
                "if", "a", ";", "then", "b", ";", "elif", "c", ";", "then", "d", ";", "else", "e", ";", "fi",
                ">", "f",
            ],
        ),
        ("for x in a b; do c; done", vec!["for", "x", "in", "a", "b", ";", "do", "c", ";", "done"]),
        ("while a; do b & done", vec!["while", "a", ";", "do", "b", "&", "done"]),
        (
            "case x in a|b) c;; (*) ;; esac",
            vec!["case", "x", "in", "a", "|", "b", ")", "c", ";;", "(", "*", ")", ";;", "esac"],
        ),
        ("f() { (a); }", vec!["f", "(", ")", "{", "(", "a", ")", ";", "}"]),
        ("[[ a && b ]] && (( 1 < 2 ))", vec!["[[ a && b ]]", "&&", "(( 1 < 2 ))"]),
        ("\"$(a  b)\" 'c  d'", vec!["\"$(a  b)\"", "'c  d'"]),
    ] {
        let found = tokens(text).unwrap_or_default();
        let joined = |tokens: &[&str]| tokens.concat();
        // The operator and the target of a redirection may be separated in two ways.
        assert_eq!(joined(&found), joined(&expected), "{text}");
        if !text.contains(">&") {
            assert_eq!(found, expected, "{text}");
        }
    }
}

#[test]
fn returns_no_tree_for_immovable_text() {
    for text in [
        "a # b",
        "a <<X\nb\nX",
        "a\nb",
        "if a; then",
        "a )",
        "'a",
        "coproc a",
        "time a",
        "select x in a; do b; done",
    ] {
        assert_eq!(tokens(text), None, "{text}");
    }
}
