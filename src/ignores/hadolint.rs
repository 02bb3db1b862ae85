//! `# hadolint ignore=…` as hadolint 2.15.1 has it: by line number, comments at top level only.

use std::collections::{BTreeMap, HashMap};

use crate::semantic::Pragma;
use crate::source::LineIndex;
use crate::syntax::{Dockerfile, Kind, Node};

#[derive(Debug, Default)]
pub struct Pragmas {
    /// By the line that they speak of (from 1): the one after the comment.
    by_line: HashMap<u32, Vec<String>>,
    /// In force for lines greater than the key, up to the next entry. Every FROM makes an empty one.
    by_stage: BTreeMap<u32, Vec<String>>,
    everywhere: Vec<String>,
}

impl Pragmas {
    pub fn new(file: &Dockerfile<'_>, lines: &LineIndex) -> Self {
        let mut pragmas = Self::default();
        for item in &file.items {
            match &item.node {
                Node::Comment(comment) => {
                    let owned = |codes: Vec<&str>| codes.into_iter().map(str::to_string).collect::<Vec<_>>();
                    let line = lines.line(comment.span.start);
                    match Pragma::parse(&comment.text) {
                        Some(Pragma::Line(codes)) => {
                            pragmas.by_line.insert(line + 1, owned(codes));
                        }
                        Some(Pragma::Stage(codes)) => {
                            pragmas.by_stage.insert(line + 1, owned(codes));
                        }
                        Some(Pragma::Global(codes)) => pragmas.everywhere.extend(owned(codes)),
                        Some(Pragma::Shell(_)) | None => {}
                    }
                }
                Node::Instruction(from) if from.kind == Kind::From => {
                    pragmas.by_stage.entry(lines.line(from.span.start)).or_default();
                }
                _ => {}
            }
        }
        pragmas
    }

    /// Whether `code` is not to be reported for the instruction that starts on `line` (from 1).
    pub fn cover(&self, code: &str, line: u32) -> bool {
        let has = |codes: &Vec<String>| codes.iter().any(|ignored| ignored == code);
        has(&self.everywhere)
            || self.by_line.get(&line).is_some_and(has)
            || self.by_stage.range(..line).next_back().is_some_and(|(_, codes)| has(codes))
    }
}
