//! The files that redirections read and write.

use super::{Effects, PathSet};

/// Adds the effects of one redirection as written: `2>/dev/null`, `>> "a b"`, `<&3`.
pub(super) fn add_redirection(effects: &mut Effects, written: &str) {
    let written = written.trim();
    let operator = written.trim_start_matches(|c: char| c.is_ascii_digit());
    // `{fd}>file` sets a variable.
    if operator.starts_with('{') {
        effects.state.environment = true;
    }
    let operator = operator.find(['<', '>', '&']).and_then(|at| operator.get(at..)).unwrap_or_default();
    if operator.starts_with("<<") {
        return;
    }
    let target = operator.trim_start_matches(['<', '>', '&', '|']).trim();
    let copies = operator.contains(">&") || operator.contains("<&");
    if copies && (target == "-" || target.trim_end_matches('-').chars().all(|c| c.is_ascii_digit())) {
        return;
    }
    let (reads, writes) = match operator.get(..2) {
        Some("<>") => (true, true),
        _ => (operator.starts_with('<'), !operator.starts_with('<')),
    };
    let paths = match plain_path(target) {
        Some("/dev/null" | "/dev/stdout" | "/dev/stderr" | "/dev/stdin" | "/dev/zero" | "/dev/urandom") => {
            return;
        }
        Some(path) => PathSet::from_path(path),
        None => PathSet::Anything,
    };
    if reads {
        effects.reads.add(paths.clone());
    }
    if writes {
        effects.writes.add(paths);
    }
}

/// The path that a word names, if it contains nothing to expand.
fn plain_path(word: &str) -> Option<&str> {
    let single = word.strip_prefix('\'').and_then(|word| word.strip_suffix('\''));
    if let Some(inner) = single.filter(|inner| !inner.contains('\'')) {
        return Some(inner);
    }
    let inner = word.strip_prefix('"').and_then(|word| word.strip_suffix('"')).unwrap_or(word);
    let plain = !inner.is_empty() && !inner.contains(['$', '`', '"', '\'', '\\', '(', '*', '?', '[', '{']);
    plain.then_some(inner)
}

/// The file that a redirection sends the standard output to, quotes removed; variables stay as written.
#[must_use]
pub fn redirected_file(written: &str) -> Option<String> {
    let written = written.trim();
    let operator = written.strip_prefix(['1', '&']).unwrap_or(written);
    let target = operator.strip_prefix('>')?.trim_start_matches(['>', '|']).trim();
    if target.is_empty()
        || target.starts_with('&')
        || matches!(target, "/dev/null" | "/dev/stdout" | "/dev/stderr")
    {
        return None;
    }
    Some(target.replace(['"', '\''], ""))
}
