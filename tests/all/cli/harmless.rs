//! With any file content, there is no panic, no output that controls a terminal or a CI log, and no line that is too
//! long.

use std::path::Path;
use std::process::Stdio;

use super::{FORMATS, Sandbox};

/// Commands for terminals and CI runners in names of files, images, instructions and paths.
const HOSTILE: &str = "FROM debian\u{1b}[31m:latest\n::error::pwned\nF\u{202e}OO ##[error]pwned\n\
    RUN cd \u{1b}]0;title\u{7} && echo \u{2066}x\n##vso[task.complete]\nADD \u{9b}2Jx /y\nCMD \u{1b}[2J\n\
    WORKDIR a]]><b>&\"q\"'s'😀\u{fffe}\nEXPOSE 😀]]>&%0A::error::x\n";

#[test]
fn escapes_control_characters() {
    let sandbox = Sandbox::with(&[("Dockerfile", HOSTILE)]);
    sandbox.write("::error::x/Dockerfile\u{1b}[31m.dev", HOSTILE);
    for format in FORMATS {
        let out = sandbox.run(&format!("check --format {format}")).out;
        assert!(!out.is_empty());
        for c in ['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}', '\u{2066}', '\r'] {
            assert!(!out.contains(c), "{format} lets {c:?} through\n{out}");
        }
        if format != "github" {
            assert!(!out.lines().any(|line| line.trim_start().starts_with("::")), "{format}\n{out}");
        }
        assert!(!out.contains("##[") && !out.contains("##vso["), "{format}\n{out}");
    }
    let hadolint =
        ["tty", "gnu", "json", "codacy", "codeclimate", "gitlab_codeclimate", "checkstyle", "junit", "sarif"];
    for format in hadolint {
        let run = sandbox.run(&format!("hadolint --no-color -f {format} Dockerfile missing\u{1b}[31m"));
        for c in ['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}', '\u{2066}'] {
            assert!(!run.out.contains(c) && !run.err.contains(c), "{format} lets {c:?} through\n{run:?}");
        }
    }
}

/// The values of attributes and the texts of well-formed XML.
fn words_of(xml: &str) -> (String, usize) {
    use quick_xml::{Reader, events::Event};
    let mut reader = Reader::from_str(xml);
    let (mut words, mut elements) = (String::new(), 0);
    loop {
        match reader.read_event().expect("it is well-formed") {
            Event::Start(tag) | Event::Empty(tag) => {
                elements += usize::from(matches!(tag.name().as_ref(), "failure" | "error"));
                for attribute in tag.attributes() {
                    let attribute = attribute.expect("it is well-formed");
                    words += &attribute
                        .normalized_value(quick_xml::XmlVersion::Explicit1_0)
                        .expect("it is escaped");
                }
            }
            Event::Text(text) => words += &text,
            Event::Eof => return (words, elements),
            _ => {}
        }
    }
}

#[test]
fn xml_is_always_well_formed() {
    let sandbox = Sandbox::with(&[("Dockerfile", HOSTILE)]);
    sandbox.write("]]>&\"q\"'s'<b>😀.Dockerfile", HOSTILE);
    let json = sandbox.run("check --format jsonl").out.lines().count();
    for format in ["junit", "checkstyle"] {
        let (words, elements) = words_of(&sandbox.run(&format!("check --format {format}")).out);
        assert_eq!(elements, json, "{format}");
        assert!(
            words.contains("a]]><b>&") && words.contains("]]>&\"q\"'s'<b>😀.Dockerfile"),
            "{format}: {words}"
        );
        let (words, elements) = words_of(&sandbox.run(&format!("hadolint -f {format} Dockerfile")).out);
        assert!(elements > 0 && !words.is_empty(), "{format}");
    }
}

#[test]
fn long_lines_are_shown_in_part() {
    let sandbox = Sandbox::empty();
    let long = "é".repeat(40_000);
    sandbox.write(
        "Dockerfile",
        format!("FROM debian:12\nRUN echo {long} && cd /x && echo {long}\nADD {long} /x\n"),
    );
    let out = sandbox.run("check --select DL3003,DL3020 --format full").out;
    let widest = out.lines().map(|line| line.chars().count()).max();
    assert!(widest < Some(300), "{widest:?}");
    assert!(out.contains("cd /x"), "{out}");
    assert!(out.contains('…'));
}

#[test]
fn accepts_any_bytes() {
    let sandbox = Sandbox::empty();
    let deep = format!("FROM a\nRUN {}true{}\n", "(".repeat(20_000), ")".repeat(20_000));
    for (number, bytes) in [
        b"".to_vec(),
        b"\0".to_vec(),
        b"\xef\xbb\xbf".to_vec(),
        b"\xff\xfeF\0R\0O\0M\0".to_vec(),
        b"FROM a\rRUN b\r".to_vec(),
        b"FROM a\nRUN <<EOT".to_vec(),
        b"FROM a\nRUN \"".to_vec(),
        b"\\\n\\\n\\".to_vec(),
        b"FROM a\\".to_vec(),
        deep.into_bytes(),
        b"RUN a\n".repeat(5_000),
    ]
    .iter()
    .enumerate()
    {
        sandbox.write(&format!("{number:02}.Dockerfile"), bytes);
    }
    let (run, reports) = sandbox.check_in_all_formats(".");
    // Two of the files are binary and cannot be checked.
    assert_eq!((run.code, run.err.as_str()), (2, ""));
    for (format, report) in reports {
        assert!(!report.contains("internal-error") && !report.contains("DW0012"), "{format}");
    }
}

#[test]
fn ignores_closed_pipe() {
    let sandbox = Sandbox::empty();
    for number in 0..3 {
        sandbox.write(&format!("{number}.Dockerfile"), "RUN cd /x\n".repeat(4_000));
    }
    let mut command = sandbox.command(Path::new(env!("CARGO_BIN_EXE_dockwright")));
    command.args(["check", "--format", "concise"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
