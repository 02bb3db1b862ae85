//! The formatter: the examples of docs/format.md, and properties of arbitrary files.

use dockwright::format::{FormatOptions, Formatted, OperatorPosition, format};

fn formatted(text: &str, options: &FormatOptions) -> String {
    match format(text.as_bytes(), options) {
        Formatted::Unchanged => text.to_string(),
        Formatted::Changed { text, .. } => text,
        other => panic!("{other:?}\n{text}"),
    }
}

/// The words after the opening of each code block, and its text.
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
fn examples() {
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

/// Texts in which everything that a formatter may get wrong comes next to everything else.
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
        if let Formatted::Unproved(difference) = format(text.as_bytes(), &options) {
            panic!("{difference:?}\n{text}");
        }
    }
}
