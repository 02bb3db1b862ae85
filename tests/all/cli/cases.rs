//! Whole cases: a directory in `fixtures/cases` holds a Dockerfile, the files of its build context, and `expected`, a
//! transcript of commands and their output.
//!
//! A line of `expected` that starts with `# ` is a comment on the correct result; one that starts with `$ dockwright`
//! is a command, run in a copy of the directory, and the lines up to the next blank line, comment or command are its
//! output, with the exit code last. In the copy, a leading `dot-` of a name is a dot, so that git neither ignores nor
//! applies such a file. With `INSTA_UPDATE=always`, the outputs are written; review the diff before you commit it.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Run, Sandbox};

const PROMPT: &str = "$ dockwright ";

#[test]
fn cases_print_expected_output() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cases");
    let mut cases: Vec<PathBuf> =
        std::fs::read_dir(root).expect("cases").map(|entry| entry.expect("an entry").path()).collect();
    cases.sort();
    assert!(!cases.is_empty());
    let update = std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always");
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let path = case.join("expected");
                    let expected = std::fs::read_to_string(&path).expect("a case has a file `expected`");
                    let actual = rerun(case, &expected);
                    if actual == expected {
                        continue;
                    }
                    if update {
                        std::fs::write(&path, actual).expect("the file can be written");
                    } else {
                        let difference = similar::TextDiff::from_lines(&expected, &actual);
                        let shown = difference.unified_diff().context_radius(3).to_string();
                        failures
                            .lock()
                            .expect("no thread panicked")
                            .push(format!("{}\n{shown}", case.display()));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().expect("no thread panicked");
    assert!(failures.is_empty(), "{} cases differ\n\n{}", failures.len(), failures.join("\n"));
}

/// The transcript with the current outputs.
fn rerun(case: &Path, transcript: &str) -> String {
    let (mut out, mut before) = (String::new(), "");
    for line in transcript.lines().filter(|line| line.starts_with("# ") || line.starts_with(PROMPT)) {
        let Some(arguments) = line.strip_prefix(PROMPT) else {
            let gap = if before.starts_with(PROMPT) { "\n" } else { "" };
            out += &format!("{gap}{line}\n");
            before = line;
            continue;
        };
        before = line;
        let Run { code, out: printed, err } = in_copy(case).run(arguments);
        out += &format!("{line}\n{}{}[exit code {code}]\n", indented(&printed), indented(&err));
    }
    out
}

/// Output with each line indented by two spaces, so that no line looks like a command or a comment.
fn indented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_string() } else { format!("  {line}\n") }).collect()
}

fn in_copy(case: &Path) -> Sandbox {
    let sandbox = Sandbox::empty();
    copy(case, &sandbox.path("."));
    sandbox
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a directory");
    for entry in std::fs::read_dir(from).expect("a directory of the case") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().into_string().expect("a name in UTF-8");
        if name == "expected" {
            continue;
        }
        let name = name.strip_prefix("dot-").map_or(name.clone(), |rest| format!(".{rest}"));
        let (from, to) = (entry.path(), to.join(name));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            std::fs::copy(from, to).expect("a copy");
        }
    }
}
