//! The syntax tree: invariants that hold for any bytes, and snapshots of our own fixtures.

mod tree;

use dockerfile_syntax::{Arguments, CommandLine, Dockerfile, Instruction, Node, Source, Word, parse};
use dockerfile_syntax::{LineIndex, Span};
use proptest::prelude::*;

#[test]
fn parses_fixtures_into_valid_trees() {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/parse");
    let mut paths: Vec<_> =
        directory.read_dir().expect("fixtures").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("snapshots/parse");
    settings.bind(|| {
        for path in &paths {
            let source = std::fs::read(path).expect("a fixture can be read");
            let file = parse(&source);
            assert_valid_tree(&source, &file);
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            insta::assert_snapshot!(name, tree::draw(&file));
        }
    });
}

/// Lines longer than 65,535 bytes are rejected; BuildKit names the line before.
#[test]
fn rejects_too_long_lines() {
    let line = |len: usize| format!("ENV b={}", "x".repeat(len - "ENV b=".len()));
    for (source, expected) in [
        (format!("FROM a\n{}\nUSER c\n", line(65_535)), None),
        (format!("FROM a\n{}\r\nUSER c\n", line(65_535)), Some(1)),
        (format!("FROM a\n\n{}\nUSER c\n", line(65_536)), Some(2)),
        (format!("FROM a\n{}", line(65_535)), None),
        (format!("FROM a\nRUN b \\\n{}", line(65_536)), Some(2)),
        (format!("RUN <<E\n\n{}\nE\n", line(65_536)), Some(2)),
        (line(65_536), Some(0)),
    ] {
        let file = parse(source.as_bytes());
        assert_valid_tree(source.as_bytes(), &file);
        let index = LineIndex::new(source.as_bytes());
        let found = file
            .first_refusal()
            .map(|error| error.location.map_or(0, |span| index.first_and_last_line(span).1));
        assert_eq!(found, expected, "{}", source.len());
    }
}

/// Random sequences of fragments that have a meaning in Dockerfiles.
const BITS: [&str; 74] = [
    "FROM",
    "RUN",
    "COPY",
    "ADD",
    "ENV",
    "LABEL",
    "ARG",
    "CMD",
    "ENTRYPOINT",
    "SHELL",
    "EXPOSE",
    "VOLUME",
    "USER",
    "WORKDIR",
    "STOPSIGNAL",
    "MAINTAINER",
    "HEALTHCHECK",
    "ONBUILD",
    "NONE",
    "AS",
    "alpine",
    "a",
    "b=c",
    "=",
    "\\",
    "`",
    "\\\n",
    "\\ \t\n",
    "\\\r\n",
    "\n",
    "\r\n",
    "\r",
    " ",
    "\t",
    "\u{b}",
    "\u{a0}",
    "\u{3000}",
    "é",
    "\u{2160}",
    "#",
    "# c\n",
    "\n#\n",
    "# escape=`\n",
    "# check=skip=all\n",
    "# syntax=docker/dockerfile:1\n",
    "#!/bin/sh\n",
    "--",
    "--from=x",
    "--mount=type=bind,from=$x,\"",
    "--link",
    "--x='a b'",
    "<<EOF",
    "<<-'A'",
    "<< ",
    "\nEOF\n",
    "\n\tA\n",
    "\"",
    "'",
    "$",
    "${",
    "${x:-",
    "${x/",
    "}",
    "[",
    "]",
    "[\"a\", \"b\"]",
    "\"\\u00e9\"",
    ",",
    "null",
    "{\"a\":1}",
    "\u{feff}",
    "\0",
    "/",
    "1s",
];

fn dockerfile_like() -> impl Strategy<Value = Vec<u8>> {
    let bit = prop_oneof![
        12 => prop::sample::select(&BITS[..]).prop_map(|bit| bit.as_bytes().to_vec()),
        4 => Just(b" ".to_vec()),
        1 => prop::collection::vec(any::<u8>(), 1..3),
    ];
    prop::collection::vec(bit, 0..60).prop_map(|bits| bits.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn parses_any_bytes_into_valid_tree(source in prop::collection::vec(any::<u8>(), 0..400)) {
        assert_valid_tree(&source, &parse(&source));
    }

    #[test]
    fn parses_dockerfile_like_text_into_valid_tree(source in dockerfile_like()) {
        assert_valid_tree(&source, &parse(&source));
    }

    /// An instruction that is valid alone is parsed in the same way after another instruction.
    #[test]
    fn parses_instructions_independently(source in dockerfile_like()) {
        let Ok(text) = std::str::from_utf8(&source) else { return Ok(()) };
        let text = text.trim_start_matches('\u{feff}');
        if text.trim_start().starts_with('#') {
            return Ok(());
        }
        let prefix = "USER x\n";
        let after = format!("{prefix}{text}");
        let (alone, after) = (parse(text.as_bytes()), parse(after.as_bytes()));
        let shape = |file: &Dockerfile<'_>, skip| {
            file.instructions().skip(skip).map(|one| (one.kind, one.rest.text.to_string(), one.heredocs.len()))
                .collect::<Vec<_>>()
        };
        prop_assert_eq!(shape(&alone, 0), shape(&after, 1));
    }
}

/// The invariants: items tile the file; everything is in its parent and between characters; messages are one line.
fn assert_valid_tree(source: &[u8], file: &Dockerfile<'_>) {
    // Each instruction is in exactly one of two parts of the file, wherever it is divided.
    let all: Vec<Span> = file.instructions().map(|one| one.span).collect();
    let end = u32::try_from(source.len()).expect("a small file");
    for at in all.iter().map(|span| span.start).chain([0, end]) {
        let parts = [Span { start: 0, end: at }, Span { start: at, end }];
        let divided: Vec<Span> =
            parts.into_iter().flat_map(|part| file.instructions_in(part)).map(|one| one.span).collect();
        assert_eq!(divided, all, "divided at {at}");
    }
    let tiled: Vec<u8> = file.items.iter().flat_map(|item| item.span.bytes(source)).copied().collect();
    assert_eq!(tiled, source, "items tile the file");
    let mut end = 0;
    let valid = std::str::from_utf8(source).ok();
    let check = |child: Span, parent: Span, what: &str| {
        assert!(parent.contains(child), "{what} {child:?} in {parent:?} of {source:?}");
        if let Some(text) = valid {
            assert!(text.get(child.range()).is_some(), "{what} {child:?} cuts a character of {text:?}");
        }
    };
    for item in &file.items {
        assert_eq!(item.span.start, end, "items follow each other");
        end = item.span.end;
        match &item.node {
            Node::ByteOrderMark | Node::Blank => {}
            Node::Comment(comment) => check(comment.span, item.span, "comment"),
            Node::Directive(directive) => {
                check(directive.span, item.span, "directive");
                check(directive.key.span, directive.span, "key");
                check(directive.value.span, directive.span, "value");
            }
            Node::Instruction(instruction) => {
                check(instruction.span, item.span, "instruction");
                assert!(!instruction.span.is_empty());
                assert_instruction(instruction, &check);
                let _ = file.attached_comments(instruction);
            }
        }
    }
    let whole = Span::new(0, u32::try_from(source.len()).expect("small"));
    for error in &file.errors {
        check(error.span, whole, "error");
        check(error.location.unwrap_or(error.span), whole, "location");
        if let Some((span, text)) = &error.suggestion {
            check(*span, whole, "suggestion");
            assert!(!text.is_empty());
        }
        for text in [Some(&error.message), error.help.as_ref()].into_iter().flatten() {
            assert!(!text.contains(": ") && !text.contains(char::is_control), "{text:?}");
        }
    }
    assert_eq!(file.first_refusal().is_some(), !file.errors.is_empty());
    serde_json::to_string(&dockerfile_syntax::dump(file)).expect("a tree is JSON");
}

fn assert_instruction(instruction: &Instruction<'_>, check: &impl Fn(Span, Span, &str)) {
    let span = instruction.span;
    let word = |word: &Word<'_>, what: &str| check(word.span, span, what);
    word(&instruction.keyword, "keyword");
    word(&instruction.rest, "rest");
    for flag in &instruction.flags {
        check(flag.span, span, "flag");
        check(flag.name.span, flag.span, "flag name");
        flag.value.iter().for_each(|value| check(value.span, flag.span, "flag value"));
    }
    for mount in instruction.mounts() {
        for field in &mount.fields {
            check(field.span, mount.span, "mount field");
            check(field.name.span, field.span, "mount key");
            field.value.iter().for_each(|value| check(value.span, field.span, "mount value"));
        }
    }
    for heredoc in &instruction.heredocs {
        check(heredoc.operator, span, "operator");
        check(heredoc.body, span, "body");
        check(heredoc.terminator, span, "terminator");
        assert!(heredoc.operator.end <= heredoc.body.start && heredoc.body.end <= heredoc.terminator.start);
    }
    let mut last = span.start;
    for continuation in &instruction.continuations {
        assert!(continuation.span.start >= last);
        last = continuation.span.end;
        for skipped in &continuation.skipped {
            assert_eq!(skipped.span.start, last, "skipped lines follow each other");
            last = skipped.span.end;
        }
    }
    match &instruction.arguments {
        Arguments::From(from) => {
            word(&from.image, "image");
            from.stray.iter().for_each(|stray| word(stray, "stray"));
        }
        Arguments::Command(command) => assert_command(command, span, check),
        Arguments::Paths(paths) => {
            paths.sources.iter().map(Source::word).for_each(|source| word(source, "source"));
            paths.destination.iter().for_each(|destination| word(destination, "destination"));
        }
        Arguments::List { words, .. } => words.iter().for_each(|one| word(one, "word")),
        Arguments::Pairs { pairs, .. } => pairs.iter().for_each(|pair| {
            word(&pair.key, "key");
            word(&pair.value, "value");
            assert!(pair.key.span.end <= pair.value.span.start);
        }),
        Arguments::Declarations(all) => all.iter().for_each(|one| {
            word(&one.name, "name");
            one.default.iter().for_each(|default| word(default, "default"));
        }),
        Arguments::Text(text) => word(text, "text"),
        Arguments::Healthcheck(healthcheck) => {
            word(&healthcheck.keyword, "type");
            healthcheck.command.iter().for_each(|command| assert_command(command, span, check));
        }
        Arguments::Onbuild(trigger) => {
            check(trigger.span, span, "trigger");
            assert_instruction(trigger, check);
        }
        Arguments::Unreadable => {}
    }
}

fn assert_command(command: &CommandLine<'_>, span: Span, check: &impl Fn(Span, Span, &str)) {
    match command {
        CommandLine::Exec { words, brackets } => {
            check(*brackets, span, "brackets");
            for word in words {
                check(word.span, *brackets, "string");
            }
        }
        CommandLine::Shell(text) => check(text.span, span, "command"),
    }
}

/// `DOCKWRIGHT_CORPUS=DIR cargo test -p dockerfile-syntax corpus -- --ignored` lists the rejected files of a
/// directory, with the error that BuildKit would print.
#[test]
#[ignore = "needs a folder of Dockerfiles in DOCKWRIGHT_CORPUS"]
fn corpus() {
    let Some(directory) = std::env::var_os("DOCKWRIGHT_CORPUS") else { return };
    let mut report = String::new();
    for entry in walkdir::WalkDir::new(directory).sort_by_file_name().into_iter().filter_map(Result::ok) {
        let Some(source) = std::fs::read(entry.path()).ok().filter(|_| entry.file_type().is_file()) else {
            continue;
        };
        let file = parse(&source);
        assert_valid_tree(&source, &file);
        let index = LineIndex::new(&source);
        if let Some(error) = file.first_refusal() {
            report.extend([format!(
                "{}:{}: {:?}, 1 of {}, {} ({})\n",
                entry.path().display(),
                index.line(error.span.start),
                error.phase,
                file.errors.len(),
                error.message,
                error.help.as_deref().unwrap_or_default(),
            )]);
        }
    }
    assert!(report.is_empty(), "{report}");
}
