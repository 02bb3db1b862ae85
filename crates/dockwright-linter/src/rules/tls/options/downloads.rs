//! Programs that download.

use super::{FoundOption, delete_option, delete_word, option_has_value};
use crate::diagnostic::Edit;
use crate::semantic::programs::{CURL_VALUED, WGET_VALUED};
use crate::shell::{ShellCommand, ShellWord};
use crate::source::Span;

/// `-k`, also in a cluster of letters up to one that has a value, `--insecure` and its prefixes.
pub(super) fn insecure_curl_option(command: &ShellCommand, source: &[u8]) -> Option<FoundOption> {
    let mut found = None;
    let mut words = command.arguments().iter();
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        if let Some(name) = text.strip_prefix("--") {
            let is = |whole: &str, least: usize| whole.starts_with(name) && name.len() >= least;
            if is("insecure", 3) {
                found = Some(FoundOption {
                    option: "--insecure",
                    span: word.span,
                    edits: delete_option(word, source),
                });
            } else if is("proxy-insecure", 9) {
                found = Some(FoundOption {
                    option: "--proxy-insecure",
                    span: word.span,
                    edits: delete_option(word, source),
                });
            } else if is("doh-insecure", 7) {
                found = Some(FoundOption {
                    option: "--doh-insecure",
                    span: word.span,
                    edits: delete_option(word, source),
                });
            } else if name == "no-insecure" {
                found = None;
            } else if option_has_value(CURL_VALUED, name) {
                words.next();
            }
            continue;
        }
        let Some(cluster) = text.strip_prefix('-').filter(|cluster| !cluster.is_empty()) else { continue };
        for (at, letter) in cluster.char_indices() {
            let name = cluster.get(at..at + letter.len_utf8()).unwrap_or_default();
            if letter == 'k' {
                found = Some(FoundOption {
                    option: "-k",
                    span: word.span,
                    edits: delete_option_letter(word, at, source),
                });
            } else if option_has_value(CURL_VALUED, name) {
                if at + letter.len_utf8() == cluster.len() {
                    words.next();
                }
                break;
            }
        }
    }
    found
}

/// Deletes the letter at `at` of a cluster, or the whole word if it is the only one.
fn delete_option_letter(word: &ShellWord, at: usize, source: &[u8]) -> Vec<Edit> {
    if word.span.bytes(source) != word.text.as_bytes() {
        return Vec::new();
    }
    if word.text.len() == 2 {
        return vec![delete_word(word.span, source)];
    }
    let start = word.span.start + 1 + u32::try_from(at).unwrap_or(0);
    vec![Edit::delete(Span::new(start, start + 1))]
}

pub(super) fn insecure_wget_option(command: &ShellCommand, source: &[u8]) -> Option<FoundOption> {
    let option = "--no-check-certificate";
    let mut words = command.arguments().iter();
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        let off = ["off", "no", "quiet"].iter().any(|value| text == format!("--check-certificate={value}"));
        if off || (option.starts_with(text) && text.len() >= "--no-ch".len()) {
            let shown = if off { "--check-certificate" } else { option };
            return Some(FoundOption { option: shown, span: word.span, edits: delete_option(word, source) });
        }
        let execute = match text {
            "-e" | "--execute" => words.next().map(|value| value.text.as_str()),
            _ => text.strip_prefix("--execute="),
        };
        let setting = execute.map(|value| value.replace(' ', "").to_ascii_lowercase());
        if setting
            .is_some_and(|value| matches!(value.as_str(), "check_certificate=off" | "check_certificate=no"))
        {
            return Some(FoundOption {
                option: "-e check_certificate=off",
                span: word.span,
                edits: Vec::new(),
            });
        }
        let name = text.trim_start_matches('-');
        if text.starts_with('-') && option_has_value(WGET_VALUED, name) {
            words.next();
        }
    }
    None
}
