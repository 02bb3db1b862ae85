//! [`parse`]: parses texts, with a cache of recent results.
//!
//! The same `RUN` is parsed for the facts about a file, for ShellCheck's diagnostics, and for each fixed variant of
//! the file; only its position differs.

use std::cell::RefCell;

use hashbrown::HashMap;

use super::ShellScript;
use super::read::parse_at;
use super::stop::ParseStop;
use dockerfile_syntax::Span;

/// Maximum bytes of text in the cache of each thread: enough for the scripts of a few files.
const MAX: usize = 64 * 1024;

#[derive(Default)]
struct ParseCache {
    known: HashMap<Box<str>, (ShellScript, Option<ParseStop>)>,
    bytes: usize,
}

thread_local! {
    static MEMO: RefCell<ParseCache> = RefCell::default();
}

/// The script that begins at `offset`, and where parsing stopped if that was before the end of the text.
pub(super) fn parse(text: &str, offset: u32) -> (ShellScript, Option<ParseStop>) {
    let known = MEMO.with_borrow(|memo| memo.known.get(text).cloned());
    let (mut script, stop) = known.unwrap_or_else(|| {
        let parsed = parse_at(text, 0);
        MEMO.with_borrow_mut(|memo| {
            if memo.bytes + text.len() > MAX {
                *memo = ParseCache::default();
            }
            if text.len() <= MAX {
                memo.bytes += text.len();
                memo.known.insert(text.into(), parsed.clone());
            }
        });
        parsed
    });
    script.shift(offset);
    (script, stop)
}

impl ShellScript {
    /// Moves all spans by this number of bytes.
    fn shift(&mut self, by: u32) {
        if by == 0 {
            return;
        }
        let shift = |span: &mut Span| {
            *span = Span::new(span.start.saturating_add(by), span.end.saturating_add(by));
        };
        for command in &mut self.commands {
            shift(&mut command.span);
            let words = command.words.iter_mut().chain(command.given.iter_mut().flatten());
            words.for_each(|word| shift(&mut word.span));
            command.assignments.iter_mut().chain(&mut command.redirections).for_each(shift);
        }
        for item in &mut self.list {
            shift(&mut item.span);
            item.joint.iter_mut().for_each(|joint| shift(&mut joint.span));
        }
        self.end.iter_mut().for_each(|end| shift(&mut end.span));
        self.tests.iter_mut().flatten().for_each(|word| shift(&mut word.span));
        let spans = self.bare_assignments.iter_mut().chain(&mut self.comments);
        spans.chain(&mut self.comparisons).for_each(shift);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asserts that a text gives the same result at any offset, both when it is parsed and when it comes from the
    /// cache.
    fn assert_moves(text: &str) {
        for offset in [0, 7, 100_000] {
            for _ in 0..2 {
                assert_eq!(parse(text, offset), parse_at(text, offset), "{text:?} at {offset}");
            }
        }
    }

    #[test]
    fn a_text_reads_the_same_wherever_it_stands() {
        for text in [
            "",
            "  \n",
            "a=1 b -c 'd e' > f 2>&1 && ! g | h; i &",
            "if [ \"$a\" = b ]; then c; elif [ d < e ]; then f; else g; fi # h",
            "for x in $(ls); do echo \"${x:-`date`}\"; done; a=$((1+2)); b=(c d)",
            "cat <<E | sh\n$(date)\nE\nsudo -u a env B=1 timeout 5 busybox wget c",
            "cd a )",
            "if a; then",
            "f() { local x=1; }; f (b)",
            "a ;; b",
            "case $a in b|c) d;; *) e;; esac",
            "# only a comment",
            "a &&\n# c\nb \\\n  c",
        ] {
            assert_moves(text);
        }
    }

    #[test]
    fn what_is_remembered_is_limited() {
        for length in [MAX / 2, MAX / 2 - 1, MAX / 2 - 2] {
            parse(&format!("# {}", "x".repeat(length)), 0);
            MEMO.with_borrow(|memo| {
                assert_eq!(memo.bytes, memo.known.keys().map(|text| text.len()).sum::<usize>());
                assert!(memo.bytes <= MAX);
            });
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_reads_the_same(text in "(if |then |fi|do |done|for x in |a|b=1|;|&&| |\n|\\||[(){}<>$'\"`#]|\\[ | \\]){0,14}") {
            assert_moves(&text);
        }
    }
}
