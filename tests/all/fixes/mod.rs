//! The invariants of fixes, for every example in `rules/`, every file in `fixtures/`, and, with `--ignored`, the
//! Dockerfiles below the directory in `DOCKWRIGHT_FIX_DIR`. One of the invariants, V1, is that the new text builds what
//! the old one did, except for the effects that `declared` lists for the applied rules. Another one is that a command that
//! ran only if the previous one succeeded, or failed, still does. They are checked for the fixes of `check`, and for those
//! of `optimize`, in a build context with files of every kind. If `DOCKWRIGHT_FIX_RULES` is `optimizer`, the directory is
//! checked with the latter, and a table shows how often each fix was applied, and why not.

mod allowed;
mod build_steps;
mod control_flow;
mod declared;
mod flow;
mod judge;
mod names;
mod run_steps;
mod same_build;
mod updates;
mod words;
mod wrong_flow;
mod wrong_rewrites;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use dockwright::diagnostic::{Applicability, Diagnostic, Severity};
use dockwright::fix::{FixedText, LintMemo, add_ignores};
use dockwright::rule::{Fixable, Rule, RuleGroup};
use dockwright::rules;
use judge::FixChecker;

const CLASSES: [Applicability; 4] =
    [Applicability::Safe, Applicability::UnsafeLow, Applicability::UnsafeMid, Applicability::UnsafeHigh];

/// Whether the rule declares that a fix of `fixed` may reveal this problem.
fn is_hidden_by(code: &str, fixed: &str) -> bool {
    // An ignore comment may become unused. After a command becomes known, it may be certain that a small image is
    // sufficient, or that nothing reads a variable.
    ["DW0001", "DW2002", "DW4102"].contains(&code)
        || rules::find_by_code(fixed).is_some_and(|rule| rule.reveals.contains(&code))
}

/// The invariants that are broken on one file.
fn broken_invariants(judge: &FixChecker, source: &[u8]) -> Vec<String> {
    // Each text is checked once, because the classes share most texts.
    let lint = |text: &[u8]| judge.analyze(text);
    let lints = LintMemo::new(&lint);
    let before = lints.result(source).diagnostics;
    let mut broken = bad_edits(source, &before);
    broken.extend(before.iter().filter_map(unexplained));
    // Most classes apply the same fixes as the one before.
    let mut compared: Option<FixedText> = None;
    for class in CLASSES {
        let result = judge.apply_all_fixes(&lints, source, class);
        judge.count(&before, class, &result);
        let mut say =
            |invariant: String| broken.push(format!("{class:?}: {invariant} (made {:?})", result.made));
        if result.made.is_empty() {
            if result.text != source {
                say("changed without a fix".to_string());
            }
            continue;
        }
        let again = judge.apply_all_fixes(&lints, &result.text, class);
        if again.text != result.text {
            say(format!("a second run changes it: {:?}", again.made));
        }
        if compared.as_ref().is_some_and(|one| one.text == result.text && one.made == result.made) {
            continue;
        }
        if let Some(news) = new_problems(&before, &result) {
            say(format!("{news} is new"));
        }
        // An applied fix must not guess the intention of a text that cannot be built.
        let refused = |found: &[Diagnostic]| found.iter().any(|found| found.code == "DL1000");
        if refused(&before) && !refused(&result.left) {
            say("it could not be built, and can be now".to_string());
        }
        let made: Vec<&str> = result.made.iter().map(|made| made.code).collect();
        if let Some(found) = same_build::difference(source, &result.text, &made) {
            say(format!("V1, {found}"));
        }
        if let Some(found) = control_flow::difference(source, &result.text, &made) {
            say(format!("control flow, {found}"));
        }
        if let Some(comment) = lost_comment(source, &result) {
            say(format!("comment `{comment}` is lost or stands above something else"));
        }
        if ends(source, &result) != ends(&result.text, &result) {
            say("line ends, byte-order mark or final newline are not kept".to_string());
        }
        compared = Some(result);
    }
    broken.extend(invariants_of_ignores(&lints, source));
    broken
}

/// Added ignore comments must hide all problems, must not be added twice, and must change no other bytes.
fn invariants_of_ignores(lints: &LintMemo<'_>, source: &[u8]) -> Option<String> {
    let lint = |text: &[u8]| lints.result(text).diagnostics;
    let added = match add_ignores(source, Some("for now"), &lint) {
        Ok(added) => added,
        // It is generated, a template, or not UTF-8.
        Err(reason) if reason.starts_with("the file is ") => return None,
        Err(reason) => return Some(format!("nothing can be ignored, since {reason}")),
    };
    if let Some(left) = added.left.iter().find(|found| !["DL1000", "DW0004"].contains(&found.code)) {
        return Some(format!("{} is not ignored", left.code));
    }
    if !add_ignores(&added.text, None, &lint).is_ok_and(|again| again.text == added.text) {
        return Some("a second run adds more ignores".to_string());
    }
    let without_mark = |text: &'_ [u8]| text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).to_vec();
    let (source, text) = (without_mark(source), without_mark(&added.text));
    let new = text.split_inclusive(|byte| *byte == b'\n');
    let mut rest = source.split_inclusive(|byte| *byte == b'\n').peekable();
    for line in new {
        let is_own = contains(line, b"dockwright ignore");
        if rest.peek() == Some(&line) {
            rest.next();
        } else if !is_own {
            return Some(format!("with ignores, `{}` is new", String::from_utf8_lossy(line)));
        } else if rest.peek().is_some_and(|old| contains(old, b"dockwright ignore")) {
            // A code was added to an existing comment.
            rest.next();
        }
    }
    rest.next().map(|line| format!("with ignores, `{}` is lost", String::from_utf8_lossy(line)))
}

fn contains(line: &[u8], words: &[u8]) -> bool {
    line.windows(words.len()).any(|window| window == words)
}

/// A diagnostic without an explanation why there is no fix, or no safer one.
fn unexplained(found: &Diagnostic) -> Option<String> {
    // The intention of an unknown word cannot be known.
    const GUESSED: [&str; 2] = ["DL1000", "DW0002"];
    const SHELL: [&str; 9] =
        ["SC2006", "SC2046", "SC2048", "SC2053", "SC2068", "SC2086", "SC2164", "SC2254", "SC2295"];
    let Some(fix) = &found.fix else {
        let rule = rules::all_rules().find(|rule| rule.code == found.code)?;
        let fixable = match rule.group {
            RuleGroup::ShellCheck => SHELL.contains(&rule.code),
            _ => rule.fixable != Fixable::Never && !GUESSED.contains(&rule.code),
        };
        let silent = fixable && found.refused.is_empty();
        return silent.then(|| format!("{} does not say why it has no fix", found.code));
    };
    let silent = fix.applicability != Applicability::Safe && fix.missing.is_none() && fix.proof.is_empty();
    silent.then(|| format!("{} does not say why its fix is not safe", found.code))
}

/// Edits that do nothing, overlap, or lie outside the file.
fn bad_edits(source: &[u8], found: &[Diagnostic]) -> Vec<String> {
    let mut bad = Vec::new();
    for diagnostic in found {
        let Some(fix) = &diagnostic.fix else { continue };
        let mut edits: Vec<_> = fix.edits.iter().collect();
        edits.sort();
        let overlap = edits.windows(2).any(|pair| pair[0].span.end > pair[1].span.start);
        let outside = edits.iter().any(|edit| {
            source.get(edit.span.range()).is_none_or(|text| text == edit.text.as_bytes())
                || std::str::from_utf8(&source[..edit.span.start as usize]).is_err()
        });
        if edits.is_empty() || overlap || outside || fix.title.contains('\n') {
            bad.push(format!("the edits of {} are not sound: {fix:?}", diagnostic.code));
        }
    }
    bad
}

fn count(found: &[Diagnostic], least: Severity) -> HashMap<&'static str, usize> {
    let mut counts = HashMap::new();
    for diagnostic in found.iter().filter(|diagnostic| diagnostic.severity >= least) {
        *counts.entry(diagnostic.code).or_default() += 1;
    }
    counts
}

/// A code that is reported more often than before, with at least the lowest severity of the fixed problems.
fn new_problems(before: &[Diagnostic], result: &FixedText) -> Option<&'static str> {
    let severity = |code: &str| rules::all_rules().find(|rule| rule.code == code).map(|rule| rule.severity);
    let least = result.made.iter().filter_map(|made| severity(made.code)).min().unwrap_or(Severity::Style);
    let known = count(before, least);
    count(&result.left, least)
        .into_iter()
        .filter(|(code, _)| !result.made.iter().any(|made| is_hidden_by(code, made.code)))
        .find(|(code, number)| *number > known.get(code).copied().unwrap_or(0))
        .map(|(code, _)| code)
}

/// Comment lines, each with the next line (or two, if the first one has one word and continues).
fn comments(text: &str) -> Vec<(&str, String)> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let is_comment = |line: &str| line.trim_start_matches('\u{feff}').starts_with('#');
    let below = |at: usize| {
        let mut rest = lines[at..].iter().filter(|line| !line.is_empty() && !is_comment(line));
        let line = rest.next().copied().unwrap_or_default();
        let keyword = line.strip_suffix('\\').map(str::trim).filter(|word| !word.contains(' '));
        keyword.map_or(line.to_string(), |word| format!("{word} {}", rest.next().unwrap_or(&"")))
    };
    (0..lines.len()).filter(|at| is_comment(lines[*at])).map(|at| (lines[at], below(at))).collect()
}

/// A comment that was removed; fixes for ignore comments may merge or rewrite them.
fn lost_comment(old: &[u8], result: &FixedText) -> Option<String> {
    let is_made = |code: &str| result.made.iter().any(|made| made.code == code);
    let is_ignore = |comment: &str| {
        let comment = comment.to_lowercase();
        ["dockwright", "hadolint", "shellcheck", "check", "ignore", "disable"]
            .iter()
            .any(|word| comment.contains(word))
    };
    let may_go = |comment: &str| is_ignore(comment) && (is_made("DW0001") || is_made("DW0004"));
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(&result.text));
    let after = comments(&new);
    let mut rest = after.iter();
    for (comment, words) in comments(&old).into_iter().filter(|(comment, _)| !may_go(comment)) {
        let mut ahead = rest.clone();
        // A comment that moves must move with the instruction below it.
        let elsewhere = || after.iter().any(|(text, now)| *text == comment && are_alike(&words, now));
        match ahead.find(|(text, _)| *text == comment) {
            None if elsewhere() => {}
            None => return Some(comment.to_string()),
            Some((_, now)) if !are_alike(&words, now) && !elsewhere() => {
                return Some(format!("{comment}` above `{words}` and now `{now}"));
            }
            Some(_) => rest = ahead,
        }
    }
    None
}

/// Whether a line may be the fixed version of another: at least half of the words are the same.
fn are_alike(old: &str, new: &str) -> bool {
    let words = |line: &str| -> Vec<String> {
        let parts = line.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
        parts.map(str::to_lowercase).collect()
    };
    let (old, new) = (words(old), words(new));
    old.is_empty()
        || old.iter().filter(|word| new.contains(word)).count() * 2 >= old.len()
        || new.first() == old.first()
}

/// Whether lines end in CR LF, in LF or in both; the byte-order mark; the final newlines, which may only decrease if
/// blank lines were fixed.
fn ends(text: &[u8], result: &FixedText) -> (bool, bool, bool, usize) {
    let (mut with, mut without) = (false, false);
    for line in text.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n")) {
        if line.ends_with(b"\r\n") { with = true } else { without = true }
    }
    let mut newlines = text.iter().rev().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
    if result.made.iter().any(|made| made.code == "NoEmptyContinuation") {
        newlines = newlines.min(1);
    }
    (with, without, text.starts_with(b"\xef\xbb\xbf"), newlines)
}

/// Collects the files below a directory with the names of Dockerfiles.
fn dockerfiles(directory: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        if path.is_dir() {
            dockerfiles(&path, found);
        } else if name.contains("dockerfile") || name.contains("containerfile") {
            found.push(path);
        }
    }
}

/// The Dockerfile text of the fences in a page.
fn examples(page: &str) -> Vec<&str> {
    let starts =
        page.match_indices("```dockerfile").filter_map(|(at, _)| Some(at + page[at..].find('\n')? + 1));
    starts.filter_map(|at| Some(&page[at..at + page[at..].find("```")?])).collect()
}

/// The same text with other line ends, without the final newline, and with a byte-order mark.
fn variants(text: &str) -> [Vec<u8>; 4] {
    let crlf = text.replace("\r\n", "\n").replace('\n', "\r\n");
    [
        text.as_bytes().to_vec(),
        crlf.into_bytes(),
        text.trim_end_matches('\n').as_bytes().to_vec(),
        [b"\xef\xbb\xbf", text.as_bytes()].concat(),
    ]
}

fn check_invariants_on_examples(all: impl Iterator<Item = &'static Rule>, judge: &FixChecker) {
    let examples: Vec<(&str, &str)> =
        all.flat_map(|rule| examples(rule.docs).into_iter().map(|text| (rule.code, text))).collect();
    let broken = side_by_side(&examples, |(code, text)| {
        let broken_here = variants(text).into_iter().flat_map(|variant| broken_invariants(judge, &variant));
        broken_here.map(|invariant| format!("{code}: {invariant}\n{text}")).collect()
    });
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// The problems of all items, computed in two threads.
fn side_by_side<T: Sync>(items: &[T], broken_in: impl Fn(&T) -> Vec<String> + Sync) -> Vec<String> {
    let (next, broken) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let broken_here = broken_in(item);
                    broken.lock().expect("no thread has panicked").extend(broken_here);
                }
            });
        }
    });
    broken.into_inner().expect("no thread has panicked")
}

#[test]
fn invariants_hold_on_examples() {
    check_invariants_on_examples(rules::ALL.iter().copied(), &FixChecker::for_check());
}

#[test]
fn invariants_hold_on_examples_under_optimize() {
    check_invariants_on_examples(rules::optimizer_rules(), &FixChecker::for_optimizer());
}

fn fixtures() -> Vec<PathBuf> {
    let mut files = Vec::new();
    dockerfiles(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), &mut files);
    assert!(!files.is_empty());
    files
}

#[test]
fn invariants_hold_on_fixtures() {
    report(&FixChecker::for_check(), &fixtures());
}

#[test]
fn invariants_hold_on_fixtures_under_optimize() {
    report(&FixChecker::for_optimizer(), &fixtures());
}

#[test]
#[ignore = "needs a directory of Dockerfiles in DOCKWRIGHT_FIX_DIR"]
fn invariants_hold_in_directory() {
    let directory = std::env::var("DOCKWRIGHT_FIX_DIR").expect("a directory is named");
    let mut files = Vec::new();
    dockerfiles(Path::new(&directory), &mut files);
    assert!(!files.is_empty(), "there is no Dockerfile in {directory}");
    let judge = match std::env::var("DOCKWRIGHT_FIX_RULES").as_deref() {
        Ok("optimizer") => FixChecker::for_optimizer(),
        Ok(other) => panic!("there are no rules `{other}`"),
        Err(_) => FixChecker::for_check(),
    };
    report(&judge, &files);
}

fn report(judge: &FixChecker, files: &[PathBuf]) {
    let broken = side_by_side(files, |path| {
        let Ok(source) = std::fs::read(path) else { return Vec::new() };
        let broken_here = broken_invariants(judge, &source).into_iter();
        broken_here.map(|invariant| format!("{}: {invariant}", path.display())).collect()
    });
    judge.print_counts(files.len());
    assert!(
        broken.is_empty(),
        "{} invariants broken in {} files\n{}",
        broken.len(),
        files.len(),
        broken.join("\n")
    );
}
