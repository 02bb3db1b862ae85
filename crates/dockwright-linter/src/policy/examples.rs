//! The examples of a policy, run as tests.

use std::fmt;
use std::sync::Arc;

use super::Policy;
use crate::lint::Linter;
use crate::syntax;

/// An example with an unexpected result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExampleFault {
    /// The `bad` example with this number, from 1, is not reported.
    NotReported(usize),
    /// The `good` example with this number is reported on this line of it, both from 1.
    Reported(usize, u32),
    /// No builder accepts the example: `bad` or `good`, its number, and why.
    Invalid(&'static str, usize, String),
}

impl fmt::Display for ExampleFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotReported(number) => write!(f, "bad example {number} is not reported"),
            Self::Reported(number, line) => write!(f, "good example {number} is reported on line {line}"),
            Self::Invalid(kind, number, why) => {
                write!(f, "{kind} example {number} is not a valid Dockerfile ({why})")
            }
        }
    }
}

/// The examples that fail. An example without a FROM gets `FROM scratch` above it.
#[must_use]
pub fn check_examples(policy: &Arc<Policy>) -> Vec<ExampleFault> {
    let linter = Linter { policies: vec![Arc::clone(policy)], ..Linter::with_rules([]) };
    let mut faults = Vec::new();
    let lists = [("bad", &policy.examples.bad), ("good", &policy.examples.good)];
    for (kind, examples) in lists {
        for (number, example) in (1..).zip(examples) {
            let (text, added) = complete_dockerfile(example);
            let found = linter.lint(text.as_bytes());
            let own = found.iter().find(|one| one.code == policy.code);
            if let Some(invalid) = found.iter().find(|one| one.is_certain_build_error()) {
                faults.push(ExampleFault::Invalid(kind, number, invalid.message.clone()));
            } else if kind == "bad" && own.is_none() {
                faults.push(ExampleFault::NotReported(number));
            } else if let (Some(found), true) = (own, kind == "good") {
                let before = text.get(..found.span.start as usize).unwrap_or_default();
                let line = before.matches('\n').count() + 1 - added;
                faults.push(ExampleFault::Reported(number, u32::try_from(line).unwrap_or(u32::MAX)));
            }
        }
    }
    faults
}

/// The example as a whole Dockerfile, and how many lines were added above it.
fn complete_dockerfile(example: &str) -> (String, usize) {
    let text = format!("{}\n", example.trim_end());
    let file = syntax::parse(text.as_bytes());
    if file.instructions().any(|instruction| instruction.kind == syntax::Kind::From) {
        (text, 0)
    } else {
        (format!("FROM scratch\n{text}"), 1)
    }
}
