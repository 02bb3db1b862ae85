//! Tables of texts and their values in BuildKit.

use super::*;

fn set(value: &str) -> VariableValue<'_> {
    VariableValue { value: Some(value), certain: true, known: true }
}

struct Table(&'static [(&'static str, Option<&'static str>)]);

impl Environment for Table {
    fn variable(&self, name: &str) -> VariableValue<'_> {
        match self.0.iter().find(|(known, _)| *known == name) {
            Some((_, Some(value))) => set(value),
            Some((_, None)) => VariableValue { value: None, certain: false, known: true },
            None => VariableValue::UNSET,
        }
    }
}

const TABLE: Table = Table(&[
    ("V", Some("val")),
    ("E", Some("")),
    ("KR", Some("한국어")),
    ("P", Some("/usr/local/lib.tar.gz")),
    ("S", Some("a.b+c*d?e[f]")),
    ("W", Some(" x  y ")),
    ("PAT", Some("*l")),
    ("BS", Some(r"c:\d")),
    ("DECLARED", None),
]);

fn value(text: &str) -> String {
    match expand(text, b'\\', ExpansionMode::Word, &TABLE).result {
        Ok(value) => value.into_owned(),
        Err(error) => format!("!{}", name_of(&error.kind)),
    }
}

fn name_of(kind: &ExpandErrorKind) -> String {
    match kind {
        ExpandErrorKind::OpenQuote(quote) => format!("quote {quote}"),
        ExpandErrorKind::OpenBrace => "brace".to_string(),
        ExpandErrorKind::NoReplacement => "slash".to_string(),
        ExpandErrorKind::BadSubstitution => "bad".to_string(),
        ExpandErrorKind::Operator { operator, .. } => format!("op {operator}"),
        ExpandErrorKind::Pattern { escaped, .. } => format!("pattern {escaped:?}"),
        ExpandErrorKind::Required { name, empty, message } => format!("required {name} {empty} {message}"),
        ExpandErrorKind::TooDeep => "deep".to_string(),
    }
}

#[track_caller]
fn check_expansions(rows: &[(&str, &str)]) {
    for (text, expected) in rows {
        assert_eq!(value(text), *expected, "{text}");
    }
}

#[test]
fn removes_quotes_and_escapes() {
    check_expansions(&[
        ("", ""),
        ("plain", "plain"),
        ("a b", "a b"),
        ("'a b'c", "a bc"),
        (r#""a b"c"#, "a bc"),
        (r"'a\'", r"a\"),
        (r"'$V'", "$V"),
        (r"a\tb", "atb"),
        (r#""a\tb""#, r"a\tb"),
        (r#""a\"b\$V\\c""#, r#"a"b$V\c"#),
        (r"\'a", "'a"),
        (r"a\", "a"),
        (r"a\\", r"a\"),
        (r"\$V", "$V"),
        (r"\\$V", r"\val"),
        (r#""\$V""#, "$V"),
        (r#"'"'"#, "\""),
        (r#""'""#, "'"),
        ("'", "!quote '"),
        ("a'b", "!quote '"),
        ("\"", "!quote \""),
        (r#""a\"#, "!quote \""),
        (r#"a"b"c""#, "!quote \""),
        ("한국어'한 국'\"$KR\"", "한국어한 국한국어"),
        ("<<a < b", "<<a < b"),
    ]);
    let backquote = |text| expand(text, b'`', ExpansionMode::Word, &TABLE).value().to_string();
    assert_eq!(backquote(r"c:\d`$V"), r"c:\d$V");
    assert_eq!(backquote("\"a`\"b`c\""), "a\"b`c");
}

#[test]
fn reads_names_of_variables() {
    check_expansions(&[
        ("$V", "val"),
        ("${V}", "val"),
        ("a${V}b$V", "avalbval"),
        ("$Vx", ""),
        ("$V.x", "val.x"),
        ("$V-x", "val-x"),
        ("$", "$"),
        ("$.", "$."),
        ("a$", "a$"),
        ("$ V", "$ V"),
        ("$1", ""),
        ("$1x", "x"),
        ("$999a", "a"),
        ("${1}", ""),
        ("${1:-d}", "d"),
        ("$@$*$#$?$-$$$!$0.", "."),
        ("${@}${*}${#}${?}${-}${$}${!}${0}.", "."),
        ("${@:-d}${001:-e}", "de"),
        ("$v", ""),
        ("$KR국", ""),
        ("${KR}국", "한국어국"),
        ("${V}}", "val}"),
        ("$(V)", "$(V)"),
    ]);
}

#[test]
fn expands_alternative_values() {
    check_expansions(&[
        ("${V:-w}|${V-w}|${V:+w}|${V+w}", "val|val|w|w"),
        ("${E:-w}|${E-w}|${E:+w}|${E+w}", "w|||w"),
        ("${U:-w}|${U-w}|${U:+w}|${U+w}", "w|w||"),
        ("${V:?w}${V?w}", "valval"),
        ("${U:?w}", "!required U false w"),
        ("${U?w}", "!required U false w"),
        ("${E:?w}", "!required E true w"),
        ("${E?w}", ""),
        ("${U?}", "!required U false "),
        ("${U:?${V} x}", "!required U false val x"),
        ("${U:-$V}", "val"),
        ("${U:-${X:-${V}}}", "val"),
        ("${U:-'a}b'}", "a}b"),
        (r#"${U:-"a}b"}"#, "a}b"),
        (r"${U:-a\}b}", "a}b"),
        ("${U:-b c}", "b c"),
        ("${U:-}", ""),
        ("${U:-a}}", "a}"),
        ("\"${U:-\"x y\"}\"", "x y"),
    ]);
}

#[test]
fn rejects_invalid_braces() {
    check_expansions(&[
        ("${}", "!bad"),
        ("${:}", "!bad"),
        ("${:-x}", "!bad"),
        ("${{V}", "!bad"),
        ("${.}", "!op ."),
        ("${V", "!brace"),
        ("${", "!brace"),
        ("${V:", "!brace"),
        ("${V:1", "!brace"),
        ("${V:-w", "!brace"),
        ("${V:-${U}", "!brace"),
        ("${V^^}", "!op ^"),
        ("${V,,}", "!op ,"),
        ("${V=w}", "!op ="),
        ("${V:=w}", "!op :="),
        ("${U:=w}", "!op :="),
        ("${V:1:2}", "!op :1"),
        ("${V:#p}", "!op :#"),
        ("${V:%p}", "!op :%"),
        ("${V[0]}", "!op ["),
        ("${V@Q}", "!op @"),
        ("${ V}", "!op  "),
        ("${V/a}", "!slash"),
        ("${V/a/b", "!brace"),
        ("${#V}", "!op V"),
        ("${!V}", "!op V"),
    ]);
}

#[test]
fn matches_patterns_of_expansions() {
    check_expansions(&[
        ("${P#*/}", "usr/local/lib.tar.gz"),
        ("${P##*/}", "lib.tar.gz"),
        ("${P%.*}", "/usr/local/lib.tar"),
        ("${P%%.*}", "/usr/local/lib"),
        ("${P#x}", "/usr/local/lib.tar.gz"),
        ("${P#/?s}", "r/local/lib.tar.gz"),
        ("${P%/}", "/usr/local/lib.tar.gz"),
        ("${P#}${P%}", "/usr/local/lib.tar.gz/usr/local/lib.tar.gz"),
        ("${P##}", "/usr/local/lib.tar.gz"),
        ("${P/l/L}", "/usr/Local/lib.tar.gz"),
        ("${P//l/L}", "/usr/LocaL/Lib.tar.gz"),
        (r"${P//\//_}", "_usr_local_lib.tar.gz"),
        ("${P/l*l/_}", "/usr/_ib.tar.gz"),
        ("${P//./}", "/usr/local/libtargz"),
        ("${P/zz/y}", "/usr/local/lib.tar.gz"),
        (r"${S#a.b+c\*}", "d?e[f]"),
        (r"${S%\?e[f]}", "a.b+c*d"),
        (r"${S//[f]/_}", "a.b+c*d?e_"),
        (r"${V#\v}", "!pattern Some('v')"),
        (r"${V/\a/b}", "!pattern Some('a')"),
        ("${V#$PAT}", ""),
        ("${V%${U:-al}}", "v"),
        ("${V//?/x}", "xxx"),
        ("${V//*/x}", "x"),
        ("${V///x}", "xvxaxlx"),
        ("${V/a/${E}}", "vl"),
        ("${U#*}${U/a/b}", ""),
        (r"${BS#c:\\}", "d"),
    ]);
}

#[test]
fn words_are_split_unless_quoted() {
    for (text, expected) in [
        ("a b", vec!["a", "b"]),
        ("  a\t b ", vec!["a", "b"]),
        ("$W", vec!["x", "y"]),
        ("\"$W\"", vec![" x  y "]),
        ("a${W}b", vec!["a", "x", "y", "b"]),
        ("'a b' c", vec!["a b", "c"]),
        (r"a\ b", vec!["a b"]),
        ("$E", vec![]),
        ("$U $V", vec!["val"]),
        ("${U:-1 2}", vec!["1", "2"]),
        ("<<  EOF", vec!["<<  EOF"]),
    ] {
        assert_eq!(expand_words(text, b'\\', &TABLE).0, expected, "{text}");
    }
    assert!(expand_words("a 'b", b'\\', &TABLE).1.result.is_err());
}

#[test]
fn heredoc_bodies_keep_quotes() {
    for (text, expected) in [
        ("a 'b $V'\n", "a 'b val'\n"),
        ("don't \"$V\"", "don't \"val\""),
        (r"a\nb\\c\$V", r"anb\c$V"),
        ("a\\\nb", "a\nb"),
        ("$(x) $1 $$ $@.", "$(x)   ."),
        ("${U:-\"x\"}", "\"x\""),
    ] {
        assert_eq!(expand(text, b'\\', ExpansionMode::HeredocBody, &TABLE).value(), expected, "{text}");
    }
}

#[test]
fn expansion_records_uses() {
    let text = "a$V ${U:-$X}$U \"${E}\" '$N' \\$N";
    let expansion = expand(text, b'\\', ExpansionMode::Word, &TABLE);
    let names: Vec<_> = expansion.uses.iter().map(|found| (found.name, &text[found.range.clone()])).collect();
    assert_eq!(names, [("V", "$V"), ("X", "$X"), ("U", "${U:-$X}"), ("U", "$U"), ("E", "${E}")]);
    assert!(expansion.uses.iter().all(|found| text[found.name_range.clone()] == *found.name));
    assert_eq!(expansion.set_variables().map(|found| found.name).collect::<Vec<_>>(), ["V", "E"]);
    assert_eq!(expansion.unset_variables().map(|found| found.name).collect::<Vec<_>>(), ["X", "U"]);
    assert!(expansion.certain);
    assert!(!expand("$DECLARED", b'\\', ExpansionMode::Word, &TABLE).certain);
    let refused = expand("${U:name}", b'\\', ExpansionMode::Word, &TABLE);
    assert!(refused.result.is_err() && refused.unset_variables().count() == 1);
    let failed = expand("$U ${V", b'\\', ExpansionMode::Word, &TABLE);
    assert_eq!(failed.unset_variables().count(), 1);
}

#[test]
fn messages_are_one_line_without_colon() {
    for text in ["'", "${V", "${V/a", "${}", "${V:1:2}", "${.}", r"${V#\x}", "${U?a: b}", "${U?}"] {
        let error = expand(text, b'\\', ExpansionMode::Word, &TABLE).result.expect_err(text);
        let message = error.to_string();
        assert!(!message.contains(": ") && !message.contains('\n') && !message.is_empty(), "{message}");
        assert!(text.get(error.range.clone()).is_some(), "{text} {:?}", error.range);
    }
}

struct Big(String);
impl Environment for Big {
    fn variable(&self, _: &str) -> VariableValue<'_> {
        set(&self.0)
    }
}

#[test]
fn depth_and_growth_are_bounded() {
    let deep = format!("{}{}", "${a:-".repeat(100_000), "}".repeat(100_000));
    assert_eq!(value(&deep), "!deep");
    let quoted = format!("{}{}", "\"${a:-".repeat(100_000), "}\"".repeat(100_000));
    assert_eq!(value(&quoted), "!deep");
    let nested = format!("{}x{}", "${a:-".repeat(MAX_DEPTH), "}".repeat(MAX_DEPTH));
    assert_eq!(value(&nested), "x");

    let big = Big("a".repeat(100_000));
    let text = "$a".repeat(100_000);
    let expansion = expand(&text, b'\\', ExpansionMode::Word, &big);
    assert!(!expansion.certain && expansion.value().len() < 2_000_000);
    let slow = format!("${{a//{}b/x}}", "a*".repeat(2_000));
    assert!(!expand(&slow, b'\\', ExpansionMode::Word, &big).certain);
}
