//! `# shellcheck disable=…` on the comment lines of a continued RUN. No shell sees these lines, so they are about
//! the whole RUN. (Those in a heredoc are the shell analysis's own.)

use crate::semantic::Run;

/// What the comments inside a RUN ask not to hear of.
pub(super) struct Disabled(Vec<(u32, u32)>);

impl Disabled {
    pub(super) fn new(source: &[u8], run: &Run<'_>) -> Self {
        let skipped = run.instruction.continuations.iter().flat_map(|continuation| &continuation.skipped);
        let lines =
            skipped.filter(|line| line.comment).map(|line| String::from_utf8_lossy(line.span.bytes(source)));
        Self(lines.flat_map(|line| parse(&line)).collect())
    }

    pub(super) fn covers(&self, code: u32) -> bool {
        self.0.iter().any(|(first, last)| (*first..=*last).contains(&code))
    }
}

/// The ranges of codes that a comment line names.
fn parse(line: &str) -> Vec<(u32, u32)> {
    let words = line.trim_start().trim_start_matches('#').trim_start().strip_prefix("shellcheck");
    let Some(words) = words.filter(|rest| rest.starts_with([' ', '\t'])) else { return Vec::new() };
    let codes = words.split_whitespace().filter_map(|word| word.strip_prefix("disable="));
    let number = |code: &str| code.trim().trim_start_matches("SC").parse().ok();
    let range = |code: &str| match code.split_once('-') {
        _ if code == "all" => Some((0, u32::MAX)),
        Some((first, last)) => Some((number(first)?, number(last)?)),
        None => Some((number(code)?, number(code)?)),
    };
    codes.flat_map(|codes| codes.split(',')).filter_map(range).collect()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn comments() {
        for (line, expected) in [
            ("# shellcheck disable=SC2086\n", vec![(2086, 2086)]),
            ("  #shellcheck disable=2086,SC2046 # why", vec![(2086, 2086), (2046, 2046)]),
            ("# shellcheck disable=SC3000-SC3999 disable=SC1090", vec![(3000, 3999), (1090, 1090)]),
            ("# shellcheck shell=bash disable=all", vec![(0, u32::MAX)]),
            ("# shellcheckdisable=SC2086", vec![]),
            ("# no shellcheck disable=SC2086", vec![]),
            ("# shellcheck disable=x", vec![]),
        ] {
            assert_eq!(parse(line), expected, "{line}");
        }
    }
}
