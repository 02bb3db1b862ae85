//! Tables of texts and their diagnostics, which agree with the output of hadolint 2.15.1.

mod agreement;
mod values;

use super::*;
use dockwright_diagnostic::Applicability::{Safe, Suggestion, UnsafeMid};

fn analyze_text(text: &str, shell: &str, names: &[&str]) -> ShellAnalysis {
    let original = text.as_bytes();
    ShellAnalyzer::new().analyze(&ShellText {
        text,
        offset: 100,
        original,
        shell: AnalysisShell::from_command(shell),
        names: &names,
    })
}

fn numbers(text: &str, shell: &str, names: &[&str]) -> Vec<u32> {
    analyze_text(text, shell, names).diagnostics.iter().map(|one| one.code).collect()
}

#[test]
fn reports_expected_codes() {
    for (text, expected) in [
        ("echo a", &[][..]),
        ("echo $a", &[2086, 2154]),
        ("echo \"$a\"", &[2154]),
        ("echo $A", &[2086]),
        ("A=1; echo $A", &[]),
        ("echo a `b`", &[2006, 2046]),
        ("cd a", &[2164]),
        ("[ \"$A\" == b ]", &[3014]),
        ("[[ -f a ]]", &[3010]),
        ("foo &&& bar", &[1072]),
        ("if a", &[1072]),
        ("cd x )", &[2164, 1089]),
        ("cd x; fi", &[2164, 1089]),
        ("a \\\n  $B", &[2086]),
        ("# shellcheck disable=SC2086\necho $A", &[]),
        ("a\n# shellcheck disable=SC2226\nln x", &[]),
        ("a\n# shellcheck disable=SC2225\nln x", &[2226]),
        ("bash -c 'echo $x'", &[]),
        ("/bin/bash -c 'echo $x'", &[]),
        ("foo 'echo $x'", &[2016]),
        ("time a $x", &[2086, 2154]),
        ("b && time a \"$x\" || c \"$x\"", &[2015, 2154]),
        ("tr [a-z] '[A-Z]'", &[2060, 2021]),
        ("tr a? [:upper:]", &[2060, 2060]),
        ("test -e *.log", &[2035]),
        ("[ -e *.log ]", &[2144]),
        ("!true && !a", &[1035, 1035]),
        ("!(true)", &[]),
        ("!b=1 c", &[1035]),
        ("[ $A < $c ]", &[2086, 3012, 2086, 2154]),
        ("{ b; [ -f a ]; } || exit $?", &[2319]),
        ("{ [ -f a ]; b; } || exit $?", &[]),
        ("{ ! [ -f a ]; } || exit $?", &[]),
        ("b | ! a", &[2326]),
        ("b | ! a | ! c", &[2326, 2326]),
        ("! b | a", &[]),
        ("b || a && c || d", &[2015]),
        ("b || a && c || echo d", &[]),
        ("b || a && c && d || e", &[2015]),
        ("if b || a && c || d; then e; fi", &[]),
        ("y=$(a && b || c) && d \"$y\"", &[]),
        ("y=$(a && b || c); d \"$y\"", &[2015]),
    ] {
        assert_eq!(numbers(text, "/bin/sh -c", &[]), expected, "{text}");
    }
}

#[test]
fn reports_own_checks() {
    for (text, expected) in [
        ("ln x", Some(2226)),
        ("ln -s x", Some(2226)),
        ("/bin/ln -s x", Some(2226)),
        ("ln -s x y", None),
        ("ln -t a b", None),
        ("mv -f x", Some(2224)),
        ("mv --target-directory=a b", None),
        ("cp -r x", Some(2225)),
        ("cp a*", None),
        ("cp -S .bak a", None),
        ("mkdir -pm 700 a/b", Some(2174)),
        ("mkdir -p --mode=700 /a", Some(2174)),
        ("mkdir -pm 700 ./a", None),
        ("mkdir -m 700 a/b", None),
        ("find -name x", Some(2185)),
        ("find", Some(2185)),
        ("find -L -name x", Some(2185)),
        ("find -H . -name x", None),
        ("find . -name x", None),
        ("a = b", Some(2283)),
        ("a =b", Some(2283)),
        ("a == b", Some(2284)),
        ("a += b", Some(2285)),
        ("a '=' b", None),
        ("env a = b", None),
        ("rm -rf /usr/", Some(2114)),
        ("rm -R \"/home\"", Some(2114)),
        ("rm -rf /", Some(2114)),
        ("rm -rf /usr/src", None),
        ("rm -f /usr", None),
        ("echo \"$RANDOM\"", Some(3028)),
        ("echo \"${HOSTNAME}\"", Some(3028)),
        ("HOSTNAME=x; echo \"$HOSTNAME\"", None),
        ("read -r HOSTNAME; echo \"$HOSTNAME\"", None),
        ("set -e; ! a; b", Some(2251)),
        ("set -o errexit; { a; ! b; }", Some(2251)),
        ("set -e; if a; then ! b; fi", Some(2251)),
        ("set -e; a; ! b", None),
        ("set -e; ! a && b; c", None),
        ("set -e; if ! a; then b; fi; c", None),
        ("! a; b", None),
    ] {
        let found = numbers(text, "/bin/sh -c", &[]);
        assert_eq!(found, Vec::from_iter(expected), "{text}");
    }
}

#[test]
fn adapts_reports_to_shell() {
    for (shell, expected) in [
        ("/bin/sh -c", &[3010][..]),
        ("/bin/bash -o pipefail -c", &[]),
        ("/bin/ash", &[3010]),
        ("bash -c", &[2239]),
        ("/bin/zsh", &[1071]),
        ("zsh", &[2239]),
        ("/bin/foo", &[1008]),
        ("/bin/mksh -c", &[1008]),
        ("", &[2239]),
        ("pwsh -Command", &[]),
        ("cmd /S /C", &[]),
    ] {
        assert_eq!(numbers("[[ -f a ]]", shell, &[]), expected, "{shell}");
    }
    let severity = |shell| analyze_text("[[ -f a ]]", shell, &[]).diagnostics[0].severity;
    assert_eq!(severity("/bin/sh"), Severity::Warning);
    assert_eq!(severity("/bin/dash"), Severity::Error);
    assert!(has_foreign_shebang("#!/usr/bin/python\nprint $x"));
    assert!(!has_foreign_shebang("#!/bin/bash\necho $X"));
}

#[test]
fn adapts_reports_to_busybox() {
    let numbers = |text: &str| {
        let text = ShellText {
            text,
            offset: 0,
            original: text.as_bytes(),
            shell: AnalysisShell::BUSYBOX,
            names: NO_NAMES,
        };
        let analysis = ShellAnalyzer::new().analyze(&text);
        assert!(analysis.diagnostics.iter().all(|one| one.code < 3000 || one.severity == Severity::Error));
        analysis.diagnostics.iter().map(|one| one.code).collect::<Vec<_>>()
    };
    for (text, expected) in [
        ("set -o pipefail; [[ -f a ]] && source b && [ \"$HOME\" == a ]", &[][..]),
        ("f() { local a=1; echo \"$a\" \"${HOME:1:2}\" \"${HOME//a/b}\" $'c'; }; f &> d", &[]),
        ("echo -e a; echo -n b; trap c SIGTERM; ulimit -n 1; type -p d", &[]),
        ("export a=$HOME/b; readonly c=$a; echo \"$c\"", &[]),
        ("echo -E a", &[3036]),
        ("echo {a,b}", &[3009]),
        ("a=(b c); echo \"${a[0]}\"", &[3030, 3054]),
        ("a |& b", &[3029]),
        ("let a=1; echo \"$a\"", &[3039]),
        ("echo \"$RANDOM\"", &[3028]),
        ("diff <(a) <(b)", &[3001, 3001]),
    ] {
        assert_eq!(numbers(text), expected, "{text}");
    }
}

#[test]
fn names_in_scope() {
    assert_eq!(numbers("echo \"$a\" $b", "/bin/sh", &["a", "b"]), [0; 0]);
    assert_eq!(numbers("echo \"$a\" $b", "/bin/sh", &["a"]), [2086, 2154]);
    assert_eq!(numbers("echo \"$http_proxy\"", "/bin/sh", &[]), [0; 0]);
}

#[test]
fn reports_places_and_messages() {
    let analysis = analyze_text("cd a && echo $B $PKGS `c`", "/bin/bash", &[]);
    let all: Vec<_> = analysis
        .diagnostics
        .iter()
        .map(|one| {
            let fix = one.fix.as_ref().map(|fix| (fix.applicability, fix.edits.len()));
            (one.code, one.span.start - 100, one.span.end - 100, fix)
        })
        .collect();
    assert_eq!(
        all,
        [
            (2086, 13, 15, Some((Suggestion, 1))),
            (2086, 16, 21, Some((Suggestion, 1))),
            (2006, 22, 25, Some((Safe, 2))),
            (2046, 22, 25, Some((Suggestion, 1))),
        ]
    );
    assert!(analysis.diagnostics[0].message.contains("`$B`"));
    assert_eq!(last_diagnostic(&analysis.diagnostics).map(|one| one.code), Some(2006));
}

#[test]
fn withholds_fix_if_source_differs() {
    let text = "echo $B";
    let shell = AnalysisShell::DEFAULT;
    let analyzer = ShellAnalyzer::new();
    for (original, has_fix) in [(&b"echo $B"[..], true), (b"echo `B", false), (b"", false)] {
        let analysis = analyzer.analyze(&ShellText { text, offset: 0, original, shell, names: NO_NAMES });
        assert_eq!(analysis.diagnostics[0].fix.is_some(), has_fix);
    }
}

#[test]
fn reports_texts_beyond_limits() {
    for (text, shortfall) in [
        ("a; ".repeat(300), None),
        ("a; ".repeat(500), Some(IncompleteAnalysisReason::Long)),
        ("a; ".repeat(1_100), Some(IncompleteAnalysisReason::TooLong)),
        ("a ".repeat(40_000), Some(IncompleteAnalysisReason::TooLong)),
        ("$(".repeat(300), Some(IncompleteAnalysisReason::TooLong)),
    ] {
        assert_eq!(analyze_text(&text, "/bin/sh", &[]).shortfall, shortfall);
    }
}

/// The recursion of the analyzer must fit the default stack of a Rust thread.
#[test]
fn handles_deep_nesting_on_small_stack() {
    let nest = |open: &str, close: &str, levels: usize| open.repeat(levels) + "a" + &close.repeat(levels);
    let texts = [
        nest("$(", ")", 90),
        nest("$((", "))", 90),
        nest("${a:-", "}", 190),
        nest("(", ")", 90),
        nest("{ ", "; }", 90),
        nest("if a; then ", "; fi", 90),
        nest("\"$(", ")\"", 90),
        "a && ".repeat(300) + "a",
        "a | ".repeat(300) + "a",
    ];
    let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(move || {
        texts.iter().map(|text| analyze_text(text, "/bin/sh", &[]).diagnostics.len()).sum::<usize>()
    });
    assert!(thread.is_ok_and(|thread| thread.join().is_ok()));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]
    #[test]
    fn spans_stay_within_text(text in "(a|b |cd |é|\\$x|\\$\\(|\\)|\\(\\(|\\)\\)|\\{ |\\}|\"|'|`|&& | \\| |; |\n|\\\\\n|if |then |fi |for |in |do |done |<<E\n|\nE\n|> |\\$\\{|:-|#|=|\\[\\[ |\\]\\] |\\[ |\\] |! |export |set -e|\\*){0,20}") {
        let analysis = analyze_text(&text, "/bin/sh", &["x"]);
        proptest::prop_assert!(analysis.shortfall.is_none());
        for one in &analysis.diagnostics {
            let range = (one.span.start - 100) as usize..(one.span.end - 100) as usize;
            proptest::prop_assert!(text.get(range).is_some(), "{:?}", one);
            proptest::prop_assert!(!one.message.contains(": "));
        }
    }
}

/// Which text is quoted, and whether the fix can be applied by a command.
#[test]
fn quotes_single_words_only() {
    for (text, expected, class) in [
        ("mkdir -p $APP_DIR", "mkdir -p \"$APP_DIR\"", UnsafeMid),
        ("cat /opt/$X/bin", "cat \"/opt/$X/bin\"", UnsafeMid),
        ("curl -o ${F}.tgz x", "curl -o \"${F}.tgz\" x", UnsafeMid),
        ("x --prefix=$P/y", "x \"--prefix=$P/y\"", UnsafeMid),
        ("make -C \"a\"/$X", "make -C \"a\"/\"$X\"", Suggestion),
        ("ls \"a\"/$X", "ls \"a\"/\"$X\"", UnsafeMid),
        ("ls ~/$X", "ls ~/\"$X\"", UnsafeMid),
        ("x > $OUT", "x > \"$OUT\"", UnsafeMid),
        ("x -j $(nproc)", "x -j \"$(nproc)\"", UnsafeMid),
        ("x $(nproc | sort)", "x \"$(nproc | sort)\"", Suggestion),
        ("x $(cat list)", "x \"$(cat list)\"", Suggestion),
        ("apt-get install -y $PKGS c", "apt-get install -y \"$PKGS\" c", Suggestion),
        ("apt-get install -y php-$V.1", "apt-get install -y \"php-$V.1\"", Suggestion),
        ("apk add $BUILD_DEPS", "apk add \"$BUILD_DEPS\"", Suggestion),
        ("./configure $FLAGS", "./configure \"$FLAGS\"", Suggestion),
        ("gcc $CFLAGS x.c", "gcc \"$CFLAGS\" x.c", Suggestion),
        ("gcc -I$X/a x.c", "gcc \"-I$X/a\" x.c", Suggestion),
        ("x $LIST/$A", "x \"$LIST/$A\"", Suggestion),
        ("java $OPTS", "java \"$OPTS\"", Suggestion),
        ("x $1/a", "x \"$1/a\"", UnsafeMid),
        ("x $*", "x \"$*\"", Suggestion),
        ("echo $B", "echo \"$B\"", Suggestion),
        ("$PROGRAM/x a", "\"$PROGRAM/x\" a", Suggestion),
    ] {
        let analysis = analyze_text(text, "/bin/bash", &[]);
        let mut quoting = analysis.diagnostics.iter().filter(|one| [2046, 2048, 2086].contains(&one.code));
        let fix = quoting.find_map(|one| one.fix.as_ref()).unwrap_or_else(|| panic!("no fix of {text}"));
        let mut fixed = text.to_string();
        let mut edits: Vec<_> = fix.edits.iter().collect();
        edits.sort();
        for edit in edits.into_iter().rev() {
            let at = |offset: u32| offset as usize - 100;
            fixed.replace_range(at(edit.span.start)..at(edit.span.end), &edit.text);
        }
        assert_eq!((fixed.as_str(), fix.applicability), (expected, class), "{text}");
    }
}

/// Inside backticks, ShellCheck counts columns without the backslashes that the shell removes there.
#[test]
fn nested_backticks() {
    for (text, expected) in [
        ("x=`echo \\`date\\``; a \"$x\"", &[(2, 2006), (8, 2005), (8, 2006), (8, 2046)][..]),
        ("a `b \\`c\\``", &[(2, 2006), (2, 2046), (5, 2006), (5, 2046)]),
        (
            "a \"`b \\`c $x\\` $y`\"",
            &[(3, 2006), (6, 2006), (6, 2046), (9, 2086), (9, 2154), (13, 2086), (13, 2154)],
        ),
        ("a \"`b \\\"\\`c\\`\\\"`\"", &[(3, 2006), (7, 2006)]),
        ("a \"`b \\$x`\"", &[(3, 2006), (6, 2086), (6, 2154)]),
        ("a \"`b \\`c \\\\\\`d\\\\\\`\\``\"", &[(3, 2006), (6, 2006), (6, 2046), (9, 2006), (9, 2046)]),
        ("`\\`a\\``", &[(0, 2006), (0, 2092), (1, 2006), (1, 2092)]),
        ("a \"`b '\\`c\\`'`\"", &[(3, 2006), (6, 2016)]),
    ] {
        let diagnostics = analyze_text(text, "/bin/sh -c", &[]).diagnostics;
        let places: Vec<(u32, u32)> =
            diagnostics.iter().map(|one| (one.span.start - 100, one.code)).collect();
        assert_eq!(places, expected, "{text}");
    }
    let edits = |text: &str| -> Vec<(u32, u32)> {
        let diagnostics = analyze_text(text, "/bin/sh -c", &[]).diagnostics;
        let fixes = diagnostics.iter().filter_map(|one| one.fix.as_ref());
        fixes.flat_map(|fix| &fix.edits).map(|edit| (edit.span.start - 100, edit.span.end - 100)).collect()
    };
    // Only text outside backticks can be fixed.
    for (text, expected) in [
        ("a `b` \"`c \\`d\\``\" `e`", &[(2, 3), (4, 5), (2, 5), (18, 19), (20, 21), (18, 21)][..]),
        ("a \"`b \\`c $x\\``\"", &[]),
        ("cd `b \\`c\\``\nx", &[(12, 12)]),
        ("a `b \\\"\\`c\\`\\\"`", &[]),
    ] {
        assert_eq!(edits(text), expected, "{text}");
    }
}
