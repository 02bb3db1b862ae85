//! Replaces `ENV` with `ARG`.

use super::fold_into_copy::start_line;
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::optimize::{BuildVariable, VariableReader};
use crate::rule::RuleChecker;
use crate::source::Span;
use crate::syntax::{Arguments, Instruction, quote_excerpt};

/// Changes the variable to a build argument; `all` are the variables of the file. An ENV is only changed as a whole.
pub(crate) fn change_env_to_arg(
    cx: &RuleChecker<'_>,
    variable: &BuildVariable<'_>,
    all: &[BuildVariable<'_>],
) -> Result<Fix, String> {
    let source = cx.file.source;
    let env = variable.env;
    let Arguments::Pairs { pairs, legacy } = &env.arguments else {
        return Err("the instruction has a syntax error".to_string());
    };
    let of_builds = |key: Span| all.iter().any(|other| other.key == key);
    if let Some(other) = pairs.iter().find(|pair| !of_builds(pair.key.span)) {
        return Err(format!("the same `ENV` also sets {}", quote_excerpt(&other.key.text)));
    }
    if pairs.len() > 1 && pairs.iter().any(|pair| pair.value.text.contains('$')) {
        return Err("values in one `ARG` can refer to each other, but values in one `ENV` cannot".to_string());
    }
    if !env.keyword.is_verbatim(source) {
        return Err("the keyword is split over lines".to_string());
    }
    let keyword = if env.keyword.text == "env" { "arg" } else { "ARG" };
    let mut edits = vec![Edit::replace(env.keyword.span, keyword)];
    if *legacy {
        edits.push(insert_equals_sign(env, source).ok_or("the value would require quotes")?);
    }
    let reader = all.iter().filter(|other| other.env.span == env.span).find_map(|other| other.reader);
    let title = "change `ENV` to `ARG`".to_string();
    let mut fix = match reader {
        None => Fix::new(Applicability::UnsafeMid, title, edits)
            .with_risk("something outside this file may read it")
            .with_proof("every program in the image is known, and none reads it"),
        Some(VariableReader::Base) => {
            Fix::new(Applicability::Suggestion, title, edits).with_risk("the base image may set it, too")
        }
        Some(VariableReader::Step(step)) => Fix::new(Applicability::Suggestion, title, edits)
            .with_risk(format!("files added on line {} may read it", start_line(cx, step))),
    };
    fix = match variable.uses.first() {
        Some(first) => fix.with_proof(format!(
            "the build uses {} on line {}",
            quote_excerpt(&variable.name),
            start_line(cx, first)
        )),
        None => fix.with_proof(format!("the package manager uses {}", quote_excerpt(&variable.name))),
    };
    Ok(fix.with_proof("no `CMD`, `ENTRYPOINT`, `HEALTHCHECK`, `ENV` or `LABEL` uses it"))
}

/// `=` between name and value: `ENV A 1`.
fn insert_equals_sign(env: &Instruction<'_>, source: &[u8]) -> Option<Edit> {
    let Arguments::Pairs { pairs, .. } = &env.arguments else { return None };
    let [pair] = pairs.as_slice() else { return None };
    let plain = |c: char| c.is_ascii_alphanumeric() || "._:/@+~-${}".contains(c);
    let between = Span::new(pair.key.span.end, pair.value.span.start);
    let blank = between.bytes(source).iter().all(|byte| matches!(byte, b' ' | b'\t'));
    (blank && pair.value.is_verbatim(source) && pair.value.text.chars().all(plain))
        .then(|| Edit::replace(between, "="))
}
