//! Measures the time of parsing, of all rules with and without the shell analysis, of whole runs of the program, and
//! of a keystroke in an editor.
//!
//! `DOCKWRIGHT_BENCH=DIRECTORY cargo bench` uses the Dockerfiles below a directory; without it, the fixtures.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dockwright::config::ConfigSource;
use dockwright::lint::Linter;
use dockwright::{rules, syntax};
use lsp_server::{Connection, Message};
use rayon::prelude::*;
use serde_json::{Value, json};

fn texts() -> Vec<Vec<u8>> {
    let directory = std::env::var_os("DOCKWRIGHT_BENCH")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), PathBuf::from);
    let mut paths: Vec<PathBuf> = walkdir::WalkDir::new(directory)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.to_string_lossy().to_lowercase().contains("dockerfile"))
        .collect();
    paths.sort();
    paths.iter().filter_map(|path| std::fs::read(path).ok()).collect()
}

fn directory(c: &mut Criterion) {
    let texts = texts();
    let mut group = c.benchmark_group("directory");
    group.sample_size(10).measurement_time(Duration::from_secs(10));
    group.throughput(Throughput::Elements(texts.len() as u64));
    group.bench_function("parse", |b| {
        b.iter(|| texts.par_iter().map(|text| black_box(syntax::parse(text)).items.len()).sum::<usize>());
    });
    let linter = Linter::with_rules(rules::ALL.iter().copied());
    group.bench_function("rules", |b| {
        b.iter(|| texts.par_iter().map(|text| black_box(linter.lint(text)).len()).sum::<usize>());
    });
    let linter = Linter::with_rules(rules::all_rules());
    group.bench_function("rules-and-shell", |b| {
        b.iter(|| texts.par_iter().map(|text| black_box(linter.lint(text)).len()).sum::<usize>());
    });
    group.finish();
}

/// Whole runs of the program, one process each: its start, one file, and commands on all files.
fn program(c: &mut Criterion) {
    let directory = tempfile::tempdir().expect("a directory");
    let mut sizes = Vec::new();
    for (at, text) in texts().iter().enumerate() {
        let name = format!("{at:06}.Dockerfile");
        std::fs::write(directory.path().join(&name), text).expect("a file can be written");
        sizes.push((text.len(), name));
    }
    sizes.sort();
    let all: Vec<&str> = sizes.iter().map(|(_, name)| name.as_str()).collect();
    let middle = all.get(all.len() / 2).copied().expect("there are Dockerfiles");
    let run = |arguments: &[&str], files: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dockwright"));
        command.args(arguments).args(files).current_dir(directory.path());
        let status =
            command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("the program starts");
        assert!(status.code().is_some(), "{arguments:?}");
    };
    let mut group = c.benchmark_group("program");
    group.sample_size(10).measurement_time(Duration::from_secs(5));
    group.bench_function("version", |b| b.iter(|| run(&["--version"], &[])));
    group.bench_function("one-file", |b| b.iter(|| run(&["check"], &[middle])));
    group.throughput(Throughput::Elements(all.len() as u64));
    let commands: [(&str, &[&str]); 5] = [
        ("check", &["check", "--isolated", "--format", "json"]),
        ("check-without-shell", &["check", "--isolated", "--format", "json", "--ignore", "SC*"]),
        ("hadolint", &["hadolint", "--format", "json"]),
        ("fix", &["check", "--isolated", "--diff", "--unsafe-fixes=high"]),
        ("optimize", &["optimize", "--isolated", "--no-context", "--format", "json"]),
    ];
    for (name, arguments) in commands {
        group.bench_function(name, |b| b.iter(|| run(arguments, &all)));
    }
    group.finish();
}

type InputMaker = fn(usize) -> String;

/// Inputs that are slow to process with a careless algorithm. Each grows tenfold; the time should grow by the same
/// factor.
fn hostile(c: &mut Criterion) {
    let linter = Linter::with_rules(rules::all_rules());
    let mut group = c.benchmark_group("hostile");
    group.sample_size(10).measurement_time(Duration::from_secs(5));
    let makers: [(&str, InputMaker); 6] = [
        ("parentheses", |n| format!("FROM a:1\nRUN {}true{}\n", "(".repeat(n), ")".repeat(n))),
        ("instructions", |n| format!("FROM a:1\n{}", "ENV A=$A B=1\n".repeat(n))),
        ("one-line", |n| format!("FROM a:1\nRUN echo {}\n", "x ".repeat(n * 100))),
        ("continuations", |n| format!("FROM a:1\nRUN a{}\n", " \\\n# c\n\n  b".repeat(n))),
        ("heredocs", |n| format!("FROM a:1\n{}", "RUN <<E\ntrue\nE\n".repeat(n))),
        ("stages", |n| {
            let stage = |i: usize| format!("FROM s{} AS s{i}\nCOPY --from=s{i} a /a\n", i.saturating_sub(1));
            (0..n).map(stage).collect::<Vec<_>>().concat()
        }),
    ];
    for (name, make) in makers {
        for size in [200, 2000, 20_000] {
            let text = make(size);
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_function(format!("{name}/{size}"), |b| {
                b.iter(|| black_box(linter.lint(text.as_bytes())).len());
            });
        }
    }
    group.finish();
}

/// A keystroke in a Dockerfile of 300 lines: the time from the message to the diagnostics, over the protocol.
fn keystroke(c: &mut Criterion) {
    let (client, server) = Connection::memory();
    let thread = std::thread::spawn(move || dockwright::lsp::serve(&server, ConfigSource::Nothing));
    let send = |message: Value| {
        client.sender.send(serde_json::from_value(message).expect("a message")).expect("the server listens");
    };
    let uri = "file:///work/Dockerfile";
    send(json!({"id": 1, "method": "initialize", "params": {"capabilities": {}}}));
    send(json!({"method": "initialized", "params": {}}));
    let document = json!({"uri": uri, "languageId": "dockerfile", "version": 1, "text": lines(300)});
    send(json!({"method": "textDocument/didOpen", "params": {"textDocument": document}}));
    let published = |version: i32| {
        client.receiver.iter().any(|message| match message {
            Message::Notification(sent) => sent.params["version"] == version,
            _ => false,
        })
    };
    assert!(published(1));
    let mut version = 1;
    c.bench_function("keystroke", |b| {
        b.iter(|| {
            version += 1;
            let at = json!({"line": 150, "character": 4});
            let change = json!({"range": {"start": at, "end": at}, "text": "x"});
            let document = json!({"uri": uri, "version": version});
            let params = json!({"textDocument": document, "contentChanges": [change]});
            send(json!({"method": "textDocument/didChange", "params": params}));
            assert!(published(version));
        });
    });
    drop(client);
    thread.join().expect("no panic");
}

/// A Dockerfile with this many typical lines, in stages of 15 lines.
fn lines(number: usize) -> String {
    const STAGE: &str = "FROM debian:12 AS s\nARG V=1\nENV P=/srv/$V\nWORKDIR /srv\n\
        RUN apt-get update \\\n  && apt-get install -y --no-install-recommends \\\n  ca-certificates \\\n  curl \\\n  \
        && rm -rf /var/lib/apt/lists/*\nCOPY package.json ./\n# é 🐳\nRUN cd $P && npm ci && echo \"$V\" > done\n\
        ADD a.sh /usr/local/bin/\nCMD [\"a.sh\"]\n";
    let stages = STAGE.repeat(number / STAGE.lines().count() + 1);
    stages.split_inclusive('\n').take(number).collect()
}

criterion_group!(benches, directory, program, hostile, keystroke);
criterion_main!(benches);
