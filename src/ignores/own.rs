//! `# dockwright ignore=…` above an instruction or inside it, and `# dockwright ignore-file=…`.

use crate::source::Span;
use crate::syntax::{Dockerfile, Node};

#[derive(Debug, Default)]
pub struct OwnIgnores {
    ignores: Vec<OwnIgnore>,
}

/// One comment of our own.
#[derive(Debug)]
struct OwnIgnore {
    codes: Vec<String>,
    /// The instruction it speaks of; `None` for the whole file.
    instruction: Option<Span>,
}

impl OwnIgnores {
    pub fn new(file: &Dockerfile<'_>) -> Self {
        let mut found = Self::default();
        // Comments since the last line that was none: they speak of the instruction that follows.
        let mut block: Vec<Vec<String>> = Vec::new();
        for item in &file.items {
            match &item.node {
                Node::Comment(comment) => match parse(&comment.text) {
                    Some((true, codes)) => found.ignores.push(OwnIgnore { codes, instruction: None }),
                    Some((false, codes)) => block.push(codes),
                    None => {}
                },
                Node::Instruction(instruction) => {
                    let inside = instruction
                        .continuations
                        .iter()
                        .flat_map(|continuation| &continuation.skipped)
                        .filter(|skipped| skipped.comment)
                        .filter_map(|skipped| {
                            let line = String::from_utf8_lossy(skipped.span.bytes(file.source)).into_owned();
                            match parse(line.trim_start().strip_prefix('#')?)? {
                                (false, codes) => Some(codes),
                                (true, _) => None,
                            }
                        });
                    for codes in block.drain(..).chain(inside) {
                        found.ignores.push(OwnIgnore { codes, instruction: Some(instruction.span) });
                    }
                }
                _ => block.clear(),
            }
        }
        found
    }

    /// Whether a comment names the code or the rule's name for this instruction or the file.
    pub fn cover(&self, code: &str, name: &str, anchor: Span) -> bool {
        self.ignores.iter().any(|ignore| {
            ignore.instruction.is_none_or(|instruction| instruction.contains(anchor))
                && ignore.codes.iter().any(|ignored| ignored.eq_ignore_ascii_case(code) || ignored == name)
        })
    }
}

/// Whether it is for the file, and the codes. Blanks may stand around `=` and `,`; the first word that does
/// not follow a comma begins the reason.
pub(super) fn parse(comment: &str) -> Option<(bool, Vec<String>)> {
    let rest = comment.trim_start().strip_prefix("dockwright")?;
    let rest = rest.strip_prefix([' ', '\t'])?.trim_start();
    let (whole_file, rest) = match rest.strip_prefix("ignore-file") {
        Some(rest) => (true, rest),
        None => (false, rest.strip_prefix("ignore")?),
    };
    let mut rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let mut codes = Vec::new();
    loop {
        let end = rest.find(|c: char| c == ',' || c.is_whitespace()).unwrap_or(rest.len());
        let (code, after) = rest.split_at(end);
        if !code.is_empty() {
            codes.push(code.to_string());
        }
        match after.trim_start().strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None => return (!codes.is_empty()).then_some((whole_file, codes)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn codes_and_reasons_are_told_apart() {
        let codes = |codes: &[&str]| codes.iter().map(ToString::to_string).collect::<Vec<_>>();
        for (text, expected) in [
            (" dockwright ignore=DL3006 pinned elsewhere", Some((false, codes(&["DL3006"])))),
            (
                " dockwright ignore = DL3006 , StageNameCasing why",
                Some((false, codes(&["DL3006", "StageNameCasing"]))),
            ),
            (" dockwright ignore-file=SC2086", Some((true, codes(&["SC2086"])))),
            (" dockwright ignore=", None),
            (" dockwrights ignore=DL3006", None),
            (" use dockwright ignore=DL3006", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
