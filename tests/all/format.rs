//! The formatter: the examples of docs/format.md, and properties of arbitrary files.

use dockwright::format::{FormatOptions, FormatResult, OperatorPosition, format};

fn formatted(text: &str, options: &FormatOptions) -> String {
    match format(text.as_bytes(), options) {
        FormatResult::Unchanged => text.to_string(),
        FormatResult::Changed { text, .. } => text,
        other => panic!("{other:?}\n{text}"),
    }
}

/// The info string of each code block as words, and its text.
fn blocks(page: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    let mut open: Option<(&str, String)> = None;
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => open = Some((info, String::new())),
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some((_, text)), None) => *text += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    found
}

fn options(words: &str) -> FormatOptions {
    let mut options = FormatOptions::default();
    for word in words.split_whitespace() {
        match word {
            "keep-cache" => options.keep_cache = true,
            "sort-packages" => options.sort_packages = true,
            "operator-position=start" => options.operator_position = Some(OperatorPosition::Start),
            other => panic!("unknown option {other}"),
        }
    }
    options
}

#[test]
fn formats_examples_of_documentation() {
    let blocks = blocks(include_str!("../../docs/format.md"));
    let mut examples = 0;
    for pair in blocks.windows(2) {
        let [(info, before), ("dockerfile after", after)] = pair else { continue };
        let words = info.strip_prefix("dockerfile before").expect("an example has a `before`");
        let options = options(words);
        assert_eq!(formatted(before, &options), *after);
        assert_eq!(formatted(after, &options), *after);
        examples += 1;
    }
    assert!(examples > 9, "{examples}");
}

/// Random sequences of difficult pieces for a formatter.
fn pieces() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let gap = prop_oneof![
        8 => Just(" ".to_string()),
        2 => Just("  \t".to_string()),
        3 => Just(" \\\n    ".to_string()),
        1 => Just("\\\n".to_string()),
        1 => Just(" \\  \n ".to_string()),
        1 => Just(" \\\n# comment\n  ".to_string()),
        1 => Just(" \\\n  #comment \\\n\n".to_string()),
        1 => Just(" \\\n  \\\n".to_string()),
        1 => Just(" \\\n# a\n  \\\n# b\n\n  ".to_string()),
        1 => Just(String::new()),
    ];
    let word = prop_oneof![
        4 => proptest::sample::select(vec!["a", "b", "apt-get", "install", "-y", "--no-cache", "-o", "x=1", "curl", "find"]),
        2 => proptest::sample::select(vec!["&&", "||", ";", "|", "&", ";;", "{", "}", "(", ")", "!"]),
        2 => proptest::sample::select(vec!["if", "then", "else", "fi", "for", "in", "do", "done", "case", "esac", "while"]),
        2 => proptest::sample::select(vec!["'a  b'", "\"a  b\"", "\"$(a  b)\"", "$(a; b)", "`a  b`", "${a:-b c}", "'it", "\"", "\\ ", "\\;"]),
        1 => proptest::sample::select(vec![">f", "2>&1", "> f", "<<X", "<(a)", "#c", "a#b", "[", "]", "[[", "]]", "((", "))", "\\\\", "é"]),
        1 => proptest::sample::select(vec!["f()", "x)", "a|b)", "--mount=type=cache,target=/x", "[\"a\",\"b\"]", "[ \"a\" , \"b\" ]", "A=\"1 2\""]),
    ];
    let text = proptest::collection::vec((word, gap), 1..14)
        .prop_map(|words| words.into_iter().map(|(word, gap)| word.to_string() + &gap).collect::<String>());
    let keyword = proptest::sample::select(vec![
        "RUN",
        "run",
        "CMD",
        "ENTRYPOINT",
        "COPY",
        "ENV",
        "LABEL",
        "ARG",
        "HEALTHCHECK CMD",
        "ONBUILD RUN",
        "EXPOSE",
        "WORKDIR",
        "FROM a as b\nRUN",
        "SHELL",
        "USER",
        "VOLUME",
        "HEALTHCHECK --timeout=3s CMD",
        "RUN --network=none",
    ]);
    let between = proptest::sample::select(vec![
        "\n",
        "\n\n",
        "\n\n\n",
        "\n#comment\n",
        "\n  # b\n\n",
        "\n#\n",
        "  \n",
    ]);
    let instruction = (keyword, text, between).prop_map(|(keyword, text, between)| {
        format!("{keyword} {}{between}", text.trim_end_matches(['\\', '\n', ' ']))
    });
    let top = proptest::sample::select(vec![
        "",
        "\n",
        "# escape=`\n",
        "#syntax=a\n",
        "\u{feff}",
        "# x\n",
        "\n# escape=`\n",
        "  # check=skip=all\n",
    ]);
    (top, proptest::collection::vec(instruction, 1..4), any::<bool>(), proptest::bool::weighted(0.2))
        .prop_map(|(top, all, crlf, backquote)| {
            let text = format!("{top}FROM debian:12\n{}", all.concat());
            let text = if backquote { text.replace('\\', "`") } else { text };
            if crlf { text.replace('\n', "\r\n") } else { text }
        })
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(
        std::env::var("DOCKWRIGHT_FORMAT_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300)
    ))]

    #[test]
    fn every_layout_is_proved(text in pieces(), keep_cache: bool, width in 20usize..110) {
        let options = FormatOptions { keep_cache, line_width: width, ..FormatOptions::default() };
        if let FormatResult::Unproved(difference) = format(text.as_bytes(), &options) {
            panic!("{difference:?}\n{text}");
        }
    }
}

#[test]
fn keeps_meaning_of_difficult_texts() {
    for (before, after) in [
        // Continuations in words and quotes, and with spaces after them.
        ("RUN ec\\\nho  a   \\  \n  b\n", "RUN ec\\\nho a \\\n        b\n"),
        ("RUN echo 'a \\\n  b'   c\n", "RUN echo 'a \\\n  b' c\n"),
        ("RUN echo \"a   b\"  \\\n\n\n   c\n", "RUN echo \"a   b\" c\n"),
        // Text that must not become a comment, a continuation or a directive.
        ("COPY a   #b c/\n", "COPY a   #b c/\n"),
        ("RUN a   # b  c\n", "RUN a   # b  c\n"),
        ("COPY a\\\\  b\n", "COPY a\\\\ b\n"),
        ("env  \\  x=1\n", "ENV \\  x=1\n"),
        // Other shells.
        ("SHELL [\"pwsh\",  \"-c\"]\nrun  a;  b\n", "SHELL [\"pwsh\", \"-c\"]\nRUN a;  b\n"),
        (
            "SHELL [\"/usr/bin/python3\",\"-c\"]\nrun  a;  b\n",
            "SHELL [\"/usr/bin/python3\", \"-c\"]\nRUN a;  b\n",
        ),
        // Comments inside, and after the last line.
        ("RUN a && \\\n#b\n  c\n", "RUN a && \\\n    # b\n    c\n"),
        ("RUN \\\n  # a\n  b\n", "RUN \\\n    # a\n    b\n"),
        ("arg a \\  \\\n# b\n", "arg a \\  \\\n# b\n"),
        ("RUN a \\\n  # b\n", "RUN a\n# b\n"),
        ("RUN a; \\\n# b\n  \\\n#c\n\\\n  d\n", "RUN a; \\\n    # b\n    \\\n    # c\n    \\\n    d\n"),
        ("\t\\\n# b\n\n\\\n# c\n\nRUN a\n", "# b\n# c\nRUN a\n"),
        ("ENV A=1 \\\n# b\n  \\\n# c\n\\\nB=2\n", "ENV A=1 \\\n    # b\n    \\\n    # c\n    \\\n    B=2\n"),
        ("ENV A=1 \\\n# b\nB=2\n", "ENV A=1 \\\n    # b\n    B=2\n"),
        ("CMD [\"a\", \\\n  # b\n \"c\"]\n", "CMD [ \\\n    \"a\", \\\n    # b\n    \"c\" \\\n]\n"),
        ("COPY a \\\n  # b\n  c /\n", "COPY a \\\n    # b\n    c \\\n    /\n"),
        ("# hadolint ignore=DL3008\n\n\nRUN a\n", "# hadolint ignore=DL3008\n\nRUN a\n"),
        // Values with significant spaces.
        ("ENV A one   two  \n", "ENV A one   two\n"),
        ("LABEL  a=\"b   c\"  'd e'=f\n", "LABEL a=\"b   c\" \\\n    'd e'=f\n"),
        ("MAINTAINER A   B\n", "MAINTAINER A   B\n"),
        ("WORKDIR   /a  b \n", "WORKDIR /a  b\n"),
        // Heredocs.
        ("RUN   <<X  \n  a   b\nX\n", "RUN <<X\n  a   b\nX\n"),
        ("RUN cat  <<-X  >  f  &&  b\n\ta\n\tX\n", "RUN cat  <<-X  >  f  &&  b\n\ta\n\tX\n"),
        ("copy  <<A  <<B  /c/\n a\nA\n b\nB\nrun  x\n", "COPY <<A <<B /c/\n a\nA\n b\nB\nRUN x\n"),
        // Shell syntax.
        ("RUN a  2>&1  >f;b&c\n", "RUN a 2>&1 >f; b & c\n"),
        ("RUN ( (a) )  ;  {  b;  }\n", "RUN ( (a) ); { b; }\n"),
        ("RUN (a  ||  (b))\n", "RUN (a || (b))\n"),
        // A shell may read `((` as arithmetic.
        ("RUN (( a)  || b)\n", "RUN (( a)  || b)\n"),
        ("RUN a  &&>f\n", "RUN a && >f\n"),
        ("RUN a  { ;\n", "RUN a { ;\n"),
        ("RUN f ()  { a;}\n", "RUN f() { a; }\n"),
        (
            "RUN case  $x  in  a  |b|c )  d;;  e|f )  g;; esac\n",
            "RUN case $x in a | b | c) d ;; e|f) g ;; esac\n",
        ),
        ("RUN a=(b   c)   d\n", "RUN a=(b   c) d\n"),
        ("RUN [[ a  ==  b ]]  &&  ((1 + 2))\n", "RUN [[ a  ==  b ]] && ((1 + 2))\n"),
        ("RUN `a   b`   $(c   d)\n", "RUN `a   b` $(c   d)\n"),
        ("ONBUILD  copy  --chown=1   a  b\n", "ONBUILD COPY --chown=1 a b\n"),
        ("HEALTHCHECK  none\n", "HEALTHCHECK NONE\n"),
        ("CMD [ ]\n", "CMD []\n"),
        ("SHELL [ \"a\\\\b\" , \"c\\\"d\" ]\n", "SHELL [\"a\\\\b\", \"c\\\"d\"]\n"),
        ("EXPOSE   80\t443\n", "EXPOSE 80 443\n"),
    ] {
        let (before, after) = (format!("FROM debian:12\n{before}"), format!("FROM debian:12\n{after}"));
        assert_eq!(formatted(&before, &FormatOptions::default()), after);
        let windows = |text: &str| text.replace('\n', "\r\n");
        assert_eq!(formatted(&windows(&after), &FormatOptions::default()), windows(&after));
    }
}

/// Commands that are too long for a line, with a width of 40.
#[test]
fn splits_long_commands() {
    let options = FormatOptions { line_width: 40, ..FormatOptions::default() };
    for (before, after) in [
        // The program follows its variables on a new line, and the arguments follow the program.
        (
            "A=1 \\\n  B=2 \\\n ./configure \\\n --prefix=/usr/local \\\n --without-docs\n",
            "A=1 \\\n    B=2 \\\n    ./configure \\\n        --prefix=/usr/local \\\n        --without-docs\n",
        ),
        // Text in parentheses is indented.
        (
            "find /usr/local/lib \\\n\\( \\\n\\( -name test \\) \\\n-o -name tests \\\n\\) -exec rm {} +\n",
            "find /usr/local/lib \\\n        \\( \\\n            \\( -name test \\) \\\n            -o -name tests \\\n        \\) -exec rm {} +\n",
        ),
        // A condition of several lines is not indented like its body.
        (
            "if a --with-an-option --and-more | grep -q something; then b; fi\n",
            "if a --with-an-option --and-more | \\\n            grep -q something; then \\\n        b; \\\n    fi\n",
        ),
        // Flags, modes and owners stay with the program.
        (
            "chown -R app:app /srv/data /srv/cache /srv/log\n",
            "chown -R app:app \\\n        /srv/data \\\n        /srv/cache \\\n        /srv/log\n",
        ),
        (
            "mkdir -m 755 -p /srv/data /srv/cache /srv/log\n",
            "mkdir -m 755 -p \\\n        /srv/data \\\n        /srv/cache \\\n        /srv/log\n",
        ),
    ] {
        let (before, after) =
            (format!("FROM debian:12\nRUN {before}"), format!("FROM debian:12\nRUN {after}"));
        assert_eq!(formatted(&before, &options), after);
        assert_eq!(formatted(&after, &options), after);
    }
}

#[test]
fn keeps_directives_at_top() {
    for (before, after) in [
        ("\n\n# escape=`\nFROM a\n", "\n# escape=`\nFROM a\n"),
        ("\n\n# a\nFROM a\n", "# a\nFROM a\n"),
        ("#a\n#syntax=b\nfrom a\n", "# a\n#syntax=b\nFROM a\n"),
        ("#Escape = `\nfrom a\nrun  b `\n  c\n", "# Escape=`\nFROM a\nRUN b `\n  c\n"),
        ("\u{feff}from a", "\u{feff}FROM a\n"),
        ("arg A=1\n  # A b\narg A=2\nfrom $A\n", "ARG A=1\n  # A b\nARG A=2\nFROM $A\n"),
    ] {
        assert_eq!(formatted(before, &FormatOptions::default()), after);
    }
}

/// After a fix, only the changed instructions are formatted.
#[test]
fn fixed_files_stay_laid_out() {
    use dockwright::diagnostic::Applicability;
    use dockwright::fix::{FixSelection, fix_until_stable};
    let linter = dockwright::lint::Linter::with_rules(dockwright::rules::all_rules());
    let instructions = |text: &str| -> Vec<String> {
        let file = dockwright::syntax::parse(text.as_bytes());
        file.instructions()
            .map(|one| String::from_utf8_lossy(one.span.bytes(text.as_bytes())).into_owned())
            .collect()
    };
    let mut fixed_files = 0;
    let cases = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cases");
    for entry in std::fs::read_dir(cases).expect("the cases") {
        let Ok(source) = std::fs::read_to_string(entry.expect("a case").path().join("Dockerfile")) else {
            continue;
        };
        let FormatResult::Changed { text: first, .. } = format(source.as_bytes(), &FormatOptions::default())
        else {
            continue;
        };
        let trust = FixSelection { least: Applicability::Safe, wanted: &|_| true };
        let fixed = fix_until_stable(first.as_bytes(), trust, &|text| linter.analyze(text)).text;
        let fixed = String::from_utf8(fixed).expect("UTF-8");
        if fixed == first {
            continue;
        }
        fixed_files += 1;
        let second = formatted(&fixed, &FormatOptions::default());
        let (first, second) = (instructions(&first), instructions(&second));
        for kept in instructions(&fixed).iter().filter(|one| first.contains(one)) {
            assert!(second.contains(kept), "{kept}\n{fixed}");
        }
    }
    assert!(fixed_files > 5, "{fixed_files}");
}
