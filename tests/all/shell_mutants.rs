//! The shell analysis on random texts: no panic, no hang, no stack overflow, no span outside the text. Mutants of the
//! texts in `fixtures/shell/positions.txt` by default; `DOCKWRIGHT_CORPUS=DIRECTORY cargo test --test all
//! shell_mutants -- --ignored --nocapture` creates 50,000 mutants of the RUNs in a directory (`MUTANTS=N` creates N,
//! `SEED=N` sets the seed).

use std::path::Path;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use dockwright::lint::Linter;
use dockwright::rule::RuleGroup;
use dockwright::rules;
use dockwright::semantic::{Semantics, View, shell_span};
use dockwright::shell::analysis::{AnalysisShell, IncompleteAnalysisReason, ShellAnalyzer, ShellText};
use dockwright::shell::mask_continuations;
use dockwright::syntax::{Arguments, CommandLine, parse};

/// Time for one text, in a build without optimization.
const LIMIT: Duration = Duration::from_secs(20);

/// The stack size of the program's threads.
const STACK: usize = 16 << 20;

/// Texts that are difficult for shell parsers.
const TOKENS: [&str; 56] = [
    "$(",
    ")",
    "`",
    "'",
    "\"",
    "${",
    "}",
    "((",
    "))",
    "$((",
    "[[ ",
    " ]]",
    "[ ",
    " ]",
    "{ ",
    "; }",
    "(",
    "<<E\n",
    "\nE\n",
    "<<-'E'\n",
    "<<<",
    "<(",
    "\\\n",
    "\\",
    "\n",
    "\r\n",
    ";",
    ";;",
    "&&",
    "||",
    "|",
    "&",
    "!",
    "if ",
    "then ",
    "else ",
    "fi",
    "for a in ",
    "do ",
    "done",
    "while ",
    "case $a in ",
    "esac",
    "f() {",
    "#",
    "$",
    "$@",
    "${a:-",
    "${a//",
    "${!a[@]}",
    "a=(",
    "=",
    "é",
    "\0",
    "*",
    "# shellcheck disable=all\n",
];

/// Numbers that follow from a seed (xorshift64*).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(number).unwrap_or(0) % end.max(1)
    }

    /// An offset in the text, between characters.
    fn random_offset(&mut self, text: &str) -> usize {
        text.floor_char_boundary(self.below(text.len() + 1))
    }

    fn range(&mut self, text: &str) -> (usize, usize) {
        let (a, b) = (self.random_offset(text), self.random_offset(text));
        (a.min(b), a.max(b))
    }

    fn mutant(&mut self, bodies: &[String]) -> String {
        let mut text = bodies[self.below(bodies.len())].clone();
        for _ in 0..=self.below(6) {
            let at = self.random_offset(&text);
            let token = TOKENS[self.below(TOKENS.len())];
            match self.below(10) {
                0..=3 => text.insert_str(at, token),
                4 => text.insert_str(at, &token.repeat(1 + self.below(300))),
                5 => {
                    let (start, end) = self.range(&text);
                    text.replace_range(start..end, "");
                }
                6 => {
                    let (start, end) = self.range(&text);
                    let piece = text[start..end].to_owned();
                    text.insert_str(at, &piece);
                }
                7 => {
                    let other = &bodies[self.below(bodies.len())];
                    let (start, end) = self.range(other);
                    text.insert_str(at, &other[start..end]);
                }
                8 => text.truncate(at),
                _ => {
                    let (start, end) = self.range(&text);
                    let piece = text[start..end].chars().rev().collect::<String>();
                    text.replace_range(start..end, &piece);
                }
            }
            // A hundred doublings would only test memory.
            text.truncate(text.floor_char_boundary(100_000));
        }
        text
    }
}

/// Texts like those of RUNs: the snippets in the table of positions.
fn snippet_texts() -> Vec<String> {
    let table = include_str!("../../fixtures/shell/positions.txt");
    let texts =
        table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.splitn(4, '|').nth(3));
    texts.map(|text| text.trim().replace(['«', '»'], "").replace('⏎', "\n")).collect()
}

/// The texts of all RUNs in a directory.
fn collect_runs(directory: &Path, bodies: &mut Vec<String>) {
    let mut entries: Vec<_> =
        std::fs::read_dir(directory).expect("a directory").flatten().map(|one| one.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect_runs(&path, bodies);
        } else if path.to_string_lossy().ends_with("Dockerfile") {
            let source = std::fs::read(&path).expect("a readable file");
            let file = parse(&source);
            for run in &Semantics::new(&file, View::Exact).runs {
                if let Arguments::Command(CommandLine::Shell(text)) = &run.instruction.arguments {
                    let span = shell_span(&source, run.instruction, text.span, View::Exact);
                    bodies.push(mask_continuations(&source, span, &run.instruction.continuations));
                }
            }
        }
    }
}

/// The results of the mutants.
#[derive(Debug, Default)]
struct Counts {
    texts: usize,
    diagnostics: usize,
    long: usize,
    too_long: usize,
    broken: Vec<String>,
    slowest: Duration,
}

/// Analyzes `number` mutants on a thread with the program's stack size, every fourth one in a whole file.
fn analyze(bodies: Vec<String>, number: usize, seed: u64) -> Counts {
    let (sender, receiver) = channel();
    let work = move || {
        let mut numbers = Numbers(seed);
        let analyzer = ShellAnalyzer::new();
        let linter =
            Linter::with_rules(rules::all_rules().filter(|rule| rule.group == RuleGroup::ShellCheck));
        let shells =
            ["/bin/sh -c", "/bin/bash -c", "/bin/dash -c", "/bin/ksh -c"].map(AnalysisShell::from_command);
        for at in 0..number {
            let text = numbers.mutant(&bodies);
            // The receiver gets the text before it is analyzed.
            let _ = sender.send((text.clone(), None));
            if at % 4 == 3 {
                linter.lint(format!("FROM a\nRUN <<E\n{text}\nE\nRUN {text}\n").as_bytes());
            }
            let shell_text = ShellText {
                text: &text,
                offset: 7,
                original: text.as_bytes(),
                shell: shells[numbers.below(shells.len())],
                names: &(&["a", "HOME"] as &[&str]),
            };
            let analysis = analyzer.analyze(&shell_text);
            for one in &analysis.diagnostics {
                let range = one.span.start.wrapping_sub(7) as usize..one.span.end.wrapping_sub(7) as usize;
                assert!(text.get(range).is_some(), "{one:?} in {text:?}");
            }
            let _ = sender.send((text, Some((analysis.diagnostics.len(), analysis.shortfall))));
        }
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work).expect("a thread");
    let mut counts = Counts::default();
    let mut last = String::new();
    let mut since = Instant::now();
    while counts.texts < number {
        match receiver.recv_timeout(LIMIT) {
            Ok((text, None)) => (last, since) = (text, Instant::now()),
            Ok((text, Some((diagnostics, shortfall)))) => {
                counts.texts += 1;
                counts.diagnostics += diagnostics;
                counts.slowest = counts.slowest.max(since.elapsed());
                match shortfall {
                    Some(IncompleteAnalysisReason::Broken) => counts.broken.push(text),
                    Some(IncompleteAnalysisReason::Long) => counts.long += 1,
                    Some(IncompleteAnalysisReason::TooLong) => counts.too_long += 1,
                    None => {}
                }
            }
            Err(why) => panic!("{why} at {last:?}"),
        }
    }
    assert!(thread.join().is_ok(), "it ends");
    counts
}

#[test]
fn some_hundred_mutants() {
    let counts = analyze(snippet_texts(), 400, 1);
    assert!(counts.broken.is_empty(), "{counts:?}");
    assert!(counts.diagnostics > 400, "{counts:?}");
}

#[test]
#[ignore = "takes minutes, and a directory of Dockerfiles"]
#[allow(clippy::print_stdout)]
fn many_mutants() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let mut bodies = Vec::new();
    match std::env::var("DOCKWRIGHT_CORPUS") {
        Ok(directory) => collect_runs(Path::new(&directory), &mut bodies),
        Err(_) => bodies = snippet_texts(),
    }
    let of = bodies.len();
    let mutants = usize::try_from(number("MUTANTS").unwrap_or(50_000)).expect("a number of texts");
    let started = Instant::now();
    let counts = analyze(bodies, mutants, number("SEED").unwrap_or(1).max(1));
    println!("of {of} texts, in {:?}: {counts:?}", started.elapsed());
    assert!(counts.broken.is_empty());
}
