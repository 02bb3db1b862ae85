//! The name of a stage in lower case.

use crate::diagnostic::{Applicability, Edit, Fix};
use crate::rule::Checker;
use crate::semantic::Base;
use crate::source::Span;
use crate::syntax::{Arguments, Word, quoted};

/// The name in lower case, here and wherever the file refers to it.
pub fn fix(cx: &Checker<'_>, name: &Word<'_>) -> Option<Fix> {
    let (file, semantics) = (cx.file, cx.semantics);
    let lower = name.text.to_lowercase();
    let is_it = |word: &Word<'_>| word.text.to_lowercase() == lower;
    if semantics.stages.iter().filter(|stage| stage.name.is_some_and(is_it)).count() != 1 {
        return None;
    }
    let mut spans: Vec<Span> = Vec::new();
    let mut add = |word: &Word<'_>| {
        if is_it(word) && word.text != lower {
            spans.push(word.span);
            return word.is_verbatim(file.source);
        }
        true
    };
    let mut verbatim = add(name);
    for instruction in file.instructions() {
        let inner = match &instruction.arguments {
            Arguments::Onbuild(inner) => inner,
            _ => instruction,
        };
        verbatim &= inner.flag_value("from").is_none_or(&mut add);
        verbatim &= inner.mounts().iter().all(|mount| mount.from().is_none_or(&mut add));
    }
    let edits: Vec<Edit> = spans.iter().map(|span| Edit::replace(*span, lower.clone())).collect();
    let title = format!("write {}", quoted(&lower));
    let variable = semantics.stages.iter().any(|stage| stage.base == Base::Variable);
    verbatim.then(|| {
        if variable {
            Fix::new(Applicability::Shown, title, edits).missing("what the variables in `FROM` stand for")
        } else {
            Fix::new(Applicability::UnsafeLow, title, edits).missing("which other files name the stage")
        }
    })
}
